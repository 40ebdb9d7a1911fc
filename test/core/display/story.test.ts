import { expect, test } from 'vitest';
import { describeKind, describePlace, describeRepeated, formatDelay } from '#src/core/display/story.ts';

test('copies are told by outlets, and by number when one outlet has them all', () => {
  expect(describeRepeated({ articleCount: 5, outletCount: 6 })).toBe('same words in 6 outlets');
  expect(describeRepeated({ articleCount: 8, outletCount: 1 })).toBe('8 copies');
  expect(describeRepeated({ articleCount: 1, outletCount: 1 })).toBe('1 copy');
  expect(describeRepeated(null)).toBe(null);
  expect(describeRepeated(undefined)).toBe(null);
});

test.each([
  [{ role: 'original', originId: 4, copyCount: 0 }, null],
  [{ role: 'original', originId: 4, copyCount: 1 }, '1 copy, not counted'],
  [{ role: 'original', originId: 4, copyCount: 3 }, '3 copies, not counted'],
  [{ role: 'copy', originId: 12, copyCount: 3 }, 'copy of article 12, not counted'],
  [{ role: 'derivative', originId: 12, copyCount: 1 }, 'retells article 12, not counted'],
  [{ role: 'spun', originId: 12, copyCount: 1 }, 'copy of article 12, rewritten by a machine, not counted'],
  [null, null],
] as const)('the place of an article in a list: %j', (story, words) => {
  expect(describePlace({ id: 4, story })).toBe(words);
});

test('a kind says whom it names', () => {
  expect(describeKind({ role: 'copy', credit: 'Harbour Wire' })).toBe('copy, names Harbour Wire');
  expect(describeKind({ role: 'spun', credit: null })).toBe('rewritten, names nobody');
  expect(describeKind({ role: 'derivative', credit: 'the origin' })).toBe('retold, names the origin');
});

test('delays are told as people say them', () => {
  const minute = 60_000;
  expect([0, 38, 72, 125, 47 * 60, 48 * 60, -5].map((minutes) => formatDelay(minutes * minute))).toEqual([
    '0 min',
    '38 min',
    '1 h 12 min',
    '2 h 05 min',
    '47 h 00 min',
    '2 days',
    'before',
  ]);
});
