/** Writes down what a person answered about a quote, from the pages and from the command line alike. */
import { LedgerError } from '#src/core/ledger-error.ts';
import type { Stance } from '#src/io/db/schema.ts';
import { findAnswerable, findVerdict, insertVerdict, undoVerdict } from '#src/io/db/verdicts.ts';
import type { Deps } from '#src/io/deps.ts';

/** What is answered: the stance that the quote has, that ours is right, or that it is not about the claim. */
export type ReviewAnswer = Stance | 'confirm' | 'reject';

/** What was written: `confirm` when the person sees the stance as we do. */
export type GivenAnswer = {
  readonly taggingId: number;
  readonly claim: string;
  readonly verdict: 'confirm' | 'reject' | 'stance';
  readonly stance: Stance;
};

type AnswerDeps = Pick<Deps, 'db' | 'now'>;

/** Longest name shown beside an answer, in characters. */
export const answererLengthMax = 80;

/** Stores an answer in place of an earlier one about the same quote. Throws `not-found` for a quote that does not stand. */
export async function answerReview(
  given: { readonly taggingId: number; readonly answer: ReviewAnswer; readonly by: string },
  deps: AnswerDeps,
): Promise<GivenAnswer> {
  const { taggingId, answer, by } = given;
  return await deps.db.transaction().execute(async (tx) => {
    const tagging = await findAnswerable(tx, taggingId);
    if (tagging === null) throw unknownQuote(taggingId);
    const isOurs = answer === 'confirm' || answer === tagging.stance;
    const newStance = isOurs || answer === 'reject' ? null : answer;
    const verdict = newStance !== null ? 'stance' : isOurs ? 'confirm' : 'reject';
    await insertVerdict(tx, { tagging, verdict, newStance, givenBy: by.slice(0, answererLengthMax) }, deps.now());
    return { taggingId, claim: tagging.claim, verdict, stance: newStance ?? tagging.stance };
  });
}

/** Takes back the answer about one quote. Throws `not-found` when there is none. */
export async function undoAnswer(taggingId: number, deps: AnswerDeps): Promise<void> {
  const verdict = await findVerdict(deps.db, { taggingId });
  if (verdict === null) throw new LedgerError('not-found', `Nobody has answered about quote ${taggingId}`);
  await undoVerdict(deps.db, verdict.id, deps.now());
}

/** Takes back the newest answer of one person since an instant; null when there is none, else the quote it was about. */
export async function undoLastAnswer(
  by: { readonly givenBy: string; readonly since: Temporal.Instant },
  deps: AnswerDeps,
): Promise<{ readonly taggingId: number | null } | null> {
  const verdict = await findVerdict(deps.db, by);
  if (verdict === null) return null;
  await undoVerdict(deps.db, verdict.id, deps.now());
  return { taggingId: verdict.taggingId };
}

function unknownQuote(taggingId: number): LedgerError {
  return new LedgerError(
    'not-found',
    `There is no quote ${taggingId}; it may have been read anew: see "claimledger review list"`,
  );
}
