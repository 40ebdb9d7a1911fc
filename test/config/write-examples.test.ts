import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { claimSchema } from '#src/config/claim-schema.ts';
import { renderExamples } from '#src/config/write-examples.ts';

const quote = 'Riverton Water, it says: "poisoned" the lake.\nNobody - # knows.';

test('renderExamples writes answers as a ledger takes them, word for word', () => {
  const text = renderExamples([
    { claim: 'poisoned', title: 'A lake', quote, stance: 'disputes' },
    { claim: 'poisoned', title: '', quote: 'Coffee was spilt.', stance: null },
    { claim: 'cost', title: '', quote: '5', stance: 'supports' },
  ]);
  const { claims } = parse(text);
  expect(claims).toEqual([
    {
      id: 'poisoned',
      examples: {
        match: [{ title: 'A lake', text: quote, stance: 'disputes' }],
        'no-match': [{ text: 'Coffee was spilt.' }],
      },
    },
    { id: 'cost', examples: { match: [{ text: '5', stance: 'supports' }] } },
  ]);
  for (const claim of claims) claimSchema.parse({ short: 'Short', statement: 'A statement', ...claim });
});

test('renderExamples writes nothing for no answers', () => {
  expect(renderExamples([])).toBe('');
});
