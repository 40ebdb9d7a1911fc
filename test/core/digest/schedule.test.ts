import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DigestPlan, findDueDigest, nextDigestAt } from '#src/core/digest/schedule.ts';

const instant = (text: string) => Temporal.Instant.from(text);

function plan(rest: Partial<DigestPlan> = {}): DigestPlan {
  const addedAt = instant('2025-01-01T00:00:00Z');
  return { localTime: '07:00', zone: 'UTC', addedAt, lastDate: null, lastEnd: null, ...rest };
}

/** The digest that is due, as date and window, or null. */
function due(at: DigestPlan, now: string, firstLookEndedAt: string | null = null) {
  const end = firstLookEndedAt === null ? null : instant(firstLookEndedAt);
  const slot = findDueDigest(at, { now: instant(now), firstLookEndedAt: end });
  return slot === null ? null : `${slot.date} ${slot.window.start} ${slot.window.end}`;
}

describe('findDueDigest', () => {
  const told = plan({ lastDate: '2025-01-29', lastEnd: instant('2025-01-29T07:00:00Z') });

  test('is due at the reader’s time and not before, from the last digest to that time', () => {
    expect(due(told, '2025-01-30T06:59:59Z')).toBeNull();
    expect(due(told, '2025-01-30T07:00:00Z')).toBe('2025-01-30 2025-01-29T07:00:00Z 2025-01-30T07:00:00Z');
    expect(due(told, '2025-01-30T23:59:00Z')).toBe('2025-01-30 2025-01-29T07:00:00Z 2025-01-30T07:00:00Z');
  });

  test('is due once a date, also when the clock steps back', () => {
    const now = plan({ lastDate: '2025-01-30', lastEnd: instant('2025-01-30T07:00:00Z') });
    expect(due(now, '2025-01-30T07:00:01Z')).toBeNull();
    expect(due(now, '2025-01-30T05:00:00Z')).toBeNull();
    expect(due(now, '2025-01-29T12:00:00Z')).toBeNull();
  });

  test('covers everything since the last one after a long silence, under the newest date', () => {
    expect(due(told, '2025-02-05T06:00:00Z')).toBe('2025-02-04 2025-01-29T07:00:00Z 2025-02-04T07:00:00Z');
  });

  test('is due to a new ledger as soon as its first look has ended, whatever the time', () => {
    const reader = plan({ addedAt: instant('2025-01-30T15:00:00Z') });
    expect(due(reader, '2025-01-30T15:05:00Z')).toBeNull();
    const first = '2025-01-30 2025-01-29T15:04:00Z 2025-01-30T15:04:00Z';
    expect(due(reader, '2025-01-30T15:05:00Z', '2025-01-30T15:04:00Z')).toBe(first);
  });

  test('is due to a reader who came later at the next time only', () => {
    const reader = plan({ addedAt: instant('2025-01-30T15:00:00Z') });
    expect(due(reader, '2025-01-30T16:00:00Z', '2025-01-20T12:00:00Z')).toBeNull();
    const first = '2025-01-31 2025-01-30T07:00:00Z 2025-01-31T07:00:00Z';
    expect(due(reader, '2025-01-31T07:00:00Z', '2025-01-20T12:00:00Z')).toBe(first);
  });

  test.each([
    ['a time that does not exist that day is served an hour later', 'Europe/Berlin', '02:30', '2025-03-30', '01:30'],
    ['a time that exists twice is served at the first', 'Europe/Berlin', '02:30', '2025-10-26', '00:30'],
    ['a clock change of half an hour', 'Australia/Lord_Howe', '07:00', '2025-10-05', '2025-10-04T20:00'],
    ['a leap day', 'America/New_York', '07:00', '2024-02-29', '12:00'],
    ['a zone far ahead', 'Pacific/Apia', '07:00', '2025-01-30', '2025-01-29T18:00'],
  ])('%s', (_, zone, localTime, date, dueAt) => {
    const yesterday = Temporal.PlainDate.from(date).subtract({ days: 1 }).toString();
    const end = Temporal.PlainDate.from(yesterday).toZonedDateTime(zone).toInstant();
    const at = instant(dueAt.length === 5 ? `${date}T${dueAt}:00Z` : `${dueAt}:00Z`);
    const reader = plan({ zone, localTime, lastDate: yesterday, lastEnd: end });
    expect(due(reader, at.subtract({ seconds: 1 }).toString())).toBeNull();
    expect(due(reader, at.toString())).toBe(`${date} ${end} ${at}`);
  });

  test('tells each instant once: windows abut and dates grow, whatever zone, time and pauses', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia');
    const change = fc.record({
      hours: fc.integer({ min: 1, max: 60 }),
      zone: zones,
      hour: fc.integer({ min: 0, max: 23 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 60 }), (changes) => {
        let now = instant('2025-03-01T00:00:00Z');
        let last: Pick<DigestPlan, 'lastDate' | 'lastEnd'> = { lastDate: null, lastEnd: null };
        for (const { hours, zone, hour } of changes) {
          now = now.add({ hours });
          const reader = plan({ zone, localTime: `${String(hour).padStart(2, '0')}:30`, ...last });
          const slot = findDueDigest(reader, { now, firstLookEndedAt: null });
          if (slot === null) continue;
          if (last.lastEnd !== null) expect(slot.window.start).toEqual(last.lastEnd);
          if (last.lastDate !== null) expect(slot.date > last.lastDate).toBe(true);
          expect(Temporal.Instant.compare(slot.window.start, slot.window.end)).toBe(-1);
          expect(Temporal.Instant.compare(slot.window.end, now)).toBeLessThanOrEqual(0);
          last = { lastDate: slot.date, lastEnd: slot.window.end };
        }
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  ['later the same day', '2025-01-29', '2025-01-30T05:00:00Z', '2025-01-30T07:00:00Z'],
  ['tomorrow, once today was told', '2025-01-30', '2025-01-30T07:30:00Z', '2025-01-31T07:00:00Z'],
  ['tomorrow, when today was told early', '2025-01-30', '2025-01-30T05:00:00Z', '2025-01-31T07:00:00Z'],
  ['today, to a reader who was told nothing yet', null, '2025-01-30T05:00:00Z', '2025-01-30T07:00:00Z'],
])('nextDigestAt is %s', (_, lastDate, now, next) => {
  expect(nextDigestAt(plan({ lastDate }), instant(now)).toString()).toBe(next);
});
