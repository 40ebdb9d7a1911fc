import { expect, test } from 'vitest';
import {
  describeCoverage,
  describeNotice,
  describeSeen,
  groupNumbers,
  keepMostSeen,
  listFurtherEvidence,
  nameSpeaker,
} from '#src/core/display/digest.ts';
import { calendarOf } from '#src/core/display/time.ts';
import { blindDigest, sampleDigest, sampleFacts } from '#test/core/digest/sample.ts';

const calendar = calendarOf('2025-01-30', 'UTC');

test('listFurtherEvidence leaves out the quote that stands under what moved', () => {
  expect(listFurtherEvidence(sampleDigest()).map((claim) => claim.claim)).toEqual(['no-permit']);
});

test('listFurtherEvidence keeps the other new quotes of a moved claim and counts each once', () => {
  const strongest = sampleFacts.quotes[1];
  if (strongest === undefined) throw new Error('the sample has two quotes');
  const weaker = [21, 22, 23, 24].map((taggingId) => ({
    ...strongest,
    taggingId,
    quote: 'It was dear.',
    storedAt: `2025-01-30T06:${taggingId}:00Z`,
  }));
  const [claim] = listFurtherEvidence(sampleDigest({ quotes: [strongest, ...weaker] }));
  expect(claim?.quotes.map((quote) => quote.taggingId)).toEqual([24, 23, 22]);
  expect(claim?.moreCount).toBe(1);
});

test('describeCoverage names what could not be reached, and is silent when all answered', () => {
  expect(describeCoverage(sampleDigest())).toEqual({
    read: 'Read 214 of 221 documents.',
    missed: '2 of 14 sources could not be reached.',
    outdated: null,
  });
  const all = { ...sampleFacts.coverage, sourcesAnswered: 14 };
  expect(describeCoverage(sampleDigest({ coverage: all })).missed).toBeNull();
});

test('describeNotice speaks only when half of the sources or more were silent', () => {
  expect(describeNotice(sampleDigest(), calendar)).toBeNull();
  expect(describeNotice(blindDigest(), calendar)?.words).toContain('The last document was read Thu 30 Jan, 06:10.');
  const half = { ...sampleFacts.coverage, sourcesAnswered: 6 };
  expect(describeNotice(sampleDigest({ coverage: half }), calendar)?.heading).toBe(
    'Half blind: 6 of 14 sources answered',
  );
});

test('groupNumbers puts one value of a claim in one row, and describeSeen says since when', () => {
  const [first, second] = sampleDigest().numbers;
  if (first === undefined || second === undefined) throw new Error('the sample has two numbers');
  const groups = groupNumbers([first, second, { ...second, articleId: 104, outlet: 'Quay Notes' }]);
  expect(groups.map((group) => group.length)).toEqual([1, 2]);
  expect(groups.map((group) => describeSeen(group, calendar).seen)).toEqual([
    'First time, outside the claim',
    'Repeated since 20 Jan',
  ]);
});

test('keepMostSeen keeps the values with most sightings in their order, and says how many there are', () => {
  const [first] = sampleDigest().numbers;
  if (first === undefined) throw new Error('the sample has a number');
  const numbers = [1, 2, 3, 2, 3, 3].map((value, articleId) => ({ ...first, value, articleId }));
  const values = (valuesMax: number) => keepMostSeen(numbers, valuesMax).numbers.map(({ value }) => value);
  expect(values(3)).toEqual([1, 2, 3, 2, 3, 3]);
  expect(values(2)).toEqual([2, 3, 2, 3, 3]);
  expect(values(1)).toEqual([3, 3, 3]);
  expect(keepMostSeen(numbers, 1).valueCount).toBe(3);
});

test.each([
  [{ speaker: 'Ada', outlet: 'Quay Notes' }, 'Ada'],
  [{ speaker: null, outlet: 'Quay Notes' }, 'Quay Notes'],
  [{ speaker: '\u200b', outlet: 'Quay Notes' }, 'Quay Notes'],
])('nameSpeaker of %j is %s', (quote, expected) => {
  expect(nameSpeaker(quote)).toBe(expected);
});
