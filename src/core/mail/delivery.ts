/** What follows from one try to send a mail. */

/** What the mail server, or the outbox folder, made of a message. */
export type SendingOutcome =
  | { readonly kind: 'sent'; readonly reply: string }
  | { readonly kind: 'written'; readonly file: string }
  | { readonly kind: 'refused'; readonly code: number | null; readonly words: string; readonly isFinal: boolean }
  | { readonly kind: 'unsure'; readonly words: string };

/** How the delivery stands after the try; `nextAttemptAt` null = it is finished. */
export type DeliveryResult = {
  readonly state: 'sent' | 'written' | 'pending' | 'in-doubt' | 'failed';
  readonly reply: string | null;
  readonly error: string | null;
  readonly nextAttemptAt: Temporal.Instant | null;
};

const firstWaitMinutes = 5;
const waitMinutesMax = 240;
/** About five days of tries, as mail servers themselves give up. */
const attemptsMax = 40;
/** A mail that may have arrived already is sent again at most twice; then a person decides. */
const doubtfulAttemptsMax = 3;

/** 5 min, 10, 20 ... 4 h between tries; a refusal for good ends them, and so do doubts that repeat. */
export function planRetry(
  outcome: SendingOutcome,
  options: { readonly attemptCount: number; readonly isDoubtful: boolean; readonly now: Temporal.Instant },
): DeliveryResult {
  const { attemptCount, now } = options;
  if (outcome.kind === 'sent') return { state: 'sent', reply: outcome.reply, error: null, nextAttemptAt: null };
  if (outcome.kind === 'written') return { state: 'written', reply: null, error: null, nextAttemptAt: null };
  const error = outcome.words;
  const isFinal = outcome.kind === 'refused' && outcome.isFinal;
  if (isFinal || attemptCount >= attemptsMax) return { state: 'failed', reply: null, error, nextAttemptAt: null };
  const isDoubtful = outcome.kind === 'unsure' || options.isDoubtful;
  if (isDoubtful && attemptCount >= doubtfulAttemptsMax)
    return { state: 'in-doubt', reply: null, error, nextAttemptAt: null };
  const minutes = Math.min(firstWaitMinutes * 2 ** (attemptCount - 1), waitMinutesMax);
  return { state: isDoubtful ? 'in-doubt' : 'pending', reply: null, error, nextAttemptAt: now.add({ minutes }) };
}
