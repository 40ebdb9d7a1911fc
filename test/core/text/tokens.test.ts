import { describe, expect, it } from 'vitest';
import { tokenize } from '#src/core/text/tokens.ts';

describe('tokenize', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['drops the s of a possessive', "OpenAI's terms, DeepSeek’s model", ['openai', 'terms', 'deepseek', 'model']],
    ['parts elisions and contractions', "l'accord d’hier didn't", ['l', 'accord', 'd', 'hier', 'didn', 't']],
    ['parts names at hyphens and dots', 'Qwen2.5-Max GPT-4o', ['qwen2', '5', 'max', 'gpt', '4o']],
    ['folds accents and case', 'ENTRAÎNÉ Größe', ['entraine', 'große']],
    ['reads Han by character and folds variants', '訓練模型', ['训', '练', '模', '型']],
    ['keeps Devanagari words whole without the nukta', 'ज़्यादा खर्च', ['ज्यादा', 'खर्च']],
    ['leaves out web addresses', 'see https://example.org/deepseek-openai now', ['see', 'now']],
    ['ignores soft hyphens inside words', 'distil\u00adlation', ['distillation']],
  ];
  it.each(cases)('%s', (_name, text, forms) => {
    expect(tokenize(text).map((token) => token.form)).toEqual(forms);
  });

  it('gives offsets into the text as it was', () => {
    const text = '“Größe” ﬁrst — 訓練';
    for (const token of tokenize(text)) expect(text.slice(token.start, token.end)).toBe(token.spelling);
    expect(tokenize(text)[1]).toMatchObject({ form: 'first', spelling: 'ﬁrst' });
  });
});
