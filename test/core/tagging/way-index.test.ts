import { expect, test } from 'vitest';
import { compileLedger } from '#src/core/claim/language.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { TermHits } from '#src/core/tagging/term-hits.ts';

const { value } = compileLedger({
  topics: [],
  entities: { mill: { names: ['Old Mill'] } },
  claims: [
    {
      id: 'sold',
      short: 'Sold',
      statement: 'The mill was sold',
      all: [['mill'], ['sold', 'buyer']],
      within: '2 sentences',
    },
    { id: 'price', short: 'Price', statement: 'It cost a million', all: [['price'], { amount: '$1m' }] },
    { id: 'owner', short: 'Owner', statement: 'The mill has an owner', all: [['owner'], ['@mill']] },
  ],
});

/** The claims whose ways can be met by a text of these words. */
function check(words: readonly string[], hasAmounts: boolean): readonly string[] {
  const hits = new TermHits(value.index.termCount);
  for (const [term, source] of value.sourceOf.entries()) if (words.includes(source)) hits.add(term, 0, 0);
  return value.wayIndex
    .list({ hits, hasAmounts })
    .map((way) => value.claims[value.ways[way]?.claim ?? -1]?.definition.id ?? 'unknown');
}

test('WayIndex wants a word of every group', () => {
  expect(check(['mill'], false)).toEqual([]);
  expect(check(['mill', 'buyer'], false)).toEqual(['sold']);
  expect(check(['sold', 'buyer'], false)).toEqual([]);
});

test('WayIndex wants an amount where a way does, and leaves entities to the trial', () => {
  expect(check(['price'], false)).toEqual([]);
  expect(check(['price'], true)).toEqual(['price']);
  expect(check(['owner'], false)).toEqual(['owner']);
});

test('tagText finds words that stand within reach, and none beyond it', () => {
  const read = (text: string) => tagText(value, { title: '', text, lang: 'en' }).taggings.map(({ claim }) => claim);
  expect(read('The mill stands by the river. A buyer was found.')).toEqual(['sold']);
  expect(read('The mill stands. It rains. It rains on. The river is high. A buyer was found for the boat.')).toEqual(
    [],
  );
});
