import { expect, test } from 'vitest';
import { countOrigins, emptyTally, findMoves, leadingStance, type Tally } from '#src/core/digest/balance.ts';

function tally(supports: number, reports: number, disputes: number): Tally {
  return { supports, reports, disputes };
}

test.each([
  [tally(0, 0, 0), null],
  [tally(1, 0, 0), 'supports'],
  [tally(2, 2, 0), null],
  [tally(2, 2, 2), null],
  [tally(0, 3, 4), 'disputes'],
])('leadingStance of %j is %j', (counts, expected) => {
  expect(leadingStance(counts)).toBe(expected);
});

test('countOrigins adds the three stances', () => {
  expect(countOrigins(tally(3, 9, 5))).toBe(17);
});

test.each([
  ['nothing at all', emptyTally, emptyTally, []],
  ['a first quote, whatever else is new with it', emptyTally, tally(0, 1, 0), ['first-seen']],
  ['more of the same', tally(3, 7, 4), tally(3, 9, 4), []],
  ['a new stance', tally(0, 7, 4), tally(1, 7, 4), ['new-stance']],
  ['a lead taken from another stance', tally(3, 2, 0), tally(3, 4, 0), ['lead-changed']],
  ['a tie broken', tally(3, 3, 1), tally(4, 3, 1), ['lead-changed']],
  ['a lead lost to a tie', tally(4, 3, 1), tally(4, 4, 1), []],
  ['a new stance that leads at once', tally(1, 0, 0), tally(1, 2, 0), ['new-stance', 'lead-changed']],
  ['evidence that went away', tally(2, 1, 0), emptyTally, []],
])('findMoves on %s', (_case, before, now, expected) => {
  expect(findMoves(before, now, []).map((move) => move.kind)).toEqual(expected);
});

test('findMoves names the first value outside the claim before all other reasons', () => {
  const values = [
    { written: '$5.6m', isOutside: false },
    { written: '$1.6bn', isOutside: true },
  ];
  const moves = findMoves(tally(0, 3, 0), tally(1, 3, 0), values);
  expect(moves.map((move) => move.words)).toEqual([
    'a value far outside the claim was seen for the first time: $1.6bn.',
    '“supports” appeared for the first time.',
  ]);
});

test('findMoves says from whom a lead was taken, or that it was level', () => {
  expect(findMoves(tally(3, 2, 0), tally(3, 4, 0), [])[0]?.words).toBe('“reports” took the lead from “supports”.');
  expect(findMoves(tally(3, 3, 1), tally(4, 3, 1), [])[0]?.words).toBe(
    '“supports” took the lead; it was level with “reports” before.',
  );
});
