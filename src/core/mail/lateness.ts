/** Mails that waited for the mail server: when they say that they are late, and when the mails of several days become one. */

/** A mail in the outbox of which no server has taken any part. */
export type WaitingMail = { readonly id: number; readonly date: string; readonly waitingSince: Temporal.Instant };

/** A digest that comes six hours late is read beside the next one, and should say which day it is of. */
const lateAfterHours = 6;
/** More than two mails at once are not read: what waited for over two days goes into one. */
const mergeAfterHours = 48;

/** Whether a mail that leaves at `now` says that it is late. */
export function isLate(waitingSince: Temporal.Instant, now: Temporal.Instant): boolean {
  return isOlder(waitingSince, now, lateAfterHours);
}

/**
 * The mails of one reader that become one, oldest first; its last one carries them all. Empty while the oldest has not waited for
 * over two days, or waits alone.
 */
export function listMerged<Mail extends WaitingMail>(waiting: readonly Mail[], now: Temporal.Instant): readonly Mail[] {
  const inOrder = waiting.toSorted((one, other) => (one.date < other.date ? -1 : 1));
  const [oldest] = inOrder;
  const isDue = oldest !== undefined && inOrder.length > 1 && isOlder(oldest.waitingSince, now, mergeAfterHours);
  return isDue ? inOrder : [];
}

function isOlder(at: Temporal.Instant, now: Temporal.Instant, hours: number): boolean {
  return Temporal.Instant.compare(at.add({ hours }), now) < 0;
}
