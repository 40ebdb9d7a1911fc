import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { calendarOf, localDay } from '#src/core/display/time.ts';
import { listDigestClaims } from '#src/io/db/evidence.ts';
import { findStory } from '#src/io/db/story-reads.ts';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { sendPage } from './page.ts';
import { rowId } from './parameters.ts';
import { storyPage } from './views/story.ts';

/** `/stories/:id`. */
export function addStoryPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  typed.get('/stories/:id', { schema: { hide: true, params: z.object({ id: rowId }) } }, async (request, reply) => {
    const story = await findStory(deps.db, request.params.id);
    if (story === null) return answerNotFound(request, reply, deps);
    const claims = await listDigestClaims(deps.db);
    const zone = deps.zone();
    const page = storyPage(story, {
      calendar: calendarOf(localDay(deps.now(), zone), zone),
      statements: new Map(claims.map((claim) => [claim.id, claim.statement])),
    });
    return await sendPage(reply, deps, page);
  });
}
