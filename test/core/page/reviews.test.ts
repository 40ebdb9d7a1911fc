import { expect, test } from 'vitest';
import { listDeclaredReviews } from '#src/core/page/reviews.ts';
import { readStructuredData } from '#src/core/page/structured.ts';

function check(...nodes: readonly object[]) {
  return listDeclaredReviews(readStructuredData([JSON.stringify({ '@graph': nodes })], null));
}

const review = (claim: unknown, fields: object = {}) => ({ '@type': 'ClaimReview', claimReviewed: claim, ...fields });

test('listDeclaredReviews reads claim, claimant and verdict', () => {
  const rated = review('The mill was free', {
    itemReviewed: { '@type': 'Claim', author: { '@type': 'Person', name: 'Ann Lee' } },
    reviewRating: { '@type': 'Rating', ratingValue: 1, alternateName: 'False' },
  });
  expect(check(rated)).toEqual([{ claim: 'The mill was free', claimedBy: 'Ann Lee', verdict: 'False' }]);
});

test('listDeclaredReviews takes a number for a verdict that has no words, and null for none', () => {
  const verdicts = check(review('A', { reviewRating: { ratingValue: 2 } }), review('B')).map(({ verdict }) => verdict);
  expect(verdicts).toEqual(['2', null]);
});

test('listDeclaredReviews leaves out reviews of other things, without a claim, and repeated ones', () => {
  const others = [{ '@type': 'Review', claimReviewed: 'A film' }, review(null), review(''), review({})];
  expect(check(...others, review('A'), review('A'))).toHaveLength(1);
  expect(check(...Array.from({ length: 50 }, (_, number) => review(`Claim ${number}`)))).toHaveLength(20);
});
