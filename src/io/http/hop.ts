import type { FetchLimits } from '#src/core/fetch/limits.ts';
import { documentUrl, hostKey, resolveHttpUrl } from '#src/core/url.ts';
import { firstValue, type RawAnswer, type Trip } from '#src/io/http/answer.ts';
import { failed, refused } from '#src/io/http/trouble.ts';

/** Where a hop may lead: `allowPrivate` holds the `host:port` keys that may use another port. */
export type HopRules = { readonly allowPrivate: ReadonlySet<string>; readonly limits: FetchLimits };

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Whether an answer sends us to another address. */
export function isRedirect({ statusCode }: RawAnswer): boolean {
  return redirectStatuses.has(statusCode);
}

/**
 * The document of an address that the rules let us ask, whatever it resolves to. Throws `TroubleError` (refused)
 * otherwise.
 */
export function admitUrl(href: string, { allowPrivate }: HopRules): string {
  const parsed = URL.parse(href);
  if (parsed === null) throw refused('url', null);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    throw refused('scheme', parsed.protocol.slice(0, 40));
  if (parsed.username !== '' || parsed.password !== '') throw refused('credentials', null);
  const url = resolveHttpUrl(href, null);
  if (url === null) throw refused('url', null);
  const isUsualPort = parsed.port === '' || parsed.port === '80' || parsed.port === '443';
  if (!isUsualPort && !allowPrivate.has(hostKey(url))) throw refused('port', parsed.port);
  return documentUrl(url);
}

/** The address as it may be stored and shown: no name and no password. Empty when it is no address. */
export function withoutCredentials(href: string): string {
  const url = URL.parse(href);
  if (url === null) return '';
  url.username = '';
  url.password = '';
  return url.href;
}

/**
 * Where a redirect leads from the trip's address. Throws `TroubleError` when it leads nowhere, in a circle, too far or
 * where we may not go.
 */
export function nextHop(response: RawAnswer, trip: Trip, rules: HopRules): string {
  const location = firstValue(response.headers['location']) ?? '';
  const target = location === '' ? null : URL.parse(readUtf8(location), trip.url);
  if (target === null) throw failed('bad-redirect', null);
  const { redirectCountMax } = rules.limits;
  if (trip.redirects.length >= redirectCountMax) throw failed('too-many-redirects', `more than ${redirectCountMax}`);
  const next = admitUrl(target.href, rules);
  const isCircle = next === trip.url || trip.redirects.some(({ from }) => from === next);
  if (isCircle) throw failed('too-many-redirects', 'a circle');
  return next;
}

/** Sites write Location in UTF-8 although headers are Latin-1; bytes that are no UTF-8 stay what they are. */
function readUtf8(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text.includes('\uFFFD') ? latin1 : text;
}
