import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { answerReview, undoAnswer } from '#jobs/answer-review.ts';
import { groupStories } from '#jobs/group-story.ts';
import { settleBalance } from '#jobs/settle-standings.ts';
import type { DigestQuote, SeenNumber } from '#src/core/digest/digest.ts';
import { listChanges } from '#src/io/db/changes.ts';
import { findClaim } from '#src/io/db/claim-reads.ts';
import { listNumbers, listQuotes, tallyClaims } from '#src/io/db/evidence.ts';
import { migrate } from '#src/io/db/migrate.ts';
import { hasUnsettled, settleStandings } from '#src/io/db/settling.ts';
import { countClaim, countStandingDays, tallyStanding } from '#src/io/db/standing-counts.ts';
import { listOutsideNumbers, listStandingNumbers } from '#src/io/db/standing-numbers.ts';
import { countStandingQuotes, findLastQuotes, listStandingQuotes, listUnsettled } from '#src/io/db/standings.ts';
import { type Db, openStore } from '#src/io/db/store.ts';
import { type Archive, openArchive } from '#test/support/archive.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { makeProse } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';
import { describeOnBothStores, describeOnPostgres } from '#test/support/store.ts';

const statement = 'Riverton Water poisoned the lake last spring. Fishermen left.';
const cost = 'Riverton Water said the plant cost $5 million.';
const denial =
  'Riverton Water denied that it poisoned the lake. The council said the plant cost Riverton Water $9 million.';

/** What the pages read is what the tables say, settled or not. */
async function expectTrue({ deps }: Archive, when: string): Promise<void> {
  const { db } = deps;
  const until = deps.now().add({ hours: 1 });
  const unsettled = await listUnsettled(db);
  const all = { claims: null, unsettled, zone: 'UTC' };
  const window = { from: null, until, claims: null, limit: 100 };
  const quotes = await listQuotes(db, window);
  expect(await listStandingQuotes(db, { ...all, limit: 100 }), when).toEqual(quotes);
  expect(await countStandingQuotes(db, all), when).toBe(quotes.length);
  expect(await tallyStanding(db, all), when).toEqual(await tallyClaims(db, { at: until }));
  // A zone of another name has no settled days: they are counted row by row.
  expect(await countStandingDays(db, all), when).toEqual(await countStandingDays(db, { ...all, zone: 'Etc/UTC' }));
  const numbers = await listNumbers(db, { from: null, until, claims: null });
  expect(await listStandingNumbers(db, { ...all, limit: 100 }), when).toEqual({ numbers, hasMore: false });
  const newest = { numbers: numbers.slice(0, 1), hasMore: true };
  if (numbers.length > 0) expect(await listStandingNumbers(db, { ...all, limit: 1 }), when).toEqual(newest);
  for (const claim of ['poisoned', 'cost']) {
    const own = quotes.filter((quote) => quote.claim === claim);
    expect(await countClaim(db, claim, unsettled), `${when}: ${claim}`).toEqual(countByHand(own));
    expect((await findLastQuotes(db, all)).get(claim), `${when}: ${claim}`).toBe(own[0]?.storedAt);
  }
  const amount = { unit: 'USD', min: 4.5e6, max: 5.5e6 };
  const isOutside = ({ value, firstSeenAt }: SeenNumber): boolean => firstSeenAt === null && value === 9e6;
  expect(await listOutsideNumbers(db, { ...all, claim: 'cost', amount }), when).toEqual(
    numbers.filter(isOutside).map(({ written, storedAt }) => ({ written, storedAt })),
  );
}

function countByHand(quotes: readonly DigestQuote[]) {
  const origins = Map.groupBy(quotes, ({ originId }) => originId);
  const articles = [...origins.values()].map((own) =>
    Math.max(...own.map(({ repeated }) => 1 + (repeated?.articleCount ?? 0))),
  );
  return {
    quoteCount: quotes.length,
    originCount: origins.size,
    articleCount: articles.reduce((sum, count) => sum + count, 0),
  };
}

describeOnBothStores('the standing balance', (open) => {
  test('is what the tables say after every change, before and after it is settled', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    const { deps } = archive;
    const report = `${statement} ${cost} ${makeProse(seededRandom(1), { wordCount: 200, subject: 1 })}`;
    const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['a first report', () => archive.keep(report, { key: 'one.example/a', outlet: 'One' })],
      ['a copy', () => archive.keep(report.slice(0, 900), { key: 'two.example/a', outlet: 'Two' })],
      ['a denial', () => archive.keep(denial, { key: 'three.example/a', outlet: 'Three' })],
      ['places', () => groupStories({}, deps)],
      ['a rejection', () => answerReview({ taggingId: 1, answer: 'reject', by: 'Ada' }, { db, now: deps.now })],
      ['an answer taken back', () => undoAnswer(1, { db, now: deps.now })],
      ['another stance', () => answerReview({ taggingId: 1, answer: 'disputes', by: 'Ada' }, { db, now: deps.now })],
      ['an edit', () => archive.keep(`${makeProse(seededRandom(2), { wordCount: 80 })}`, { key: 'three.example/a' })],
      ['an article that lost its topic', () => sql`update articles set is_relevant = false where id = 2`.execute(db)],
      ['a claim that left the ledger', () => sql`update claims set is_listed = false where position = 0`.execute(db)],
    ];
    for (const [name, step] of steps) {
      await step();
      archive.move({ minutes: 5 });
      await expectTrue(archive, name);
      await settleBalance({}, deps);
      expect(await hasUnsettled(db, 'UTC')).toBe(false);
      expect(await listUnsettled(db)).toEqual([]);
      await expectTrue(archive, `${name}, settled`);
    }
  });

  test('counts origins by the day of the zone, and copies as articles', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    const report = `${statement} ${makeProse(seededRandom(1), { wordCount: 200, subject: 1 })}`;
    await archive.keep(report, { key: 'one.example/a', outlet: 'One' });
    archive.move({ hours: 14, minutes: 30 });
    await archive.keep(report, { key: 'two.example/a', outlet: 'Two' });
    await archive.keep(statement, { key: 'three.example/a', outlet: 'Three' });
    await groupStories({}, archive.deps);
    for (const isSettled of [false, true]) {
      if (isSettled) await settleBalance({}, archive.deps);
      const unsettled = await listUnsettled(db);
      expect(await countClaim(db, 'poisoned', unsettled)).toEqual({ quoteCount: 2, originCount: 2, articleCount: 3 });
      const days = async (zone: string) =>
        (await countStandingDays(db, { claims: ['poisoned'], unsettled, zone }))
          .get('poisoned')
          ?.map(({ date, added }) => [date, added.supports]);
      expect(await days('UTC')).toEqual([['2025-02-03', 2]]);
      expect(await days('Europe/Berlin')).toEqual([
        ['2025-02-03', 1],
        ['2025-02-04', 1],
      ]);
    }
  });

  test('counts its days anew when they begin in another zone', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    archive.move({ hours: 14, minutes: 30 });
    await archive.keep(statement, { key: 'one.example/a' });
    await groupStories({}, archive.deps);
    await settleBalance({}, archive.deps);
    const listDays = async () => await db.selectFrom('standing_days').select(['date', 'origin_count']).execute();
    expect(await listDays()).toEqual([{ date: '2025-02-03', origin_count: 1 }]);
    expect(await hasUnsettled(db, 'Europe/Berlin')).toBe(true);
    await db.transaction().execute((tx) => settleStandings(tx, 'Europe/Berlin'));
    expect(await hasUnsettled(db, 'Europe/Berlin')).toBe(false);
    expect(await listDays()).toEqual([{ date: '2025-02-04', origin_count: 1 }]);
    const page = await findClaim(db, 'poisoned', { now: archive.deps.now(), zone: 'UTC' });
    expect(page?.days).toEqual([{ date: '2025-02-03', added: { supports: 1, reports: 0, disputes: 0 } }]);
  });
});

describeOnBothStores('changes', (open) => {
  test('tell of each article, version, quote, answer and place once', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.keep(statement, { key: 'one.example/a' });
    await groupStories({}, archive.deps);
    await answerReview({ taggingId: 1, answer: 'reject', by: 'Ada' }, archive.deps);
    const changes = await listChanges(db, { after: 0, limit: 100 });
    expect(changes.map(({ kind }) => kind)).toEqual([
      'article',
      'version',
      'article-changed',
      'tagging-opened',
      'place',
      'verdict',
    ]);
    expect(changes[3]).toMatchObject({
      articleId: 1,
      versionId: 1,
      taggingId: 1,
      claim: 'poisoned',
      stance: 'supports',
    });
    expect(await listChanges(db, { after: changes[3]?.seq ?? 0, limit: 1 })).toEqual([changes[4]]);
    await db
      .transaction()
      .execute(async (tx) => {
        await sql`update verdicts set undone_at = given_at`.execute(tx);
        throw new Error('a change of mind');
      })
      .catch(() => {});
    expect(await listChanges(db, { after: changes.at(-1)?.seq ?? 0, limit: 10 })).toEqual([]);
  });
});

describeOnPostgres('changes under writers side by side', () => {
  test('are numbered as they are committed, and a reader who follows misses none', async () => {
    await using server = await startPostgres();
    const databaseUrl = await server.createDatabase(`changes-${process.pid}`);
    await using store = await openStore({ databaseUrl, dataDir: '', onError: () => {} });
    await migrate(store.db);
    const { db } = store;
    const archive = await openArchive(db);
    await archive.keep(statement, { key: 'one.example/a' });
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for (const { seq } of await listChanges(db, { after: seen.at(-1) ?? 0, limit: 50 })) seen.push(seq);
    };
    await read();
    const before = seen.length;
    const slow = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const early = db.transaction().execute(async (tx) => {
      await addVersion(tx, 2);
      begun.resolve();
      await slow.promise;
    });
    await begun.promise;
    await db.transaction().execute((tx) => addVersion(tx, 3));
    await read();
    expect(seen).toHaveLength(before + 1);
    slow.resolve();
    await early;
    await read();
    expect(seen).toHaveLength(before + 2);
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let at = 0; at < 20; at += 1) await db.transaction().execute((tx) => addVersion(tx, 10 + writer * 100 + at));
    });
    let isWriting = true;
    const follower = (async () => {
      while (isWriting) await read();
    })();
    await Promise.all(writers);
    isWriting = false;
    await follower;
    for (let count = -1; count !== seen.length; ) {
      count = seen.length;
      await read();
    }
    expect(seen).toHaveLength(before + 2 + 120);
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
  });
});

async function addVersion(db: Db, number: number): Promise<void> {
  await sql`insert into versions (article_id, number, reason, text_from, seen_at, extractor, method, title, text, text_hash,
      problems, corrections, topics, is_relevant)
    select article_id, ${number}, reason, text_from, seen_at, extractor, method, title, text, text_hash, problems, corrections, topics,
      is_relevant from versions where number = 1`.execute(db);
}
