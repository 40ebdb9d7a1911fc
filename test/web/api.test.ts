import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Store } from '#src/io/db/store.ts';
import { buildWeb } from '#src/web/app.ts';
import { fillPress, openPress, pressDeps } from './press.ts';

let store: Store;
let app: FastifyInstance;

beforeAll(async () => {
  store = await openPress();
  await fillPress(store.db);
  app = await buildWeb(pressDeps(store.db, { publicUrl: 'https://ledger.example' }));
});

afterAll(async () => {
  await app.close();
  await store[Symbol.asyncDispose]();
});

const list = z.object({ items: z.array(z.record(z.string(), z.unknown())), next: z.string().nullable() });

async function readList(url: string) {
  const response = await app.inject({ url });
  expect(response.statusCode, response.body).toBe(200);
  return list.parse(response.json());
}

test.each([
  ['/api/v1/digests', 2],
  ['/api/v1/claims', 3],
  ['/api/v1/articles', 4],
  ['/api/v1/sources', 3],
  ['/api/v1/sources?kind=page', 1],
])('%s answers a list of %i that goes on by its cursor', async (url, count) => {
  const whole = await readList(url);
  expect(whole.items).toHaveLength(count);
  expect(whole.next).toBeNull();
  const joined: unknown[] = [];
  let next: string | null = '';
  while (next !== null) {
    const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
    const part = await readList(`${url}${url.includes('?') ? '&' : '?'}limit=1${cursor}`);
    joined.push(...part.items);
    next = part.next;
  }
  expect(joined).toEqual(whole.items);
});

test('/api/v1/articles gives every quote as an exact slice of the stored text', async () => {
  const { items } = await readList('/api/v1/articles?q=claim:bridge-cost');
  expect(items).toHaveLength(4);
  expect(Object.keys(items[0] ?? {})).toEqual(
    expect.arrayContaining([
      'id',
      'url',
      'canonicalUrl',
      'title',
      'source',
      'lang',
      'publishedAt',
      'firstSeenAt',
      'relevant',
      'topics',
      'taggings',
    ]),
  );
  for (const { id } of items) {
    const article = (await app.inject({ url: `/api/v1/articles/${id}` })).json();
    expect(article.taggings.length).toBeGreaterThan(0);
    for (const tagging of article.taggings) {
      for (const { field, start, end, quote } of tagging.evidence) expect(article[field].slice(start, end)).toBe(quote);
    }
  }
});

test('/api/v1/digests/:date and /api/v1/claims/:id tell what the pages show', async () => {
  const digest = (await app.inject({ url: '/api/v1/digests/2025-01-30' })).json();
  expect(digest.headline).toBe('2 claims moved, 2 new quotes from 1 independent origin');
  const claim = (await app.inject({ url: '/api/v1/claims/bridge-cost' })).json();
  expect(claim.tally).toEqual({ supports: 0, reports: 2, disputes: 2 });
  expect(claim.moves[0].moves[0].kind).toBe('value-outside');
});

test.each([
  ['/api/v1/digests/2025-02-30', 400],
  ['/api/v1/digests/2020-01-01', 404],
  ['/api/v1/claims/none', 404],
  ['/api/v1/articles/0', 400],
  ['/api/v1/articles/999999', 404],
  ['/api/v1/articles/1e99', 400],
  ['/api/v1/articles?limit=100000', 400],
  ['/api/v1/nothing', 404],
  ['/api/v1/claims/__proto__', 404],
])('%s answers %i as problem+json', async (url, status) => {
  const response = await app.inject({ url });
  expect(response.statusCode).toBe(status);
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(response.json()).toMatchObject({ type: 'about:blank', status });
});

test('a cursor that is none begins at the beginning', async () => {
  expect((await readList('/api/v1/articles?cursor=%00%ff')).items).toHaveLength(4);
});

test('reads carry an ETag and answer 304 to whoever has it', async () => {
  for (const url of ['/api/v1/claims', '/claims', '/']) {
    const first = await app.inject({ url });
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^W\/"/);
    const second = await app.inject({ url, headers: { 'if-none-match': `"other", ${etag}` } });
    expect(second.statusCode).toBe(304);
    expect(second.body).toBe('');
    expect((await app.inject({ url, headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200);
  }
});

test('/api/openapi.json is OpenAPI 3.1 and names every route with its answers', async () => {
  const document = (await app.inject({ url: '/api/openapi.json' })).json();
  expect(document.openapi).toBe('3.1.0');
  expect(document.servers).toEqual([{ url: 'https://ledger.example' }]);
  expect(Object.keys(document.paths).sort()).toEqual([
    '/api/v1/articles',
    '/api/v1/articles/counts',
    '/api/v1/articles/{id}',
    '/api/v1/changes',
    '/api/v1/claims',
    '/api/v1/claims/{id}',
    '/api/v1/digests',
    '/api/v1/digests/{date}',
    '/api/v1/queries',
    '/api/v1/queries/{id}',
    '/api/v1/reviews',
    '/api/v1/reviews/{id}',
    '/api/v1/sources',
    '/api/v1/stories/{id}',
  ]);
  const answer = document.paths['/api/v1/articles/{id}'].get.responses['200'].content['application/json'].schema;
  expect(answer.properties.taggings.items.properties.stance.enum).toEqual(['supports', 'reports', 'disputes']);
});
