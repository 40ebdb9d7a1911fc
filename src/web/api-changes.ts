/** The API beyond reading lists: what changed since, what a search can be narrowed by, and writing with the operator's token. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answererLengthMax, answerReview } from '#jobs/answer-review.ts';
import { removeQuery, savedNameLengthMax, savedQueryLengthMax, saveQuery } from '#jobs/save-query.ts';
import { parseArticleQuery } from '#src/core/search/article-query.ts';
import { countArticles } from '#src/io/db/article-search.ts';
import { listChanges } from '#src/io/db/changes.ts';
import { listWaiting } from '#src/io/db/reviews.ts';
import { listSavedQueries } from '#src/io/db/saved-queries.ts';
import { requireWriting } from './access.ts';
import {
  answeredSchema,
  changeSchema,
  listSchema,
  problems,
  savedQuerySchema,
  searchCountsSchema,
  waitingSchema,
} from './api-schemas.ts';
import type { WebDeps } from './deps.ts';
import { pageQuery, rowId } from './parameters.ts';

/** Changes in one answer. */
const changesUsual = 200;
const changesMax = 1_000;
/** Quotes that wait, in one answer. */
const waitingMax = 100;

const writing = { 401: problems[401], 400: problems[400] };
const security = [{ token: [] }];

/** Adds `changes`, `articles/counts`, `reviews` and `queries`. */
export function addChanges(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const changes = {
    summary: 'What changed, in the order in which it became true; go on with after = the last number',
    querystring: z.object({
      after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
      limit: z.coerce.number().int().min(1).max(changesMax).default(changesUsual),
    }),
    response: { 200: z.object({ items: z.array(changeSchema).readonly(), last: z.number() }), 400: problems[400] },
  };
  typed.get('/changes', { schema: changes }, async ({ query }) => {
    const items = await listChanges(deps.db, query);
    return { items, last: items.at(-1)?.seq ?? query.after };
  });

  const counts = {
    summary: 'How many articles a query finds, and what would narrow it down',
    querystring: z.object({ q: z.string().max(500).default('') }),
    response: { 200: searchCountsSchema, 400: problems[400] },
  };
  typed.get('/articles/counts', { schema: counts }, async ({ query }) =>
    countArticles(deps.db, parseArticleQuery(query.q)),
  );
}

/** Adds what waits for a person, and answering. */
export function addReviews(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const waiting = {
    summary: `The quotes that the rules were not sure about, newest first (at most ${waitingMax})`,
    querystring: z.object({ claim: z.string().max(200).optional() }),
    response: { 200: listSchema(waitingSchema), 400: problems[400] },
  };
  typed.get('/reviews', { schema: waiting }, async ({ query }) => ({
    items: await listWaiting(deps.db, { claim: query.claim ?? null, limit: waitingMax }),
    next: null,
  }));
  const answer = {
    summary: 'Answers about a quote, in place of an earlier answer',
    params: z.object({ id: rowId }),
    body: z.strictObject({
      answer: z.enum(['supports', 'reports', 'disputes', 'confirm', 'reject']),
      by: z.string().trim().min(1).max(answererLengthMax),
    }),
    security,
    response: { 200: answeredSchema, ...writing, 404: problems[404] },
  };
  typed.put('/reviews/:id', { schema: answer }, async (request, reply) => {
    requireWriting(request, reply, deps);
    return await answerReview({ taggingId: request.params.id, ...request.body }, deps);
  });
}

/** Adds saved searches. */
export function addQueries(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const list = {
    summary: 'The saved searches; each has a feed',
    querystring: pageQuery.pick({}),
    response: { 200: listSchema(savedQuerySchema), 400: problems[400] },
  };
  typed.get('/queries', { schema: list }, async () => ({ items: await listSavedQueries(deps.db), next: null }));
  const save = {
    summary: 'Saves a search under a name',
    body: z.strictObject({
      name: z.string().trim().min(1).max(savedNameLengthMax),
      query: z.string().trim().min(1).max(savedQueryLengthMax),
      by: z.string().trim().min(1).max(answererLengthMax),
    }),
    security,
    response: { 201: z.object({ id: z.string() }), ...writing },
  };
  typed.post('/queries', { schema: save }, async (request, reply) => {
    requireWriting(request, reply, deps);
    return await reply.code(201).send({ id: await saveQuery(request.body, deps) });
  });
  const remove = {
    summary: 'Takes a search away that was saved on the pages or here',
    params: z.object({ id: z.string().max(200) }),
    security,
    response: { 204: z.null(), ...writing, 404: problems[404] },
  };
  typed.delete('/queries/:id', { schema: remove }, async (request, reply) => {
    requireWriting(request, reply, deps);
    await removeQuery(request.params.id, deps);
    return await reply.code(204).send(null);
  });
}
