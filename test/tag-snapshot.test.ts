import { expect, test } from 'vitest';
import { compareSnapshot, type SeenTag, snapshotLines } from '#test/eval/tag-snapshot.ts';

const tag = (article: string, claim: string, stance = 'supports'): SeenTag => ({
  article,
  claim,
  stance,
  quote: 'Words.',
});

test('a snapshot holds neither names nor words of the articles', () => {
  const [line = ''] = snapshotLines([tag('lake-7', 'poisoned')]);
  expect(line).toMatch(/^[0-9a-f]{12} poisoned supports$/);
  expect(snapshotLines([tag('b', 'x'), tag('a', 'x'), tag('a', 'x')])).toHaveLength(2);
});

test('a snapshot is compared by article, claim and stance', () => {
  const snapshot = snapshotLines([tag('lake-7', 'poisoned'), tag('lake-8', 'cost')]);
  expect(compareSnapshot(snapshot, [tag('lake-8', 'cost'), tag('lake-7', 'poisoned')])).toEqual({
    gained: [],
    lost: [],
  });
  const changed = compareSnapshot(snapshot, [tag('lake-7', 'poisoned', 'disputes'), tag('lake-8', 'cost')]);
  expect(changed.gained).toEqual([tag('lake-7', 'poisoned', 'disputes')]);
  expect(changed.lost).toEqual(snapshotLines([tag('lake-7', 'poisoned')]));
});
