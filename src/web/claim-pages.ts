import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { calendarOf, localDay } from '#src/core/display/time.ts';
import { findClaim, listClaimRows } from '#src/io/db/claim-reads.ts';
import { countOutdated } from '#src/io/db/judgements.ts';
import { asOfText, gatherKnown, readAsOf } from './as-of.ts';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { sendPage } from './page.ts';
import { pageNumber } from './parameters.ts';
import { claimPage, quotesShownMax } from './views/claim.ts';
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

  const one = {
    hide: true,
    params: z.object({ id: z.string() }),
    // An emptied field of the form asks for today.
    querystring: z.object({ asOf: asOfText.optional().catch(undefined) }),
  };
  typed.get('/claims/:id', { schema: one }, async (request, reply) => {
    const asOf = readAsOf(request.query.asOf, deps);
    const at = { now: asOf ?? deps.now(), zone: deps.zone(), asOf };
    const claim = await gatherKnown(deps, asOf, (past) =>
      findClaim(past.db, request.params.id, { now: past.now(), zone: at.zone, quotesMax: quotesShownMax }),
    );
    return claim === null ? answerNotFound(request, reply, deps) : await sendPage(reply, deps, claimPage(claim, at));
  });
}
