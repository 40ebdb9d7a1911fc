/** A day of many feeds whose sites answer by chance; the server's log is judged afterwards by a program that never saw the reader. */
import type { ServerResponse } from 'node:http';
import { startClock } from './clock.ts';
import { openScorecardHouse } from './house.ts';
import { newsPage, rss, type SiteAnswer, startSite } from './site.ts';
import { findBrokenRules, type SoakEntry, type SoakReply } from './soak-rules.ts';

/** How large a soak is. The same seed gives the same answers to the same requests. */
export type SoakSize = {
  readonly feedCount: number;
  readonly hostCount: number;
  readonly hours: number;
  readonly seed: number;
};

/** What became of it. */
export type SoakReport = {
  readonly requestCount: number;
  readonly answerCounts: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
};

const start = Temporal.Instant.from('2025-01-27T09:00:00Z');
/** No answer ends after this long; the clock stands still meanwhile. */
const exchangeMs = 1_000;
const skippedHours = [13, 14];
/** Every so many feeds has skipHours, or a ttl of two hours. */
const skippingEvery = 3;
const ttlEvery = 7;

const plain: SoakReply = {
  kind: 'ok',
  status: 200,
  tag: null,
  maxAgeSeconds: null,
  retryAfterSeconds: null,
  ttlMinutes: null,
  skipHours: [],
};

/** What sites do, in shares of a thousand; what is left of the thousand is an answer that says "unchanged" or brings something new. */
const troubles: readonly (readonly [share: number, reply: Partial<SoakReply>])[] = [
  [30, { kind: 'error', status: 503, retryAfterSeconds: 5_400 }],
  [30, { kind: 'error', status: 503 }],
  [15, { kind: 'error', status: 429, retryAfterSeconds: 9_000 }],
  [10, { kind: 'error', status: 429 }],
  [30, { kind: 'error', status: 500 }],
  [20, { kind: 'error', status: 404 }],
  [5, { kind: 'gone', status: 410 }],
  [20, { kind: 'redirect', status: 302 }],
  [20, { kind: 'broken-body' }],
  [20, { kind: 'no-answer', status: 0 }],
  [3, { kind: 'no-answer', status: 408 }],
];

/** Lets the house live through it and reads the log. */
export async function soak(size: SoakSize): Promise<SoakReport> {
  const clock = startClock(start);
  const random = seeded(size.seed);
  const log: SoakEntry[] = [];
  const hosts = Array.from({ length: size.hostCount }, (_, index) => `h${index}.soak.test`);
  await using site = await startSite(() => clock.now().since(start).total('milliseconds'));
  for (const [index, host] of hosts.entries()) {
    site.answer(host, ({ path, headers, atMs }, turn) => {
      const feed = Number(path.replace(/\D/g, ''));
      const askedTag = headers['if-none-match'] ?? null;
      const isHop = path.startsWith('/hop');
      const reply = isHop ? { ...plain, tag: `"hop${feed}"` } : chooseReply({ feed, turn, askedTag }, random);
      log.push({ host, path, atSeconds: atMs / 1_000, askedTag, isHop, answer: reply });
      const next = `http://${hosts[(index + 1) % hosts.length]}:${site.port}/hop${feed}`;
      return write(reply, { next, turn });
    });
  }
  const allowPrivate = hosts.map((host) => `${host}:${site.port}`);
  await using house = await openScorecardHouse({
    clock,
    databaseUrl: null,
    allowPrivate,
    limits: { exchangeMs },
    owner: 'soak',
  });
  const feeds = Array.from(
    { length: size.feedCount },
    (_, feed) => `http://${hosts[feed % hosts.length]}:${site.port}/feed${feed}`,
  );
  await house.watch({ sources: feeds.map((url) => ({ url })) });
  await house.pass({ hours: size.hours });
  const kinds = Map.groupBy(log, ({ isHop, answer }) => (isHop ? 'hop' : `${answer.kind} ${answer.status}`));
  return {
    requestCount: log.length,
    answerCounts: Object.fromEntries([...kinds].map(([kind, entries]) => [kind, entries.length])),
    broken: findBrokenRules(log, { spacingSeconds: 2, startHour: 9 }),
  };
}

type Visit = { readonly feed: number; readonly turn: number; readonly askedTag: string | null };

function chooseReply({ feed, turn, askedTag }: Visit, random: () => number): SoakReply {
  let roll = random() * 1_000;
  for (const [share, reply] of troubles) {
    roll -= share;
    if (roll < 0) return { ...plain, ...reply, tag: `"bad-${feed}-${turn}"` };
  }
  const maxAgeSeconds = random() < 0.2 ? 7_200 : null;
  if (askedTag !== null && random() < 0.7) return { ...plain, kind: 'unmodified', status: 304, maxAgeSeconds };
  return {
    ...plain,
    tag: `"${feed}-${turn}"`,
    maxAgeSeconds,
    ttlMinutes: feed % ttlEvery === 0 ? 120 : null,
    skipHours: feed % skippingEvery === 0 ? skippedHours : [],
  };
}

function write(
  reply: SoakReply,
  { next, turn }: { readonly next: string; readonly turn: number },
): SiteAnswer | ((response: ServerResponse) => void) {
  const headers: Record<string, string> = {};
  if (reply.tag !== null) headers['etag'] = reply.tag;
  if (reply.maxAgeSeconds !== null) headers['cache-control'] = `max-age=${reply.maxAgeSeconds}`;
  if (reply.retryAfterSeconds !== null) headers['retry-after'] = String(reply.retryAfterSeconds);
  switch (reply.kind) {
    case 'redirect':
      return { status: reply.status, headers: { location: next } };
    case 'broken-body':
      return { headers, body: newsPage('We are repairing the site.') };
    case 'no-answer':
      return reply.status === 0 ? (response) => void response.destroy() : () => {};
    case 'ok': {
      const hours = reply.skipHours.map((hour) => `<hour>${hour}</hour>`).join('');
      const ttl = reply.ttlMinutes === null ? '' : `<ttl>${reply.ttlMinutes}</ttl>`;
      return { headers, body: rss([`Entry ${turn}`], `${ttl}<skipHours>${hours}</skipHours>`) };
    }
    default:
      return { status: reply.status, headers };
  }
}

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
