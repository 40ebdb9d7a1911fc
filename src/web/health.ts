import type { FastifyInstance } from 'fastify';
import type { ProbeDeps } from './deps.ts';

/** `/livez`: the process answers. `/readyz`: the store does, with the right schema; 503 while the service stops. */
export function addHealth(app: FastifyInstance, deps: Pick<ProbeDeps, 'isReady' | 'isStopping'>): void {
  const options = { config: { rateLimit: false }, schema: { hide: true } };
  app.get('/livez', options, async (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', options, async (_request, reply) => {
    const { ok, reason } = deps.isStopping() ? { ok: false, reason: 'the service is stopping' } : await deps.isReady();
    return reply
      .code(ok ? 200 : 503)
      .type('text/plain')
      .header('cache-control', 'no-store')
      .send(`${ok ? 'ok' : (reason ?? 'not ready')}\n`);
  });
}
