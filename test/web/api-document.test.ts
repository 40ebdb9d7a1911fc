import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Store } from '#src/io/db/store.ts';
import { buildWeb } from '#src/web/app.ts';
import { fillPress, openPress, pressDeps } from './press.ts';

const token = 'a-token-of-the-house';
const readToken = 'a-token-for-readers';

let store: Store;
let app: FastifyInstance;

beforeAll(async () => {
  store = await openPress();
  await fillPress(store.db);
  app = await buildWeb(pressDeps(store.db, { token, readToken }));
});

afterAll(async () => {
  await app.close();
  await store[Symbol.asyncDispose]();
});

const jsonSchema = z.record(z.string(), z.unknown());
const media = z.object({ schema: jsonSchema });
const operation = z.object({
  summary: z.string().min(1),
  parameters: z.array(z.object({ name: z.string(), in: z.enum(['path', 'query']), schema: jsonSchema })).default([]),
  requestBody: z.object({ content: z.object({ 'application/json': media }) }).optional(),
  security: z.array(z.unknown()).optional(),
  responses: z.record(z.string(), z.object({ content: z.record(z.string(), media).optional() })),
});
const apiDocument = z.object({
  paths: z.record(z.string(), z.record(z.enum(['get', 'put', 'post', 'delete']), operation.optional())),
  components: z.object({ schemas: z.record(z.string(), z.unknown()).default({}) }).default({ schemas: {} }),
});

/** What a client needs to know beside the document: values of the parameters in paths, and what to send. */
const paths: Readonly<Record<string, string>> = {
  '/api/v1/digests/{date}': '/api/v1/digests/2025-01-30',
  '/api/v1/claims/{id}': '/api/v1/claims/bridge-cost',
  '/api/v1/articles/{id}': '/api/v1/articles/3',
  '/api/v1/stories/{id}': '/api/v1/stories/1',
  '/api/v1/reviews/{id}': '/api/v1/reviews/1',
  '/api/v1/queries/{id}': '/api/v1/queries/steel',
};
const bodies: Readonly<Record<string, object>> = {
  'put /api/v1/reviews/{id}': { answer: 'confirm', by: 'Ada' },
  'post /api/v1/queries': { name: 'Steel', query: 'steel', by: 'Ada' },
};

test('a client that knows only the document can carry out every operation, and gets what the document says', async () => {
  const answer = await app.inject({ url: '/api/openapi.json', headers: { authorization: `Bearer ${readToken}` } });
  const document = apiDocument.parse(answer.json());
  await store.db
    .insertInto('stories')
    .values({ last_at: Temporal.Instant.from('2025-01-30T08:00:00Z'), article_count: 1, words: [], weights: [] })
    .execute();
  await store.db
    .insertInto('story_members')
    .values({
      article_id: 1,
      story_id: 1,
      role: 'original',
      origin_id: 1,
      since: Temporal.Instant.from('2025-01-30T08:00:00Z'),
    })
    .execute();
  await store.db
    .insertInto('article_sketches')
    .values({
      article_id: 1,
      site: 'press.example',
      appeared_at: Temporal.Instant.from('2025-01-30T08:00:00Z'),
      sample: [],
    })
    .execute();
  const done: string[] = [];
  const methods = ['get', 'post', 'put', 'delete'] as const;
  for (const method of methods) {
    for (const [path, operations] of Object.entries(document.paths)) {
      const found = operations[method];
      if (found === undefined) continue;
      const name = `${method} ${path}`;
      const payload = bodies[name];
      if (found.requestBody !== undefined) {
        // What we send is what the document asks for, and nothing else is taken.
        const asked = z.fromJSONSchema(found.requestBody.content['application/json'].schema);
        expect(asked.safeParse(payload).success, name).toBe(true);
        expect(asked.safeParse({ ...payload, more: 1 }).success, name).toBe(false);
      }
      const url = paths[path] ?? path;
      const headers = { authorization: `Bearer ${found.security === undefined ? readToken : token}` };
      const response = await app.inject({
        method: method === 'get' ? 'GET' : method === 'put' ? 'PUT' : method === 'post' ? 'POST' : 'DELETE',
        url,
        headers,
        ...(payload === undefined ? {} : { payload }),
      });
      const told = found.responses[String(response.statusCode)];
      expect(response.statusCode, `${name}: ${response.body}`).toBeLessThan(300);
      expect(told, `${name} answers ${response.statusCode}`).toBeDefined();
      const schema = told?.content?.['application/json']?.schema;
      if (response.statusCode !== 204) {
        const parsed = z.fromJSONSchema(withNames(schema, document.components.schemas)).safeParse(response.json());
        expect(parsed.error?.issues ?? [], name).toEqual([]);
      }
      for (const { name: parameter, in: place } of found.parameters) {
        if (place !== 'query' || parameter === 'q' || parameter === 'claim' || parameter === 'cursor') continue;
        const wrong = await app.inject({ url: `${url}?${parameter}=%00no`, headers });
        expect([name, parameter, wrong.statusCode]).toEqual([name, parameter, 400]);
        expect(wrong.headers['content-type']).toContain('application/problem+json');
      }
      done.push(name);
    }
  }
  expect(done).toHaveLength(15);
});

/** The reader of schemas knows names inside a schema only, so those of the document are put there. */
function withNames(schema: object | undefined, schemas: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return jsonSchema.parse(
    JSON.parse(JSON.stringify({ ...schema, $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/')),
  );
}

test('without a token nothing is read where reading asks for one, and a token for reading writes nothing', async () => {
  const basic = `Basic ${Buffer.from(`reader:${readToken}`).toString('base64')}`;
  for (const url of ['/', '/api/v1/claims', '/feeds/digest.atom', '/articles?q=bridge', '/api/openapi.json']) {
    const refused = await app.inject({ url });
    expect(refused.statusCode, url).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('Bearer');
    expect(refused.body).not.toContain('Elbe bridge was repaired');
    expect((await app.inject({ url, headers: { authorization: 'Bearer wrong' } })).statusCode).toBe(401);
    expect((await app.inject({ url, headers: { authorization: basic } })).statusCode, url).toBe(200);
  }
  for (const url of ['/livez', '/readyz', '/sign-in']) expect((await app.inject({ url })).statusCode, url).toBe(200);
  const payload = { name: 'Stolen', query: 'steel', by: 'Eve' };
  const write = (authorization: string) =>
    app.inject({ method: 'POST', url: '/api/v1/queries', headers: { authorization }, payload });
  expect((await write(`Bearer ${readToken}`)).statusCode).toBe(401);
  expect((await write(`Bearer ${token}`)).statusCode).toBe(201);
  expect((await write(`Bearer ${token}`)).statusCode).toBe(409);
});

test('without a token in the environment nobody writes', async () => {
  const open = await buildWeb(pressDeps(store.db));
  const headers = { authorization: 'Bearer ' };
  const payload = { answer: 'reject', by: 'Eve' };
  const response = await open.inject({ method: 'PUT', url: '/api/v1/reviews/1', headers, payload });
  expect(response.statusCode).toBe(401);
  await open.close();
});

test('changes go on where they were left, and say where to go on', async () => {
  const read = async (after: number) =>
    (
      await app.inject({
        url: `/api/v1/changes?after=${after}&limit=3`,
        headers: { authorization: `Bearer ${readToken}` },
      })
    ).json();
  const seqs: number[] = [];
  for (let after = 0; ; ) {
    const { items, last } = await read(after);
    seqs.push(...items.map(({ seq }: { readonly seq: number }) => seq));
    if (items.length === 0) {
      expect(last).toBe(after);
      break;
    }
    after = last;
  }
  expect(seqs.length).toBeGreaterThan(10);
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
});
