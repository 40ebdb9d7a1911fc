import { expect, test } from 'vitest';
import { followCitations } from '#jobs/follow-citations.ts';
import type { Evidence } from '#src/core/tagging/tagging.ts';
import type { BodyLink } from '#src/core/watch/citations.ts';
import { upsertResources } from '#src/io/db/resources.ts';
import type { Db } from '#src/io/db/store.ts';
import { type Archive, openArchive } from '#test/support/archive.ts';
import { describeOnBothStores } from '#test/support/store.ts';

/** A text with these links, each in a sentence of its own; the quotes are the sentences that are said to be quoted. */
function textOf(urls: readonly string[], quotedUrls: readonly string[] = []) {
  let text = '';
  const links: BodyLink[] = [];
  const quotes: Evidence[] = [];
  for (const url of urls) {
    const quote = `The report says in sentence ${links.length} that a page was found.`;
    const start = text.length + quote.indexOf('page');
    links.push({ url, text: 'page', start, end: start + 'page'.length });
    const place = { start: text.length, end: text.length + quote.length };
    if (quotedUrls.includes(url)) quotes.push({ field: 'text', ...place, quote });
    text += `${quote}\n`;
  }
  return { text, links, quotes };
}

const pages = (host: string, count: number, first = 0): readonly string[] =>
  Array.from({ length: count }, (_, at) => `https://${host}/papers/${first + at}.html`);

/** Follows these links of a new article at the archive's instant. */
async function follow(
  archive: Archive,
  urls: readonly string[],
  more: { readonly quoted?: readonly string[]; readonly depth?: number } = {},
): Promise<void> {
  const { text, links, quotes } = textOf(urls, more.quoted);
  const { db } = archive.deps;
  const article = await archive.keep(`Riverton Water poisoned the lake. ${urls.join(' ')}`);
  const version = await db
    .selectFrom('versions')
    .select('id')
    .where('article_id', '=', article)
    .executeTakeFirstOrThrow();
  const citing = { versionId: version.id, citationDepth: more.depth ?? 0, quotes, reading: { key: 'a', text, links } };
  await db.transaction().execute((tx) => followCitations(tx, citing, archive.deps));
}

/** The cited addresses with the days until they are asked for. */
async function listAsked(db: Db, archive: Archive) {
  const rows = await db
    .selectFrom('resources')
    .select(['url', 'next_due_at'])
    .where('citation_depth', '>', 0)
    .orderBy('id')
    .execute();
  return rows.map(({ url, next_due_at: due }) => ({
    url,
    days: due === null ? null : Math.round(due.since(archive.deps.now()).total('hours') / 24),
  }));
}

describeOnBothStores('follow-citations', (open) => {
  const openLimited = async (watch: object): Promise<Archive> => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.rule({ watch });
    return archive;
  };

  test('asks for so many pages because of one article, those in quoted sentences first', async () => {
    const archive = await openLimited({ perArticle: 3 });
    const urls = pages('papers.example', 6);
    await follow(archive, urls, { quoted: urls.slice(4) });
    const asked = await listAsked(archive.deps.db, archive);
    expect(asked.map(({ url }) => url).toSorted()).toEqual([urls[0], urls[4], urls[5]]);
    const watched = await archive.deps.db
      .selectFrom('pages')
      .innerJoin('resources', 'resources.id', 'pages.resource_id')
      .select('url')
      .where('reason', '=', 'cited')
      .execute();
    expect(watched.map(({ url }) => url).toSorted()).toEqual(urls.slice(4));
  });

  test('asks for so many pages of one host, whatever the number of articles, and for others still', async () => {
    const archive = await openLimited({ perHost: 4 });
    await follow(archive, pages('papers.example', 3));
    await follow(archive, [...pages('papers.example', 3, 3), ...pages('other.example', 1)]);
    await follow(archive, pages('papers.example', 1, 9));
    const hosts = (await listAsked(archive.deps.db, archive)).map(({ url }) => new URL(url).host);
    expect(hosts.filter((host) => host === 'papers.example')).toHaveLength(4);
    expect(hosts.filter((host) => host === 'other.example')).toHaveLength(1);
  });

  test('asks for so many new pages a day; those beyond wait for their day', async () => {
    const archive = await openLimited({ perDay: 2 });
    for (let at = 0; at < 3; at += 1) await follow(archive, pages(`papers${at}.example`, 2));
    expect((await listAsked(archive.deps.db, archive)).map(({ days }) => days)).toEqual([0, 0, 1, 1, 2, 2]);
    archive.move({ hours: 25 });
    // The four of before still wait or have just come due: a new one comes behind them.
    await follow(archive, pages('papers9.example', 1));
    expect((await listAsked(archive.deps.db, archive)).at(-1)?.days).toBe(1);
  });

  test('follows no further than the depth, and nothing when it is 0', async () => {
    const archive = await openLimited({ depth: 1 });
    await follow(archive, pages('papers.example', 1), { depth: 1 });
    expect(await listAsked(archive.deps.db, archive)).toEqual([]);
    await archive.rule({ watch: { depth: 0 } });
    await follow(archive, pages('papers.example', 1));
    expect(await listAsked(archive.deps.db, archive)).toEqual([]);
  });

  test('a cited page that waits and that a feed now leads to waits no longer', async () => {
    const archive = await openLimited({ perDay: 1 });
    const [first = '', second = ''] = pages('papers.example', 2);
    await follow(archive, [first]);
    await follow(archive, [second]);
    expect((await listAsked(archive.deps.db, archive)).map(({ days }) => days)).toEqual([0, 1]);
    const now = archive.deps.now();
    await upsertResources(archive.deps.db, [second], { dueAt: now, now });
    const row = await archive.deps.db
      .selectFrom('resources')
      .select(['citation_depth', 'next_due_at'])
      .where('url', '=', second)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ citation_depth: 0, next_due_at: now });
  });
});
