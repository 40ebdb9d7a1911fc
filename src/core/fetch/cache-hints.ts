import { parseHttpDate } from './retry-after.ts';

/** A day: longer promises are copied from images and scripts, and would hide a feed for a year. */
const freshSecondsMax = 24 * 3_600;

/**
 * For how many seconds the answer asks not to be fetched again: the longest valid of max-age, s-maxage and Expires, at
 * most a day. Null when it says nothing usable. `no-cache` asks for revalidation, which we always do, so it takes no
 * hint away (RFC 9111 5.2).
 */
export function freshSeconds(headers: Readonly<Record<string, string>>, now: Temporal.Instant): number | null {
  const ages = (headers['cache-control'] ?? '').split(',').map(readAge);
  const longest = Math.max(0, ...ages, readExpires(headers, now));
  return longest === 0 ? null : Math.min(longest, freshSecondsMax);
}

function readAge(directive: string): number {
  const match = /^\s*(?:s-maxage|max-age)\s*=\s*"?(\d+)"?\s*$/i.exec(directive);
  return Number(match?.[1] ?? 0);
}

function readExpires(headers: Readonly<Record<string, string>>, now: Temporal.Instant): number {
  const expires = parseHttpDate(headers['expires'] ?? '');
  if (expires === null) return 0;
  // The site's own Date takes its wrong clock out of the difference (RFC 9111 4.2.1).
  const answeredAt = parseHttpDate(headers['date'] ?? '') ?? now;
  return Math.max(0, expires.since(answeredAt).total('seconds'));
}
