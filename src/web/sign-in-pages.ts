import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answererLengthMax } from '#jobs/answer-review.ts';
import { safeHref } from '#src/core/display/link.ts';
import type { WebDeps } from './deps.ts';
import { admitForm } from './forms.ts';
import { sendPage } from './page.ts';
import { endSession, isToken, startSession } from './sessions.ts';
import { signInPage } from './views/sign-in.ts';

/** Tokens tried from one address in a minute; a person mistypes twice, a program guesses. */
const triesMax = 10;
const triesWindowMs = 60_000;

/** A page of ours: neither a second slash nor a tab, which browsers leave out, may make another host of it. */
const ownAddress = z
  .string()
  .max(500)
  .refine((back) => back.startsWith('/') && safeHref(back) === back)
  .default('/review')
  .catch('/review');

/** `/sign-in` and `/sign-out`. */
export function addSignInPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();

  const form = { hide: true, querystring: z.object({ back: ownAddress }) };
  typed.get('/sign-in', { schema: form }, async (request, reply) =>
    sendPage(reply, deps, signInPage({ back: request.query.back, hasToken: deps.token !== null, isRefused: false })),
  );

  const fields = z.object({
    token: z.string().max(500),
    name: z.string().trim().min(1).max(answererLengthMax),
    back: ownAddress,
  });
  const limits = { rateLimit: { max: triesMax, timeWindow: triesWindowMs } };
  typed.post('/sign-in', { schema: { hide: true, body: fields }, config: limits }, async (request, reply) => {
    const { token, name, back } = request.body;
    if (deps.token !== null && isToken(token, deps.token)) {
      startSession(reply, name, deps);
      return await reply.redirect(back, 303);
    }
    reply.code(403);
    return await sendPage(reply, deps, signInPage({ back, hasToken: deps.token !== null, isRefused: true }));
  });

  const own = z.object({ csrf: z.string().max(200) });
  typed.post('/sign-out', { schema: { hide: true, body: own } }, async (request, reply) => {
    const session = admitForm(request, reply, { csrf: request.body.csrf, back: '/review', deps });
    if (session === null) return reply;
    endSession(reply, deps);
    return await reply.redirect('/review', 303);
  });
}
