import { expect, test } from 'vitest';
import {
  afterStart,
  earliestStart,
  type HostState,
  planStarts,
  silenceAfter,
  startSpacingMs,
} from '#src/core/fetch/host-schedule.ts';
import type { Failed } from '#src/core/fetch/outcome.ts';

const now = Temporal.Instant.from('2025-01-28T09:00:00Z');
const quiet: HostState = { nextStartAt: null, blockedUntil: null, crawlDelayMs: null };
const failed: Failed = {
  kind: 'failed',
  reason: 'asked-to-wait',
  detail: null,
  status: 429,
  retryAfter: null,
  finalUrl: 'https://a.example/feed',
  redirects: [],
  durationMs: 5,
};

test.each([
  [null, 2_000, 2_000],
  [null, 0, 0],
  [10_000, 2_000, 10_000],
  [500, 2_000, 2_000],
  [600_000, 2_000, 60_000],
])('startSpacingMs of a delay of %j over %i ms is %i', (crawlDelayMs, spacingMs, expected) => {
  expect(startSpacingMs(crawlDelayMs, spacingMs)).toBe(expected);
});

test('earliestStart waits for spacing and silence, and not for what has passed', () => {
  const soon = now.add({ seconds: 2 });
  const later = now.add({ hours: 1 });
  const earlier = now.subtract({ seconds: 1 });
  expect(earliestStart(quiet, now)).toEqual(now);
  expect(earliestStart({ ...quiet, nextStartAt: soon }, now)).toEqual(soon);
  expect(earliestStart({ ...quiet, nextStartAt: soon, blockedUntil: later }, now)).toEqual(later);
  expect(earliestStart({ ...quiet, nextStartAt: earlier, blockedUntil: earlier }, now)).toEqual(now);
});

test('afterStart keeps the next request of the host away', () => {
  expect(afterStart(quiet, { now, spacingMs: 2_000 }).nextStartAt).toEqual(now.add({ seconds: 2 }));
  const slow = { ...quiet, crawlDelayMs: 10_000 };
  expect(afterStart(slow, { now, spacingMs: 2_000 }).nextStartAt).toEqual(now.add({ seconds: 10 }));
});

test('planStarts spaces starts out and gives only those that wait no longer than wished', () => {
  const wish = { now, count: 3, waitMsMax: 5_000, spacingMs: 2_000 };
  const inSeconds = (...seconds: readonly number[]) => seconds.map((second) => now.add({ seconds: second }));
  expect(planStarts(quiet, wish).startsAt).toEqual(inSeconds(0, 2, 4));
  expect(planStarts(quiet, wish).after.nextStartAt).toEqual(now.add({ seconds: 6 }));
  expect(planStarts(quiet, { ...wish, spacingMs: 0 }).startsAt).toEqual([now, now, now]);
  expect(planStarts({ ...quiet, crawlDelayMs: 4_000 }, wish).startsAt).toEqual(inSeconds(0, 4));
  const silent = { ...quiet, blockedUntil: now.add({ minutes: 1 }) };
  expect(planStarts(silent, wish)).toEqual({ startsAt: [], after: silent });
});

test.each<[string, Partial<Failed>, string | null]>([
  ['429 with seconds', { retryAfter: '120' }, '2025-01-28T09:02:00Z'],
  ['503 with a date', { status: 503, retryAfter: 'Tue, 28 Jan 2025 11:30:00 GMT' }, '2025-01-28T11:30:00Z'],
  ['429 without a wish', {}, '2025-01-28T10:00:00Z'],
  ['429 with a wish in the past', { retryAfter: 'Mon, 27 Jan 2025 11:30:00 GMT' }, '2025-01-28T10:00:00Z'],
  ['503 without a wish', { status: 503 }, null],
  ['no answer', { status: null }, null],
])('silenceAfter heeds %s', (_, change, expected) => {
  const until = silenceAfter({ ...failed, ...change }, { now, nextDueAt: now.add({ hours: 1 }) });
  expect(until?.toString() ?? null).toBe(expected);
});
