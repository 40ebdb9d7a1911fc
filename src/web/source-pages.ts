import type { FastifyInstance } from 'fastify';
import { explainSource, type FetchRow, listPageRows, listSourceRows } from '#src/io/db/sources.ts';
import type { WebDeps } from './deps.ts';
import { sendPage } from './page.ts';
import { sourcesPage } from './views/sources.ts';

/** Sources whose last visits are shown at once; on a day when all fail, their reasons are alike. */
const explainedMax = 20;

/** `/sources`. */
export function addSourcePages(app: FastifyInstance, deps: WebDeps): void {
  app.get('/sources', { schema: { hide: true } }, async (_request, reply) => {
    const now = deps.now();
    const sources = await listSourceRows(deps.db, now);
    const pages = await listPageRows(deps.db, now);
    const troubled = [...sources, ...pages].filter((row) => row.state === 'failing' || row.state === 'gone');
    const visits = new Map<string, readonly FetchRow[]>();
    for (const { id } of troubled.slice(0, explainedMax)) {
      visits.set(id, (await explainSource(deps.db, { id, now }))?.fetches ?? []);
    }
    return await sendPage(reply, deps, sourcesPage({ sources, pages, visits, at: { zone: deps.zone(), now } }));
  });
}
