/** The pages behind the links in mails, and the form that asks for the mail. No sign-in: the token in the address is the proof. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  changeSubscription,
  confirmSubscription,
  requestSubscription,
  startMail,
  stopMail,
} from '#jobs/change-subscription.ts';
import { type LinkPurpose, readLink, signLink } from '#src/core/mail/link.ts';
import { findDigest } from '#src/io/db/digests.ts';
import { listDigestClaims } from '#src/io/db/evidence.ts';
import { findMailReader, findSubscriptionOf, type MailReader } from '#src/io/db/subscriptions.ts';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { type FormMistake, readMailForm } from './mail-form.ts';
import { sendPage } from './page.ts';
import { dayText } from './parameters.ts';
import { digestPage } from './views/digest.ts';
import { confirmPage, mailStatePage, subscribedPage, subscribePage } from './views/mail.ts';
import type { PageContent } from './views/shell.ts';

/** Wishes that one address of the network may send in an hour; a household behind one address needs no more. */
const requestsMax = 10;
const hourSeconds = 3_600;

type Visit = { readonly request: FastifyRequest; readonly reply: FastifyReply };
type Answer = (readerId: string, visit: Visit) => Promise<FastifyReply>;

/** `/subscribe` (when the ledger allows it) and `/mail/...`. */
export async function addMailPages(app: FastifyInstance, deps: WebDeps): Promise<void> {
  // Forms come as text, whatever they call themselves: one-click may come as multipart (RFC 8058, 3.2), and its words change nothing.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onSend', async (_request, reply) => {
    // These addresses belong to one person: no store on the way keeps them, no search engine lists them.
    reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex');
  });
  addSubscribe(app, deps);
  addPage(app, deps, {
    purpose: 'confirm',
    show: (id, visit) => showWish(deps, id, visit),
    act: (id, visit) => confirm(deps, id, visit),
  });
  addPage(app, deps, {
    purpose: 'stop',
    show: (id, visit) => showReader(deps, id, visit),
    act: async (id, visit) => await showChanged(deps, await stopMail(id, deps), visit),
  });
  addPage(app, deps, {
    purpose: 'start',
    show: (id, visit) => showReader(deps, id, visit),
    act: async (id, visit) => await showChanged(deps, await startMail(id, deps), visit),
  });
  addPage(app, deps, {
    purpose: 'settings',
    show: (id, visit) => showSettings(deps, id, visit),
    act: (id, visit) => saveSettings(deps, id, visit),
  });
  addMailedDigest(app, deps);
}

/** A page whose GET shows and whose POST does. A mail scanner follows links, and must not stop anybody's mail. */
function addPage(
  app: FastifyInstance,
  deps: WebDeps,
  page: { readonly purpose: LinkPurpose; readonly show: Answer; readonly act: Answer },
): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const schema = { hide: true, params: z.object({ token: z.string() }) };
  const answer = async (token: string, visit: Visit, respond: Answer): Promise<FastifyReply> => {
    const readerId = readLink(page.purpose, token, deps.mail.linkKeys);
    return readerId === null ? answerNotFound(visit.request, visit.reply, deps) : await respond(readerId, visit);
  };
  const path = `/mail/${page.purpose}/:token`;
  typed.get(path, { schema }, (request, reply) => answer(request.params.token, { request, reply }, page.show));
  typed.post(path, { schema }, (request, reply) => answer(request.params.token, { request, reply }, page.act));
}

function addSubscribe(app: FastifyInstance, deps: WebDeps): void {
  const isOpen = (): boolean => deps.mail.digest().subscribe === 'open';
  app.get('/subscribe', { schema: { hide: true } }, async (request, reply) => {
    if (!isOpen()) return answerNotFound(request, reply, deps);
    const { time, zone, dates } = deps.mail.digest();
    return await sendPage(
      reply,
      deps,
      await drawForm(deps, { values: { address: '', time, zone, dates, empty: 'send', claims: [] } }),
    );
  });
  const config = { rateLimit: { max: requestsMax, timeWindow: hourSeconds * 1_000 } };
  app.post('/subscribe', { schema: { hide: true }, config }, async (request, reply) => {
    if (!isOpen()) return answerNotFound(request, reply, deps);
    const form = readMailForm(request.body, { needsAddress: true });
    if (form.kind === 'wrong') return await sendPage(reply.code(422), deps, await drawForm(deps, form));
    const outcome = await requestSubscription({ ...form.choices, address: form.address }, deps);
    if (outcome === 'crowded') {
      reply.header('retry-after', hourSeconds);
      throw Object.assign(new Error('too many open subscriptions'), { statusCode: 429 });
    }
    if (outcome === 'kept') await deps.mail.lookForWork();
    // The same words whether the address is known or not: the form tells nobody who gets the mail.
    return await sendPage(reply, deps, subscribedPage());
  });
}

type FormState = {
  readonly values: Parameters<typeof subscribePage>[0]['values'];
  readonly mistakes?: readonly FormMistake[];
};

async function drawForm(deps: WebDeps, state: FormState): Promise<PageContent> {
  const claims = await listDigestClaims(deps.db);
  return subscribePage({
    values: state.values,
    mistakes: state.mistakes ?? [],
    claims,
    settingsOf: null,
    wasSaved: false,
  });
}

async function showWish(deps: WebDeps, linkId: string, { request, reply }: Visit): Promise<FastifyReply> {
  const wish = await findSubscriptionOf(deps.db, linkId);
  if (wish === null) return answerNotFound(request, reply, deps);
  return await sendPage(reply, deps, confirmPage(wish, await shortsOf(deps, wish.claims)));
}

async function confirm(deps: WebDeps, linkId: string, visit: Visit): Promise<FastifyReply> {
  const readerId = await confirmSubscription(linkId, deps);
  return readerId === null ? answerNotFound(visit.request, visit.reply, deps) : await showReader(deps, readerId, visit);
}

async function showReader(deps: WebDeps, readerId: string, visit: Visit): Promise<FastifyReply> {
  const reader = await findMailReader(deps.db, readerId);
  if (reader === null) return answerNotFound(visit.request, visit.reply, deps);
  const wasAsked = visit.request.method === 'GET';
  return await sendPage(visit.reply, deps, mailStatePage(reader, { tokens: tokensOf(deps, readerId), wasAsked }));
}

async function showChanged(deps: WebDeps, reader: MailReader | null, visit: Visit): Promise<FastifyReply> {
  return reader === null ? answerNotFound(visit.request, visit.reply, deps) : await showReader(deps, reader.id, visit);
}

function tokensOf(deps: WebDeps, readerId: string): { readonly stop: string; readonly start: string } {
  const { linkKeys } = deps.mail;
  return { stop: signLink('stop', readerId, linkKeys), start: signLink('start', readerId, linkKeys) };
}

async function showSettings(deps: WebDeps, readerId: string, { request, reply }: Visit): Promise<FastifyReply> {
  const reader = await findMailReader(deps.db, readerId);
  if (reader === null || !reader.isSubscribed) return answerNotFound(request, reply, deps);
  return await sendPage(reply, deps, await drawSettings(deps, reader, { wasSaved: false }));
}

async function saveSettings(deps: WebDeps, readerId: string, { request, reply }: Visit): Promise<FastifyReply> {
  const before = await findMailReader(deps.db, readerId);
  if (before === null || !before.isSubscribed) return answerNotFound(request, reply, deps);
  const form = readMailForm(request.body, { needsAddress: false });
  if (form.kind === 'wrong') {
    const claims = await listDigestClaims(deps.db);
    const page = subscribePage({ ...form, claims, settingsOf: before.address, wasSaved: false });
    return await sendPage(reply.code(422), deps, page);
  }
  await changeSubscription({ readerId, choices: form.choices }, deps);
  return await sendPage(reply, deps, await drawSettings(deps, { ...before, ...form.choices }, { wasSaved: true }));
}

async function drawSettings(
  deps: WebDeps,
  reader: MailReader,
  { wasSaved }: { readonly wasSaved: boolean },
): Promise<PageContent> {
  const { address, localTime: time, zone, dateLanguage: dates, empty } = reader;
  const values = { address, time, zone, dates, empty, claims: reader.claims ?? [] };
  const claims = await listDigestClaims(deps.db);
  return subscribePage({ values, mistakes: [], claims, settingsOf: address, wasSaved });
}

async function shortsOf(deps: WebDeps, ids: readonly string[] | null): Promise<readonly string[] | null> {
  if (ids === null) return null;
  const claims = await listDigestClaims(deps.db);
  return claims.filter((claim) => ids.includes(claim.id)).map((claim) => claim.short);
}

/** The page of a digest as it was mailed to one reader, for that reader. */
function addMailedDigest(app: FastifyInstance, deps: WebDeps): void {
  const params = z.object({ token: z.string(), date: dayText });
  app
    .withTypeProvider<ZodTypeProvider>()
    .get('/mail/read/:token/:date', { schema: { hide: true, params } }, async (request, reply) => {
      const { token, date } = request.params;
      const readerId = readLink('read', token, deps.mail.linkKeys);
      const content = readerId === null ? null : await findDigest(deps.db, { readerId, date });
      if (content === null) return answerNotFound(request, reply, deps);
      const page = digestPage({ content, previousDate: null, nextDate: null, since: null, isToday: false });
      return await sendPage(reply, deps, page);
    });
}
