/** What we publish as feeds: each claim, stance, source and saved search, any search, and the daily digest. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { HOUSE_READER } from '#src/config/schema.ts';
import { stances } from '#src/core/digest/balance.ts';
import { showLine } from '#src/core/display/text.ts';
import {
  type FeedFormat,
  feedFormats,
  feedTypes,
  type OutputFeed,
  renderFeed,
  updatedAt,
  writeHttpDate,
} from '#src/core/output/feed.ts';
import { parseArticleQuery, writeFilter } from '#src/core/search/article-query.ts';
import { searchArticles } from '#src/io/db/article-search.ts';
import { listDigests } from '#src/io/db/digests.ts';
import { listDigestClaims } from '#src/io/db/evidence.ts';
import { findSavedQuery, listSavedQueries } from '#src/io/db/saved-queries.ts';
import { listSourceRows } from '#src/io/db/sources.ts';
import { listStandingQuotes, listUnsettled, type StandingWindow } from '#src/io/db/standings.ts';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { sendPage } from './page.ts';
import { findSession } from './sessions.ts';
import { articleEntry, digestEntry, quoteEntry } from './views/feed-entries.ts';
import { feedsPage } from './views/feeds.ts';

/** Entries of a feed: what a reader who looks once a day may have missed. */
const entriesMax = 50;
/** Days in the feed of the digest. */
const digestsMax = 30;
/** A feed without entries has not changed since then. */
const epoch = '1970-01-01T00:00:00Z';

type Asked = { readonly deps: WebDeps; readonly site: string; readonly self: string };
type Body = Pick<OutputFeed, 'key' | 'title' | 'pageUrl' | 'entries'>;

/** Adds `/feeds` and everything below it. */
export function addFeeds(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get('/feeds', { schema: { hide: true } }, async (request, reply) => {
    const page = feedsPage({
      claims: await listDigestClaims(deps.db),
      sources: await listSourceRows(deps.db, deps.now()),
      queries: await listSavedQueries(deps.db),
      session: findSession(request, deps),
    });
    // What is drawn for one person is kept by no one.
    reply.header('cache-control', 'private, no-store');
    return await sendPage(reply, deps, page);
  });
  const named = { hide: true, params: z.object({ file: z.string().max(300) }) };
  const kinds: readonly (readonly [string, (asked: Asked, name: string) => Promise<Body | null>])[] = [
    ['claims', gatherClaim],
    ['stances', gatherStance],
    ['sources', gatherSource],
    ['queries', gatherQuery],
  ];
  for (const [kind, gather] of kinds) {
    typed.get(`/feeds/${kind}/:file`, { schema: named }, async (request, reply) => {
      const file = readFile(request.params.file);
      const body = file === null ? null : await gather(askedOf(request, deps), file.name);
      return file === null || body === null
        ? answerNotFound(request, reply, deps)
        : await sendFeed(reply, { request, deps, body, format: file.format });
    });
  }
  const searched = { hide: true, querystring: z.object({ q: z.string().max(500).default('') }) };
  for (const format of feedFormats) {
    typed.get(`/feeds/digest.${format}`, { schema: { hide: true } }, async (request, reply) =>
      sendFeed(reply, { request, deps, format, body: await gatherDigests(askedOf(request, deps)) }),
    );
    typed.get(`/feeds/articles.${format}`, { schema: searched }, async (request, reply) => {
      const { q } = request.query;
      const body = await gatherArticles(askedOf(request, deps), { query: q, name: q, key: `search ${q}` });
      return await sendFeed(reply, { request, deps, format, body });
    });
  }
}

/** "cost-5.6m.atom" is the claim cost-5.6m as Atom. */
function readFile(file: string): { readonly name: string; readonly format: FeedFormat } | null {
  const format = feedFormats.find((known) => file.endsWith(`.${known}`));
  return format === undefined ? null : { name: file.slice(0, -format.length - 1), format };
}

/** Links in a feed are whole addresses: the public one, or the one that was asked. */
function askedOf(request: FastifyRequest, deps: WebDeps): Asked {
  const site = deps.publicUrl ?? `${request.protocol}://${request.host}`;
  return { deps, site, self: `${site}${request.url}` };
}

async function sendFeed(
  reply: FastifyReply,
  answer: {
    readonly request: FastifyRequest;
    readonly deps: WebDeps;
    readonly body: Body;
    readonly format: FeedFormat;
  },
): Promise<FastifyReply> {
  const { request, deps, body, format } = answer;
  const feed: OutputFeed = {
    ...body,
    title: `${body.title} · ${deps.ledgerName()}`,
    selfUrl: askedOf(request, deps).self,
    updated: epoch,
  };
  const changed = updatedAt(feed);
  reply.header('last-modified', writeHttpDate(changed));
  // With an entity tag in the question the tag decides (RFC 9110, 13.2.2).
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  if (request.headers['if-none-match'] === undefined && since >= Math.floor(changed.epochMilliseconds / 1000) * 1000)
    return reply.code(304).header('cache-control', 'no-cache').send();
  return reply.type(`${feedTypes[format]}; charset=utf-8`).send(renderFeed(feed, format));
}

async function gatherQuotes({ deps, site }: Asked, window: Omit<StandingWindow, 'unsettled'>) {
  const unsettled = await listUnsettled(deps.db);
  const quotes = await listStandingQuotes(deps.db, { ...window, unsettled, limit: entriesMax });
  return quotes.map((quote) => quoteEntry(quote, site));
}

async function gatherClaim(asked: Asked, id: string): Promise<Body | null> {
  const claim = (await listDigestClaims(asked.deps.db)).find((known) => known.id === id);
  if (claim === undefined) return null;
  return {
    key: `claim ${id}`,
    title: showLine(claim.statement),
    pageUrl: `${asked.site}/claims/${encodeURIComponent(id)}`,
    entries: await gatherQuotes(asked, { claims: [id] }),
  };
}

async function gatherStance(asked: Asked, name: string): Promise<Body | null> {
  const stance = stances.find((known) => known === name);
  if (stance === undefined) return null;
  return {
    key: `stance ${stance}`,
    title: `Quotes: ${stance}`,
    pageUrl: `${asked.site}/articles?q=${encodeURIComponent(`stance:${stance}`)}`,
    entries: await gatherQuotes(asked, { claims: null, stance }),
  };
}

async function gatherSource(asked: Asked, id: string): Promise<Body | null> {
  const source = (await listSourceRows(asked.deps.db, asked.deps.now())).find((known) => known.id === id);
  if (source === undefined) return null;
  return await gatherArticles(asked, { query: writeFilter('source', id), name: source.name, key: `source ${id}` });
}

async function gatherQuery(asked: Asked, id: string): Promise<Body | null> {
  const saved = await findSavedQuery(asked.deps.db, id);
  return saved === null
    ? null
    : await gatherArticles(asked, { query: saved.query, name: saved.name, key: `query ${id}` });
}

async function gatherArticles(
  { deps, site }: Asked,
  search: { readonly query: string; readonly name: string; readonly key: string },
): Promise<Body> {
  const query = { ...parseArticleQuery(search.query), asOf: null };
  const { items } = await searchArticles(deps.db, query, { limit: entriesMax, cursor: null });
  return {
    key: search.key,
    title: search.name === '' ? 'Articles' : showLine(search.name),
    pageUrl: `${site}/articles${search.query === '' ? '' : `?q=${encodeURIComponent(search.query)}`}`,
    entries: items.map((article) => articleEntry(article, site)),
  };
}

async function gatherDigests({ deps, site }: Asked): Promise<Body> {
  const digests = await listDigests(deps.db, { readerId: HOUSE_READER, limit: digestsMax });
  return {
    key: 'digest',
    title: 'The daily digest',
    pageUrl: `${site}/`,
    entries: digests.map((digest) => digestEntry(digest, site)),
  };
}
