import type { LedgerDefinition } from '#src/core/claim/definition.ts';
import { compileLedger } from '#src/core/claim/language.ts';

/** A small invented controversy: did Riverton Water poison the lake, and what did its plant cost? */
export const riverLedger: LedgerDefinition = {
  topics: [
    { id: 'riverton', any: ['@riverton'] },
    { id: 'spill', any: ['spill'], near: ['lake', 'chemical*'], not: ['coffee'] },
  ],
  entities: {
    riverton: { names: ['Riverton Water'], also: ['the water company'] },
    council: { names: ['Harbour Council'] },
    northwell: { names: ['Northwell'] },
  },
  sets: { poison: ['poison', 'pollute', 'contaminat*'] },
  claims: [
    {
      id: 'poisoned',
      short: 'Lake',
      statement: 'Riverton Water poisoned the lake',
      about: 'riverton',
      beside: ['council'],
      all: [['$poison'], ['lake']],
    },
    {
      id: 'cost',
      short: 'Plant cost',
      statement: 'The plant cost about $5 million',
      about: 'riverton',
      ways: [{ all: [{ amount: '$4.5m..$5.5m' }, ['cost', 'spent']] }],
      conflicts: 'USD',
      'disputed-by': ['leaves out'],
      stance: { 'keep-report': true },
    },
    {
      id: 'faster',
      short: 'Faster',
      statement: 'Northwell filters faster than Riverton Water',
      'in-order': [['@northwell'], ['faster than', 'outpace'], ['@riverton']],
    },
  ],
};

/** The same, compiled; a mistake in it fails the test that loads it. */
export function compileRiverLedger() {
  const { value, problems } = compileLedger(riverLedger);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return value;
}
