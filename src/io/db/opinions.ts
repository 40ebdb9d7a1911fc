/** What an optional judge said about quotes that the rules were not sure about. It stands beside our reading and never in it. */
import type { JudgeAnswer } from '#src/core/tagging/judge-question.ts';
import { waitingQuotes } from './reviews.ts';
import type { Db, Tx } from './store.ts';

/** A quote that waits, as the judge gets it. */
export type UnjudgedQuote = { readonly taggingId: number; readonly statement: string; readonly sentence: string };

/** The newest quotes that wait for a person and that the judge has not seen, at most `limit`. */
export async function listUnjudgedQuotes(db: Db, limit: number): Promise<readonly UnjudgedQuote[]> {
  const rows = await waitingQuotes(db)
    .innerJoin('evidence', (join) =>
      join.onRef('evidence.tagging_id', '=', 'taggings.id').on('evidence.position', '=', 0),
    )
    .select(['taggings.id', 'claims.statement', 'evidence.quote'])
    .orderBy('taggings.first_stored_at', 'desc')
    .orderBy('taggings.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ id, statement, quote }) => ({ taggingId: id, statement, sentence: quote }));
}

/** The stored answers to questions, by their keys. */
export async function findAnswers(db: Db, keys: readonly string[]): Promise<ReadonlyMap<string, JudgeAnswer>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .selectFrom('judge_calls')
    .select(['key', 'is_about', 'stance'])
    .where('key', 'in', [...keys])
    .where('outcome', '=', 'answered')
    .execute();
  return new Map(
    rows.flatMap(({ key, is_about: about, stance }) =>
      about === null || stance === null ? [] : [[key, { about, stance }] as const],
    ),
  );
}

/** Which of these questions failed since an instant. */
export async function listFailedKeys(
  db: Db,
  options: { readonly keys: readonly string[]; readonly since: Temporal.Instant },
): Promise<ReadonlySet<string>> {
  if (options.keys.length === 0) return new Set();
  const rows = await db
    .selectFrom('judge_calls')
    .select('key')
    .where('key', 'in', [...options.keys])
    .where('outcome', '=', 'failed')
    .where('asked_at', '>=', options.since)
    .execute();
  return new Set(rows.map((row) => row.key));
}

/** How often the judge was asked since an instant, and how often in vain. */
export async function countCalls(
  db: Db,
  since: Temporal.Instant,
): Promise<{ readonly calls: number; readonly failures: number }> {
  const rows = await db.selectFrom('judge_calls').select('outcome').where('asked_at', '>=', since).execute();
  return { calls: rows.length, failures: rows.filter(({ outcome }) => outcome === 'failed').length };
}

/** When the judge last failed with no answer since; null when it answers. */
export async function findLastFailure(db: Db): Promise<Temporal.Instant | null> {
  const row = await db
    .selectFrom('judge_calls')
    .select(['outcome', 'asked_at'])
    .orderBy('asked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.outcome === 'failed' ? row.asked_at : null;
}

/** Writes down one call, answered or not; the same question answered twice is kept once. */
export async function insertCall(
  db: Db,
  call: {
    readonly key: string;
    readonly model: string;
    readonly askedAt: Temporal.Instant;
    readonly answer: JudgeAnswer | null;
    readonly error: string | null;
  },
): Promise<void> {
  const { key, model, askedAt, answer, error } = call;
  await db
    .insertInto('judge_calls')
    .values({
      key,
      model,
      asked_at: askedAt,
      outcome: answer === null ? 'failed' : 'answered',
      is_about: answer?.about ?? null,
      stance: answer?.stance ?? null,
      error,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Puts the judge's opinion beside a quote, once. */
export async function insertOpinion(
  tx: Db | Tx,
  opinion: { readonly taggingId: number; readonly answer: JudgeAnswer; readonly model: string },
  now: Temporal.Instant,
): Promise<void> {
  const { taggingId, answer, model } = opinion;
  await tx
    .insertInto('opinions')
    .values({ tagging_id: taggingId, is_about: answer.about, stance: answer.stance, model, given_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
