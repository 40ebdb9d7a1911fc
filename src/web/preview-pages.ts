/** `/mail/preview`: what the next mail to each reader would say. For the operator: names and choices of readers are nobody else's. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { admitOperator } from './operator.ts';
import { sendPage } from './page.ts';
import { previewListPage, previewPage } from './views/preview.ts';

/** `/mail/preview`, `/mail/preview/:reader`, and the message itself as a file. */
export function addPreviewPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  app.get('/mail/preview', { schema: { hide: true } }, async (request, reply) => {
    if (!admitOperator(request, reply, deps)) return reply;
    return await sendPage(reply, deps, previewListPage(await deps.mail.listReaders()));
  });
  const params = z.object({ reader: z.string().max(80) });
  typed.get('/mail/preview/:reader', { schema: { hide: true, params } }, async (request, reply) => {
    if (!admitOperator(request, reply, deps)) return reply;
    const preview = await deps.mail.preview(request.params.reader);
    return preview === null ? answerNotFound(request, reply, deps) : await sendPage(reply, deps, previewPage(preview));
  });
  typed.get('/mail/preview/:reader/message.eml', { schema: { hide: true, params } }, async (request, reply) => {
    if (!admitOperator(request, reply, deps)) return reply;
    const preview = await deps.mail.preview(request.params.reader);
    if (preview === null) return answerNotFound(request, reply, deps);
    const name = `${preview.content.date}-${preview.readerId}.eml`;
    reply.type('message/rfc822').header('content-disposition', `attachment; filename="${name}"`);
    return await reply.send(Buffer.from(preview.message));
  });
}
