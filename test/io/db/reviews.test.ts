import { expect, test } from 'vitest';
import { answerReview, undoAnswer, undoLastAnswer } from '#jobs/answer-review.ts';
import { listQuotes, tallyClaims } from '#src/io/db/evidence.ts';
import { countWaiting, countWaitingByClaim, listAnsweredExamples, listWaiting } from '#src/io/db/reviews.ts';
import { type Archive, openArchive } from '#test/support/archive.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const sure = 'Riverton Water poisoned the lake. A spill was seen.';
/** Under a condition: the rules find it and are not sure. */
const unsure =
  'People met on Monday. If Riverton Water poisoned the lake, it must pay. The council agreed. A spill was seen.';

async function openWithBoth(db: Parameters<typeof openArchive>[0]): Promise<Archive> {
  const archive = await openArchive(db);
  await archive.keep(sure);
  archive.move({ minutes: 1 });
  await archive.keep(unsure, { title: 'Riverton Water in court' });
  archive.move({ minutes: 1 });
  return archive;
}

async function tally(archive: Archive) {
  const at = archive.deps.now().add({ minutes: 1 });
  return (await tallyClaims(archive.deps.db, { at })).get('poisoned') ?? null;
}

describeOnBothStores('the review', (open) => {
  test('lists what the rules were not sure about with its sentences around it, and nothing else', async () => {
    const { db } = await open();
    await openWithBoth(db);
    const cards = await listWaiting(db, { claim: null, limit: 10 });
    expect(cards).toMatchObject([
      {
        articleId: 2,
        claim: 'poisoned',
        stance: 'supports',
        before: 'People met on Monday.',
        quote: 'If Riverton Water poisoned the lake, it must pay.',
        after: 'The council agreed.',
        explanation: { parts: { hypothetical: true } },
      },
    ]);
    expect(await countWaiting(db)).toEqual({ count: 1, hasMore: false });
    expect(await countWaitingByClaim(db)).toEqual([{ claim: 'poisoned', count: 1 }]);
    expect(await listWaiting(db, { claim: 'cost', limit: 10 })).toEqual([]);
  });

  test('an answer counts at once, is named beside the quote, and can be taken back', async () => {
    const { db } = await open();
    const archive = await openWithBoth(db);
    expect(await tally(archive)).toEqual({ supports: 1, reports: 0, disputes: 0 });
    const [card] = await listWaiting(db, { claim: null, limit: 10 });
    const taggingId = card?.taggingId ?? 0;
    const given = await answerReview({ taggingId, answer: 'disputes', by: 'Ada' }, archive.deps);
    expect(given).toEqual({ taggingId, claim: 'poisoned', verdict: 'stance', stance: 'disputes' });
    expect(await tally(archive)).toEqual({ supports: 1, reports: 0, disputes: 1 });
    expect(await countWaiting(db)).toEqual({ count: 0, hasMore: false });
    const window = { from: null, until: archive.deps.now().add({ minutes: 1 }), claims: null, limit: 10 };
    expect((await listQuotes(db, window)).map(({ stance, answer }) => [stance, answer])).toEqual([
      ['disputes', { verdict: 'stance', by: 'Ada' }],
      ['supports', null],
    ]);
    archive.move({ minutes: 1 });
    await answerReview({ taggingId, answer: 'supports', by: 'Ben' }, archive.deps);
    expect(await tally(archive)).toEqual({ supports: 2, reports: 0, disputes: 0 });
    await undoAnswer(taggingId, archive.deps);
    expect(await tally(archive)).toEqual({ supports: 1, reports: 0, disputes: 0 });
    expect(await countWaiting(db)).toEqual({ count: 1, hasMore: false });
    const kept = await db.selectFrom('verdicts').select(['given_by', 'undone_at']).orderBy('id').execute();
    expect(kept.map(({ given_by, undone_at }) => [given_by, undone_at !== null])).toEqual([
      ['Ada', true],
      ['Ben', true],
    ]);
    await expect(undoAnswer(taggingId, archive.deps)).rejects.toThrow(`Nobody has answered about quote ${taggingId}`);
  });

  test('a rejected quote is counted no more, though the rules were sure', async () => {
    const { db } = await open();
    const archive = await openWithBoth(db);
    await answerReview({ taggingId: 1, answer: 'reject', by: 'Ada' }, archive.deps);
    expect(await tally(archive)).toBeNull();
    expect(await countWaiting(db)).toEqual({ count: 1, hasMore: false });
    await expect(answerReview({ taggingId: 99, answer: 'reject', by: 'Ada' }, archive.deps)).rejects.toThrow(
      'There is no quote 99',
    );
  });

  test('the last answer of a person in a session is taken back, and nobody else’s', async () => {
    const { db } = await open();
    const archive = await openWithBoth(db);
    await answerReview({ taggingId: 1, answer: 'confirm', by: 'Ada' }, archive.deps);
    archive.move({ minutes: 1 });
    const since = archive.deps.now();
    await answerReview({ taggingId: 2, answer: 'reject', by: 'Ada' }, archive.deps);
    expect(await undoLastAnswer({ givenBy: 'Ben', since }, archive.deps)).toBeNull();
    expect(await undoLastAnswer({ givenBy: 'Ada', since }, archive.deps)).toEqual({ taggingId: 2 });
    expect(await undoLastAnswer({ givenBy: 'Ada', since }, archive.deps)).toBeNull();
    expect(await listAnsweredExamples(db)).toEqual([
      {
        claim: 'poisoned',
        title: 'Notes from the lake',
        quote: 'Riverton Water poisoned the lake.',
        stance: 'supports',
      },
    ]);
  });
});
