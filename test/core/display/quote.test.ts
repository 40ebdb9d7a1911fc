import { expect, test } from 'vitest';
import { isSameSentence, joinSameWords } from '#src/core/display/quote.ts';
import { sampleDigest } from '#test/core/digest/sample.ts';

const [quote] = sampleDigest().evidence.flatMap(({ quotes }) => quotes);
if (quote === undefined) throw new Error('the sample has no quote');

test('joinSameWords gives a sentence once, with its stances in the usual order', () => {
  const joined = joinSameWords([
    { ...quote, stance: 'disputes' },
    { ...quote, stance: 'supports', quote: 'Other words.' },
    { ...quote, stance: 'reports' },
  ]);
  expect(joined.map(({ quote: { stance }, stances }) => [stance, stances])).toEqual([
    ['disputes', ['reports', 'disputes']],
    ['supports', ['supports']],
  ]);
});

test.each([
  ['articleId', { articleId: quote.articleId + 1 }],
  ['speaker', { speaker: 'Somebody else' }],
  ['answer', { answer: { verdict: 'confirm', by: 'Ada' } as const }],
])('isSameSentence tells quotes apart by their %s', (_key, other) => {
  expect(isSameSentence(quote, { ...quote, stance: 'disputes' })).toBe(true);
  expect(isSameSentence(quote, { ...quote, ...other })).toBe(false);
});
