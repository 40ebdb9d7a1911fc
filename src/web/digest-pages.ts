import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { HOUSE_READER } from '#src/config/schema.ts';
import { buildDigest, type DigestContent } from '#src/core/digest/digest.ts';
import { nextDigestAt } from '#src/core/digest/schedule.ts';
import { localDay } from '#src/core/display/time.ts';
import { findDigest, gatherDigestFacts, listDigestDates } from '#src/io/db/digests.ts';
import { listDigestClaims, listQuotes } from '#src/io/db/evidence.ts';
import { listReaders } from '#src/io/db/readers.ts';
import { listPageRows, listSourceRows } from '#src/io/db/sources.ts';
import { countStandingQuotes, listUnsettled } from '#src/io/db/standings.ts';
import type { WebDeps } from './deps.ts';
import { answerNotFound } from './failures.ts';
import { sendPage } from './page.ts';
import { dayText, parseSince } from './parameters.ts';
import { type DigestPage, digestPage } from './views/digest.ts';
import { digestsPage } from './views/digests.ts';
import { type FirstUse, firstUsePage } from './views/first-use.ts';

/** Quotes counted before the first digest; nobody reads more. */
const sinceQuotesMax = 1_000;
/** Days on one page of `/digests`. */
const datesShownMax = 100;

/** `/` (the newest digest, or what is new since a moment), `/digests` and `/digests/:date`. */
export function addDigestPages(app: FastifyInstance, deps: WebDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>();

  const today = z.object({ since: z.string().max(40).optional().catch(undefined) });
  typed.get('/', { schema: { hide: true, querystring: today } }, async (request, reply) => {
    const since =
      request.query.since === undefined
        ? null
        : parseSince(request.query.since, { now: deps.now(), zone: deps.zone() });
    if (since !== null) return await sendPage(reply, deps, digestPage(await countSince(deps, since)));
    const content = await findDigest(deps.db, { readerId: HOUSE_READER, date: null });
    if (content === null) return await sendPage(reply, deps, firstUsePage(await gatherFirstUse(deps)));
    return await sendPage(reply, deps, digestPage(await openDigest(deps, content)));
  });

  const older = z.object({ before: dayText.optional().catch(undefined) });
  typed.get('/digests', { schema: { hide: true, querystring: older } }, async (request, reply) => {
    const { before } = request.query;
    const dates = (await listDigestDates(deps.db, HOUSE_READER)).filter(
      (date) => before === undefined || date < before,
    );
    const shown = dates.slice(0, datesShownMax);
    const next = dates.length > shown.length ? `/digests?before=${shown.at(-1)}` : null;
    return await sendPage(reply, deps, digestsPage(shown, next));
  });

  typed.get(
    '/digests/:date',
    { schema: { hide: true, params: z.object({ date: dayText }) } },
    async (request, reply) => {
      const content = await findDigest(deps.db, { readerId: HOUSE_READER, date: request.params.date });
      if (content === null) return answerNotFound(request, reply, deps);
      return await sendPage(reply, deps, digestPage(await openDigest(deps, content)));
    },
  );
}

async function openDigest(deps: WebDeps, content: DigestContent): Promise<DigestPage> {
  const dates = await listDigestDates(deps.db, HOUSE_READER);
  const at = dates.indexOf(content.date);
  const isNewest = at === 0;
  return {
    content,
    previousDate: dates[at + 1] ?? null,
    nextDate: dates[at - 1] ?? null,
    since: isNewest ? await findNews(deps, content) : null,
    isToday: isNewest,
  };
}

async function findNews(deps: WebDeps, content: DigestContent): Promise<DigestPage['since']> {
  const from = Temporal.Instant.from(content.window.end);
  const quoteCount = await countStandingQuotes(deps.db, {
    claims: null,
    from,
    unsettled: await listUnsettled(deps.db),
  });
  if (quoteCount === 0) return null;
  // The exact instant, not "24h": the count must lead to just the quotes that it counted.
  return { quoteCount, href: `/?since=${encodeURIComponent(content.window.end)}` };
}

/** A digest of what is new since a moment: counted now, stored nowhere. */
async function countSince(deps: WebDeps, since: Temporal.Instant): Promise<DigestPage> {
  const now = deps.now();
  const zone = deps.zone();
  const facts = await gatherDigestFacts(deps.db, {
    ledger: deps.ledgerName(),
    reader: HOUSE_READER,
    date: localDay(now, zone),
    zone,
    window: { start: since, end: now },
    isStored: false,
    claims: null,
    rulesKey: deps.rulesKey(),
  });
  return { content: buildDigest(facts), previousDate: null, nextDate: null, since: null, isToday: true };
}

async function gatherFirstUse(deps: WebDeps): Promise<FirstUse> {
  const now = deps.now();
  const sources = (await listSourceRows(deps.db, now)).filter((source) => source.state !== 'paused');
  const pages = await listPageRows(deps.db, now);
  const readers = await listReaders(deps.db);
  const house = readers.find((reader) => reader.id === HOUSE_READER);
  const quotes = await listQuotes(deps.db, { from: null, until: now, claims: null, limit: sinceQuotesMax });
  const visits = sources.flatMap((source) => source.nextDueAt ?? []).sort();
  return {
    now,
    zone: deps.zone(),
    claimCount: (await listDigestClaims(deps.db)).length,
    sourceCount: sources.length,
    pageCount: pages.length,
    mailCount: readers.filter((reader) => reader.address !== null).length,
    visitedCount: sources.filter((source) => source.lastFetchedAt !== null).length,
    firstVisitAt: visits[0] ?? null,
    quoteCount: quotes.length,
    firstDigestAt: house === undefined ? null : nextDigestAt(house, now).toString(),
  };
}
