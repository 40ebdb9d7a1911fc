import { expect, test } from 'vitest';
import { TermHits } from '#src/core/tagging/term-hits.ts';

test('TermHits lists terms in the order of their first hits, and the hits of each in theirs', () => {
  const hits = new TermHits(10);
  for (const [term, first, last] of [
    [7, 0, 0],
    [3, 1, 2],
    [7, 4, 5],
  ] as const)
    hits.add(term, first, last);
  expect(hits.terms).toEqual([7, 3]);
  expect(hits.of(7)).toEqual([
    { term: 7, first: 0, last: 0 },
    { term: 7, first: 4, last: 5 },
  ]);
  expect(hits.of(4)).toEqual([]);
  expect([hits.has(3), hits.has(4), hits.placeOf(3), hits.placeOf(4)]).toEqual([true, false, 1, -1]);
});

test('TermHits keeps what is added after a look, and any number of hits', () => {
  const hits = new TermHits(2);
  for (let word = 0; word < 5_000; word++) {
    hits.add(word % 2, word, word);
    if (word === 1) expect(hits.of(1)).toHaveLength(1);
  }
  expect([hits.count, hits.of(0).length, hits.of(1).at(-1)]).toEqual([
    5_000,
    2_500,
    { term: 1, first: 4_999, last: 4_999 },
  ]);
});
