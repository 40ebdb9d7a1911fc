import { expect, test } from 'vitest';
import { afterSkipped } from '#src/core/fetch/skip-times.ts';

const everyHour = Array.from({ length: 24 }, (_, hour) => hour);
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

// 28 January 2025 is a Tuesday.
test.each<[string, number[], string[], string]>([
  ['2025-01-28T09:30:00Z', [], [], '2025-01-28T09:30:00Z'],
  ['2025-01-28T09:30:00Z', [8, 10], ['Monday'], '2025-01-28T09:30:00Z'],
  ['2025-01-28T09:30:00Z', [9], [], '2025-01-28T10:00:00Z'],
  ['2025-01-28T09:30:00Z', [9, 10, 11], [], '2025-01-28T12:00:00Z'],
  ['2025-01-28T23:30:00Z', [23, 0, 1], [], '2025-01-29T02:00:00Z'],
  ['2025-01-28T00:30:00Z', [24], [], '2025-01-28T01:00:00Z'],
  ['2025-01-28T09:30:00Z', [], ['Tuesday'], '2025-01-29T00:00:00Z'],
  ['2025-01-28T09:30:00Z', [], [' tuesday ', 'WEDNESDAY'], '2025-01-30T00:00:00Z'],
  ['2025-01-28T09:30:00Z', [0, 1], ['Tuesday'], '2025-01-29T02:00:00Z'],
  ['2025-01-28T09:30:00Z', [], ['Dienstag'], '2025-01-28T09:30:00Z'],
  ['2025-01-28T09:30:00Z', [99, -1], [], '2025-01-28T09:30:00Z'],
  ['2025-01-28T09:30:00Z', everyHour, [], '2025-01-28T09:30:00Z'],
  ['2025-01-28T09:30:00Z', [], days, '2025-01-28T09:30:00Z'],
])('afterSkipped moves %s past hours %j and days %j', (dueAt, skipHours, skipDays, expected) => {
  const hints = { ttlMinutes: null, updatePeriodSeconds: null, skipHours, skipDays };
  expect(afterSkipped(Temporal.Instant.from(dueAt), hints).toString()).toBe(expected);
});

test('afterSkipped leaves a feed without hints alone', () => {
  const dueAt = Temporal.Instant.from('2025-01-28T09:30:00Z');
  expect(afterSkipped(dueAt, null)).toBe(dueAt);
});
