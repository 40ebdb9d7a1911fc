import { expect, test } from 'vitest';
import type { DigestQuote } from '#src/core/digest/digest.ts';
import { describeChange, describeFate, describeUnseen } from '#src/core/display/change.ts';

const calendar = { zone: 'UTC', year: 2025 };
const was = 'The plant cost $5 million.';
const words = 'The plant cost $6 million.';
const times = { lastThereAt: '2025-01-29T10:00:00Z', seenAt: '2025-01-30T05:48:00Z', version: 1, foundVersion: 2 };
const altered = { kind: 'altered', was, words, ...times } as const;
const gone = { kind: 'gone', was, words: null, ...times } as const;
const quote: DigestQuote = {
  taggingId: 1,
  articleId: 2,
  claim: 'cost',
  stance: 'reports',
  speaker: null,
  quote: was,
  field: 'text',
  lang: 'en',
  outlet: 'Harbour Post',
  title: 'The plant',
  url: null,
  textFrom: 'page',
  publishedAt: null,
  storedAt: '2025-01-28T10:00:00Z',
  change: null,
  unseen: null,
};

test('describeChange names the two looks and strikes only what changed', () => {
  expect(describeChange(altered, calendar)).toEqual({
    tag: 'wording changed',
    between: 'It was changed between Wed 29 Jan, 10:00 and Thu 30 Jan, 05:48.',
    parts: [
      { kind: 'same', text: 'The plant cost $' },
      { kind: 'deleted', text: '5' },
      { kind: 'inserted', text: '6' },
      { kind: 'same', text: ' million.' },
    ],
  });
  expect(describeChange(gone, calendar)).toEqual({
    tag: 'no longer on the page since 30 Jan',
    between: 'It was taken away between Wed 29 Jan, 10:00 and Thu 30 Jan, 05:48.',
    parts: null,
  });
});

test('describeUnseen says why, since when, and that nothing is known to have changed', () => {
  const unseen = { since: '2025-01-30T05:48:00Z', words: 'The site answered with an error of its own (503).' };
  expect(describeUnseen(unseen, calendar)).toBe(
    'The site answered with an error of its own (503). Since Thu 30 Jan, 05:48. Nothing is known to have changed.',
  );
});

test('describeFate tells both wordings, whichever of them is shown', () => {
  expect(describeFate(quote, calendar)).toBeNull();
  expect(describeFate({ ...quote, change: altered }, calendar)).toContain(`It now says “${words}”`);
  expect(describeFate({ ...quote, quote: words, change: altered }, calendar)).toContain(`It said “${was}”`);
  expect(describeFate({ ...quote, change: gone }, calendar)).toMatch(/^No longer on the page since 30 Jan\./);
  expect(
    describeFate({ ...quote, change: gone, unseen: { since: times.seenAt, words: 'It is shut.' } }, calendar),
  ).toContain('Nothing is known to have changed');
});
