/** What people answered about quotes. An answer belongs to version, claim and stance; it is taken back, never overwritten. */
import type { Stance } from './schema.ts';
import type { Db, Tx } from './store.ts';

/** The quote that an answer is about. */
export type AnswerableTagging = {
  readonly id: number;
  readonly versionId: number;
  readonly claim: string;
  readonly stance: Stance;
};

/** An answer, ready to be stored. `newStance` is set exactly when the verdict is `stance`. */
export type NewVerdict = {
  readonly tagging: AnswerableTagging;
  readonly verdict: 'confirm' | 'reject' | 'stance';
  readonly newStance: Stance | null;
  readonly givenBy: string;
};

/** A stored answer with the quote that it is about now; the quote is null when no rule finds it any more. */
export type StoredVerdict = {
  readonly id: number;
  readonly taggingId: number | null;
  readonly verdict: NewVerdict['verdict'];
  readonly stance: Stance;
};

/** The current tagging of an id; null when it is closed or never was. */
export async function findAnswerable(db: Db, id: number): Promise<AnswerableTagging | null> {
  const row = await db
    .selectFrom('taggings')
    .select(['id', 'version_id', 'claim_id', 'stance'])
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, versionId: row.version_id, claim: row.claim_id, stance: row.stance };
}

/** Stores an answer in place of the one that stood about the same quote, which is kept as taken back. */
export async function insertVerdict(tx: Tx, verdict: NewVerdict, now: Temporal.Instant): Promise<number> {
  const { tagging, newStance, givenBy } = verdict;
  await tx
    .updateTable('verdicts')
    .set({ undone_at: now })
    .where('version_id', '=', tagging.versionId)
    .where('claim_id', '=', tagging.claim)
    .where('stance', '=', tagging.stance)
    .where('undone_at', 'is', null)
    .execute();
  const { id } = await tx
    .insertInto('verdicts')
    .values({
      version_id: tagging.versionId,
      claim_id: tagging.claim,
      stance: tagging.stance,
      verdict: verdict.verdict,
      new_stance: newStance,
      given_by: givenBy,
      given_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** The newest answer that stands, of one person since an instant, or about one quote; null when there is none. */
export async function findVerdict(
  db: Db,
  by: { readonly givenBy: string; readonly since: Temporal.Instant } | { readonly taggingId: number },
): Promise<StoredVerdict | null> {
  const row = await db
    .selectFrom('verdicts')
    .leftJoin('taggings', (join) =>
      join
        .onRef('taggings.version_id', '=', 'verdicts.version_id')
        .onRef('taggings.claim_id', '=', 'verdicts.claim_id')
        .onRef('taggings.stance', '=', 'verdicts.stance')
        .on('taggings.closed_at', 'is', null),
    )
    .select(['verdicts.id', 'verdicts.verdict', 'verdicts.stance', 'verdicts.new_stance', 'taggings.id as tagging_id'])
    .where('verdicts.undone_at', 'is', null)
    .where((eb) =>
      'taggingId' in by
        ? eb('taggings.id', '=', by.taggingId)
        : eb.and([eb('verdicts.given_by', '=', by.givenBy), eb('verdicts.given_at', '>=', by.since)]),
    )
    .orderBy('verdicts.given_at', 'desc')
    .orderBy('verdicts.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { id: row.id, taggingId: row.tagging_id, verdict: row.verdict, stance: row.new_stance ?? row.stance };
}

/** Takes an answer back; false when it was already. */
export async function undoVerdict(db: Db, id: number, now: Temporal.Instant): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('verdicts')
    .set({ undone_at: now })
    .where('id', '=', id)
    .where('undone_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
