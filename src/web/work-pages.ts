import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { askAddress } from '#jobs/steer-source.ts';
import { gatherWork } from '#src/io/db/work-reads.ts';
import type { WebDeps } from './deps.ts';
import { admitForm } from './forms.ts';
import { sendPage } from './page.ts';
import { findSession } from './sessions.ts';
import { workPage } from './views/work.ts';

/** `/jobs`: what is late, due, under way and set aside; "Try again" for what is set aside. */
export function addWorkPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  app.get('/jobs', { schema: { hide: true } }, async (request, reply) => {
    const now = deps.now();
    const page = workPage(await gatherWork(deps.db, now), {
      counts: await deps.work.countDue(),
      session: findSession(request, deps),
      hasToken: deps.token !== null,
      now,
      zone: deps.zone(),
    });
    return await sendPage(reply, deps, page);
  });
  const again = { hide: true, body: z.object({ csrf: z.string().max(200), url: z.string().max(4_096) }) };
  typed.post('/jobs/again', { schema: again }, async (request, reply) => {
    if (admitForm(request, reply, { csrf: request.body.csrf, back: '/jobs', deps }) === null) return reply;
    await askAddress(request.body.url, deps);
    await deps.mail.lookForWork();
    return await reply.redirect('/jobs', 303);
  });
}
