import { expect, test } from 'vitest';
import { openGrouper } from '#src/cli/group.ts';
import { makeProse, swapWords } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';

const random = seededRandom(3);
const text = makeProse(random, { wordCount: 250, subject: 1 });

test('group names the pairs by the ids of the lines, with the origin and the story', () => {
  const group = openGrouper();
  expect(group({ id: 'a', host: 'one.example', text })).toEqual({
    id: 'a',
    story: 1,
    role: 'original',
    repeats: null,
    origin: 'a',
    pairs: [],
  });
  expect(group({ id: 7, host: 'two.example', text: swapWords(text, 5) })).toMatchObject({
    story: 1,
    role: 'spun',
    repeats: 'a',
    origin: 'a',
    pairs: [{ a: 7, b: 'a', predicted: 'spun' }],
  });
  expect(group({ id: 'c', text: makeProse(random, { wordCount: 250, subject: 2 }) })).toMatchObject({
    story: 2,
    role: 'original',
    pairs: [],
  });
});

test('a line that is no article is refused and changes nothing', () => {
  const group = openGrouper();
  expect(() => group({ id: 'a' })).toThrow(/text/);
  expect(() => group({ id: 'a', text, publishedAt: 'yesterday' })).toThrow(/publishedAt/);
  expect(group({ id: 'b', text })).toMatchObject({ story: 1, origin: 'b' });
});
