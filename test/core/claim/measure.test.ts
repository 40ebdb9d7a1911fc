import { describe, expect, test } from 'vitest';
import type { LedgerDefinition } from '#src/core/claim/definition.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { riverLedger } from '#test/support/river-ledger.ts';

const measures = [
  { name: 'building', unit: 'USD', any: ['build', 'built', 'construction'] },
  { name: 'upkeep a year', unit: 'USD', any: ['upkeep', 'maintain'] },
  { name: 'GPU count', unit: 'GPUs' },
];
const ledger: LedgerDefinition = {
  ...riverLedger,
  measures,
  claims: [
    {
      id: 'cost',
      short: 'Cost',
      statement: 'It cost',
      about: 'riverton',
      all: [['cost', 'spent', 'build', 'built', 'maintain', 'used']],
      records: ['USD', 'GPUs'],
    },
  ],
};

/** What the amounts of a sentence measure. */
function measuresOf(text: string, rules: LedgerDefinition = ledger): readonly (string | null)[] {
  const { taggings } = tagText(compileLedger(rules).value, { title: '', text, lang: 'en' });
  return taggings.flatMap(({ quantities }) => quantities.map(({ measure }) => measure));
}

test.each([
  ['Riverton Water spent $5 million on construction.', ['building']],
  ['Riverton Water spent $5 million on construction and $1 million on upkeep.', ['building', 'upkeep a year']],
  ['Riverton Water said upkeep cost $1 million, while to build it took $5 million.', ['upkeep a year', 'building']],
  ['Riverton Water spent $5 million. The construction was slow.', [null]],
  ['Riverton Water used 500 GPUs for it.', ['GPU count']],
])('what stands nearest tells what %j measures', (text, expected) => {
  expect(measuresOf(text)).toEqual(expected);
});

test('a ledger without measures tells nothing', () => {
  const { measures: _, ...without } = ledger;
  expect(measuresOf('Riverton Water spent $5 million on construction.', without)).toEqual([null]);
});

describe('compileLedger', () => {
  test.each([
    [
      { name: 'a', unit: 'dollars', any: ['b'] },
      'measures[3].unit',
      '"dollars" is not a currency code, GPUs or GPU-hours',
    ],
    [{ name: 'building', unit: 'EUR', any: ['b'] }, 'measures[3].name', '"building" is used twice'],
    [{ name: 'all GPUs', unit: 'GPUs' }, 'measures[3].any', 'only one measure of GPUs can do without words'],
    [{ name: 'b', unit: 'EUR', any: ['$nothing'] }, 'measures[3].any', 'unknown set "$nothing"'],
  ])('names the mistake in the measure %j', (measure, path, message) => {
    const { problems } = compileLedger({ ...ledger, measures: [...measures, measure] });
    expect(problems).toContainEqual({ path, message });
  });
});
