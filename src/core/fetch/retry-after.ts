import { parseDate } from '#src/core/date.ts';

/** A site may ask for a week of silence; a longer wait is a mistake of its clock more often than a wish. */
const waitHoursMax = 7 * 24;

/**
 * The instant until which the Retry-After header asks us to wait, at most seven days ahead; seconds or any HTTP date
 * (RFC 9110 10.2.3). Null when there is none, it is in the past, or it is neither.
 */
export function parseRetryAfter(header: string | null, now: Temporal.Instant): Temporal.Instant | null {
  const text = header?.trim() ?? '';
  const latest = now.add({ hours: waitHoursMax });
  const until = /^\d+$/.test(text) ? afterSeconds(text, { now, latest }) : parseHttpDate(text);
  if (until === null || Temporal.Instant.compare(until, now) <= 0) return null;
  return Temporal.Instant.compare(until, latest) > 0 ? latest : until;
}

/** The instant of an HTTP date in any of its three forms and their usual faults; null without a time of day. */
export function parseHttpDate(text: string): Temporal.Instant | null {
  const date = parseDate(text);
  return date?.precision === 'second' ? Temporal.Instant.from(date.iso) : null;
}

function afterSeconds(
  digits: string,
  { now, latest }: { readonly now: Temporal.Instant; readonly latest: Temporal.Instant },
): Temporal.Instant {
  // Twelve digits are already 30,000 years; more would leave the range of instants.
  return digits.length > 12 ? latest : now.add({ seconds: Number(digits) });
}
