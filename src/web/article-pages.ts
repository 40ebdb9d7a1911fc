import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { calendarOf, localDay } from '#src/core/display/time.ts';
import { type ArticleQuery, parseArticleQuery, queryWithout } from '#src/core/search/article-query.ts';
import { findArticle, listArticleTexts } from '#src/io/db/article-reads.ts';
import { countArticles, searchArticles } from '#src/io/db/article-search.ts';
import { listDigestClaims } from '#src/io/db/evidence.ts';
import { listReasons } from '#src/io/db/explanations.ts';
import { gatherKnown, readAsOf } from './as-of.ts';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { sendPage } from './page.ts';
import { rowId } from './parameters.ts';
import { findSession } from './sessions.ts';
import { articlePage } from './views/article.ts';
import { articlesPage, type SearchPage } from './views/articles.ts';

const hitsShown = 20;
/** Searches tried to say what an empty one could leave out. */
const hintsTriedMax = 6;

/** `/articles` (the search) and `/articles/:id`. */
export function addArticlePages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();

  const search = z.object({
    q: z.string().default('').catch(''),
    cursor: z.string().max(200).optional().catch(undefined),
    saved: z.literal('refused').optional().catch(undefined),
  });
  typed.get('/articles', { schema: { hide: true, querystring: search } }, async (request, reply) => {
    const text = request.query.q.trim();
    const query = withoutFuture(parseArticleQuery(text), deps);
    const page = await gatherKnown(deps, readAsOf(query.asOf ?? undefined, deps), (past) =>
      gatherSearch(past, query, request.query.cursor ?? null),
    );
    const saving = {
      session: findSession(request, deps),
      isOpen: deps.token !== null,
      isRefused: request.query.saved === 'refused',
    };
    // What is drawn for one person is kept by no one.
    if (saving.session !== null) reply.header('cache-control', 'private, no-store');
    return await sendPage(reply, deps, articlesPage({ text, query, saving, ...page }));
  });

  typed.get('/articles/:id', { schema: { hide: true, params: z.object({ id: rowId }) } }, async (request, reply) => {
    const article = await findArticle(deps.db, request.params.id);
    if (article === null) return answerNotFound(request, reply, deps);
    const reasons = await listReasons(deps.db, { articleId: article.id });
    return await sendPage(reply, deps, articlePage(article, { ...(await drawingOf(deps)), reasons }));
  });
}

/** A day ahead would be answered differently tomorrow. */
function withoutFuture(query: ArticleQuery, deps: WebDeps): ArticleQuery {
  if (query.asOf === null || query.asOf <= localDay(deps.now(), deps.zone())) return query;
  const problem = `“as-of:${query.asOf}” has not come yet. We left it out.`;
  return { ...query, asOf: null, problems: [...query.problems, problem] };
}

/** What the search page shows, all as of one instant. */
async function gatherSearch(
  deps: WebDeps,
  query: ArticleQuery,
  cursor: string | null,
): Promise<Omit<SearchPage, 'text' | 'query' | 'saving'>> {
  const { items, next } = await searchArticles(deps.db, query, { limit: hitsShown, cursor });
  const texts = await listArticleTexts(
    deps.db,
    items.map((item) => item.id),
  );
  const counts = await countArticles(deps.db, query);
  const hint = counts.articleCount === 0 ? await findHint(deps, query) : null;
  return { counts, items, texts, next, hint, ...(await drawingOf(deps)) };
}

async function drawingOf(deps: WebDeps): Promise<Pick<SearchPage, 'calendar' | 'statements'>> {
  const claims = await listDigestClaims(deps.db);
  const zone = deps.zone();
  return {
    calendar: calendarOf(localDay(deps.now(), zone), zone),
    statements: new Map(claims.map((claim) => [claim.id, claim.statement])),
  };
}

/** The one condition whose absence finds most; null when none helps. */
async function findHint(deps: WebDeps, query: ArticleQuery): Promise<SearchPage['hint']> {
  if (query.clauses.length < 2) return null;
  let best: SearchPage['hint'] = null;
  for (const clause of query.clauses.slice(0, hintsTriedMax)) {
    const wider = queryWithout(query, clause);
    const { articleCount: count } = await countArticles(deps.db, parseArticleQuery(wider));
    if (count > (best?.count ?? 0)) best = { without: clause.text, query: wider, count };
  }
  return best;
}
