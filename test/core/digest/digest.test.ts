import { expect, test } from 'vitest';
import { fitAmount } from '#src/core/digest/digest.ts';
import { blindDigest, sampleDigest, sampleFacts } from './sample.ts';

test('buildDigest tells moved claims, more of the same and no change apart', () => {
  const digest = sampleDigest();
  expect(digest.headline).toBe('1 claim moved, 2 new quotes from 2 independent origins');
  expect(digest.moved.map((claim) => claim.claim)).toEqual(['bridge-cost']);
  expect(digest.moved[0]?.quote?.taggingId).toBe(11);
  expect(digest.evidence.map((claim) => claim.claim)).toEqual(['bridge-cost', 'no-permit']);
  expect(digest.unchanged.map((claim) => claim.claim)).toEqual(['crew-200']);
});

test('buildDigest shows at most three quotes of a claim, newest first, and counts the rest', () => {
  const [first] = sampleFacts.quotes;
  if (first === undefined) throw new Error('the sample has quotes');
  const quotes = [1, 2, 3, 4, 5].map((day) => ({ ...first, taggingId: day, storedAt: `2025-01-29T1${day}:00:00Z` }));
  const [evidence] = sampleDigest({ quotes }).evidence;
  expect(evidence?.quotes.map((quote) => quote.taggingId)).toEqual([5, 4, 3]);
  expect(evidence?.moreCount).toBe(2);
});

test('buildDigest keeps a digest with nothing in it honest', () => {
  const still = new Map([...sampleFacts.balances].map(([id, { before }]) => [id, { before, now: before }]));
  const digest = sampleDigest({ quotes: [], numbers: [], balances: still });
  expect(digest.headline).toBe('Nothing new about your 3 claims');
  expect(digest.moved).toEqual([]);
  expect(digest.unchanged).toHaveLength(3);
});

test.each([
  [{ sourcesTried: 14, sourcesAnswered: 14 }, 'clear'],
  [{ sourcesTried: 14, sourcesAnswered: 7 }, 'clear'],
  [{ sourcesTried: 14, sourcesAnswered: 6 }, 'half-blind'],
  [{ sourcesTried: 14, sourcesAnswered: 0 }, 'blind'],
  [{ sourcesTried: 0, sourcesAnswered: 0 }, 'not-yet'],
  [{ sourcesCount: 0, sourcesTried: 0, sourcesAnswered: 0 }, 'clear'],
])('buildDigest judges what could be seen: %j is %s', (coverage, sight) => {
  expect(sampleDigest({ coverage: { ...sampleFacts.coverage, ...coverage } }).sight).toBe(sight);
});

test('buildDigest of a blind day says that nobody could look', () => {
  expect(blindDigest().headline).toBe('We could not look: none of 14 sources answered');
});

const amount = { unit: 'USD', min: 5e6, max: 6e6 };
test.each([
  ['inside', { value: 5.6e6, min: 5.6e6, max: 5.6e6, unit: 'USD' }],
  ['outside', { value: 1.6e9, min: 1.6e9, max: 1.6e9, unit: 'USD' }],
  ['inside', { value: 6e6, min: null, max: 6e6, unit: 'USD' }],
  ['outside', { value: 4e6, min: null, max: 4e6, unit: 'USD' }],
  ['outside', { value: 5e8, min: 5e8, max: null, unit: 'USD' }],
  ['inside', { value: null, min: 1e6, max: 5.2e6, unit: 'USD' }],
  ['unmeasured', { value: 2048, min: 2048, max: 2048, unit: 'GPUs' }],
] as const)('fitAmount says %s for %j', (fit, number) => {
  expect(fitAmount(number, amount)).toBe(fit);
  expect(fitAmount(number, null)).toBe('unmeasured');
});
