import { expect, test } from 'vitest';
import { askJudgeAboutQuotes, countCallsToday, isJudgeDue, type JudgeDeps } from '#jobs/ask-judge.ts';
import { listQuotes, tallyClaims } from '#src/io/db/evidence.ts';
import { countWaiting } from '#src/io/db/reviews.ts';
import type { Db } from '#src/io/db/store.ts';
import { type Archive, openArchive } from '#test/support/archive.ts';
import { compareLedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import { type JudgeScript, startJudge, type TestJudge } from '#test/support/judge-server.ts';
import { describeOnBothStores } from '#test/support/store.ts';

/** Under a condition: the rules find it and are not sure. */
const unsure = (name: string): string =>
  `People met ${name}. If Riverton Water poisoned the lake ${name}, it must pay. A spill was seen.`;

const says =
  (about: boolean, stance = 'supports'): JudgeScript =>
  () => ({ content: JSON.stringify({ about, stance }) });

type Desk = { readonly archive: Archive; readonly judge: TestJudge; readonly deps: JudgeDeps };

async function openDesk(
  db: Db,
  options: { readonly script: JudgeScript; readonly callsPerDay?: number },
): Promise<Desk> {
  const judge = await startJudge(options.script);
  const archive = await openArchive(db);
  const { callsPerDay = 50 } = options;
  await archive.rule({ judge: { url: `${judge.origin}/v1`, model: 'small', callsPerDay, timeout: '1s' } });
  return { archive, judge, deps: { ...archive.deps, config: { judge: { key: null } } } };
}

async function keep({ archive }: Desk, names: readonly string[]): Promise<void> {
  for (const name of names) await archive.keep(unsure(name), { title: `Riverton Water ${name}` });
  archive.move({ minutes: 1 });
}

async function tally({ archive }: Desk) {
  return (await tallyClaims(archive.deps.db, { at: archive.deps.now().add({ minutes: 1 }) })).get('poisoned') ?? null;
}

/** Everything but what the judge itself writes. */
async function readRest(db: Db) {
  const rows = await readLedgerRows(db);
  return new Map([...rows].filter(([table]) => table !== 'opinions' && table !== 'judge_calls'));
}

describeOnBothStores('the judge', (open) => {
  test('lets a quote count, and touches neither taggings nor evidence nor verdicts', async () => {
    const { db } = await open();
    const desk = await openDesk(db, { script: says(true, 'disputes') });
    await using _judge = desk.judge;
    await keep(desk, ['early']);
    expect(await tally(desk)).toBeNull();
    const before = await readRest(db);
    expect(await isJudgeDue(desk.deps)).toBe(true);
    expect(await askJudgeAboutQuotes({}, desk.deps)).toEqual({ asked: 1, known: 0, failures: 0 });
    expect(compareLedgerRows(before, await readRest(db))).toEqual([]);
    expect(await tally(desk)).toEqual({ supports: 0, reports: 0, disputes: 1 });
    expect((await countWaiting(db)).count).toBe(0);
    const window = { from: null, until: desk.deps.now().add({ minutes: 1 }), claims: null, limit: 9 };
    expect(await listQuotes(db, window)).toMatchObject([{ stance: 'disputes', judgedBy: 'small', answer: null }]);
    const [asked] = desk.judge.seen;
    expect(asked?.body.messages[1]?.content).toContain('If Riverton Water poisoned the lake early, it must pay.');
    expect(asked?.body.messages[1]?.content).not.toContain('People met');
    expect(await isJudgeDue(desk.deps)).toBe(false);
    expect(await askJudgeAboutQuotes({}, desk.deps)).toEqual({ asked: 0, known: 0, failures: 0 });
  });

  test('sets a quote aside, and a person has the last word', async () => {
    const { db } = await open();
    const desk = await openDesk(db, { script: says(false) });
    await using _judge = desk.judge;
    await keep(desk, ['early']);
    await askJudgeAboutQuotes({}, desk.deps);
    expect(await tally(desk)).toBeNull();
    expect((await countWaiting(db)).count).toBe(0);
    const row = { version_id: 1, claim_id: 'poisoned', stance: 'supports', given_by: 'Ada' } as const;
    await db
      .insertInto('verdicts')
      .values({ ...row, verdict: 'confirm', new_stance: null, given_at: desk.deps.now() })
      .execute();
    expect(await tally(desk)).toEqual({ supports: 1, reports: 0, disputes: 0 });
  });

  test('is asked once about the same sentence, and so often a day as the ledger allows', async () => {
    const { db } = await open();
    const desk = await openDesk(db, { script: says(true), callsPerDay: 2 });
    await using _judge = desk.judge;
    await keep(desk, ['early', 'early', 'late', 'never']);
    expect(await askJudgeAboutQuotes({}, desk.deps)).toMatchObject({ asked: 2 });
    expect(await askJudgeAboutQuotes({}, desk.deps)).toMatchObject({ asked: 0 });
    expect(desk.judge.seen).toHaveLength(2);
    expect(await countCallsToday(desk.deps)).toEqual({ calls: 2, failures: 0 });
    desk.archive.move({ hours: 24 });
    expect(await askJudgeAboutQuotes({}, desk.deps)).toMatchObject({ asked: 1 });
    await askJudgeAboutQuotes({}, desk.deps);
    expect(desk.judge.seen).toHaveLength(3);
    expect(await tally(desk)).toEqual({ supports: 4, reports: 0, disputes: 0 });
  });

  test.each<[string, JudgeScript, number]>([
    ['is busy', () => ({ status: 429 }), 1],
    ['fails', () => ({ status: 500 }), 3],
    ['answers garbage', () => ({ content: 'It depends.' }), 3],
    ['follows an instruction of the page', () => ({ content: '{"about": true, "stance": "refuted"}' }), 3],
    ['is silent', () => ({ isSilent: true }), 3],
  ])('that %s is left alone for a while, and nothing changes', async (_, script, calls) => {
    const { db } = await open();
    const desk = await openDesk(db, { script });
    await using _judge = desk.judge;
    await keep(desk, ['early', 'late', 'never', 'ever']);
    const before = await readRest(db);
    await askJudgeAboutQuotes({}, desk.deps);
    expect(desk.judge.seen).toHaveLength(calls);
    expect(await countCallsToday(desk.deps)).toEqual({ calls, failures: calls });
    expect(await isJudgeDue(desk.deps)).toBe(false);
    expect(await askJudgeAboutQuotes({}, desk.deps)).toEqual({ asked: 0 });
    expect(compareLedgerRows(before, await readRest(db))).toEqual([]);
    expect(await db.selectFrom('opinions').selectAll().execute()).toEqual([]);
    expect((await countWaiting(db)).count).toBe(4);
    desk.archive.move({ minutes: 16 });
    expect(await isJudgeDue(desk.deps)).toBe(true);
  });

  test('without one in the ledger or the environment nothing is asked', async () => {
    const { db } = await open();
    const desk = await openDesk(db, { script: says(true) });
    await using _judge = desk.judge;
    await keep(desk, ['early']);
    await desk.archive.rule({});
    expect(await isJudgeDue(desk.deps)).toBe(false);
    expect(await askJudgeAboutQuotes({}, desk.deps)).toEqual({ asked: 0 });
    expect(desk.judge.seen).toEqual([]);
    const named = { ...desk.deps, config: { judge: { url: `${desk.judge.origin}/v1`, model: 'large', key: 'k' } } };
    expect(await askJudgeAboutQuotes({}, named)).toMatchObject({ asked: 1 });
    expect(desk.judge.seen[0]).toMatchObject({ authorization: 'Bearer k', body: { model: 'large' } });
  });
});
