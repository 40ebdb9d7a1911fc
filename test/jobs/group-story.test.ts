import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { groupStories, placeArticle } from '#jobs/group-story.ts';
import { listNumbers, listQuotes, tallyClaims } from '#src/io/db/evidence.ts';
import type { Db } from '#src/io/db/store.ts';
import { listUngrouped } from '#src/io/db/story-waiting.ts';
import { type Archive, openArchive } from '#test/support/archive.ts';
import { compareLedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import { makeProse, swapWords } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const random = seededRandom(21);
const statement = 'Riverton Water poisoned the lake last spring. Fishermen left.';
const cost = 'Riverton Water said the plant cost $5 million. The spill reached the lake.';
const report = `${statement} ${cost} ${makeProse(random, { wordCount: 300, subject: 1 })}`;
const claim = 'poisoned';

/** Keeps texts, each in an outlet of its own, an hour between them. */
async function keepAll(archive: Archive, texts: readonly string[]): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const [at, text] of texts.entries()) {
    ids.push(await archive.keep(text, { key: `outlet${at}.example/a`, outlet: `Outlet ${at}` }));
    archive.move({ hours: 1 });
  }
  return ids;
}

async function listPlaces(db: Db) {
  return await db
    .selectFrom('story_members')
    .select(['article_id', 'role', 'origin_id', 'repeats_id'])
    .where('until', 'is', null)
    .orderBy('article_id')
    .execute();
}

async function countSupport(db: Db, archive: Archive): Promise<number> {
  return (await tallyClaims(db, { at: archive.deps.now() })).get(claim)?.supports ?? 0;
}

describeOnBothStores('group-story', (open) => {
  test('40 copies and 2 own reports count as 3 origins, and one quote stands for the 41', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    const words = report.split(' ');
    const copies = Array.from({ length: 40 }, (_, at) => words.slice(0, 200 + at).join(' '));
    const own = [2, 3].map((subject) => `${statement} ${makeProse(random, { wordCount: 300, subject })}`);
    await keepAll(archive, [report, ...copies.slice(0, 20), ...own, ...copies.slice(20)]);
    expect(await countSupport(db, archive)).toBe(43);
    expect(await groupStories({}, archive.deps)).toEqual({ articles: 43, placed: 43 });
    expect(await countSupport(db, archive)).toBe(3);
    const window = { from: null, until: archive.deps.now(), claims: [claim] };
    const quotes = await listQuotes(db, { ...window, limit: 100 });
    expect(quotes.map(({ articleId, repeated }) => [articleId, repeated])).toEqual([
      [23, null],
      [22, null],
      [1, { articleCount: 40, outletCount: 41 }],
    ]);
    const numbers = await listNumbers(db, { from: null, until: archive.deps.now(), claims: null });
    expect(numbers.map(({ articleId }) => articleId)).toEqual([1]);
  });

  test('a new copy of an old report is no new quote', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await keepAll(archive, [report]);
    await groupStories({}, archive.deps);
    archive.move({ hours: 24 });
    const from = archive.deps.now();
    await archive.keep(report, { key: 'late.example/a', outlet: 'Late Post' });
    await groupStories({}, archive.deps);
    archive.move({ hours: 1 });
    expect(await listQuotes(db, { from, until: archive.deps.now(), claims: null, limit: 9 })).toEqual([]);
    expect(await listNumbers(db, { from, until: archive.deps.now(), claims: null })).toEqual([]);
  });

  test('a spun copy is no evidence', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await keepAll(archive, [report, `${statement} ${swapWords(report, 5)}`]);
    await groupStories({}, archive.deps);
    expect((await listPlaces(db)).map(({ role }) => role)).toEqual(['original', 'spun']);
    const [quote, ...others] = await listQuotes(db, { from: null, until: null, claims: [claim], limit: 9 });
    expect(others).toEqual([]);
    expect(quote).toMatchObject({ articleId: 1, repeated: null });
  });

  test('an original that is found late takes over, and what was known before stays known', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await keepAll(archive, [report, report]);
    await groupStories({}, archive.deps);
    const before = archive.deps.now();
    archive.move({ hours: 1 });
    await archive.keep(report, { key: 'first.example/a', outlet: 'First', published: '2025-01-30T08:00:00Z' });
    await groupStories({}, archive.deps);
    expect((await listPlaces(db)).map(({ role, origin_id }) => [role, origin_id])).toEqual([
      ['copy', 3],
      ['copy', 3],
      ['original', 3],
    ]);
    const then = await db
      .selectFrom('story_members')
      .select(['article_id', 'origin_id'])
      .where('since', '<=', before)
      .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', before)]))
      .orderBy('article_id')
      .execute();
    expect(then).toEqual([
      { article_id: 1, origin_id: 1 },
      { article_id: 2, origin_id: 1 },
    ]);
    expect(await countSupport(db, archive)).toBe(1);
  });

  test('a second run changes nothing, and an edit keeps the place or moves it', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await keepAll(archive, [report, report]);
    await groupStories({}, archive.deps);
    const rows = await readLedgerRows(db);
    expect(await groupStories({}, archive.deps)).toEqual({ articles: 0, placed: 0 });
    await db
      .insertInto('ungrouped_articles')
      .values([{ article_id: 1 }, { article_id: 2 }])
      .execute();
    await groupStories({}, archive.deps);
    expect(compareLedgerRows(rows, await readLedgerRows(db))).toEqual([]);
    expect(await db.selectFrom('story_members').selectAll().execute()).toHaveLength(2);
    archive.move({ hours: 1 });
    const own = `${statement} ${makeProse(random, { wordCount: 300, subject: 9 })}`;
    await archive.keep(own, { key: 'outlet1.example/a', outlet: 'Outlet 1' });
    expect(await listUngrouped(db, { limit: 9 })).toEqual([2]);
    await groupStories({}, archive.deps);
    expect((await listPlaces(db)).map(({ role, origin_id }) => [role, origin_id])).toEqual([
      ['original', 1],
      ['original', 2],
    ]);
    expect(await countSupport(db, archive)).toBe(2);
  });

  test('a run that dies half-way, again and again, ends as one that does not', async () => {
    const { db } = await open();
    const texts = [1, 2, 1, 3, 2, 4].map(
      (subject) => `${statement} ${makeProse(seededRandom(subject), { wordCount: 250, subject })}`,
    );
    const archive = await openArchive(db);
    const listAll = async () => ({
      members: await db.selectFrom('story_members').selectAll().orderBy('id').execute(),
      stories: await db.selectFrom('stories').selectAll().orderBy('id').execute(),
      words: await db.selectFrom('word_counts').selectAll().orderBy('word').execute(),
    });
    await keepAll(archive, texts);
    await groupStories({}, archive.deps);
    const undisturbed = await listAll();
    await open();
    const again = await openArchive(db);
    await keepAll(again, texts);
    for (const articleId of await listUngrouped(db, { limit: 9 })) {
      const dying = db.transaction().execute(async (tx) => {
        await placeArticle(tx, articleId, again.deps.now());
        throw new Error('died');
      });
      await expect(dying).rejects.toThrow('died');
      await db.transaction().execute((tx) => placeArticle(tx, articleId, again.deps.now()));
    }
    // A rolled back number is never given again.
    const withoutIds = ({ members, stories, words }: Awaited<ReturnType<typeof listAll>>) => ({
      members: members.map(({ id: _, story_id: __, ...rest }) => rest),
      stories: stories.map(({ id: _, ...rest }) => rest),
      words,
    });
    expect(withoutIds(await listAll())).toEqual(withoutIds(undisturbed));
  });

  test('an article that cannot be placed stops no other, and takes its turn again', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await keepAll(archive, [report, report]);
    await sql`alter table story_members add constraint refused check (article_id <> 1)`.execute(db);
    try {
      await expect(groupStories({}, archive.deps)).rejects.toThrow('refused');
    } finally {
      await sql`alter table story_members drop constraint refused`.execute(db);
    }
    expect(await listUngrouped(db, { limit: 9 })).toEqual([1]);
    expect((await listPlaces(db)).map(({ article_id }) => article_id)).toEqual([2]);
    expect(await groupStories({}, archive.deps)).toEqual({ articles: 1, placed: 1 });
    expect((await listPlaces(db)).map(({ origin_id }) => origin_id)).toEqual([1, 1]);
  });

  test('a text with a line of data that no index could hold has its place', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
    const data = Array.from({ length: 9_000 }, () => letters[Math.floor(random() * letters.length)]).join('');
    await keepAll(archive, [`${statement} ${data} ${report}`]);
    expect(await groupStories({}, archive.deps)).toEqual({ articles: 1, placed: 1 });
  });

  test('two workers at once give each article one place and begin no story twice', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    const events = Array.from(
      { length: 6 },
      (_, subject) => `${statement} ${makeProse(random, { wordCount: 200, subject: subject + 20 })}`,
    );
    await keepAll(archive, [...events, ...events]);
    const runs = await Promise.all([groupStories({}, archive.deps), groupStories({}, archive.deps)]);
    expect(runs.reduce((sum, { placed }) => sum + Number(placed), 0)).toBe(12);
    const places = await listPlaces(db);
    expect(places.map(({ origin_id }) => origin_id)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
    expect(await listUngrouped(db, { limit: 99 })).toEqual([]);
  });
});
