/** Tokens of programs: which of them may read, and which may write. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebDeps } from './deps.ts';
import { findSession, isToken } from './sessions.ts';

/** What a request is told when it may not: the tokens are tried as passwords too, for feed readers and browsers. */
class Unauthorized extends Error {
  readonly statusCode = 401;
  override readonly name = 'Unauthorized';
}

/** Open to everybody also where reading needs a token: whether the service lives, signing in, and the links that are signed themselves. */
const openPaths = /^\/(?:livez|readyz|sign-in|icon\.svg|style-[\w-]+\.css|mail\/(?!preview)|subscribe)/;

/** Lets nobody read without a token where the environment names one for reading; a person who is signed in may. */
export function guardReading(app: FastifyInstance, deps: WebDeps): void {
  if (deps.readToken === null) return;
  app.addHook('onRequest', async (request, reply) => {
    if (openPaths.test(request.url) || findSession(request, deps) !== null || scopeOf(request, deps) !== null) return;
    throw refuse(reply);
  });
}

/** Throws 401 unless the request carries the operator's token. */
export function requireWriting(request: FastifyRequest, reply: FastifyReply, deps: WebDeps): void {
  if (scopeOf(request, deps) !== 'write') throw refuse(reply);
}

function refuse(reply: FastifyReply): Unauthorized {
  reply.header('www-authenticate', 'Bearer, Basic realm="claimledger", charset="UTF-8"');
  return new Unauthorized();
}

/** What the token of a request allows; null without one that is ours. */
function scopeOf(request: FastifyRequest, { token, readToken }: WebDeps): 'read' | 'write' | null {
  const given = tokenOf(request.headers.authorization ?? '');
  if (given === null) return null;
  if (token !== null && isToken(given, token)) return 'write';
  return readToken !== null && isToken(given, readToken) ? 'read' : null;
}

/** The token of "Bearer TOKEN", or the password of "Basic ..." (RFC 6750, RFC 7617). */
function tokenOf(header: string): string | null {
  const [scheme = '', value = ''] = header.split(' ');
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return null;
  const pair = Buffer.from(value, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}
