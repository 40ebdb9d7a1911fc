import { expect, test } from 'vitest';
import { formerRulesKeyOf, rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { definitionHash, engineVersion, formerDefinitionHash } from '#src/core/tagging/tagging.ts';
import { riverLedger } from '#test/support/river-ledger.ts';

const key = rulesKeyOf(riverLedger);

test('rulesKeyOf names the engine and stays the same for the same rules', () => {
  expect(key.startsWith(`${engineVersion}-`)).toBe(true);
  expect(rulesKeyOf(structuredClone(riverLedger))).toBe(key);
});

const topics = riverLedger.topics.slice(1);
const [claim, ...claims] = riverLedger.claims;

test.each([
  ['a topic', { ...riverLedger, topics: [{ id: 'riverton', any: ['river'] }, ...topics] }],
  ['an entity', { ...riverLedger, entities: { ...riverLedger.entities, mill: { names: ['The Mill'] } } }],
  ['a set', { ...riverLedger, sets: { poison: ['poison'] } }],
  [
    'a claim',
    { ...riverLedger, claims: claim === undefined ? claims : [{ ...claim, within: '2 sentences' }, ...claims] },
  ],
  ['the number of claims', { ...riverLedger, claims }],
])('rulesKeyOf changes with %s', (_, ledger) => {
  expect(rulesKeyOf(ledger)).not.toBe(key);
});

test('rulesKeyOf does not change with what decides nothing about articles', () => {
  const ledger = { ...riverLedger, name: 'Other name', sources: [{ url: 'https://post.example/feed' }] };
  expect(rulesKeyOf(ledger)).toBe(key);
});

test('rulesKeyOf and definitionHash do not change with the order of keys, which the former names did', () => {
  const { claims, entities, ...rest } = riverLedger;
  const turned = {
    claims: claims.map((each) => ({ ...Object.fromEntries(Object.entries(each).reverse()), ...each })),
    entities: Object.fromEntries(Object.entries(entities ?? {}).reverse()),
    ...rest,
  };
  expect(JSON.stringify(turned)).not.toBe(JSON.stringify(riverLedger));
  expect(rulesKeyOf(turned)).toBe(key);
  expect(formerRulesKeyOf(turned)).not.toBe(formerRulesKeyOf(riverLedger));
  expect(turned.claims.map(definitionHash)).toEqual(claims.map(definitionHash));
  expect(turned.claims.map(formerDefinitionHash)).not.toEqual(claims.map(formerDefinitionHash));
});
