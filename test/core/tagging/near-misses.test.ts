import { describe, expect, it } from 'vitest';
import { tagText } from '#src/core/tagging/tagging.ts';
import { compileRiverLedger } from '#test/support/river-ledger.ts';

const ledger = compileRiverLedger();
const tag = (text: string) =>
  tagText(ledger, { title: '', text, lang: 'en' }).taggings.map(({ claim, status }) => `${claim}: ${status}`);

describe('a near miss', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['Riverton Water handled poison for years. The lake died.', ['poisoned: candidate']],
    ['Riverton Water handled poison. Nobody knew. The lake died.', []],
    ['Riverton Water poisoned the lake. It also handled poison. The lake died.', ['poisoned: tag']],
    ['Riverton Water handled poison for years.', []],
    [
      'Northwell, an old firm of the valley, is said by all who tried it to be faster than Riverton Water.',
      ['faster: tag'],
    ],
  ];
  it.each(cases)('%s', (text, found) => expect(tag(text)).toEqual(found));

  it('says what was missing', () => {
    const text = 'Riverton Water handled poison for years. The lake died.';
    const [tagging] = tagText(ledger, { title: '', text, lang: 'en' }).taggings;
    expect(tagging?.explain.missing).toEqual(['words nearer to each other, or to the name of what the claim is about']);
    expect(tagging?.score).toBeLessThan(0.6);
  });
});
