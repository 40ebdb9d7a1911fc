import { describe, expect, it } from 'vitest';
import type { LedgerDefinition } from '#src/core/claim/definition.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { riverLedger } from '#test/support/river-ledger.ts';

const sets = { ...riverLedger.sets, poison: ['poison', 'pollute', 'contaminat*', 'vergift*'], lake: ['lake', 'See'] };

function compile(statement: string, extra: Partial<LedgerDefinition> = {}) {
  const claims = [{ id: 'bare', short: 'Bare', statement }];
  const { value, problems } = compileLedger({ ...riverLedger, sets, ...extra, claims });
  expect(problems).toEqual([]);
  return value;
}

function find(statement: string, article: { readonly title?: string; readonly text: string; readonly lang?: string }) {
  const { title = '', text, lang = 'en' } = article;
  return tagText(compile(statement), { title, text, lang }).taggings;
}

describe('a claim that is only a statement', () => {
  const lake = 'Riverton Water poisoned the lake';

  it.each<readonly [string, readonly string[]]>([
    ['Riverton Water poisoned the lake.', ['supports']],
    ['According to the council, Riverton Water poisoned the lake.', ['reports']],
    ['The council denied that Riverton Water poisoned the lake.', ['disputes']],
    ['The lake was contaminated by Riverton Water.', ['supports']],
    ['Riverton Water built a boat. The water company contaminated the lake.', ['supports']],
    ['Northwell poisoned the lake.', []],
    ['Riverton Water painted a boat.', []],
    ['Riverton Water owns shops in the north. Its shares rose by nine percent on Monday.', []],
  ])('in %j has the stances %j', (text, stances) => {
    expect(find(lake, { text }).map(({ stance }) => stance)).toEqual(stances);
  });

  it('gives candidates, never quotes that count', () => {
    expect(find(lake, { text: 'Riverton Water poisoned the lake.' }).map(({ status }) => status)).toEqual([
      'candidate',
    ]);
  });

  it('finds other languages by the sets of the ledger, with the stance that cue words tell', () => {
    const text = 'Riverton Water soll den See vergiftet haben.';
    expect(find(lake, { text, lang: 'de' }).map(({ stance }) => stance)).toEqual(['reports']);
  });

  it('asks for its amount', () => {
    const statement = 'Riverton Water spent $7.5 million on lobbying';
    expect(find(statement, { text: 'Riverton Water spent $7.4 million on lobbying.' })).toHaveLength(1);
    expect(find(statement, { text: 'Riverton Water spent $9 million on lobbying.' })).toEqual([]);
    expect(find(statement, { text: 'Riverton Water spent a lot on lobbying.' })).toEqual([]);
  });

  it('reads an amount across its explanation in brackets, and is found by what it counts', () => {
    const text = 'Riverton Water bought 2,048 chips.';
    expect(find('Riverton Water used 2,000 (2,048) chips', { text })).toHaveLength(1);
    expect(find('Riverton Water used 2,000 (2,048) chips', { text: 'Riverton Water bought chips.' })).toEqual([]);
  });

  it('takes a denial in other words for its own', () => {
    const [tagging] = find('Riverton Water denies dumping', { text: 'Riverton Water rejects talk of dumping.' });
    expect(tagging?.status).toBe('candidate');
  });

  it('says how sure the model was', () => {
    const [tagging] = find(lake, { text: 'Riverton Water poisoned the lake.' });
    expect(tagging?.explain.stance.at(-1)).toMatch(/^statement: \d+ %$/);
  });
});
