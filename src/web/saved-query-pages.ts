import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { removeQuery, savedNameLengthMax, savedQueryLengthMax, saveQuery } from '#jobs/save-query.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import type { WebDeps } from './deps.ts';
import { admitForm } from './forms.ts';
import { searchHref } from './views/facets.ts';

const csrf = z.string().max(200);

/** Saving a search on its page, and taking it away on the page of feeds. */
export function addSavedQueryPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const fields = z.object({
    csrf,
    name: z.string().trim().min(1).max(savedNameLengthMax),
    q: z.string().trim().min(1).max(savedQueryLengthMax),
  });
  typed.post('/articles/save', { schema: { hide: true, body: fields } }, async (request, reply) => {
    const { name, q: query } = request.body;
    const back = searchHref(query);
    const session = admitForm(request, reply, { csrf: request.body.csrf, back, deps });
    if (session === null) return reply;
    try {
      await saveQuery({ name, query, by: session.name }, deps);
    } catch (error) {
      if (!(error instanceof LedgerError && error.code === 'usage')) throw error;
      return await reply.redirect(`${back}&saved=refused`, 303);
    }
    return await reply.redirect('/feeds', 303);
  });

  const one = { hide: true, params: z.object({ id: z.string().max(200) }), body: z.object({ csrf }) };
  typed.post('/feeds/queries/:id/remove', { schema: one }, async (request, reply) => {
    const session = admitForm(request, reply, { csrf: request.body.csrf, back: '/feeds', deps });
    if (session === null) return reply;
    await removeQuery(request.params.id, deps);
    return await reply.redirect('/feeds', 303);
  });
}
