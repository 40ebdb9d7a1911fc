import { expect, test } from 'vitest';
import type { LedgerDefinition } from '#src/core/claim/definition.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { suggestClaim } from '#src/core/claim/suggestion.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { riverLedger } from '#test/support/river-ledger.ts';

const ledger: LedgerDefinition = {
  ...riverLedger,
  entities: { ...riverLedger.entities, dumping: { kind: 'thing', names: ['dumping'] } },
  sets: { ...riverLedger.sets, spending: ['spent', 'cost', 'pay'] },
};

/** Whether the proposal for a statement finds a text as a quote that counts. */
function finds(statement: string, text: string): boolean {
  const { claim } = suggestClaim(statement, ledger);
  const { value } = compileLedger({ ...ledger, claims: [claim] });
  return tagText(value, { title: '', text, lang: 'en' }).taggings.some(({ status }) => status === 'tag');
}

test('suggestClaim proposes entities, the ledger’s own sets, stems and amounts with their tolerance', () => {
  const { claim, isComplete, leftOut } = suggestClaim(
    'Riverton Water spent $7.5 million on a smuggled filter of Northwell',
    ledger,
  );
  expect({ isComplete, leftOut }).toEqual({ isComplete: true, leftOut: [] });
  expect(claim).toEqual({
    id: 'riverton-water-spent',
    short: 'Riverton Water spent',
    statement: 'Riverton Water spent $7.5 million on a smuggled filter of Northwell',
    about: 'riverton',
    beside: ['northwell'],
    all: [{ amount: '$7.5 million +-10%' }, ['@northwell'], ['$spending'], ['smuggl*'], ['filter']],
    within: '2 sentences',
    examples: { match: ['Riverton Water spent $7.5 million on a smuggled filter of Northwell'] },
  });
});

test.each([
  ['Riverton Water spent $7.5 million on lobbying', 'Lobbying cost Riverton Water $7.4 million.', true],
  ['Riverton Water spent $7.5 million on lobbying', 'Lobbying cost Riverton Water $9 million.', false],
  ['Riverton Water spent $7.5 million on lobbying', 'Lobbying cost Northwell $7.5 million.', false],
  ['Riverton Water pollutes the canal', 'The canal was contaminated by Riverton Water.', true],
  ['Riverton Water pollutes the canal', 'Riverton Water owns the canal.', false],
  ['Harbour Council bans dumping by Northwell', 'Northwell must stop dumping: Harbour Council bans it.', true],
  ['Riverton Water hired over 300 lobbyists', 'Riverton Water hired lobbyists.', true],
])('the proposal for %j and the text %j: found is %s', (statement, text, expected) => {
  expect(finds(statement, text)).toBe(expected);
});

test('a statement made of a denial is no denial of itself', () => {
  const { claim } = suggestClaim('Riverton Water denies dumping in the canal', ledger);
  expect(claim.stance).toEqual({ usual: 'reports', ignore: ['deny'] });
  const { value } = compileLedger({ ...ledger, claims: [claim] });
  const { taggings } = tagText(value, { title: '', text: 'Riverton Water denies dumping in the canal.', lang: 'en' });
  expect(taggings.map(({ stance }) => stance)).toEqual(['reports']);
});

test.each(['Who was it?', '', '5', '„“', 'the of and'])('of %j only the statement is proposed', (statement) => {
  expect(suggestClaim(statement, ledger)).toMatchObject({ isComplete: false, claim: { statement }, leftOut: [] });
});
