/** `/mail/preview`: what the next mail to each reader would say. For the operator: names and choices of readers are nobody else's. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { signInHref } from './forms.ts';
import { sendPage } from './page.ts';
import { findSession } from './sessions.ts';
import { previewListPage, previewPage } from './views/preview.ts';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** `/mail/preview`, `/mail/preview/:reader`, and the message itself as a file. */
export function addPreviewPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  app.get('/mail/preview', { schema: { hide: true } }, async (request, reply) => {
    if (!admit(request, reply, deps)) return reply;
    return await sendPage(reply, deps, previewListPage(await deps.mail.listReaders()));
  });
  const params = z.object({ reader: z.string().max(80) });
  typed.get('/mail/preview/:reader', { schema: { hide: true, params } }, async (request, reply) => {
    if (!admit(request, reply, deps)) return reply;
    const preview = await deps.mail.preview(request.params.reader);
    return preview === null ? answerNotFound(request, reply, deps) : await sendPage(reply, deps, previewPage(preview));
  });
  typed.get('/mail/preview/:reader/message.eml', { schema: { hide: true, params } }, async (request, reply) => {
    if (!admit(request, reply, deps)) return reply;
    const preview = await deps.mail.preview(request.params.reader);
    if (preview === null) return answerNotFound(request, reply, deps);
    const name = `${preview.content.date}-${preview.readerId}.eml`;
    reply.type('message/rfc822').header('content-disposition', `attachment; filename="${name}"`);
    return await reply.send(Buffer.from(preview.message));
  });
}

/**
 * Whether this is the operator: signed in where there is a token; without one, somebody at this machine, as long as no public
 * address says that another web server stands between and makes everybody look so.
 */
function admit(request: FastifyRequest, reply: FastifyReply, deps: WebDeps): boolean {
  reply.header('cache-control', 'private, no-store');
  if (deps.token !== null) {
    if (findSession(request, deps) !== null) return true;
    reply.redirect(signInHref(request.url), 303);
    return false;
  }
  if (deps.publicUrl === null && loopback.has(request.socket.remoteAddress ?? '')) return true;
  answerNotFound(request, reply, deps);
  return false;
}
