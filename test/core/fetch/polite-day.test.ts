import { expect, test } from 'vitest';
import { afterStart, earliestStart, type HostState, silenceAfter } from '#src/core/fetch/host-schedule.ts';
import type { Failed, FetchOutcome } from '#src/core/fetch/outcome.ts';
import { type FetchState, planNextFetch, postponeSkipped, type Reading } from '#src/core/fetch/schedule.ts';

const start = Temporal.Instant.from('2025-01-28T00:00:00Z');
const dayMs = 24 * 3_600_000;
const spacingMs = 2_000;
const skippedHour = 13;
const feedCount = 200;
const hostCount = 10;

type Feed = { readonly host: number; state: FetchState };
/** One request as the servers would log it, and what was answered. */
type Logged = { readonly feed: number; readonly host: number; readonly atMs: number; readonly outcome: FetchOutcome };

const unvisited: FetchState = {
  etag: null,
  lastModified: null,
  validatorsUrl: null,
  failureCount: 0,
  unchangedCount: 0,
  lastFetchedAt: null,
  lastChangedAt: null,
  nextDueAt: start,
  dueRule: 'first',
  goneAt: null,
  moved: null,
  hints: null,
};

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

function answer(random: () => number, feed: number): FetchOutcome {
  const exchange = { finalUrl: `https://a.example/${feed}`, redirects: [], durationMs: 5 };
  const failure: Failed = {
    ...exchange,
    kind: 'failed',
    reason: 'server-error',
    detail: null,
    status: 500,
    retryAfter: null,
  };
  const roll = random();
  if (roll < 0.5) return { ...exchange, kind: 'unmodified', status: 304, headers: {}, etag: null, lastModified: null };
  if (roll < 0.7) {
    const headers: Record<string, string> = random() < 0.5 ? {} : { 'cache-control': 'max-age=7200' };
    return {
      ...exchange,
      kind: 'fresh',
      status: 200,
      headers,
      body: new Uint8Array(),
      requestHeaders: {},
      etag: '"a"',
      lastModified: null,
    };
  }
  if (roll < 0.75) return { ...failure, reason: 'asked-to-wait', status: 429, retryAfter: '5400' };
  if (roll < 0.78) return { ...failure, reason: 'asked-to-wait', status: 429 };
  if (roll < 0.8) return { ...exchange, kind: 'gone', status: 410, headers: {} };
  return roll < 0.9 ? failure : { ...failure, reason: 'timeout', status: null };
}

/** A day of the schedule against hosts that answer by chance; every third feed skips an hour. */
function liveOneDay(seed: number): readonly Logged[] {
  const random = seeded(seed);
  const feeds: Feed[] = Array.from({ length: feedCount }, (_, index) => ({
    host: index % hostCount,
    state: unvisited,
  }));
  const quiet: HostState = { nextStartAt: null, blockedUntil: null, crawlDelayMs: null };
  const hosts: HostState[] = Array.from({ length: hostCount }, (_, index) => ({
    ...quiet,
    crawlDelayMs: index === 0 ? 10_000 : null,
  }));
  const hostOf = (feed: Feed) => hosts[feed.host] ?? quiet;
  const log: Logged[] = [];
  for (;;) {
    const waiting = feeds.flatMap((feed, index) => {
      const { nextDueAt } = feed.state;
      return nextDueAt === null ? [] : [{ feed, index, at: earliestStart(hostOf(feed), nextDueAt) }];
    });
    const next = waiting.reduce((a, b) => (Temporal.Instant.compare(b.at, a.at) < 0 ? b : a));
    if (next.at.since(start).total('milliseconds') > dayMs) return log;
    const { feed, index, at: now } = next;
    const postponed = postponeSkipped(feed.state, now);
    if (postponed !== null) {
      feed.state = postponed;
      continue;
    }
    const outcome = answer(random, index);
    log.push({ feed: index, host: feed.host, atMs: now.since(start).total('milliseconds'), outcome });
    const skipHours = index % 3 === 0 ? [skippedHour] : [];
    const hints = { ttlMinutes: null, updatePeriodSeconds: null, skipHours, skipDays: [] };
    const reading: Reading = { kind: 'read', isChanged: true, hints, postedAt: [] };
    const policy = { kind: 'feed', everySeconds: null } as const;
    feed.state = planNextFetch(feed.state, outcome, { now, policy, jitter: random(), reading });
    const started = afterStart(hostOf(feed), { now, spacingMs });
    const blockedUntil = silenceAfter(outcome, { now, nextDueAt: feed.state.nextDueAt }) ?? started.blockedUntil;
    hosts[feed.host] = { ...started, blockedUntil };
  }
}

test.each([1, 2, 3])('a day of visits breaks no rule that a server could see (seed %i)', (seed) => {
  const log = liveOneDay(seed);
  expect(log.length).toBeGreaterThan(feedCount * 3);
  const broken: string[] = [];
  for (const [index, request] of log.entries()) {
    const before = log.slice(0, index);
    const ofFeed = before.findLast(({ feed }) => feed === request.feed);
    const ofHost = before.findLast(({ host }) => host === request.host);
    const leastSpacingMs = request.host === 0 ? 10_000 : spacingMs;
    if (ofFeed !== undefined && request.atMs - ofFeed.atMs < 3_600_000) broken.push('two requests within an hour');
    if (ofHost !== undefined && request.atMs - ofHost.atMs < leastSpacingMs) broken.push('two starts too close');
    if (ofFeed?.outcome.kind === 'gone') broken.push('a request after 410');
    if (ofFeed?.outcome.kind === 'fresh' && ofFeed.outcome.headers['cache-control'] !== undefined) {
      if (request.atMs - ofFeed.atMs < 7_200_000) broken.push('a request within max-age');
    }
    const askedToWait = before.findLast(({ host, outcome }) => host === request.host && isWish(outcome));
    if (askedToWait !== undefined && request.atMs - askedToWait.atMs < 5_400_000)
      broken.push('a request within Retry-After');
    const isHintKnown = before.some(({ feed, outcome }) => feed === request.feed && outcome.kind === 'fresh');
    const isSkipped = Math.floor(request.atMs / 3_600_000) === skippedHour;
    if (request.feed % 3 === 0 && isHintKnown && isSkipped) broken.push('a request in a skipped hour');
  }
  expect(broken).toEqual([]);
});

function isWish(outcome: FetchOutcome): boolean {
  return outcome.kind === 'failed' && outcome.retryAfter !== null;
}
