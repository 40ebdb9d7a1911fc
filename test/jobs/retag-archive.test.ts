import { expect, test } from 'vitest';
import { previewRetag } from '#jobs/preview-retag.ts';
import { applyRetag, continueRetag, undoRetag } from '#jobs/retag-archive.ts';
import { formerRulesKeyOf, rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { formerDefinitionHash } from '#src/core/tagging/tagging.ts';
import { listQuotes, tallyClaims } from '#src/io/db/evidence.ts';
import { countOutdated } from '#src/io/db/judgements.ts';
import { storeLedger } from '#src/io/db/ledger.ts';
import { findOpenRun } from '#src/io/db/retag-runs.ts';
import type { Db } from '#src/io/db/store.ts';
import { type Archive, openArchive } from '#test/support/archive.ts';
import { compareLedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import { makeLedger } from '#test/support/ledger.ts';
import { describeOnBothStores } from '#test/support/store.ts';

const { claims } = makeLedger();
const [poisoned, ...others] = claims;
/** The claim about the lake under wider words, and the ledger without its claim about the plant's cost. */
const wider = { claims: [{ ...poisoned, all: [['$poison', 'foul*'], ['lake']] }, ...others] };
const withoutCost = {
  claims: claims.map((claim) => (claim.id === 'cost' ? { ...claim, ways: [{ all: [['gold']] }] } : claim)),
};

const poison = 'Riverton Water poisoned the lake last spring. Fishermen left.';
const foul = 'Riverton Water has fouled the lake. A spill of chemicals went on for days.';
const cost = 'Riverton Water said the plant cost $5 million. The spill reached the lake.';

const nobody = (): void => {};

async function listCurrent(db: Db): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('taggings')
    .innerJoin('evidence', 'evidence.tagging_id', 'taggings.id')
    .select(['article_id', 'claim_id', 'stance', 'status', 'quote', 'first_stored_at'])
    .where('closed_at', 'is', null)
    .execute();
  return rows.map((row) => Object.values(row).join(' | ')).sort();
}

async function answer(
  archive: Archive,
  given: { readonly claim: string; readonly verdict: 'confirm' | 'reject' },
): Promise<void> {
  const { db, now } = archive.deps;
  const tagging = await db
    .selectFrom('taggings')
    .select(['version_id', 'claim_id', 'stance'])
    .where('claim_id', '=', given.claim)
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('verdicts')
    .values({ ...tagging, verdict: given.verdict, new_stance: null, given_by: 'Ada', given_at: now() })
    .execute();
}

describeOnBothStores('re-tagging', (open) => {
  test('changed rules judge new articles, and stored ones wait', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.keep(foul);
    await archive.rule(wider);
    await archive.keep(`${foul} Again.`);
    expect(await countOutdated(db, archive.deps.inForce().rulesKey)).toBe(1);
    expect(await db.selectFrom('taggings').select('article_id').execute()).toEqual([{ article_id: 2 }]);
  });

  test('the preview tells what the run then writes, and writes nothing', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.keep(poison);
    await archive.keep(foul);
    await archive.keep(cost);
    await archive.rule({ claims: [...wider.claims.slice(0, 1), ...withoutCost.claims.slice(1)] });
    const before = await readLedgerRows(db);
    const preview = await previewRetag(archive.deps.inForce().ledger, { report: nobody }, archive.deps);
    expect(compareLedgerRows(before, await readLedgerRows(db))).toEqual([]);
    expect(preview).toMatchObject({ articleCount: 3, answerCount: 0, counts: { gained: 1, lost: 1, stance: 0 } });
    expect(preview.changes.map(({ kind, claim, articleId }) => [kind, claim, articleId])).toEqual([
      ['gained', 'poisoned', 2],
      ['lost', 'cost', 3],
    ]);
    expect(preview.changes[0]?.after?.quote).toBe('Riverton Water has fouled the lake.');
    expect(await applyRetag(archive.deps, nobody)).toEqual({ runId: 1, articleCount: 3, isFinished: true });
    expect((await listCurrent(db)).map((row) => row.split(' | ').slice(0, 2).join(' '))).toEqual([
      '1 poisoned',
      '2 poisoned',
    ]);
    expect(await previewRetag(archive.deps.inForce().ledger, { report: nobody }, archive.deps)).toMatchObject({
      articleCount: 0,
    });
    expect(await applyRetag(archive.deps, nobody)).toBeNull();
  });

  test('taking a run back puts every quote up again with its first day, and only the newest run can be', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.keep(poison);
    await archive.keep(cost);
    const first = await listCurrent(db);
    archive.move({ hours: 1 });
    await archive.rule(withoutCost);
    await applyRetag(archive.deps, nobody);
    const second = await listCurrent(db);
    archive.move({ hours: 1 });
    await archive.rule({ claims: [{ ...poisoned, all: [['gold']] }, ...withoutCost.claims.slice(1)] });
    await applyRetag(archive.deps, nobody);
    expect(await listCurrent(db)).toEqual([]);
    await expect(undoRetag(1, archive.deps, nobody)).rejects.toThrow(
      'Cannot take back run 1: run 2 came after it and stands on it; take that one back first',
    );
    await expect(undoRetag(7, archive.deps, nobody)).rejects.toThrow('There is no run 7');
    archive.move({ hours: 1 });
    await undoRetag(2, archive.deps, nobody);
    expect(await listCurrent(db)).toEqual(second);
    await undoRetag(1, archive.deps, nobody);
    expect(await listCurrent(db)).toEqual(first);
    expect(await countOutdated(db, rulesKeyOf(makeLedger()))).toBe(0);
    await expect(undoRetag(1, archive.deps, nobody)).rejects.toThrow('Run 1 has been taken back already');
    expect(await db.selectFrom('taggings').select('id').where('closed_at', 'is', null).execute()).toHaveLength(
      first.length,
    );
  });

  test('a run that is stopped goes on where it was, and is one run', async () => {
    const { db } = await open();
    const stopping = new AbortController();
    const stopped = await openArchive(db, stopping.signal);
    for (let count = 0; count < 150; count += 1) await stopped.keep(`${foul} Day ${count}.`);
    await stopped.rule(wider);
    const half = await applyRetag(stopped.deps, () => stopping.abort());
    expect(half).toEqual({ runId: 1, articleCount: 100, isFinished: false });
    expect(await findOpenRun(db)).toMatchObject({ id: 1, isUndo: false });
    const { inForce } = stopped.deps;
    const again = { ...stopped.deps, inForce, signal: new AbortController().signal };
    const service = { ...again, refreshLedger: async () => {} };
    expect(await continueRetag({}, service)).toEqual({ run: 1, articles: 50, finished: true });
    expect(await continueRetag({}, service)).toEqual({ run: null });
    expect(await findOpenRun(db)).toBeNull();
    expect(await db.selectFrom('judgements').select('id').where('run_id', '=', 1).execute()).toHaveLength(150);
    expect(await listCurrent(db)).toHaveLength(150);
  });

  test('answers by people stay: a rejected quote does not come back, a confirmed one is not lost', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.keep(poison);
    await archive.keep(cost);
    await answer(archive, { claim: 'poisoned', verdict: 'reject' });
    await answer(archive, { claim: 'cost', verdict: 'confirm' });
    const before = await listCurrent(db);
    const answers = await db.selectFrom('verdicts').selectAll().execute();
    await archive.rule({ claims: [...wider.claims.slice(0, 1), ...withoutCost.claims.slice(1)] });
    expect(await previewRetag(archive.deps.inForce().ledger, { report: nobody }, archive.deps)).toMatchObject({
      answerCount: 2,
      changes: [],
    });
    await applyRetag(archive.deps, nobody);
    expect(await listCurrent(db)).toEqual(before);
    await undoRetag(1, archive.deps, nobody);
    expect(await listCurrent(db)).toEqual(before);
    expect(await db.selectFrom('verdicts').selectAll().execute()).toEqual(answers);
    expect([...(await tallyClaims(db, { at: archive.deps.now().add({ hours: 1 }) })).keys()]).toEqual(['cost']);
  });

  test('a quote that was answered after a run does not stand twice when the run is taken back', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.keep(poison);
    await archive.rule({ claims: [{ ...poisoned, 'disputed-by': ['last spring'] }, ...others] });
    const { changes } = await previewRetag(archive.deps.inForce().ledger, { report: nobody }, archive.deps);
    expect(changes).toMatchObject([{ kind: 'stance', before: { stance: 'supports' }, after: { stance: 'disputes' } }]);
    await applyRetag(archive.deps, nobody);
    await answer(archive, { claim: 'poisoned', verdict: 'confirm' });
    const answered = await listCurrent(db);
    await undoRetag(1, archive.deps, nobody);
    expect(await listCurrent(db)).toEqual(answered);
    expect(answered).toHaveLength(1);
  });

  test('a run ends where it stands when other rules come into force, and theirs begins anew', async () => {
    const { db } = await open();
    const stopping = new AbortController();
    const archive = await openArchive(db, stopping.signal);
    for (let count = 0; count < 120; count += 1) await archive.keep(`${foul} Day ${count}.`);
    await archive.rule(wider);
    await applyRetag(archive.deps, () => stopping.abort());
    await archive.rule(withoutCost);
    const deps = { ...archive.deps, signal: new AbortController().signal };
    const service = { ...deps, refreshLedger: async () => {} };
    expect(await continueRetag({}, service)).toEqual({ run: 1, articles: 0, finished: true });
    expect(await countOutdated(db, archive.deps.inForce().rulesKey)).toBe(120);
    expect(await applyRetag(deps, nobody)).toEqual({ runId: 2, articleCount: 120, isFinished: true });
    expect(await listCurrent(db)).toEqual([]);
  });

  test('a quote gained by changed rules is no news of the day: it is told apart and moves no balance', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.keep(foul);
    archive.move({ hours: 240 });
    const from = archive.deps.now();
    await archive.rule(wider);
    await applyRetag(archive.deps, nobody);
    archive.move({ hours: 1 });
    await archive.keep(poison);
    const window = { from, until: archive.deps.now().add({ hours: 1 }), claims: null, limit: 10 };
    expect((await listQuotes(db, window)).map(({ articleId }) => articleId)).toEqual([2]);
    expect((await listQuotes(db, { ...window, isRegained: true })).map(({ articleId }) => articleId)).toEqual([1]);
    const before = await tallyClaims(db, { at: from });
    expect(before.get('poisoned')).toEqual({ supports: 1, reports: 0, disputes: 0 });
  });

  test('every judgement stands beside the one that followed it', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.keep(foul);
    const before = archive.deps.inForce().rulesKey;
    archive.move({ hours: 1 });
    await archive.rule(wider);
    await applyRetag(archive.deps, nobody);
    const rows = await db
      .selectFrom('judgements')
      .select(['rules_key', 'run_id', 'judged_at', 'superseded_at'])
      .orderBy('id')
      .execute();
    expect(rows.map(({ rules_key, run_id }) => [rules_key, run_id])).toEqual([
      [before, null],
      [archive.deps.inForce().rulesKey, 1],
    ]);
    expect(rows[0]?.superseded_at?.toString()).toBe(rows[1]?.judged_at.toString());
    expect(rows[1]?.superseded_at).toBeNull();
  });

  test('a store from when the order of keys counted keeps its judgements', async () => {
    const { db } = await open();
    const archive = await openArchive(db);
    await archive.keep(poison);
    const { ledger } = archive.deps.inForce();
    await db
      .updateTable('versions')
      .set({ tagged_with: formerRulesKeyOf(ledger) })
      .execute();
    for (const claim of ledger.claims) {
      const hash = formerDefinitionHash(claim);
      const row = { hash, claim_id: claim.id, definition: JSON.stringify(claim), first_used_at: archive.deps.now() };
      await db.insertInto('claim_definitions').values(row).execute();
      await db.updateTable('taggings').set({ definition_hash: hash }).where('claim_id', '=', claim.id).execute();
      await db.deleteFrom('claim_definitions').where('claim_id', '=', claim.id).where('hash', '<>', hash).execute();
    }
    const { rulesKey } = archive.deps.inForce();
    expect(await countOutdated(db, rulesKey)).toBe(1);
    await storeLedger(db, makeLedger(), archive.deps.now());
    expect(await countOutdated(db, rulesKey)).toBe(0);
    expect(await db.selectFrom('claim_definitions').select('hash').execute()).toHaveLength(3);
    const taggings = await readLedgerRows(db);
    await storeLedger(db, makeLedger(), archive.deps.now());
    expect(compareLedgerRows(taggings, await readLedgerRows(db))).toEqual([]);
  });
});
