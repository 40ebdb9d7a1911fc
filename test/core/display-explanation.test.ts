import { expect, test } from 'vitest';
import { describeDoubts, describeExplanation, describeScore } from '#src/core/display-explanation.ts';
import { tagText } from '#src/core/tagging.ts';
import { compileRiverLedger } from '#test/support/river-ledger.ts';

const rules = compileRiverLedger();

/** The reasons of the tagging of one claim. */
function explain(text: string, claim: string) {
  const { taggings } = tagText(rules, { title: 'Notes', text, lang: 'en' });
  const found = taggings.find((tagging) => tagging.claim === claim);
  if (found === undefined) throw new Error(`no ${claim}: ${JSON.stringify(taggings)}`);
  return found.explain;
}

test('describeExplanation says who was meant, which words matched, what was read as an amount, and what decided the stance', () => {
  expect(describeExplanation(explain('Riverton Water said that the plant cost $5.2 million.', 'cost'))).toEqual([
    'It names “Riverton Water”.',
    'The claim’s words are there: “cost”.',
    '“$5.2 million” was read as 5,200,000 USD.',
    '“said” hands the saying to somebody, so it reports.',
  ]);
  const described = explain('Riverton Water met the council. The water company polluted the lake.', 'poisoned');
  expect(describeExplanation(described)[0]).toBe('“The water company” stands for riverton, which the article names.');
  expect(describeExplanation(described).at(-1)).toBe('Nobody else is said to say it, so it supports.');
});

test('describeDoubts names each thing that kept the rules from being sure', () => {
  const unsure = explain('Riverton Water met. If Riverton Water poisoned the lake, it must pay.', 'poisoned');
  expect(describeDoubts(unsure)).toEqual(['It is said under a condition, not stated.']);
  expect(describeScore(unsure)).toBe('reference 1.00, 100 % of the claim’s groups, under a condition');
  expect(describeDoubts(explain('Riverton Water polluted the lake.', 'poisoned'))).toEqual([]);
});

test('every sentence about a quote ends like one and names no rule', () => {
  const texts = [
    'Riverton Water denied that it had poisoned the lake.',
    'Riverton Water reportedly poisoned the lake.',
    '“Riverton Water poisoned the lake”, the council said.',
  ];
  for (const sentence of texts.flatMap((text) => describeExplanation(explain(text, 'poisoned')))) {
    expect(sentence).toMatch(/^[“A-Z].*\.$/u);
    expect(sentence).not.toMatch(/claims\[|undefined|null/);
  }
});
