import { expect, test } from 'vitest';
import { judgePoll, type PassResult, rival } from '#test/bench/poll-gates.ts';

const feedCount = 1_000;

function pass(name: string, rest: Partial<PassResult>): PassResult {
  const isHouse = name !== rival;
  return { name, isHouse, isCold: true, wallSeconds: 6, feedSeconds: 2, feedRequestCount: feedCount, ...rest };
}

/** Judges the passes and gives the gates that were not passed, with their figures. */
function check(results: readonly PassResult[], expected: readonly (readonly [string, number | null])[]): void {
  const failed = judgePoll(results, feedCount).filter(({ isPassed }) => !isPassed);
  expect(failed.map(({ name, figure }) => [name, figure])).toEqual(expected);
}

const rivals = [pass(rival, { wallSeconds: 3 }), pass(rival, { isCold: false, wallSeconds: 3 })];

test('a cold feed pass must be as fast as the rival, whatever its pages take; an unchanged one three times as fast', () => {
  check([...rivals, pass('own', {})], []);
  check([...rivals, pass('own', { feedSeconds: 4 })], [['own, cold: feed pass against urlwatch', 0.5]]);
  check([...rivals, pass('own', { isCold: false, feedSeconds: 0.5, wallSeconds: 3 })], []);
  check(
    [...rivals, pass('own', { isCold: false, feedSeconds: 1, wallSeconds: 4 })],
    [
      ['own, unchanged: feed pass against urlwatch', 2],
      ['own, unchanged: whole command against urlwatch', 0.75],
    ],
  );
});

test('each feed is asked exactly once', () => {
  check([...rivals, pass('own', { feedRequestCount: 1_010 })], [['own, cold: requests per feed', 1.01]]);
  check([...rivals, pass('own', { feedRequestCount: 999 })], [['own, cold: requests per feed', 0.999]]);
});

test('without the rival its gates are not passed, as nothing was measured', () => {
  check([pass('own', {})], [['own, cold: feed pass against urlwatch', null]]);
});
