import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answerReview, undoLastAnswer } from '#jobs/answer-review.ts';
import { calendarOf, localDay } from '#src/core/display/time.ts';
import { countWaitingByClaim, listWaiting } from '#src/io/db/reviews.ts';
import { findVerdict } from '#src/io/db/verdicts.ts';
import type { WebDeps } from './deps.ts';
import { admitForm } from './forms.ts';
import { sendPage } from './page.ts';
import { rowId } from './parameters.ts';
import { findSession } from './sessions.ts';
import { reviewHref, reviewPage } from './views/review.ts';

/** Cards on one page: each is about 3 KB, and every answer draws the page anew. */
const cardsMax = 20;

const claimId = z.string().max(200).optional().catch(undefined);
const csrf = z.string().max(200);

/** `/review`: what waits, and the answers to it. */
export function addReviewPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();

  typed.get(
    '/review',
    { schema: { hide: true, querystring: z.object({ claim: claimId }) } },
    async (request, reply) => {
      const { claim = null } = request.query;
      const session = findSession(request, deps);
      const last =
        session === null ? null : await findVerdict(deps.db, { givenBy: session.name, since: session.startedAt });
      const page = reviewPage({
        cards: await listWaiting(deps.db, { claim, limit: cardsMax }),
        counts: await countWaitingByClaim(deps.db),
        claim,
        session,
        last,
        hasToken: deps.token !== null,
        calendar: calendarOf(localDay(deps.now(), deps.zone()), deps.zone()),
      });
      // What is drawn for one person is kept by no one.
      reply.header('cache-control', 'private, no-store');
      return await sendPage(reply, deps, page);
    },
  );

  const answer = z.object({
    csrf,
    answer: z.enum(['supports', 'reports', 'disputes', 'reject']),
    claim: claimId,
    next: rowId.optional().catch(undefined),
  });
  const card = { hide: true, params: z.object({ id: rowId }), body: answer };
  typed.post('/review/:id', { schema: card }, async (request, reply) => {
    const { body, params } = request;
    const back = reviewHref({ claim: body.claim ?? null, card: body.next ?? null });
    const session = admitForm(request, reply, { csrf: body.csrf, back, deps });
    if (session === null) return reply;
    await answerReview({ taggingId: params.id, answer: body.answer, by: session.name }, deps);
    return await reply.redirect(back, 303);
  });

  const undo = { hide: true, body: z.object({ csrf, claim: claimId }) };
  typed.post('/review/undo', { schema: undo }, async (request, reply) => {
    const { body } = request;
    const back = { claim: body.claim ?? null, card: null };
    const session = admitForm(request, reply, { csrf: body.csrf, back: reviewHref(back), deps });
    if (session === null) return reply;
    const undone = await undoLastAnswer({ givenBy: session.name, since: session.startedAt }, deps);
    return await reply.redirect(reviewHref({ ...back, card: undone?.taggingId ?? null }), 303);
  });
}
