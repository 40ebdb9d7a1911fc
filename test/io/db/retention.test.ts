import { expect, test } from 'vitest';
import { articleUrlKey } from '#src/core/url.ts';
import { hashOf, type NewVersion, saveVersion } from '#src/io/db/articles.ts';
import { storeLedger } from '#src/io/db/ledger.ts';
import { pruneDocuments, pruneUnlinkedPages } from '#src/io/db/prune.ts';
import { upsertResource } from '#src/io/db/resources.ts';
import type { Db } from '#src/io/db/store.ts';
import { makeLedger } from '#test/support/ledger.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const old = Temporal.Instant.from('2025-02-03T09:00:00Z');
const limit = old.add({ hours: 24 });
const now = old.add({ hours: 48 });

type Page = { readonly isRelevant?: boolean; readonly at?: Temporal.Instant; readonly links?: NewVersion['links'] };

/** Keeps a page as it was read; its document is its address. */
async function keepPage(db: Db, url: string, page: Page = {}): Promise<number> {
  const { isRelevant = false, at = old, links = [] } = page;
  const resourceId = await upsertResource(db, url, { dueAt: at, now: at });
  const body = new TextEncoder().encode(url);
  const reading: NewVersion = {
    key: articleUrlKey(url),
    resourceId,
    sourceId: null,
    url,
    canonicalUrl: null,
    outlet: 'Post',
    reason: 'page',
    textFrom: 'page',
    document: { hash: hashOf(body), body },
    response: null,
    extractor: '1',
    method: 'test',
    title: 'A page',
    byline: null,
    published: null,
    modified: null,
    lang: 'en',
    text: url,
    captions: null,
    problems: [],
    corrections: [],
    links,
    isKept: isRelevant,
    isRelevant,
    topics: [],
  };
  const known = { known: null, now: at, rulesKey: 'rules' };
  const { articleId } = await db.transaction().execute((tx) => saveVersion(tx, reading, known));
  return articleId;
}

async function quote(db: Db, articleId: number, closedAt: Temporal.Instant | null): Promise<void> {
  const { id } = await db
    .selectFrom('versions')
    .select('id')
    .where('article_id', '=', articleId)
    .executeTakeFirstOrThrow();
  const { hash } = await db.selectFrom('claim_definitions').select('hash').limit(1).executeTakeFirstOrThrow();
  const row = {
    version_id: id,
    article_id: articleId,
    claim_id: 'poisoned',
    stance: 'reports',
    status: 'tag',
    score: 1,
    speaker: null,
    definition_hash: hash,
    engine: '1',
    explain: '{}',
    created_at: old,
    first_stored_at: old,
    closed_at: closedAt,
  } as const;
  await db.insertInto('taggings').values(row).execute();
}

/** Addresses of the articles that are left, and of the documents that still have their bytes. */
async function listLeft(db: Db) {
  const articles = await db.selectFrom('articles').select('url').orderBy('url').execute();
  const documents = await db.selectFrom('documents').selectAll().execute();
  const withBytes = new Set(documents.flatMap(({ hash, body_gzip }) => (body_gzip === null ? [] : [hash])));
  const urls = articles.map(({ url }) => url ?? '');
  return { articles: urls, withBytes: urls.filter((url) => withBytes.has(hashOf(url))), documents: documents.length };
}

const site = (name: string): string => `https://post.example/${name}`;

describeOnBothStores('retention', (open) => {
  test('takes old pages that nothing stands on, and nothing else', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), old);
    await keepPage(db, site('unlinked'));
    await keepPage(db, site('young'), { at: limit });
    await keepPage(db, site('relevant'), { isRelevant: true });
    await quote(db, await keepPage(db, site('quoted')), null);
    await quote(db, await keepPage(db, site('once-quoted')), limit);
    await keepPage(db, 'https://water.example/statement');
    await keepPage(db, site('cited'));
    await keepPage(db, site('citing'), {
      isRelevant: true,
      links: [{ url: site('cited'), text: 'a page', start: 0, end: 6 }],
    });
    await db
      .updateTable('citations')
      .set({ target_key: articleUrlKey(site('cited')) })
      .execute();
    expect(await pruneUnlinkedPages(db, limit)).toBe(1);
    expect(await pruneUnlinkedPages(db, limit)).toBe(0);
    const { articles } = await listLeft(db);
    const kept = ['cited', 'citing', 'once-quoted', 'quoted', 'relevant', 'young'].map(site);
    expect(articles).toEqual([...kept, 'https://water.example/statement']);
  });

  test('keeps the entry and the address of a page that went as seen', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), old);
    const articleId = await keepPage(db, site('unlinked'));
    const [source] = await db.selectFrom('sources').select('id').execute();
    const [resource] = await db.selectFrom('resources').selectAll().where('url', '=', site('unlinked')).execute();
    const item = {
      source_id: source?.id ?? '',
      key: 'entry',
      url: site('unlinked'),
      resource_id: resource?.id ?? null,
      article_id: articleId,
      title: 'A page',
      authors: '[]',
      first_seen_at: old,
      last_seen_at: old,
      is_wanted: true,
      is_judged: true,
    };
    await db.insertInto('items').values(item).execute();
    expect(await pruneUnlinkedPages(db, limit)).toBe(1);
    const items = await db.selectFrom('items').select(['key', 'article_id', 'is_judged', 'first_seen_at']).execute();
    expect(items).toEqual([{ key: 'entry', article_id: null, is_judged: true, first_seen_at: old }]);
    expect(await db.selectFrom('resources').selectAll().where('url', '=', site('unlinked')).execute()).toEqual([
      resource,
    ]);
  });

  test('takes the bytes of old documents that nobody quoted, and keeps their hashes and texts', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), old);
    await keepPage(db, site('plain'), { isRelevant: true });
    await keepPage(db, site('young'), { isRelevant: true, at: limit });
    await quote(db, await keepPage(db, site('quoted'), { isRelevant: true }), null);
    await quote(db, await keepPage(db, site('once-quoted'), { isRelevant: true }), limit);
    expect(await pruneDocuments(db, { before: limit, now })).toBe(1);
    expect(await pruneDocuments(db, { before: limit, now })).toBe(0);
    const left = await listLeft(db);
    expect(left.articles).toHaveLength(4);
    expect(left.withBytes).toEqual(['once-quoted', 'quoted', 'young'].map(site));
    const pruned = await db.selectFrom('documents').selectAll().where('pruned_at', 'is not', null).execute();
    expect(pruned).toEqual([
      {
        hash: hashOf(site('plain')),
        body_gzip: null,
        byte_count: site('plain').length,
        stored_at: old,
        pruned_at: now,
      },
    ]);
  });

  test('bytes that were thrown away are kept again when they are read again', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), old);
    await keepPage(db, site('plain'), { isRelevant: true });
    expect(await pruneDocuments(db, { before: limit, now })).toBe(1);
    await db.deleteFrom('articles').execute();
    await keepPage(db, site('plain'), { isRelevant: true, at: now });
    const [document] = await db.selectFrom('documents').selectAll().execute();
    expect(document).toMatchObject({ stored_at: now, pruned_at: null });
    expect(document?.body_gzip).not.toBeNull();
  });

  test('lets go of the documents of pages that went', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), old);
    await keepPage(db, site('unlinked'));
    expect(await pruneUnlinkedPages(db, limit)).toBe(1);
    expect(await pruneDocuments(db, { before: limit, now })).toBe(1);
    expect(await listLeft(db)).toEqual({ articles: [], withBytes: [], documents: 0 });
  });
});
