import { expect, test } from 'vitest';
import { parseHttpDate, parseRetryAfter } from '#src/core/fetch/retry-after.ts';

const now = Temporal.Instant.from('2025-01-28T09:00:00Z');

test.each([
  ['120', '2025-01-28T09:02:00Z'],
  [' 3600 ', '2025-01-28T10:00:00Z'],
  ['Tue, 28 Jan 2025 11:30:00 GMT', '2025-01-28T11:30:00Z'],
  ['Tuesday, 28-Jan-25 11:30:00 GMT', '2025-01-28T11:30:00Z'],
  ['Tue Jan 28 11:30:00 2025', '2025-01-28T11:30:00Z'],
  ['Sun, 28 Jan 2025 11:30:00 GMT', '2025-01-28T11:30:00Z'],
  ['31536000', '2025-02-04T09:00:00Z'],
  ['9'.repeat(300), '2025-02-04T09:00:00Z'],
  ['Thu, 28 Jan 2038 11:30:00 GMT', '2025-02-04T09:00:00Z'],
])('parseRetryAfter waits as %j asks', (header, expected) => {
  expect(parseRetryAfter(header, now)?.toString()).toBe(expected);
});

test.each([
  null,
  '',
  '0',
  '-120',
  '1.5',
  '2m',
  'soon',
  '2025-01-29',
  'Tue, 28 Jan 2025 08:59:59 GMT',
  'Tue, 99 Jan 2025 11:30:00 GMT',
])('parseRetryAfter finds no wish in %j', (header) => {
  expect(parseRetryAfter(header, now)).toBeNull();
});

test('parseHttpDate wants a time of day', () => {
  expect(parseHttpDate('28 Jan 2025')).toBeNull();
  expect(parseHttpDate('Tue, 28 Jan 2025 11:30:00 GMT')?.toString()).toBe('2025-01-28T11:30:00Z');
});
