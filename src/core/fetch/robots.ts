import type { FetchOutcome } from './outcome.ts';

/** RFC 9309 2.4 lets a copy live for a day. */
const keptHours = 24;
/** A site whose robots.txt answers an error is asked again after 1, 2, 4 ... 24 hours. */
const retryHoursMax = 24;
/** A crawl-delay is seconds; more than a day is junk, and `startSpacingMs` believes a minute of the rest. */
const crawlDelaySecondsMax = 86_400;

/**
 * One Allow or Disallow line: path pattern in its canonical spelling, `*` for any characters, a closing `$` for the
 * end.
 */
export type RobotsRule = { readonly isAllowed: boolean; readonly pattern: string };

/**
 * What robots.txt asks of us: the rules of our group, in no particular order, and its crawl-delay. Judge addresses with
 * `isAllowed`.
 */
export type RobotsRules = { readonly rules: readonly RobotsRule[]; readonly crawlDelayMs: number | null };

/** A host's robots.txt as kept between visits; `text` is empty unless the state is `rules`. */
export type RobotsRecord = {
  readonly state: 'rules' | 'allowed' | 'refused';
  readonly text: string;
  readonly failureCount: number;
  readonly dueAt: Temporal.Instant;
};

/**
 * The rules of a robots.txt for the product `token`: all groups that name it, else all groups for `*` (RFC 9309 2.2.1).
 * Fields other than ours are junk and do not end a group. Never throws.
 */
export function readRobots(text: string, token: string): RobotsRules {
  const ours: Group = { isNamed: false, rules: [], crawlDelayMs: null };
  const everybody: Group = { isNamed: false, rules: [], crawlDelayMs: null };
  let open: ReadonlySet<Group> = new Set();
  let isNaming = false;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const { field, value } = readLine(line);
    if (field === null) continue;
    if (field === 'user-agent') {
      const name = agentName(value);
      const named = name === token.toLowerCase() ? [ours] : name === '*' ? [everybody] : [];
      open = new Set([...(isNaming ? open : []), ...named]);
    }
    isNaming = field === 'user-agent';
    for (const group of open) addLine(group, { field, value });
  }
  const { rules, crawlDelayMs } = ours.isNamed ? ours : everybody;
  return { rules, crawlDelayMs };
}

/**
 * Whether the longest rule that fits an absolute http(s) address lets us fetch it; between equals Allow wins (RFC 9309
 * 2.2.2).
 */
export function isAllowed({ rules }: RobotsRules, url: string): boolean {
  const { pathname, search } = new URL(url);
  if (pathname === '/robots.txt') return true;
  const path = canonicalPath(`${pathname}${search}`).replaceAll('*', '%2A').replaceAll('$', '%24');
  let winner: RobotsRule | null = null;
  for (const rule of rules) {
    const lead = rule.pattern.length - (winner?.pattern.length ?? 0);
    if ((lead > 0 || (lead === 0 && rule.isAllowed)) && fits(rule.pattern, path)) winner = rule;
  }
  return winner?.isAllowed ?? true;
}

/** The address of the robots.txt that rules an absolute http(s) address. */
export function robotsUrl(url: string): string {
  return new URL('/robots.txt', url).href;
}

/**
 * What a visit to robots.txt means until `dueAt`: 4xx allows all, an endless redirect too, any other failure forbids
 * all for the time being (RFC 9309 2.3.1). A 429 asks for silence, so it forbids. Null leaves things as they are: we
 * stopped before the answer came.
 */
export function planRobots(
  outcome: FetchOutcome,
  {
    now,
    failureCount,
    bodyBytesMax,
  }: { readonly now: Temporal.Instant; readonly failureCount: number; readonly bodyBytesMax: number },
): RobotsRecord | null {
  const kept = { failureCount: 0, dueAt: now.add({ hours: keptHours }) };
  if (outcome.kind === 'fresh') return { ...kept, state: 'rules', text: decodeRobots(outcome.body, bodyBytesMax) };
  if (outcome.kind === 'failed' && outcome.reason === 'stopped') return null;
  if (outcome.kind === 'gone' || (outcome.kind === 'failed' && isUnavailable(outcome.status, outcome.reason))) {
    return { ...kept, state: 'allowed', text: '' };
  }
  const hours = Math.min(2 ** failureCount, retryHoursMax);
  return { state: 'refused', text: '', failureCount: failureCount + 1, dueAt: now.add({ hours }) };
}

function isUnavailable(status: number | null, reason: string): boolean {
  if (reason === 'too-many-redirects') return true;
  return status !== null && status >= 400 && status < 500 && status !== 429;
}

/**
 * The text of the first bytes; a line that the limit cuts is dropped, as `Disallow: /` may be the beginning of
 * `Disallow: /cart`.
 */
function decodeRobots(body: Uint8Array, bytesMax: number): string {
  const text = new TextDecoder().decode(body.subarray(0, bytesMax));
  const isCut = body.length >= bytesMax;
  // NUL would be refused by Postgres.
  return (isCut ? text.slice(0, text.lastIndexOf('\n') + 1) : text).replaceAll('\0', '');
}

type Group = { isNamed: boolean; readonly rules: RobotsRule[]; crawlDelayMs: number | null };
type Field = (typeof fieldNames)[number];

const fieldNames = ['user-agent', 'allow', 'disallow', 'crawl-delay'] as const;

function readLine(line: string): { readonly field: Field | null; readonly value: string } {
  const [content = ''] = line.replace(/^\uFEFF/, '').split('#', 1);
  const colon = content.indexOf(':');
  const name = content.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  return { field: fieldNames.find((known) => known === name) ?? null, value: content.slice(colon + 1).trim() };
}

function addLine(group: Group, { field, value }: { readonly field: Field; readonly value: string }): void {
  if (field === 'user-agent') group.isNamed = true;
  else if (field === 'crawl-delay') group.crawlDelayMs = readDelayMs(value) ?? group.crawlDelayMs;
  // An empty Disallow forbids nothing.
  else if (value !== '') group.rules.push({ isAllowed: field === 'allow', pattern: canonicalPattern(value) });
}

/** The product token of a User-agent line, without version, in lower case; `*` stays. */
function agentName(value: string): string {
  return /^(?:\*|[a-z_-]+)/i.exec(value)?.[0].toLowerCase() ?? '';
}

function readDelayMs(value: string): number | null {
  const seconds = Number(value);
  return value !== '' && seconds >= 0 && seconds <= crawlDelaySecondsMax ? Math.round(seconds * 1_000) : null;
}

/**
 * The pieces between stars are looked for from left to right: linear, where trying every split takes seconds on a
 * hostile file.
 */
function fits(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith('$');
  const [first = '', ...rest] = (isAnchored ? pattern.slice(0, -1) : pattern).split('*');
  if (!path.startsWith(first)) return false;
  const last = isAnchored ? rest.pop() : undefined;
  if (isAnchored && last === undefined) return path === first;
  let position = first.length;
  for (const piece of rest) {
    const found = path.indexOf(piece, position);
    if (found === -1) return false;
    position = found + piece.length;
  }
  return last === undefined || (path.endsWith(last) && path.length - last.length >= position);
}

/** A `$` is the end only where the pattern ends; elsewhere it is the character, which paths spell `%24` here. */
function canonicalPattern(value: string): string {
  return canonicalPath(value).replace(/\$(?!$)/g, '%24');
}

/**
 * One spelling for all equal paths: unreserved characters bare, all others that are not ASCII or were escaped in
 * upper-case escapes, so that `%7E` is `~` and `%2a` stays different from the star that a pattern means (RFC 9309
 * 2.2.2).
 */
function canonicalPath(path: string): string {
  return path
    .toWellFormed()
    .replace(/[^!-~]|["<>[\\\]^`{|}]/gu, encodeURIComponent)
    .replace(/%[0-9a-f]{2}/gi, (code) => {
      const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return /[\w\-.~]/.test(character) ? character : code.toUpperCase();
    });
}
