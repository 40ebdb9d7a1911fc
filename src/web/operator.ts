import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { signInHref } from './forms.ts';
import { findSession } from './sessions.ts';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Whether the other end of the socket is this machine. No header is asked. */
export function isFromThisMachine(request: FastifyRequest): boolean {
  return loopback.has(request.socket.remoteAddress ?? '');
}

/**
 * Whether this is the operator: signed in where there is a token; without one, somebody at this machine, as long as no public
 * address says that another web server stands between and makes everybody look so.
 */
export function admitOperator(request: FastifyRequest, reply: FastifyReply, deps: WebDeps): boolean {
  reply.header('cache-control', 'private, no-store');
  if (deps.token !== null) {
    if (findSession(request, deps) !== null) return true;
    reply.redirect(signInHref(request.url), 303);
    return false;
  }
  if (deps.publicUrl === null && isFromThisMachine(request)) return true;
  answerNotFound(request, reply, deps);
  return false;
}
