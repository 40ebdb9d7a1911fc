import { describe, expect, it } from 'vitest';
import { inflect } from '#src/core/text/inflection.ts';

describe('inflect', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['claim', ['claim', 'claims', 'claimed', 'claiming']],
    ['dispute', ['dispute', 'disputes', 'disputed', 'disputing']],
    ['deny', ['deny', 'denies', 'denied', 'denying']],
    ['reach', ['reach', 'reaches', 'reached', 'reaching']],
    ['say', ['say', 'says', 'sayed', 'saying']],
    ['plan', ['plan', 'plans', 'planed', 'planing', 'planned', 'planning']],
    ['ai', ['ai']],
    ['gpt4', ['gpt4']],
    ['训', ['训']],
  ];
  it.each(cases)('%s', (word, forms) => {
    expect(inflect(word)).toEqual(forms);
  });
});
