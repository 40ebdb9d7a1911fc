import { describe, expect, it } from 'vitest';
import { isQuoted } from '#src/core/speaker/quotation.ts';
import { readArticle } from '#src/core/tagging/reading.ts';
import { tokenize } from '#src/core/text/tokens.ts';
import { compileRiverLedger } from '#test/support/river-ledger.ts';

const ledger = compileRiverLedger();

describe('isQuoted', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['a quotation that is most of the sentence', '"The lake is dead and they know it," she said.', true],
    ['a quotation begun a sentence before', '“We looked. The lake is dead.”', true],
    ['a quotation closed before', '“We looked.” The lake is dead.', false],
    ['a few quoted words', 'Many people who live there call the shore of the "lake" a desert.', false],
    ['no quotation', 'The lake is dead.', false],
    ['German marks', '„Niemand badet mehr. Der lake ist tot.“', true],
  ];
  it.each(cases)('%s', (_name, text, expected) => {
    const reading = readArticle(ledger, { title: '', text, lang: null });
    const token = tokenize(text).findIndex(({ form }) => form === 'lake');
    expect(isQuoted(reading, { sentence: reading.sentenceOf[token] ?? 0, token })).toBe(expected);
  });
});
