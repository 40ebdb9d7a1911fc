/** The JSON API: what the pages show, for programs. Its document is made from the schemas of its routes. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { HOUSE_READER } from '#src/config/schema.ts';
import { parseArticleQuery } from '#src/core/search/article-query.ts';
import { findArticle } from '#src/io/db/article-reads.ts';
import { searchArticles } from '#src/io/db/article-search.ts';
import { findClaim, listClaimRows } from '#src/io/db/claim-reads.ts';
import { findDigest, listDigestDates } from '#src/io/db/digests.ts';
import { listPageRows, listSourceRows } from '#src/io/db/sources.ts';
import { findStory } from '#src/io/db/story-reads.ts';
import { addChanges, addQueries, addReviews } from './api-changes.ts';
import {
  articleRowSchema,
  articleSchema,
  claimRowSchema,
  claimSchema,
  digestDaySchema,
  digestSchema,
  listSchema,
  problems,
  sourceSchema,
  storySchema,
} from './api-schemas.ts';
import { asOfQuery, gatherKnown, readAsOf } from './as-of.ts';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { dayText, pageQuery, rowId } from './parameters.ts';

/** Quotes and numbers in one answer; the search lists all. */
const newestMax = 200;

/** Adds `/api/v1/...` and `/api/openapi.json`. */
export async function addApi(app: FastifyInstance, deps: WebDeps): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'claimledger',
        version: '1',
        description: 'Who said what about each tracked claim, in which words.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      ...(deps.publicUrl === null ? {} : { servers: [{ url: deps.publicUrl }] }),
    },
    transform: jsonSchemaTransform,
    // What schemas refer to by name stands in the document once.
    transformObject: jsonSchemaTransformObject,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(app.swagger())),
  );
  await app.register(
    async (v1) => {
      addDigests(v1, deps);
      addClaims(v1, deps);
      addArticles(v1, deps);
      addStories(v1, deps);
      addSources(v1, deps);
      addChanges(v1, deps);
      addReviews(v1, deps);
      addQueries(v1, deps);
    },
    { prefix: '/v1' },
  );
}

function addDigests(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const list = {
    summary: 'The days that have a digest, newest first',
    querystring: pageQuery,
    response: { 200: listSchema(digestDaySchema), 400: problems[400] },
  };
  typed.get('/digests', { schema: list }, async (request) => {
    const dates = (await listDigestDates(deps.db, HOUSE_READER)).map((date) => ({ date }));
    return cutList(dates, { ...request.query, idOf: (item) => item.date });
  });
  const one = {
    summary: 'The digest of a day',
    params: z.object({ date: dayText }),
    response: { 200: digestSchema, ...problems },
  };
  typed.get('/digests/:date', { schema: one }, async (request, reply) => {
    const digest = await findDigest(deps.db, { readerId: HOUSE_READER, date: request.params.date });
    return digest ?? answerNotFound(request, reply, deps);
  });
}

function addClaims(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const list = {
    summary: 'The claims of the ledger with their balance',
    querystring: pageQuery.extend(asOfQuery.shape),
    response: { 200: listSchema(claimRowSchema), 400: problems[400] },
  };
  typed.get('/claims', { schema: list }, async (request) => {
    const claims = await gatherKnown(deps, readAsOf(request.query.asOf, deps), (past) =>
      listClaimRows(past.db, { now: past.now(), zone: deps.zone() }),
    );
    return cutList(claims, { ...request.query, idOf: (item) => item.id });
  });
  const one = {
    summary: `A claim with its newest quotes and numbers (at most ${newestMax}) and its moves`,
    params: z.object({ id: z.string() }),
    querystring: asOfQuery,
    response: { 200: claimSchema, ...problems },
  };
  typed.get('/claims/:id', { schema: one }, async (request, reply) => {
    const claim = await gatherKnown(deps, readAsOf(request.query.asOf, deps), (past) =>
      findClaim(past.db, request.params.id, {
        ...{ now: past.now(), zone: deps.zone() },
        ...{ quotesMax: newestMax, numbersMax: newestMax },
      }),
    );
    return claim ?? answerNotFound(request, reply, deps);
  });
}

function addArticles(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const query = pageQuery.extend({
    ...asOfQuery.shape,
    q: z.string().max(500).default('').describe('The query language of the search page'),
  });
  const list = {
    summary: 'The kept articles that a query finds, newest first',
    querystring: query,
    response: { 200: listSchema(articleRowSchema), 400: problems[400] },
  };
  typed.get('/articles', { schema: list }, async (request) => {
    const { q, limit, cursor = null, asOf } = request.query;
    const query = parseArticleQuery(q);
    return await gatherKnown(deps, readAsOf(asOf ?? query.asOf ?? undefined, deps), ({ db }) =>
      searchArticles(db, query, { limit, cursor }),
    );
  });
  const one = {
    summary: 'An article with its text, versions and quotes',
    params: z.object({ id: rowId }),
    querystring: asOfQuery,
    response: { 200: articleSchema, ...problems },
  };
  typed.get('/articles/:id', { schema: one }, async (request, reply) => {
    const article = await gatherKnown(deps, readAsOf(request.query.asOf, deps), ({ db }) =>
      findArticle(db, request.params.id),
    );
    return article ?? answerNotFound(request, reply, deps);
  });
}

function addStories(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const one = {
    summary: 'A story: its independent origins in order of appearance, and who repeats them',
    params: z.object({ id: rowId }),
    response: { 200: storySchema, ...problems },
  };
  typed.get('/stories/:id', { schema: one }, async (request, reply) => {
    const story = await findStory(deps.db, request.params.id);
    return story ?? answerNotFound(request, reply, deps);
  });
}

function addSources(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const query = pageQuery.extend({ kind: z.enum(['feed', 'page']).default('feed') });
  const list = {
    summary: 'The feeds of the ledger, or the cited pages it watches',
    querystring: query,
    response: { 200: listSchema(sourceSchema), 400: problems[400] },
  };
  typed.get('/sources', { schema: list }, async (request) => {
    const read = request.query.kind === 'feed' ? listSourceRows : listPageRows;
    return cutList(await read(deps.db, deps.now()), { ...request.query, idOf: (item) => item.id });
  });
}

/** A part of a list that is read whole; its cursor is the id of the last item shown. */
function cutList<Item>(
  items: readonly Item[],
  page: { readonly limit: number; readonly cursor?: string | undefined; readonly idOf: (item: Item) => string },
): { items: readonly Item[]; next: string | null } {
  const { limit, cursor, idOf } = page;
  const from = cursor === undefined ? 0 : items.findIndex((item) => idOf(item) === cursor) + 1;
  const shown = items.slice(from, from + limit);
  const last = shown.at(-1);
  return { items: shown, next: from + limit < items.length && last !== undefined ? idOf(last) : null };
}
