/** Addresses that only the reader of a mail can know: they need no sign-in, and nobody can guess or change them. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a link lets its holder do. A token for one purpose is worth nothing for another. */
export type LinkPurpose = 'confirm' | 'stop' | 'start' | 'settings' | 'read';

/** The secrets that sign links: the first one signs, all of them are accepted, so that a new one can be put before an old one. */
export type LinkKeys = readonly [string, ...string[]];

/** Longest token that is looked at: the longest reader id, a dot and 43 characters. */
const tokenLengthMax = 128;

/** The token of one reader for one purpose: the reader's id, a dot, and the HMAC-SHA256 of both in base64url. */
export function signLink(purpose: LinkPurpose, readerId: string, keys: LinkKeys): string {
  return `${readerId}.${codeOf(`${purpose}:${readerId}`, keys[0])}`;
}

/**
 * The reader whom a token names; null when it was not made by one of the keys for this purpose. The store is not asked, and
 * every refusal takes the same comparisons: the time of an answer tells nobody which readers there are.
 */
export function readLink(purpose: LinkPurpose, token: string, keys: LinkKeys): string | null {
  const text = token.slice(0, tokenLengthMax);
  const at = text.lastIndexOf('.');
  const readerId = text.slice(0, Math.max(0, at));
  const code = digestOf(text.slice(at + 1));
  const matches = keys.map((key) => timingSafeEqual(digestOf(codeOf(`${purpose}:${readerId}`, key)), code));
  return matches.includes(true) && token.length <= tokenLengthMax ? readerId : null;
}

/** How a secret is named where it must not be shown. */
export function fingerprintOf(key: string): string {
  return createHash('sha256').update(`claimledger link key:${key}`).digest('hex').slice(0, 16);
}

/** The address of a page behind a token. */
export function linkPath(purpose: LinkPurpose, readerId: string, keys: LinkKeys): string {
  return `/mail/${purpose}/${signLink(purpose, readerId, keys)}`;
}

/** The address under which a reader finds a digest that was mailed to them. */
export function mailedDigestPath(readerId: string, date: string, keys: LinkKeys): string {
  return `${linkPath('read', readerId, keys)}/${date}`;
}

function codeOf(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Two hashes are of one length, whatever was sent. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
