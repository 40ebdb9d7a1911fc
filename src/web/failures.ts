import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { LedgerError } from '#src/core/ledger-error.ts';
import type { WebDeps } from './deps.ts';
import { bareShell } from './page.ts';
import { describeFailure, type Failure, failurePage } from './views/failure.ts';
import { renderPage } from './views/shell.ts';

/** Answers failures: a page to people, problem+json (RFC 9457) to programs. Neither carries what the error itself says. */
export function addFailures(app: FastifyInstance, deps: WebDeps): void {
  app.setNotFoundHandler((request, reply) => answerFailure(request, reply, { deps, failure: failureOf(request, 404) }));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = statusOf(error, request);
    // The whole error is in the log alone, under the reference that the page shows.
    if (status >= 500) request.log.error({ err: error, reference: request.id }, 'request failed');
    const after = Number(reply.getHeader('retry-after'));
    const failure = { ...failureOf(request, status), retryAfterSeconds: after > 0 ? after : null };
    return answerFailure(request, reply, { deps, failure, detail: detailOf(error) });
  });
}

/** Answers 404 in the form that the address asks for. */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply, deps: WebDeps): FastifyReply {
  return answerFailure(request, reply, { deps, failure: failureOf(request, 404) });
}

type Answer = { readonly deps: WebDeps; readonly failure: Failure; readonly detail?: string | null };

function answerFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  { deps, failure, detail = null }: Answer,
): FastifyReply {
  reply.code(failure.status);
  if (isForPrograms(request)) {
    const title = describeFailure(failure);
    return reply
      .type('application/problem+json')
      .serializer((body: unknown) => JSON.stringify(body))
      .send({
        type: 'about:blank',
        title,
        status: failure.status,
        ...(detail === null ? {} : { detail }),
        instance: failure.reference,
      });
  }
  return reply.type('text/html; charset=utf-8').send(renderPage(bareShell(deps), failurePage(failure)));
}

function isForPrograms(request: FastifyRequest): boolean {
  return /^\/(?:api|livez|readyz)(?:[/?]|$)/.test(request.url);
}

/** A parameter that no page can have names a page that is not there. */
function statusOf(error: FastifyError, request: FastifyRequest): number {
  if (error.validation !== undefined) return isForPrograms(request) ? 400 : 404;
  if (isMissing(error)) return 404;
  if (error instanceof LedgerError && error.code === 'usage') return 409;
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 600 ? status : 500;
}

/** What a job did not find is not there for its page either. */
function isMissing(error: Error): boolean {
  return error instanceof LedgerError && error.code === 'not-found';
}

function detailOf(error: FastifyError): string | null {
  if (!hasZodFastifySchemaValidationErrors(error)) return null;
  return error.validation
    .map((issue) => `${issue.instancePath.slice(1) || 'request'}: ${issue.message ?? 'is not valid'}`)
    .join('; ');
}

function failureOf(request: FastifyRequest, status: number): Failure {
  return { status, reference: request.id, retryAfterSeconds: null };
}
