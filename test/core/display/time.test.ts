import { expect, test } from 'vitest';
import {
  calendarOf,
  formatClock,
  formatDay,
  formatExact,
  formatLive,
  formatLongDay,
  formatMoment,
  formatWeekday,
  formatWindow,
} from '#src/core/display/time.ts';

const utc = calendarOf('2025-01-30', 'UTC');

test.each([
  ['2025-01-30T05:48:12Z', utc, 'Thu 30 Jan, 05:48'],
  ['2025-01-30T05:48:12+01:00', utc, 'Thu 30 Jan, 04:48'],
  ['2025-01-29T23:30:00Z', calendarOf('2025-01-30', 'Europe/Berlin'), 'Thu 30 Jan, 00:30'],
  ['2024-12-27T09:00:00Z', utc, '27 Dec 2024'],
  ['2025-01-29', utc, '29 Jan'],
  ['2024-01-29', utc, '29 Jan 2024'],
  ['last Tuesday', utc, ''],
  ['', utc, ''],
])('formatMoment writes %j', (moment, calendar, expected) => {
  expect(formatMoment(moment, calendar)).toBe(expected);
});

test.each([
  ['2025-01-30T09:40:00Z', 'today 09:40'],
  ['2025-01-29T23:59:00Z', 'yesterday 23:59'],
  ['2025-01-31T07:00:00Z', 'tomorrow 07:00'],
  ['2025-01-28T07:00:00Z', 'Tue 28 Jan'],
  ['2024-12-28T07:00:00Z', 'Sat 28 Dec 2024'],
])('formatLive writes %s as %s', (instant, expected) => {
  expect(formatLive(instant, { zone: 'UTC', now: Temporal.Instant.from('2025-01-30T10:00:00Z') })).toBe(expected);
});

test.each([
  ['2025-01-29T07:00:00Z', '2025-01-30T07:00:00Z', 'Wed 07:00 to Thu 07:00'],
  ['2025-01-01T07:00:00Z', '2025-01-30T07:00:00Z', '1 Jan, 07:00 to 30 Jan, 07:00'],
])('formatWindow writes %s to %s', (start, end, expected) => {
  expect(formatWindow({ start, end }, utc)).toBe(expected);
});

test('days, clocks and exact seconds have one form each', () => {
  expect(formatDay('2024-01-30', utc)).toBe('30 Jan 2024');
  expect(formatWeekday('2025-01-29', utc)).toBe('Wed 29 Jan');
  expect(formatLongDay('2025-01-30')).toBe('Thursday 30 January 2025');
  expect(formatClock('2025-01-30T06:02:59Z', 'Asia/Kolkata')).toBe('11:32');
  expect(formatExact('2025-01-30T05:48:12.9Z')).toBe('2025-01-30 05:48:13 UTC');
  expect(formatExact('2025-01-30')).toBe('2025-01-30');
});

test.each([
  ['de', '30. Jan.', 'Do 30. Jan., 05:48', 'Donnerstag, 30. Januar 2025', '30. Jan. 2024'],
  ['pt-BR', '30 de jan.', 'qui. 30 de jan., 05:48', 'quinta-feira, 30 de janeiro de 2025', '30 de jan. de 2024'],
  ['fa', '30 ژانویه', 'پنجشنبه 30 ژانویه, 05:48', 'پنجشنبه 30 ژانویهٔ 2025', '30 ژانویه 2024'],
  ['en', '30 Jan', 'Thu 30 Jan, 05:48', 'Thursday 30 January 2025', '30 Jan 2024'],
])('days are written in %s, by the Gregorian calendar in Western digits', (language, day, moment, long, other) => {
  const calendar = { ...utc, language };
  expect(formatDay('2025-01-30', calendar)).toBe(day);
  expect(formatMoment('2025-01-30T05:48:12Z', calendar)).toBe(moment);
  expect(formatLongDay('2025-01-30', calendar)).toBe(long);
  expect(formatDay('2024-01-30', calendar)).toBe(other);
});
