import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { renderLedgerJsonSchema } from '#src/config/json-schema.ts';
import { rootDir } from '../support/source-tree.ts';

const read = (path: string): string => readFileSync(join(rootDir, path), 'utf8');
const schema = z.fromJSONSchema(JSON.parse(renderLedgerJsonSchema()));

const smallest = { version: 1, name: 'A small ledger', topics: [], claims: [] };
const claim = { id: 'sky-blue', short: 'Sky', statement: 'The sky is blue', all: ['sky', ['blue', 'azure']] };

/** Checks a ledger against the JSON Schema alone and gives the places of its mistakes. */
function check(ledger: unknown, expected: readonly string[]): void {
  const { error } = schema.safeParse(ledger);
  expect((error?.issues ?? []).map(({ path }) => path.join('.'))).toEqual(expected);
}

test('ledger.schema.json is what the schema in force says (npm run schema writes it)', () => {
  expect(read('ledger.schema.json')).toBe(renderLedgerJsonSchema());
});

test('the shipped ledger and a smallest one have no mistakes', () => {
  check(parse(read('ledger.yaml')), []);
  check(smallest, []);
  check({ ...smallest, claims: [claim], fetch: { hosts: { 'news.example:443': { spacing: '5s' } } } }, []);
});

test('a misspelt key, a wrong word and a missing part are found where they stand', () => {
  check({ ...smallest, sorces: [] }, ['']);
  check({ ...smallest, sources: [{ url: 'https://news.example/feed', read: 'everything' }] }, ['sources.0.read']);
  check({ ...smallest, claims: [{ ...claim, statement: undefined }] }, ['claims.0.statement']);
  check({ ...smallest, fetch: { hostConnections: 0 } }, ['fetch.hostConnections']);
});
