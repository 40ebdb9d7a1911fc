import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainDue } from '#src/core/fetch/due-words.ts';
import type { Failed, FetchOutcome, Fresh, Gone, Redirect, Refused, Unmodified } from '#src/core/fetch/outcome.ts';
import {
  type FetchPolicy,
  type FetchState,
  planNextFetch,
  postponeSkipped,
  type Reading,
  settledMove,
} from '#src/core/fetch/schedule.ts';

const url = 'https://news.example/feed';
const start = Temporal.Instant.from('2025-01-28T09:00:00Z');
const feed: FetchPolicy = { kind: 'feed', everySeconds: null };
const page: FetchPolicy = { kind: 'page', everySeconds: null };
const chain = { finalUrl: url, redirects: [], durationMs: 5 };
const noHints = { ttlMinutes: null, skipHours: [], skipDays: [], updatePeriodSeconds: null };
const read = { kind: 'read', isChanged: true, hints: null, postedAt: [] } as const;
const same: Reading = { kind: 'read', isChanged: false, hints: null, postedAt: [] };

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

type Visit = {
  readonly outcome: FetchOutcome;
  readonly reading?: Reading;
  readonly policy?: FetchPolicy;
  readonly now?: Temporal.Instant;
  readonly jitter?: number;
};

function fresh(change: Partial<Fresh> = {}): Fresh {
  const validators = { etag: '"a"', lastModified: 'Tue, 28 Jan 2025 08:00:00 GMT' };
  return {
    ...chain,
    kind: 'fresh',
    status: 200,
    headers: {},
    body: new Uint8Array(),
    requestHeaders: {},
    ...validators,
    ...change,
  };
}

function unmodified(change: Partial<Unmodified> = {}): Unmodified {
  return { ...chain, kind: 'unmodified', status: 304, headers: {}, etag: null, lastModified: null, ...change };
}

function failed(change: Partial<Failed> = {}): Failed {
  return { ...chain, kind: 'failed', reason: 'server-error', detail: null, status: 500, retryAfter: null, ...change };
}

function refused(reason: Refused['reason']): Refused {
  return { ...chain, kind: 'refused', reason, detail: null };
}

const gone: Gone = { ...chain, kind: 'gone', status: 410, headers: {} };

/** The state after the visits; each comes when the one before says it is due, unless it brings its own time. */
function after(...visits: readonly Visit[]): FetchState {
  return visits.reduce((state, { outcome, reading, policy = feed, now = state.nextDueAt ?? start, jitter = 0 }) => {
    const fallback = outcome.kind === 'fresh' ? read : null;
    return planNextFetch(state, outcome, { now, policy, jitter, reading: reading ?? fallback });
  }, unvisited);
}

function waitHours(state: FetchState): number | null {
  if (state.nextDueAt === null || state.lastFetchedAt === null) return null;
  return state.nextDueAt.since(state.lastFetchedAt).total('hours');
}

function headers(cacheControl: string): Record<string, string> {
  return { 'cache-control': cacheControl };
}

function posts(...hoursAgo: readonly number[]): Reading {
  return { ...read, postedAt: hoursAgo.map((hours) => start.subtract({ minutes: Math.round(hours * 60) })) };
}

const hourlyPosts = posts(...Array.from({ length: 30 }, (_, index) => index + 0.5));

test.each<[string, Visit[], string, number]>([
  ['a new feed without hints', [{ outcome: fresh() }], 'hourly', 1],
  ['an unmodified feed', [{ outcome: fresh() }, { outcome: unmodified() }], 'hourly', 1],
  ['only an ETag', [{ outcome: fresh({ lastModified: null }) }], 'hourly', 1],
  ['only Last-Modified', [{ outcome: fresh({ etag: null }) }], 'hourly', 1],
  ['no validators', [{ outcome: fresh({ etag: null, lastModified: null }) }], 'no-validators', 24],
  [
    "no validators and the operator's interval",
    [{ outcome: fresh({ etag: null, lastModified: null }), policy: { ...feed, everySeconds: 4 * 3_600 } }],
    'operator',
    4,
  ],
  ["an operator's interval under an hour", [{ outcome: fresh(), policy: { ...feed, everySeconds: 300 } }], 'hourly', 1],
  ['max-age', [{ outcome: fresh({ headers: headers('max-age=7200') }) }], 'max-age', 2],
  ['max-age of a year', [{ outcome: fresh({ headers: headers('max-age=31536000') }) }], 'max-age', 24],
  ['a short max-age', [{ outcome: fresh({ headers: headers('max-age=60') }) }], 'hourly', 1],
  [
    'max-age below the pace without validators',
    [{ outcome: fresh({ etag: null, lastModified: null, headers: headers('max-age=7200') }) }],
    'no-validators',
    24,
  ],
  [
    'a 304 that repeats nothing after max-age',
    [{ outcome: fresh({ headers: headers('max-age=7200') }) }, { outcome: unmodified() }],
    'max-age',
    2,
  ],
  [
    'a 304 with another max-age',
    [
      { outcome: fresh({ headers: headers('max-age=7200') }) },
      { outcome: unmodified({ headers: headers('max-age=10800') }) },
    ],
    'max-age',
    3,
  ],
  [
    'a 304 that takes max-age back',
    [
      { outcome: fresh({ headers: headers('max-age=7200') }) },
      { outcome: unmodified({ headers: headers('no-cache') }) },
    ],
    'hourly',
    1,
  ],
  ['ttl', [{ outcome: fresh(), reading: { ...read, hints: { ...noHints, ttlMinutes: 180 } } }], 'ttl', 3],
  ['ttl of a week', [{ outcome: fresh(), reading: { ...read, hints: { ...noHints, ttlMinutes: 10_080 } } }], 'ttl', 24],
  ['a negative ttl', [{ outcome: fresh(), reading: { ...read, hints: { ...noHints, ttlMinutes: -60 } } }], 'hourly', 1],
  [
    'ttl after a failure',
    [{ outcome: fresh(), reading: { ...read, hints: { ...noHints, ttlMinutes: 180 } } }, { outcome: failed() }],
    'ttl',
    3,
  ],
  [
    'an update period of a day',
    [{ outcome: fresh(), reading: { ...read, hints: { ...noHints, updatePeriodSeconds: 86_400 } } }],
    'update-period',
    24,
  ],
  [
    'an update period of a year',
    [{ outcome: fresh(), reading: { ...read, hints: { ...noHints, updatePeriodSeconds: 365 * 86_400 } } }],
    'update-period',
    24,
  ],
  [
    'the longest of several hints',
    [
      {
        outcome: fresh({ headers: headers('max-age=7200') }),
        reading: { ...read, hints: { ...noHints, ttlMinutes: 180 } },
      },
    ],
    'ttl',
    3,
  ],
  ['an hourly newsroom', [{ outcome: fresh(), reading: hourlyPosts }], 'hourly', 1],
  ['a daily blog', [{ outcome: fresh(), reading: posts(2, 26, 50, 74) }], 'pace', 6],
  ['a monthly letter', [{ outcome: fresh(), reading: posts(1, 721, 1_441) }], 'pace', 24],
  ['a newsroom silent for 12 hours', [{ outcome: fresh(), reading: posts(12, 13, 14, 15) }], 'pace', 3],
  ['posts dated in the future', [{ outcome: fresh(), reading: posts(-9_000, -48, 0.5, 1.5, 2.5) }], 'hourly', 1],
  ['too few posts for a pace', [{ outcome: fresh(), reading: posts(1, 721) }], 'hourly', 1],
  ['an unreadable answer', [{ outcome: fresh(), reading: { kind: 'unreadable' } }], 'failing', 1],
  ['a refused address', [{ outcome: refused('address') }], 'failing', 1],
  ['unreachable robots rules', [{ outcome: refused('robots-unreachable') }], 'failing', 1],
  ['Retry-After over the back-off', [{ outcome: failed({ status: 429, retryAfter: '10800' }) }], 'retry-after', 3],
  ['a short Retry-After', [{ outcome: failed({ status: 429, retryAfter: '30' }) }], 'hourly', 1],
  ['Retry-After of a month', [{ outcome: failed({ status: 503, retryAfter: '2592000' }) }], 'retry-after', 168],
  [
    'Retry-After in the past',
    [{ outcome: failed({ status: 503, retryAfter: 'Mon, 27 Jan 2025 09:00:00 GMT' }) }],
    'failing',
    1,
  ],
  ['garbage for Retry-After', [{ outcome: failed({ status: 503, retryAfter: 'later' }) }], 'failing', 1],
  ['a new page', [{ outcome: fresh(), policy: page }], 'hourly', 1],
  [
    'a page without validators',
    [{ outcome: fresh({ etag: null, lastModified: null }), policy: page }],
    'no-validators',
    24,
  ],
])('planNextFetch waits after %s', (_, visits, rule, hours) => {
  const state = after(...visits);
  expect([state.dueRule, waitHours(state)]).toEqual([rule, hours]);
});

test('planNextFetch waits 1, 2, 4 hours and up to a day after failures of any kind, and starts anew after one answer', () => {
  const outcomes = [
    failed(),
    failed({ reason: 'timeout', status: null }),
    failed({ reason: 'sign-in', status: 403 }),
    failed({ reason: 'not-found', status: 404 }),
    failed({ reason: 'asked-to-wait', status: 429 }),
    failed({ reason: 'unreachable', status: null }),
    failed(),
  ];
  const waits = outcomes.map((_, index) =>
    waitHours(after(...outcomes.slice(0, index + 1).map((outcome) => ({ outcome })))),
  );
  expect(waits).toEqual([1, 2, 4, 8, 16, 24, 24]);
  const recovered = after(...outcomes.map((outcome) => ({ outcome })), { outcome: fresh() });
  expect([recovered.failureCount, waitHours(recovered)]).toEqual([0, 1]);
});

test('planNextFetch doubles the wait for a page that stays the same, up to seven days', () => {
  const waits = (validators: Partial<Fresh>, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const again = Array.from({ length: index }, () => ({ outcome: fresh(validators), reading: same, policy: page }));
      return waitHours(after({ outcome: fresh(validators), policy: page }, ...again));
    });
  expect(waits({}, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 168, 168]);
  expect(waits({ etag: null, lastModified: null }, 5)).toEqual([24, 48, 96, 168, 168]);
});

test('planNextFetch comes back soon to a page that changed', () => {
  const quiet = [{ outcome: fresh(), policy: page }, ...Array(4).fill({ outcome: unmodified(), policy: page })];
  expect(waitHours(after(...quiet))).toBe(16);
  expect(waitHours(after(...quiet, { outcome: fresh(), policy: page }))).toBe(1);
});

test('planNextFetch asks a feed without dates less often the longer it stays the same', () => {
  const days = (count: number) =>
    after({ outcome: fresh() }, { outcome: unmodified(), now: start.add({ hours: 24 * count }) });
  expect([1, 2, 4, 30].map((count) => waitHours(days(count)))).toEqual([6, 12, 24, 24]);
});

test('planNextFetch keeps the pace of a feed whose unchanged body was not read again', () => {
  const monthly = { outcome: fresh(), reading: posts(1, 721, 1_441) };
  expect(waitHours(after(monthly, { outcome: fresh(), reading: same }))).toBe(24);
  expect(waitHours(after(monthly, { outcome: fresh(), reading: read }))).toBe(1);
});

test.each<[string, Visit[], string | null, string | null]>([
  [
    'a second answer',
    [{ outcome: fresh() }, { outcome: fresh({ etag: 'W/"b"' }) }],
    'W/"b"',
    'Tue, 28 Jan 2025 08:00:00 GMT',
  ],
  ['an answer without any', [{ outcome: fresh() }, { outcome: fresh({ etag: null, lastModified: null }) }], null, null],
  ['a 304 without any', [{ outcome: fresh() }, { outcome: unmodified() }], '"a"', 'Tue, 28 Jan 2025 08:00:00 GMT'],
  [
    'a 304 with a new ETag',
    [{ outcome: fresh() }, { outcome: unmodified({ etag: '"b"' }) }],
    '"b"',
    'Tue, 28 Jan 2025 08:00:00 GMT',
  ],
  ['a 304 with a new date', [{ outcome: fresh() }, { outcome: unmodified({ lastModified: 'now' }) }], '"a"', 'now'],
  [
    'the same body with a new ETag',
    [{ outcome: fresh() }, { outcome: fresh({ etag: '"b"', lastModified: null }), reading: same }],
    '"b"',
    null,
  ],
  [
    'an unreadable answer',
    [{ outcome: fresh() }, { outcome: fresh({ etag: '"b"' }), reading: { kind: 'unreadable' } }],
    '"a"',
    'Tue, 28 Jan 2025 08:00:00 GMT',
  ],
  ['a failure', [{ outcome: fresh() }, { outcome: failed() }], '"a"', 'Tue, 28 Jan 2025 08:00:00 GMT'],
])('planNextFetch keeps the validators of %s', (_, visits, etag, lastModified) => {
  expect(after(...visits)).toMatchObject({ etag, lastModified });
});

test('planNextFetch never asks a gone address again', () => {
  const state = after({ outcome: fresh() }, { outcome: gone });
  expect(state).toMatchObject({ nextDueAt: null, dueRule: 'gone', goneAt: start.add({ hours: 1 }) });
});

test('planNextFetch forgets a request that we broke off', () => {
  const state = after({ outcome: fresh() });
  const options = { now: start.add({ hours: 1 }), policy: feed, jitter: 0, reading: null };
  expect(planNextFetch(state, failed({ reason: 'stopped', status: null }), options)).toBe(state);
});

test('planNextFetch asks again in a day where robots rules forbid, without counting a visit or failure', () => {
  const state = after({ outcome: fresh(), policy: page }, { outcome: refused('robots'), policy: page });
  expect(state).toMatchObject({ dueRule: 'robots', failureCount: 0, lastFetchedAt: start, etag: '"a"' });
  expect(state.nextDueAt).toEqual(start.add({ hours: 25 }));
});

test.each<[string, FeedHintsChange, string]>([
  ['an hour', { skipHours: [10, 11] }, '2025-01-28T12:00:00Z'],
  ['a day', { skipDays: ['Tuesday'] }, '2025-01-29T00:00:00Z'],
  ['nothing near', { skipHours: [12] }, '2025-01-28T10:00:00Z'],
])('planNextFetch moves out of %s that the feed skips', (_, change, dueAt) => {
  const reading = { ...read, hints: { ...noHints, ...change } };
  expect(after({ outcome: fresh(), reading }).nextDueAt?.toString()).toBe(dueAt);
  expect(after({ outcome: fresh(), reading }, { outcome: failed(), now: start }).nextDueAt?.toString()).toBe(dueAt);
});

type FeedHintsChange = { readonly skipHours?: readonly number[]; readonly skipDays?: readonly string[] };

test('postponeSkipped holds a late visit back while the feed skips', () => {
  const state = after({ outcome: fresh(), reading: { ...read, hints: { ...noHints, skipHours: [11] } } });
  expect(postponeSkipped(state, start.add({ hours: 1 }))).toBeNull();
  expect(postponeSkipped(state, start.add({ hours: 2, minutes: 5 }))).toMatchObject({
    nextDueAt: start.add({ hours: 3 }),
    dueRule: 'skipped',
  });
});

const newUrl = 'https://new.example/feed';
const permanent: readonly Redirect[] = [{ from: url, to: newUrl, status: 301 }];
const temporary: readonly Redirect[] = [{ from: url, to: newUrl, status: 302 }];

function daily(...outcomes: readonly (FetchOutcome | [FetchOutcome, Reading])[]): FetchState {
  return after(
    ...outcomes.map((each, index) => {
      const now = start.add({ hours: 24 * index });
      return Array.isArray(each) ? { outcome: each[0], reading: each[1], now } : { outcome: each, now };
    }),
  );
}

const movedFresh = fresh({ redirects: permanent, finalUrl: newUrl });
const movedSame = unmodified({ redirects: permanent, finalUrl: newUrl });

test.each<[string, FetchState, string | null]>([
  ['two visits', daily(movedFresh, movedFresh), null],
  ['three visits', daily(movedFresh, movedFresh, movedFresh), newUrl],
  ['a 304 behind the redirect', daily(movedFresh, movedSame, movedSame), newUrl],
  ['a failure between', daily(movedFresh, movedFresh, failed(), movedFresh), newUrl],
  ['308', daily(...Array(3).fill(fresh({ redirects: [{ from: url, to: newUrl, status: 308 }] }))), newUrl],
  ['302', daily(...Array(3).fill(fresh({ redirects: temporary }))), null],
  ['307', daily(...Array(3).fill(fresh({ redirects: [{ from: url, to: newUrl, status: 307 }] }))), null],
  [
    'a permanent hop behind a temporary one',
    daily(...Array(3).fill(fresh({ redirects: [...temporary, { from: newUrl, to: url, status: 301 }] }))),
    null,
  ],
  [
    'a temporary hop behind a permanent one',
    daily(
      ...Array(3).fill(
        fresh({ redirects: [...permanent, { from: newUrl, to: 'https://cdn.example/1', status: 302 }] }),
      ),
    ),
    newUrl,
  ],
  [
    'two permanent hops',
    daily(
      ...Array(3).fill(
        fresh({ redirects: [...permanent, { from: newUrl, to: 'https://last.example/', status: 308 }] }),
      ),
    ),
    'https://last.example/',
  ],
  ['an answer from the old address between', daily(movedFresh, movedFresh, fresh(), movedFresh), null],
  [
    'another target',
    daily(movedFresh, movedFresh, fresh({ redirects: [{ from: url, to: 'https://else.example/', status: 301 }] })),
    null,
  ],
  ['a sign-in page of a network', daily(...Array(5).fill([movedFresh, { kind: 'unreadable' }])), null],
  [
    'three visits within a day',
    after(...[0, 1, 2, 20].map((hours) => ({ outcome: movedFresh, now: start.add({ hours }) }))),
    null,
  ],
  [
    'visits a day apart with others between',
    after(...[0, 5, 24, 30, 47, 48].map((hours) => ({ outcome: movedFresh, now: start.add({ hours }) }))),
    newUrl,
  ],
])('settledMove after %s', (_, state, expected) => {
  expect(settledMove(state)).toBe(expected);
});

test('planNextFetch stretches waits by jitter, upwards and by ten minutes at most', () => {
  const minutes = (visits: Visit[]) => (waitHours(after(...visits)) ?? 0) * 60;
  expect(minutes([{ outcome: fresh(), jitter: 1 }])).toBe(63);
  expect(minutes([{ outcome: fresh({ etag: null, lastModified: null }), jitter: 1 }])).toBe(24 * 60 + 10);
  expect(minutes([{ outcome: failed({ retryAfter: '604800' }), jitter: 0.5 }])).toBe(7 * 24 * 60 + 5);
});

const outcomes = fc.oneof(
  fc.constant(fresh()),
  fc.constant(fresh({ etag: null, lastModified: null })),
  fc.integer({ min: 0, max: 200_000 }).map((seconds) => fresh({ headers: headers(`max-age=${seconds}`) })),
  fc.constant(unmodified()),
  fc.constant(failed()),
  fc.integer({ min: 0, max: 2_000_000 }).map((seconds) => failed({ status: 429, retryAfter: `${seconds}` })),
  fc.constant(refused('robots')),
);

test('planNextFetch keeps at least an hour and at most a week between visits, whatever happens', () => {
  const hints = fc.record({
    ttlMinutes: fc.option(fc.integer({ min: -10, max: 100_000 })),
    updatePeriodSeconds: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
    skipHours: fc.array(fc.integer({ min: 0, max: 24 }), { maxLength: 12 }),
    skipDays: fc.constant([]),
  });
  const visit = fc.record({ outcome: outcomes, jitter: fc.double({ min: 0, max: 1, noNaN: true }), hints });
  fc.assert(
    fc.property(fc.array(visit, { minLength: 1, maxLength: 30 }), fc.constantFrom(feed, page), (visits, policy) => {
      let state = unvisited;
      for (const { outcome, jitter, hints: told } of visits) {
        const now = state.nextDueAt ?? start;
        state = planNextFetch(state, outcome, { now, policy, jitter, reading: { ...read, hints: told } });
        const hours = state.nextDueAt?.since(now).total('hours') ?? 0;
        expect(hours).toBeGreaterThanOrEqual(1);
        // Ten minutes of jitter twice, and a run of skipped hours, may follow the longest wait.
        expect(hours).toBeLessThanOrEqual(7 * 24 + 24 + 1);
        expect(postponeSkipped(state, state.nextDueAt ?? start)).toBeNull();
      }
    }),
    { numRuns: 150 },
  );
});

test.each<[FetchState, string]>([
  [unvisited, 'Not visited yet. The first visit is due 28 Jan 09:00.'],
  [after({ outcome: fresh() }), 'Next visit 28 Jan 10:00: no address is asked more often than once an hour.'],
  [
    after({ outcome: failed({ status: 429, retryAfter: '7200' }) }),
    'The site asked us to wait until 28 Jan 11:00. We wait.',
  ],
  [
    after({ outcome: failed() }),
    'Next visit 28 Jan 10:00: the last visit failed, and each failure doubles the wait up to a day.',
  ],
  [after({ outcome: gone }), 'The address is gone (410). We stopped asking.'],
  [
    after(
      { outcome: fresh(), policy: page },
      { outcome: unmodified(), policy: page },
      { outcome: unmodified(), policy: page },
    ),
    'Next visit 28 Jan 16:00: the last 2 visits found nothing new, and each such visit doubles the wait.',
  ],
  [{ ...unvisited, dueRule: 'by-hand' }, 'Next visit 28 Jan 09:00: somebody asked for it.'],
  [{ ...unvisited, nextDueAt: null, dueRule: 'given-up' }, 'It could not be read for days. We stopped asking.'],
  [
    { ...unvisited, nextDueAt: null, dueRule: 'set-aside' },
    'It could not be read safely, three times. It waits until somebody asks for it.',
  ],
  [after({ outcome: refused('waiting') }), 'Next visit 28 Jan 10:00: the site behind its redirect asked us to wait.'],
  [{ ...unvisited, nextDueAt: null }, 'No visit is planned.'],
  [{ ...after({ outcome: fresh() }), dueRule: 'from-another-version' }, 'Next visit 28 Jan 10:00.'],
])('explainDue says why the next visit is when it is: %#', (state, expected) => {
  const format = (instant: Temporal.Instant) => instant.toString().replace(/.*-(\d\d)T(\d\d:\d\d).*/, '$1 Jan $2');
  expect(explainDue(state, format)).toBe(expected);
});
