import { expect, test } from 'vitest';
import { parseDurationMs } from '#src/core/duration.ts';

test.each([
  ['2s', 2_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  ['0s', 0],
  ['1.5h', 5_400_000],
  [' 90 m ', 5_400_000],
  ['0.001s', 1],
])('parseDurationMs reads "%s"', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test.each(['', '5', 's', '-1h', '1w', '1H', '1h30m', '1e3s', '1,5h', '1.2345s', '1234567s', 'PT1H', 'soon', '१h'])(
  'parseDurationMs does not read "%s"',
  (text) => {
    expect(parseDurationMs(text)).toBeNull();
  },
);
