import { expect, test } from 'vitest';
import type { NewItem } from '#src/core/feed/entry.ts';
import {
  countEntriesToRead,
  linkItems,
  listEntriesToRead,
  listItemsOfPage,
  saveItems,
  settleItems,
} from '#src/io/db/items.ts';
import { sourceId, storeLedger } from '#src/io/db/ledger.ts';
import { upsertResource } from '#src/io/db/resources.ts';
import type { Db } from '#src/io/db/store.ts';
import { makeLedger } from '#test/support/ledger.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const now = Temporal.Instant.from('2025-02-03T09:00:00Z');
const source = sourceId('https://post.example/feed');

function entry(key: string, rest: Partial<NewItem> = {}): NewItem {
  return {
    key,
    otherKey: null,
    guid: key,
    url: `https://post.example/${key}`,
    title: `Story ${key}`,
    summary: 'In short',
    contentHtml: '<p>At length</p>',
    authors: ['Ada Brunner', 'Tom "Quay" Iverach'],
    outlet: null,
    lang: 'en',
    publishedAt: now,
    updatedAt: null,
    transcripts: [],
    isWanted: true,
    ...rest,
  };
}

async function save(db: Db, items: readonly NewItem[], at = now): Promise<readonly string[]> {
  const rows = items.map((item) => ({ ...item, sourceId: source }));
  const added = await db.transaction().execute((tx) => saveItems(tx, rows, at));
  return added.map(({ key }) => key).sort();
}

/** Ties an entry to its page and gives the page the outcome of a visit, to be asked again in an hour; null = not visited. */
async function visitPage(db: Db, key: string, outcome: 'fresh' | 'failed' | null): Promise<number> {
  const next_due_at = outcome === null ? now : now.add({ hours: 1 });
  const resourceId = await upsertResource(db, `https://post.example/${key}`, { dueAt: now, now });
  await db.transaction().execute((tx) => linkItems(tx, [{ sourceId: source, key, resourceId, articleId: null }]));
  await db.updateTable('resources').set({ last_outcome: outcome, next_due_at }).where('id', '=', resourceId).execute();
  return resourceId;
}

describeOnBothStores('items', (open) => {
  test('an entry is kept once per source, and seen again when it is there again', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    expect(await save(db, [entry('a'), entry('b')])).toEqual(['a', 'b']);
    const later = now.add({ hours: 1 });
    expect(await save(db, [entry('b', { title: 'Renamed' }), entry('c')], later)).toEqual(['c']);
    const rows = await db
      .selectFrom('items')
      .select(['key', 'title', 'first_seen_at', 'last_seen_at'])
      .orderBy('key')
      .execute();
    expect(rows).toEqual([
      { key: 'a', title: 'Story a', first_seen_at: now, last_seen_at: now },
      { key: 'b', title: 'Story b', first_seen_at: now, last_seen_at: later },
      { key: 'c', title: 'Story c', first_seen_at: later, last_seen_at: later },
    ]);
  });

  test('a feed with more entries than one statement takes is kept whole', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    const many = Array.from({ length: 1_450 }, (_, at) => entry(`story-${at}`));
    expect(await save(db, many)).toHaveLength(1_450);
    expect(await save(db, many)).toEqual([]);
  });

  test('what no text column can hold is left out of an entry, and the rest of it is kept', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    await save(db, [entry('a', { title: 'Half \ud83d of \0 a "pair" \\ 水', summary: null })]);
    expect(await db.selectFrom('items').select(['title', 'summary']).execute()).toEqual([
      { title: 'Half \ufffd of  a "pair" \\ 水', summary: null },
    ]);
  });

  test('the content of an entry that nobody wants is not kept, its title is', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    expect(await save(db, [entry('a', { isWanted: false })])).toEqual([]);
    expect(await db.selectFrom('items').select(['title', 'content_html', 'authors']).execute()).toEqual([
      { title: 'Story a', content_html: null, authors: ['Ada Brunner', 'Tom "Quay" Iverach'] },
    ]);
    expect(await countEntriesToRead(db, now)).toBe(0);
  });

  test('an entry waits while its page does, and no longer once that was visited', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    await save(db, [entry('waits'), entry('failed'), entry('read'), entry('bare', { url: null })]);
    await visitPage(db, 'waits', null);
    await visitPage(db, 'failed', 'failed');
    const readId = await visitPage(db, 'read', 'fresh');
    const list = async () =>
      (await listEntriesToRead(db, { limit: 10, now })).map(({ key, isPageRead }) => ({ key, isPageRead }));
    expect(await list()).toEqual([
      { key: 'failed', isPageRead: false },
      { key: 'read', isPageRead: true },
      { key: 'bare', isPageRead: false },
    ]);
    expect(await countEntriesToRead(db, now)).toBe(3);
    const [read] = await listItemsOfPage(db, readId);
    expect(read).toMatchObject({ key: 'read', sourceName: 'post.example' });
    await db.transaction().execute((tx) => settleItems(tx, [read?.id ?? 0], null));
    expect((await list()).map(({ key }) => key)).toEqual(['failed', 'bare']);
    const later = now.add({ hours: 1 });
    const due = await listEntriesToRead(db, { limit: 10, now: later });
    expect(
      due.map(({ key }) => key),
      'its page may be had now',
    ).toEqual(['bare']);
    expect(await countEntriesToRead(db, later)).toBe(1);
  });

  test('an entry keeps its place when others begin or end to share its address', async () => {
    const { db } = await open();
    await storeLedger(db, makeLedger(), now);
    const [alone, other] = ['live guid-1', 'live guid-2'];
    await save(db, [entry('live', { otherKey: alone, guid: 'guid-1' })]);
    const first = entry(alone, { otherKey: 'live', guid: 'guid-1' });
    const second = entry(other, { otherKey: 'live', guid: 'guid-2' });
    expect(await save(db, [first, second])).toEqual([other]);
    expect(await save(db, [entry('live', { otherKey: other, guid: 'guid-2' })])).toEqual([]);
    expect(await save(db, [entry('live', { otherKey: 'live guid-3', guid: 'guid-3' })]), 'another guid alone').toEqual(
      [],
    );
    expect(await db.selectFrom('items').select('key').orderBy('key').execute()).toEqual([
      { key: 'live' },
      { key: other },
    ]);
  });
});
