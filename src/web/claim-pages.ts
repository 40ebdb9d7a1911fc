import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { calendarOf, localDay } from '#src/core/display-time.ts';
import { findClaim, listClaimRows } from '#src/io/db/claim-reads.ts';
import { countOutdated } from '#src/io/db/judgements.ts';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { sendPage } from './page.ts';
import { pageNumber } from './parameters.ts';
import { claimPage } from './views/claim.ts';
import { claimsPage } from './views/claims.ts';

/** `/claims` and `/claims/:id`. */
export function addClaimPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();

  const list = z.object({
    order: z.enum(['newest', 'disputed', 'ledger']).default('newest').catch('newest'),
    page: pageNumber,
  });
  typed.get('/claims', { schema: { hide: true, querystring: list } }, async (request, reply) => {
    const at = { now: deps.now(), zone: deps.zone() };
    const calendar = calendarOf(localDay(at.now, at.zone), at.zone);
    const claims = await listClaimRows(deps.db, at);
    const outdatedCount = await countOutdated(deps.db, deps.rulesKey());
    return await sendPage(reply, deps, claimsPage({ claims, ...request.query, calendar, outdatedCount }));
  });

  typed.get('/claims/:id', { schema: { hide: true, params: z.object({ id: z.string() }) } }, async (request, reply) => {
    const at = { now: deps.now(), zone: deps.zone() };
    const claim = await findClaim(deps.db, request.params.id, at);
    return claim === null ? answerNotFound(request, reply, deps) : await sendPage(reply, deps, claimPage(claim, at));
  });
}
