import { expect, test } from 'vitest';
import { freshSeconds } from '#src/core/fetch/cache-hints.ts';

const now = Temporal.Instant.from('2025-01-28T09:00:00Z');

test.each<[Record<string, string>, number]>([
  [{ 'cache-control': 'max-age=7200' }, 7_200],
  [{ 'cache-control': 'public, MAX-AGE = 7200 , must-revalidate' }, 7_200],
  [{ 'cache-control': 'max-age="7200"' }, 7_200],
  [{ 'cache-control': 'max-age=600, s-maxage=7200' }, 7_200],
  [{ 'cache-control': 's-maxage=600, max-age=7200' }, 7_200],
  [{ 'cache-control': 'no-cache, max-age=7200' }, 7_200],
  [{ 'cache-control': 'max-age=, max-age=7200' }, 7_200],
  [{ 'cache-control': 'max-age=31536000' }, 86_400],
  [{ 'cache-control': `max-age=${'9'.repeat(400)}` }, 86_400],
  [{ expires: 'Tue, 28 Jan 2025 11:00:00 GMT' }, 7_200],
  [{ expires: 'Tue, 28 Jan 2025 11:00:00 GMT', 'cache-control': 'max-age=600' }, 7_200],
  [{ expires: 'Tue, 28 Jan 2025 09:10:00 GMT', 'cache-control': 'max-age=7200' }, 7_200],
  [{ expires: 'Tue, 28 Jan 2025 11:00:00 GMT', 'cache-control': 'no-cache' }, 7_200],
  [{ expires: 'Mon, 27 Jan 2025 11:00:00 GMT', date: 'Mon, 27 Jan 2025 09:00:00 GMT' }, 7_200],
  [{ expires: 'Tue, 28 Jan 2025 11:00:00 GMT', date: 'today' }, 7_200],
  [{ expires: 'Thu, 28 Jan 2038 11:00:00 GMT' }, 86_400],
])('freshSeconds of %j is %i', (headers, expected) => {
  expect(freshSeconds(headers, now)).toBe(expected);
});

test.each<Record<string, string>>([
  {},
  { 'cache-control': '' },
  { 'cache-control': 'no-cache' },
  { 'cache-control': 'no-store' },
  { 'cache-control': 'max-age=0' },
  { 'cache-control': 'max-age=-1' },
  { 'cache-control': 'max-age=2h' },
  { 'cache-control': 'max-age=7200.5' },
  { 'cache-control': 'x-max-age=7200' },
  { 'cache-control': 'stale-while-revalidate=7200' },
  { 'cache-control': 'max-age 7200' },
  { expires: '0' },
  { expires: '-1' },
  { expires: 'Tue, 28 Jan 2025 08:00:00 GMT' },
  { expires: 'never' },
  { date: 'Tue, 28 Jan 2025 11:00:00 GMT' },
])('freshSeconds finds no hint in %j', (headers) => {
  expect(freshSeconds(headers, now)).toBeNull();
});
