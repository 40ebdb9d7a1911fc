/**
 * Runs over the archive that people asked for. A run judges stored articles by the rules in force, each in a transaction of its
 * own, and may die anywhere; what it closed and made carries its number, so that it can be taken back.
 */
import { sql } from 'kysely';
import { LedgerError } from '#src/core/ledger-error.ts';
import { lockVersion, replaceJudgement } from './judgements.ts';
import type { Db, Tx } from './store.ts';

/** A run under way, or one that is being taken back. */
export type OpenRun = { readonly id: number; readonly rulesKey: string; readonly isUndo: boolean };

/** The run that is not finished; null when there is none. */
export async function findOpenRun(db: Db): Promise<OpenRun | null> {
  const row = await db
    .selectFrom('retag_runs')
    .select(['id', 'rules_key', 'undo_started_at'])
    .where((eb) =>
      eb.or([
        eb('finished_at', 'is', null),
        eb.and([eb('undo_started_at', 'is not', null), eb('undone_at', 'is', null)]),
      ]),
    )
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, rulesKey: row.rules_key, isUndo: row.undo_started_at !== null };
}

/**
 * Begins a run, or goes on with the open one of the same rules; an open one of other rules ends where it stands. Throws
 * `check-failed` while a run is being taken back.
 */
export async function openRun(db: Db, rulesKey: string, now: Temporal.Instant): Promise<OpenRun> {
  return await db.transaction().execute(async (tx) => {
    await lockRuns(tx);
    const open = await findOpenRun(tx);
    if (open?.isUndo === true) {
      const words = `Cannot re-tag: run ${open.id} is being taken back; "claimledger claims retag --undo ${open.id}" goes on with it`;
      throw new LedgerError('check-failed', words);
    }
    if (open?.rulesKey === rulesKey) return open;
    if (open !== null) await finishRun(tx, open.id, now);
    const { id } = await tx
      .insertInto('retag_runs')
      .values({ rules_key: rulesKey, started_at: now })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { id, rulesKey, isUndo: false };
  });
}

/** Notes that a run has judged everything there was, or that it ends where it stands. */
export async function finishRun(db: Db, id: number, now: Temporal.Instant): Promise<void> {
  await db
    .updateTable('retag_runs')
    .set({ finished_at: now })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .execute();
}

/** How many articles a run has judged, as they stand now. */
export async function countJudgedBy(db: Db, runId: number): Promise<number> {
  const { count } = await db
    .selectFrom('judgements')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .where('run_id', '=', runId)
    .where('superseded_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Begins to take a run back, or goes on with it. Throws `not-found` for a number that no run has, `check-failed` for a run that
 * was taken back already or that a later one stands on.
 */
export async function openUndo(db: Db, id: number, now: Temporal.Instant): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockRuns(tx);
    const run = await tx
      .selectFrom('retag_runs')
      .select(['undo_started_at', 'undone_at'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (run === undefined) throw new LedgerError('not-found', `There is no run ${id} over the archive`);
    if (run.undone_at !== null) throw new LedgerError('check-failed', `Run ${id} has been taken back already`);
    const later = await tx
      .selectFrom('retag_runs')
      .select('id')
      .where('id', '>', id)
      .where('undone_at', 'is', null)
      .orderBy('id', 'desc')
      .executeTakeFirst();
    if (later !== undefined) {
      const words = `Cannot take back run ${id}: run ${later.id} came after it and stands on it; take that one back first`;
      throw new LedgerError('check-failed', words);
    }
    if (run.undo_started_at !== null) return;
    await tx
      .updateTable('retag_runs')
      .set((eb) => ({ undo_started_at: now, finished_at: eb.fn.coalesce('finished_at', eb.val(now)) }))
      .where('id', '=', id)
      .execute();
  });
}

/** Notes that a run has been taken back whole. */
export async function finishUndo(db: Db, id: number, now: Temporal.Instant): Promise<void> {
  await db
    .updateTable('retag_runs')
    .set({ undone_at: now })
    .where('id', '=', id)
    .where('undone_at', 'is', null)
    .execute();
}

/** Versions that stand by the judgement of a run, at most `limit`. */
export async function listJudgedBy(db: Db, runId: number, limit: number): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('judgements')
    .select('version_id')
    .where('run_id', '=', runId)
    .where('superseded_at', 'is', null)
    .orderBy('version_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.version_id);
}

/**
 * Takes back what a run did to one version: its quotes are closed, the former ones stand again as new rows with the instant at
 * which they first stood, and the former judgement is repeated. What a person has answered meanwhile stays.
 */
export async function restoreVersion(
  tx: Tx,
  options: { readonly runId: number; readonly versionId: number; readonly now: Temporal.Instant },
): Promise<void> {
  const { runId, versionId, now } = options;
  await lockVersion(tx, versionId);
  const former = await findFormerJudgement(tx, options);
  if (former === null) return;
  await sql`update taggings t set closed_at = ${now}
    where t.version_id = ${versionId} and t.run_id = ${runId} and t.closed_at is null and not exists (
      select 1 from verdicts v where v.version_id = t.version_id and v.claim_id = t.claim_id and v.stance = t.stance
        and v.undone_at is null)`.execute(tx);
  // A quote that was answered under the stance of the run does not stand a second time under its former one.
  await sql`with answered as (
      select t.claim_id, e.field, e.start_offset, e.end_offset from taggings t
      join verdicts v on v.version_id = t.version_id and v.claim_id = t.claim_id and v.stance = t.stance and v.undone_at is null
      join evidence e on e.tagging_id = t.id and e.position = 0
      where t.version_id = ${versionId} and t.closed_at is null
    ), former as (
      select * from taggings t where t.version_id = ${versionId} and t.closed_run_id = ${runId} and not exists (
        select 1 from taggings c where c.version_id = t.version_id and c.claim_id = t.claim_id and c.stance = t.stance
          and c.closed_at is null)
      and not exists (
        select 1 from answered a join evidence e on e.tagging_id = t.id and e.position = 0 and e.field = a.field
          and e.start_offset = a.start_offset and e.end_offset = a.end_offset where a.claim_id = t.claim_id)
    ), restored as (
      insert into taggings (version_id, article_id, claim_id, stance, status, score, speaker, definition_hash, engine, explain,
        created_at, first_stored_at, run_id)
      select version_id, article_id, claim_id, stance, status, score, speaker, definition_hash, engine, explain,
        ${now}, first_stored_at, run_id from former
      returning id, claim_id, stance
    ), pairs as (
      select f.id as old_id, r.id as new_id from former f join restored r on r.claim_id = f.claim_id and r.stance = f.stance
    ), quotes as (
      insert into evidence select p.new_id, e.position, e.field, e.start_offset, e.end_offset, e.quote
      from evidence e join pairs p on p.old_id = e.tagging_id
    ), numbers as (
      insert into quantities select p.new_id, q.position, q.field, q.value, q.min, q.max, q.unit, q.modifier, q.start_offset,
        q.end_offset, q.written, q.measure from quantities q join pairs p on p.old_id = q.tagging_id
    )
    insert into opinions select p.new_id, o.is_about, o.stance, o.model, o.given_at
    from opinions o join pairs p on p.old_id = o.tagging_id`.execute(tx);
  await replaceJudgement(tx, { ...former, versionId }, now);
}

/** What stood before the run judged the version; null when the run's judgement does not stand any more. */
async function findFormerJudgement(tx: Tx, at: { readonly runId: number; readonly versionId: number }) {
  const judged = tx.selectFrom('judgements').where('version_id', '=', at.versionId);
  const current = await judged.select('run_id').where('superseded_at', 'is', null).executeTakeFirst();
  if (current?.run_id !== at.runId) return null;
  const row = await judged
    .select(['rules_key', 'is_kept', 'is_relevant', 'topics', 'run_id'])
    .where('id', '<', (eb) =>
      eb
        .selectFrom('judgements as own')
        .select((inner) => inner.fn.min('own.id').as('first'))
        .where('own.version_id', '=', at.versionId)
        .where('own.run_id', '=', at.runId),
    )
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { rules_key: rulesKey, is_kept: isKept, is_relevant: isRelevant, topics, run_id: runId } = row;
  return { rulesKey, isKept, isRelevant, topics, runId };
}

/** Two commands that begin at the same moment wait for each other here. */
async function lockRuns(tx: Tx): Promise<void> {
  await sql`lock table retag_runs in exclusive mode`.execute(tx);
}
