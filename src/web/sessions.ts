/** Who is signed in: a signed cookie, made from the operator's token and worth nothing when that changes. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { WebDeps } from './deps.ts';

/** A person at work. `csrf` stands in every form of theirs and in no one else's. */
export type WebSession = { readonly name: string; readonly startedAt: Temporal.Instant; readonly csrf: string };

/** A working day; who stays longer signs in again. */
const sessionHours = 12;
const cookieName = 'claimledger';

const payloadSchema = z.strictObject({ name: z.string().min(1), at: z.int() });

/** Whether this is the operator's token. Both are hashed first, so that the time tells nothing, not even a length. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(token).digest());
}

/** Signs a person in: the answer carries the cookie, which no script can read and no other site can send. */
export function startSession(reply: FastifyReply, name: string, deps: WebDeps): void {
  const payload = Buffer.from(JSON.stringify({ name, at: deps.now().epochMilliseconds })).toString('base64url');
  setCookie(reply, `${payload}.${sign(`session ${payload}`, deps.token ?? '')}`, deps);
}

/** Signs a person out. */
export function endSession(reply: FastifyReply, deps: WebDeps): void {
  setCookie(reply, '', deps);
}

/** The person who sent a request; null when nobody is signed in, the cookie is not ours, or the day is over. */
export function findSession(request: FastifyRequest, deps: WebDeps): WebSession | null {
  if (deps.token === null) return null;
  const [payload, signature, ...rest] = (readCookie(request) ?? '').split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) return null;
  if (!isToken(signature, sign(`session ${payload}`, deps.token))) return null;
  const parsed = readPayload(payload);
  if (parsed === null) return null;
  const startedAt = Temporal.Instant.fromEpochMilliseconds(parsed.at);
  const endsAt = startedAt.add({ hours: sessionHours });
  if (Temporal.Instant.compare(deps.now(), endsAt) >= 0) return null;
  return { name: parsed.name, startedAt, csrf: sign(`form ${payload}`, deps.token) };
}

/** Whether a form was drawn for this session. */
export function isOwnForm(csrf: string, session: WebSession): boolean {
  return isToken(csrf, session.csrf);
}

function readPayload(payload: string): z.output<typeof payloadSchema> | null {
  try {
    return payloadSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  } catch {
    return null;
  }
}

function sign(text: string, token: string): string {
  return createHmac('sha256', token).update(text).digest('base64url');
}

function setCookie(reply: FastifyReply, value: string, deps: WebDeps): void {
  const age = value === '' ? 0 : sessionHours * 3600;
  const secure = deps.publicUrl?.startsWith('https:') === true ? '; Secure' : '';
  reply.header('set-cookie', `${cookieName}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`);
}

function readCookie(request: FastifyRequest): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName && value !== undefined) return value;
  }
  return null;
}
