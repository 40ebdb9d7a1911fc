import type { FastifyInstance, RouteShorthandOptions } from 'fastify';
import type { ProbeDeps } from './deps.ts';
import { isFromThisMachine } from './operator.ts';

/**
 * `/metrics` in the text format of Prometheus, for a collector on this machine. The address of the socket decides, whatever a header
 * says.
 */
export function addMetrics(app: FastifyInstance, { metrics }: Pick<ProbeDeps, 'metrics'>): void {
  const options: RouteShorthandOptions = { config: { rateLimit: false }, schema: { hide: true } };
  app.get('/metrics', options, async (request, reply) => {
    if (metrics === null || !isFromThisMachine(request)) return reply.callNotFound();
    return reply
      .type('text/plain; version=0.0.4; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(await metrics());
  });
}
