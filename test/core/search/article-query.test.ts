import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  listSearchWords,
  parseArticleQuery,
  type QueryNode,
  queryWithout,
  writeFilter,
  writeQuery,
} from '#src/core/search/article-query.ts';

const words = (text: string): QueryNode => ({ kind: 'words', words: text });
const not = (node: QueryNode): QueryNode => ({ kind: 'not', node });
const or = (...nodes: readonly QueryNode[]): QueryNode => ({ kind: 'or', nodes });
const and = (...nodes: readonly QueryNode[]): QueryNode => ({ kind: 'and', nodes });
const claim = (value: string): QueryNode => ({ kind: 'claim', value });

test.each<[string, readonly (readonly [string, QueryNode])[]]>([
  ['', []],
  ['cost', [['cost', words('cost')]]],
  [
    'training cost',
    [
      ['training', words('training')],
      ['cost', words('cost')],
    ],
  ],
  ['“5.6 million”', [['"5.6 million"', words('5.6 million')]]],
  [
    '-opinion -"letter to"',
    [
      ['-opinion', not(words('opinion'))],
      ['-"letter to"', not(words('letter to'))],
    ],
  ],
  ['cost OR price', [['cost OR price', or(words('cost'), words('price'))]]],
  ['cost OR price OR 成本', [['cost OR price OR 成本', or(words('cost'), words('price'), words('成本'))]]],
  [
    'cost ("5.6 million" OR 560万) -opinion',
    [
      ['cost', words('cost')],
      ['("5.6 million" OR 560万)', or(words('5.6 million'), words('560万'))],
      ['-opinion', not(words('opinion'))],
    ],
  ],
  [
    '(training cost) OR (price -steel)',
    [
      [
        '(training cost) OR (price -steel)',
        or(and(words('training'), words('cost')), and(words('price'), not(words('steel')))),
      ],
    ],
  ],
  ['-(cost OR price)', [['-(cost OR price)', not(or(words('cost'), words('price')))]]],
  ['((cost))', [['((cost))', words('cost')]]],
  ['claim:a OR (claim:b bridge)', [['claim:a OR (claim:b bridge)', or(claim('a'), and(claim('b'), words('bridge')))]]],
  ['-claim:cost-5.6m', [['-claim:cost-5.6m', not(claim('cost-5.6m'))]]],
  ['OR cost OR', [['cost', words('cost')]]],
  [
    'cost or price',
    [
      ['cost', words('cost')],
      ['or', words('or')],
      ['price', words('price')],
    ],
  ],
  ['& -- "" ()', []],
  ['stance:Disputes', [['stance:Disputes', { kind: 'stance', value: 'disputes' }]]],
  [
    'source:"Harbour Ledger" lang:de',
    [
      ['source:"Harbour Ledger"', { kind: 'source', value: 'Harbour Ledger' }],
      ['lang:de', { kind: 'lang', value: 'de' }],
    ],
  ],
  ['speaker:"Ada Brandt"', [['speaker:"Ada Brandt"', { kind: 'speaker', value: 'Ada Brandt' }]]],
  [
    'after:2025-01-20 before:2025-02-01',
    [
      ['after:2025-01-20', { kind: 'after', value: '2025-01-20' }],
      ['before:2025-02-01', { kind: 'before', value: '2025-02-01' }],
    ],
  ],
  ['__proto__', [['__proto__', words('__proto__')]]],
])('parseArticleQuery reads %j', (text, clauses) => {
  expect(parseArticleQuery(text)).toEqual({
    clauses: clauses.map(([written, node]) => ({ text: written, node })),
    asOf: null,
    problems: [],
  });
});

test('parseArticleQuery takes as-of for the whole query', () => {
  const query = parseArticleQuery('cost as-of:2025-01-20');
  expect(query.asOf).toBe('2025-01-20');
  expect(query.clauses).toHaveLength(1);
  expect(writeQuery(query)).toBe('cost as-of:2025-01-20');
});

test.each([
  ['"half open', 2, 'There is a “"” without its partner. We searched for the words instead.'],
  ['cost ("5.6 million" OR price', 2, 'There is a “(” without its “)”. We searched for the words instead.'],
  ['cost) price', 2, 'There is a “)” without its “(”. We searched for the words instead.'],
  ['stance:true', 0, 'names no stance'],
  ['before:2025-02-30', 0, 'is no day'],
  ['as-of:soon cost', 1, 'is no day'],
  ['after:yesterday cost', 1, 'is no day'],
  ['claim:"" cost', 1, 'names nothing'],
  [`${'('.repeat(11)}cost${')'.repeat(11)}`, 1, 'more than 10 deep'],
])('parseArticleQuery says what is wrong with %j and keeps %d clause(s)', (text, clauseCount, problem) => {
  const query = parseArticleQuery(text);
  expect(query.clauses).toHaveLength(clauseCount);
  expect(query.problems.join()).toContain(problem);
});

test('parseArticleQuery bounds what it reads', () => {
  expect(parseArticleQuery('a '.repeat(5_000)).clauses).toHaveLength(60);
});

test('queryWithout leaves one clause out and keeps the rest as written', () => {
  const query = parseArticleQuery('cost OR price -opinion claim:a');
  expect(query.clauses.map((clause) => queryWithout(query, clause))).toEqual([
    '-opinion claim:a',
    'cost OR price claim:a',
    'cost OR price -opinion',
  ]);
  expect(listSearchWords(query)).toEqual(['cost', 'price']);
});

test('what writeQuery and writeFilter write is read as the same conditions', () => {
  const letters = fc.constantFrom('a', 'b', ' ', '(', ')', '-', '"', ' OR ', 'claim:', 'é', '谜', ':');
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 25 }), (text) => {
      const query = parseArticleQuery(text);
      const again = parseArticleQuery(writeQuery(query));
      expect(again.clauses.map(({ node }) => node)).toEqual(query.clauses.map(({ node }) => node));
    }),
  );
  expect(parseArticleQuery(writeFilter('source', 'The "Quay" (Notes)')).clauses[0]?.node).toEqual({
    kind: 'source',
    value: 'The Quay (Notes)',
  });
});
