import { expect, test } from 'vitest';
import { describeDoubts, describeExplanation, describePlaces, describeScore } from '#src/core/display/explanation.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { compileRiverLedger } from '#test/support/river-ledger.ts';

const rules = compileRiverLedger();

/** The tagging of one claim. */
function explain(text: string, claim: string) {
  const { taggings } = tagText(rules, { title: 'Notes', text, lang: 'en' });
  const found = taggings.find((tagging) => tagging.claim === claim);
  if (found === undefined) throw new Error(`no ${claim}: ${JSON.stringify(taggings)}`);
  return found;
}

function why({ explain: reasons, stance }: ReturnType<typeof explain>): readonly string[] {
  return describeExplanation(reasons, stance);
}

test('describeExplanation says who was meant, which words matched, what was read as an amount, and what decided the stance', () => {
  expect(why(explain('Riverton Water said that the plant cost $5.2 million.', 'cost'))).toEqual([
    'It names “Riverton Water”.',
    'The claim’s words are there: “cost”.',
    '“$5.2 million” was read as 5,200,000 USD.',
    '“said” hands the saying to somebody, so it reports.',
  ]);
  const described = explain('Riverton Water met the council. The water company polluted the lake.', 'poisoned');
  expect(why(described)[0]).toBe('“The water company” stands for riverton, which the article names.');
  expect(why(described).at(-1)).toBe('Nobody else is said to say it, so it supports.');
});

test('describeDoubts names each thing that kept the rules from being sure', () => {
  const unsure = explain('Riverton Water met. If Riverton Water poisoned the lake, it must pay.', 'poisoned');
  expect(describeDoubts(unsure.explain)).toEqual(['It is said under a condition, not stated.']);
  expect(describeScore(unsure.explain)).toBe('reference 1.00, 100 % of the claim’s groups, under a condition');
  expect(describeDoubts(explain('Riverton Water polluted the lake.', 'poisoned').explain)).toEqual([]);
});

test('describePlaces names the places of the words by field', () => {
  const text = 'Riverton Water polluted the lake.';
  const { explain: reasons } = explain(text, 'poisoned');
  expect(describePlaces(reasons)).toBe('characters 15–23, 28–32 of the text');
  expect(text.slice(15, 23)).toBe('polluted');
});

test('every sentence about a quote ends like one and names no rule', () => {
  const texts = [
    'Riverton Water denied that it had poisoned the lake.',
    'Riverton Water reportedly poisoned the lake.',
    '“Riverton Water poisoned the lake”, the council said.',
  ];
  for (const sentence of texts.flatMap((text) => why(explain(text, 'poisoned')))) {
    expect(sentence).toMatch(/^[“A-Z].*\.$/u);
    expect(sentence).not.toMatch(/claims\[|undefined|null/);
  }
});
