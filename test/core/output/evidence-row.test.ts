import { expect, test } from 'vitest';
import { buildClaimFeed, type EvidenceRow } from '#src/core/output/evidence-row.ts';

const row: EvidenceRow = {
  claim: 'cost',
  stance: 'reports',
  speaker: 'the yard',
  quote: 'cost $4.1 million',
  field: 'text',
  start: 12,
  end: 29,
  prefix: 'The turbine ',
  suffix: ', the yard said',
  articleId: 7,
  url: 'https://post.example/a',
  outlet: 'Harbour Post',
  title: 'What it cost',
  lang: 'en',
  publishedAt: '2025-02-03',
  version: 1,
  textHash: 'abc',
  textFrom: 'page',
  seenAt: '2025-02-03T09:00:00Z',
  storedAt: '2025-02-03T09:00:00Z',
  captions: null,
  second: null,
};
const claims = [
  { id: 'cost', short: 'Cost', statement: 'It cost about $4 million' },
  { id: 'copied', short: 'Copied', statement: 'It was copied' },
];
const names = { ledger: 'Turbine', webUrl: 'https://ledger.example' };

test('buildClaimFeed gives a Claim with its appearances and finds each quote by words and by place', () => {
  const later = { ...row, articleId: 8, url: null, storedAt: '2025-02-04T09:00:00Z', field: 'title' } as const;
  const feed = buildClaimFeed(claims, [later, row], names);
  expect(feed).toMatchObject({ '@context': 'https://schema.org', '@type': 'DataFeed', name: 'Turbine' });
  const [cost, copied] = JSON.parse(JSON.stringify(feed)).dataFeedElement;
  expect(cost).toMatchObject({
    '@type': 'Claim',
    '@id': 'https://ledger.example/claims/cost',
    text: 'It cost about $4 million',
    firstAppearance: { '@type': 'NewsArticle', url: 'https://post.example/a', datePublished: '2025-02-03' },
  });
  expect(cost.appearance).toHaveLength(2);
  expect(cost.appearance[1]).not.toHaveProperty('url');
  const [first, second] = cost.subjectOf;
  expect(first.target.selector).toEqual([
    { type: 'TextQuoteSelector', exact: row.quote, prefix: row.prefix, suffix: row.suffix },
    { type: 'TextPositionSelector', start: 12, end: 29 },
  ]);
  expect(first.target.state).toMatchObject({ type: 'TimeState', sourceDate: row.seenAt });
  // Positions count in the text, and a headline is not in it.
  expect(second.target.selector).toMatchObject({ type: 'TextQuoteSelector' });
  expect(copied).not.toHaveProperty('appearance');
});

test('buildClaimFeed reviews nothing and rates nothing', () => {
  const text = JSON.stringify(buildClaimFeed(claims, [row], names));
  expect(text).toContain('"urn:claimledger:stance":"reports"');
  expect(text).not.toMatch(/ClaimReview|Rating|ratingValue/);
});
