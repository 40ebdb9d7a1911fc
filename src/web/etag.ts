import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** Gives every readable answer an entity tag of its content, and answers 304 to whoever holds it already (RFC 9110, 13.1.2). */
export function answerWithEtags(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    const tag = `W/"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`;
    reply.header('etag', tag);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache');
    if (!names(request.headers['if-none-match'], tag)) return payload;
    reply.code(304).removeHeader('content-length').removeHeader('content-type');
    return null;
  });
}

function names(header: string | undefined, tag: string): boolean {
  const weak = (text: string): string => text.trim().replace(/^W\//, '');
  return (
    header !== undefined && (header.trim() === '*' || header.split(',').some((known) => weak(known) === weak(tag)))
  );
}
