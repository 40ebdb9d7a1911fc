import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { explainSource, type FetchRow, listPageRows, listSourceRows } from '#src/io/db/sources.ts';
import type { WebDeps } from './deps.ts';
import { sendPage } from './page.ts';
import { pageNumber } from './parameters.ts';
import { cutTable } from './views/paging.ts';
import { sortByState, sourcesPage } from './views/sources.ts';

/** Rows of each table on one page, so that both together stay under 100 KB. */
const rowsMax = 60;
/** Sources whose last visits are shown at once; on a day when all fail, their reasons are alike. */
const explainedMax = 10;

/** `/sources`. */
export function addSourcePages(app: FastifyInstance, deps: WebDeps): void {
  const query = z.object({ page: pageNumber, cited: pageNumber });
  app
    .withTypeProvider<ZodTypeProvider>()
    .get('/sources', { schema: { hide: true, querystring: query } }, async (request, reply) => {
      const now = deps.now();
      const all = await listSourceRows(deps.db, now);
      const sources = cutTable(sortByState(all), { page: request.query.page, rowsMax });
      const pages = cutTable(sortByState(await listPageRows(deps.db, now)), { page: request.query.cited, rowsMax });
      const troubled = [...sources.rows, ...pages.rows].filter(
        (row) => row.state === 'failing' || row.state === 'gone',
      );
      const visits = new Map<string, readonly FetchRow[]>();
      for (const { id } of troubled.slice(0, explainedMax)) {
        visits.set(id, (await explainSource(deps.db, { id, now }))?.fetches ?? []);
      }
      const states = all.map((source) => source.state);
      return await sendPage(
        reply,
        deps,
        sourcesPage({ states, sources, pages, visits, at: { zone: deps.zone(), now } }),
      );
    });
}
