import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { askSource, pauseSource } from '#jobs/steer-source.ts';
import { listSourceActivity } from '#src/io/db/source-activity.ts';
import { explainSource, type FetchRow, listPageRows, listSourceRows } from '#src/io/db/sources.ts';
import type { WebDeps } from './deps.ts';
import { admitForm } from './forms.ts';
import { sendPage } from './page.ts';
import { pageNumber } from './parameters.ts';
import { findSession } from './sessions.ts';
import { cutTable } from './views/paging.ts';
import { sortByState, sourcesPage } from './views/sources.ts';

/** Rows of each table on one page, so that both together stay under 100 KB. */
const rowsMax = 40;
/** Sources whose last visits are shown at once; on a day when all fail, their reasons are alike. */
const explainedMax = 10;

/** `/sources`, and what a person does with one of them. */
export function addSourcePages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const query = z.object({ page: pageNumber, cited: pageNumber });
  typed.get('/sources', { schema: { hide: true, querystring: query } }, async (request, reply) => {
    const now = deps.now();
    const all = await listSourceRows(deps.db, now);
    const sources = cutTable(sortByState(all), { page: request.query.page, rowsMax });
    const pages = cutTable(sortByState(await listPageRows(deps.db, now)), { page: request.query.cited, rowsMax });
    const troubled = [...sources.rows, ...pages.rows].filter(
      (row) => row.state === 'failing' || row.state === 'gone' || row.state === 'waiting',
    );
    const visits = new Map<string, readonly FetchRow[]>();
    for (const { id } of troubled.slice(0, explainedMax)) {
      visits.set(id, (await explainSource(deps.db, { id, now }))?.fetches ?? []);
    }
    const at = { zone: deps.zone(), now };
    const activity = await listSourceActivity(deps.db, { ids: sources.rows.map(({ id }) => id), ...at });
    const page = sourcesPage({
      states: all.map((source) => source.state),
      sources,
      pages,
      visits,
      activity,
      session: findSession(request, deps),
      hasToken: deps.token !== null,
      at,
    });
    return await sendPage(reply, deps, page);
  });

  const form = {
    hide: true,
    params: z.object({ id: z.string().max(500) }),
    body: z.object({ csrf: z.string().max(200), action: z.enum(['ask', 'pause', 'resume']) }),
  };
  typed.post('/sources/:id', { schema: form }, async (request, reply) => {
    const { body, params } = request;
    const back = `/sources#${encodeURIComponent(params.id)}`;
    if (admitForm(request, reply, { csrf: body.csrf, back, deps }) === null) return reply;
    if (body.action === 'ask') {
      await askSource(params.id, deps);
      await deps.mail.lookForWork();
    } else await pauseSource({ id: params.id, isPaused: body.action === 'pause' }, deps);
    return await reply.redirect(back, 303);
  });
}
