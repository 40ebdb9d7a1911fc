import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebDeps } from './deps.ts';
import { findSession, isOwnForm, type WebSession } from './sessions.ts';

/** Lets routes take forms as a browser without scripts sends them. Of a field that comes twice the last one counts. */
export function readForms(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body.toString())));
  });
}

/**
 * The person whose own form this is. Null when the request was answered already: nobody is signed in (they are led to the form
 * that does), or the form was not drawn for them.
 */
export function admitForm(
  request: FastifyRequest,
  reply: FastifyReply,
  form: { readonly csrf: string; readonly back: string; readonly deps: WebDeps },
): WebSession | null {
  const session = findSession(request, form.deps);
  if (session === null) {
    reply.redirect(signInHref(form.back), 303);
    return null;
  }
  if (isOwnForm(form.csrf, session)) return session;
  throw new ForeignForm();
}

/** A form that was drawn for somebody else, or by another site. */
class ForeignForm extends Error {
  readonly statusCode = 403;
  override readonly name = 'ForeignForm';
}

/** Where to sign in, to come back to an address of ours. */
export function signInHref(back: string): string {
  return `/sign-in?back=${encodeURIComponent(back)}`;
}
