/** `/settings` for whoever reads, and `/settings/retag` for the operator: what changed rules would do to the archive. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listDigestClaims } from '#src/io/db/evidence.ts';
import { countOutdated } from '#src/io/db/judgements.ts';
import type { WebDeps } from './deps.ts';
import { admitForm } from './forms.ts';
import { admitOperator } from './operator.ts';
import { sendPage } from './page.ts';
import { findSession } from './sessions.ts';
import { retagPage } from './views/retag.ts';
import { settingsPage } from './views/settings.ts';

/** Previews asked for from one address in a minute: each reads up to a thousand articles. */
const previewsMax = 10;
const previewsWindowMs = 60_000;

/** Adds the pages; their form needs a session. */
export function addSettingsPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  app.get('/settings', { schema: { hide: true } }, async (_request, reply) => {
    const page = settingsPage({
      zone: deps.zone(),
      claimCount: (await listDigestClaims(deps.db)).length,
      outdatedCount: await countOutdated(deps.db, deps.rulesKey()),
      canSubscribe: deps.mail.digest().subscribe === 'open',
    });
    return await sendPage(reply, deps, page);
  });

  const limits = { rateLimit: { max: previewsMax, timeWindow: previewsWindowMs } };
  app.get('/settings/retag', { schema: { hide: true }, config: limits }, async (request, reply) => {
    if (!admitOperator(request, reply, deps)) return reply;
    const claims = await listDigestClaims(deps.db);
    const page = retagPage(await deps.work.previewRules(), {
      session: findSession(request, deps),
      statements: new Map(claims.map((claim) => [claim.id, claim.statement])),
    });
    return await sendPage(reply, deps, page);
  });

  const form = { hide: true, body: z.object({ csrf: z.string().max(200) }) };
  typed.post('/settings/retag', { schema: form }, async (request, reply) => {
    const back = '/settings/retag';
    if (admitForm(request, reply, { csrf: request.body.csrf, back, deps }) === null) return reply;
    await deps.work.applyRules();
    return await reply.redirect('/jobs', 303);
  });
}
