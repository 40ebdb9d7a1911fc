import { describe, expect, it } from 'vitest';
import { meetsAmount, parseAmount } from '#src/core/claim/amount.ts';
import type { ClaimDefinition, LedgerDefinition } from '#src/core/claim/definition.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { definitionHash, tagText } from '#src/core/tagging/tagging.ts';

const claim: ClaimDefinition = {
  id: 'toll',
  short: 'Toll',
  statement: 'The bridge toll doubles',
  all: [['toll'], ['double']],
};
const empty: LedgerDefinition = { topics: [{ id: 'bridge', any: ['bridge'] }], claims: [claim] };

describe('compileLedger', () => {
  const cases: readonly (readonly [string, LedgerDefinition, string])[] = [
    [
      'a set that is not there',
      { ...empty, claims: [{ ...claim, all: [['$money']] }] },
      'claims[0].all[0]: unknown set "$money"',
    ],
    [
      'an entity that is not there',
      { ...empty, claims: [{ ...claim, about: 'city' }] },
      'claims[0].about: unknown entity "city"',
    ],
    ['a claim id used twice', { ...empty, claims: [claim, claim] }, 'claims[1].id: "toll" is used twice'],
    [
      'a set that holds itself',
      { ...empty, sets: { a: ['$a'] }, claims: [{ ...claim, all: [['$a']] }] },
      'claims[0].all[0]: "$a" holds itself',
    ],
    [
      'an amount without a number',
      { ...empty, claims: [{ ...claim, all: [['toll'], { amount: 'much' }] }] },
      'claims[0].all[1]: no amount in "much"',
    ],
    [
      'a broken regex',
      { ...empty, claims: [{ ...claim, all: [['toll'], ['regex:(']] }] },
      'claims[0].all[1]: cannot read regex',
    ],
    [
      'a window that cannot be read',
      { ...empty, claims: [{ ...claim, within: 'a mile' }] },
      'claims[0].within: "a mile" is not',
    ],
    [
      'a way that only amounts could open',
      { ...empty, claims: [{ ...claim, all: [{ amount: '$5m' }] }] },
      'claims[0]: needs a group of plain words',
    ],
    [
      'a way without groups',
      { ...empty, claims: [{ ...claim, ways: [{ within: 'paragraph' }] }] },
      'claims[0].ways[0]: has no groups',
    ],
  ];
  it.each(cases)('reports %s with its path', (_name, ledger, problem) => {
    const problems = compileLedger(ledger).problems.map(({ path, message }) => `${path}: ${message}`);
    expect(problems.some((text) => text.startsWith(problem))).toBe(true);
  });

  it('finds nothing wrong in a good ledger', () => {
    expect(compileLedger(empty).problems).toEqual([]);
  });

  it('gives candidates for a claim with only a statement', () => {
    const { value } = compileLedger({
      ...empty,
      claims: [{ id: 'ferry', short: 'Ferry', statement: 'The old ferry returns to the northern harbour in spring' }],
    });
    const tag = (text: string) =>
      tagText(value, { title: '', text, lang: 'en' }).taggings.map((tagging) => tagging.status);
    expect(tag('In spring the ferry will return to the northern harbour.')).toEqual(['candidate']);
    expect(tag('The ferry was painted in spring.')).toEqual([]);
  });

  it('counts a word of one language in articles of that language only', () => {
    const { value, problems } = compileLedger({
      ...empty,
      claims: [
        { id: 'gift', short: 'Gift', statement: 'There is poison in the lake', all: [['de|nl:Gift'], ['See', 'lake']] },
      ],
    });
    const tag = (text: string, lang: string | null) => tagText(value, { title: '', text, lang }).taggings.length;
    expect(problems).toEqual([]);
    expect(tag('Im See ist Gift.', 'de')).toBe(1);
    expect(tag('The lake was a gift.', 'en')).toBe(0);
  });

  it('survives a pattern that stalls other engines', () => {
    const { value } = compileLedger({ ...empty, claims: [{ ...claim, all: [['toll'], ['regex:(a+)+$']] }] });
    const { taggings } = tagText(value, { title: '', text: `The toll ${'a'.repeat(5000)}b`, lang: 'en' });
    expect(taggings).toEqual([]);
  });
});

describe('parseAmount', () => {
  const cases: readonly (readonly [string, ReturnType<typeof parseAmount>])[] = [
    ['$4.9m..$6.1m', { unit: 'USD', min: 4.9e6, max: 6.1e6 }],
    ['$80m..', { unit: 'USD', min: 80e6, max: null }],
    ['1,900..2,200 GPUs', { unit: 'GPUs', min: 1900, max: 2200 }],
    ['$10 million +-10%', { unit: 'USD', min: 9e6, max: 11e6 }],
    ['$6m..$5m', 'amount "$6m..$5m" ends before it begins'],
    ['$5m..6 GPUs', 'amount "$5m..6 GPUs" mixes units'],
  ];
  it.each(cases)('reads %s', (source, amount) => {
    const parsed = parseAmount(source);
    if (typeof parsed === 'string' || typeof amount === 'string') expect(parsed).toBe(amount);
    else
      expect(parsed).toMatchObject({
        unit: amount.unit,
        min: amount.min === null ? null : expect.closeTo(amount.min, 2),
      });
  });

  it('counts the end of an open range', () => {
    const amount = { unit: 'USD', min: 5e6, max: 6e6 };
    expect(meetsAmount({ unit: 'USD', value: null, min: null, max: 6e6 }, amount)).toBe(true);
    expect(meetsAmount({ unit: 'USD', value: 7e6, min: 7e6, max: 7e6 }, amount)).toBe(false);
    expect(meetsAmount({ unit: 'EUR', value: 6e6, min: 6e6, max: 6e6 }, amount)).toBe(false);
  });
});

describe('definitionHash', () => {
  it('changes with the definition and not with its examples', () => {
    const hash = definitionHash(claim);
    expect(definitionHash({ ...claim, examples: { match: ['The toll doubles.'] } })).toBe(hash);
    expect(definitionHash({ ...claim, within: '2 sentences' })).not.toBe(hash);
  });
});
