import { expect, test } from 'vitest';
import { listSearchWords, parseArticleQuery, queryWithout } from '#src/core/article-query.ts';

function words(text: string, ...terms: readonly string[]) {
  return {
    kind: 'words',
    text,
    terms: terms.map((term) => ({ words: term.replace(/^-/, ''), isExcluded: term.startsWith('-') })),
  };
}

test.each([
  ['', []],
  ['cost', [words('cost', 'cost')]],
  ['training cost', [words('training', 'training'), words('cost', 'cost')]],
  ['"5.6 million"', [words('"5.6 million"', '5.6 million')]],
  ['“5.6 million”', [words('"5.6 million"', '5.6 million')]],
  ['-opinion -"letter to"', [words('-opinion', '-opinion'), words('-"letter to"', '-letter to')]],
  ['cost OR price', [words('cost OR price', 'cost', 'price')]],
  [
    'cost ("5.6 million" OR 560万) -opinion',
    [words('cost', 'cost'), words('"5.6 million" OR 560万', '5.6 million', '560万'), words('-opinion', '-opinion')],
  ],
  ['OR cost OR', [words('cost', 'cost')]],
  ['cost or price', [words('cost', 'cost'), words('or', 'or'), words('price', 'price')]],
  ['& -- "" ()', []],
  [
    'claim:cost-5.6m stance:Disputes',
    [
      { kind: 'claim', text: 'claim:cost-5.6m', value: 'cost-5.6m' },
      { kind: 'stance', text: 'stance:Disputes', value: 'disputes' },
    ],
  ],
  [
    'source:"Harbour Ledger" lang:de',
    [
      { kind: 'source', text: 'source:"Harbour Ledger"', value: 'Harbour Ledger' },
      { kind: 'lang', text: 'lang:de', value: 'de' },
    ],
  ],
  [
    'after:2025-01-20 before:2025-02-01',
    [
      { kind: 'after', text: 'after:2025-01-20', value: '2025-01-20' },
      { kind: 'before', text: 'before:2025-02-01', value: '2025-02-01' },
    ],
  ],
  ['https://a.example', [words('https://a.example', 'https://a.example')]],
  ['__proto__', [words('__proto__', '__proto__')]],
])('parseArticleQuery reads %j', (text, clauses) => {
  expect(parseArticleQuery(text)).toEqual({ clauses, problems: [] });
});

test.each([
  ['"half open', 1, '“"” without its partner'],
  ['stance:true', 0, 'names no stance'],
  ['before:2025-02-30', 0, 'is no day'],
  ['after:yesterday cost', 1, 'is no day'],
  ['-claim:cost-5.6m', 0, 'cannot be excluded'],
])('parseArticleQuery says what is wrong with %j and keeps %d clause(s)', (text, clauseCount, problem) => {
  const query = parseArticleQuery(text);
  expect(query.clauses.length).toBeGreaterThanOrEqual(clauseCount);
  expect(query.problems.join()).toContain(problem);
});

test('parseArticleQuery bounds what it reads', () => {
  expect(parseArticleQuery('a '.repeat(5_000)).clauses).toHaveLength(30);
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
