/** Stored digests, and the facts that a new one is built from. */
import { sql } from 'kysely';
import { emptyTally } from '#src/core/digest/balance.ts';
import type { Coverage, DigestContent, DigestFacts } from '#src/core/digest/digest.ts';
import { listChangedQuotes, listDigestClaims, listNumbers, listQuotes, tallyClaims } from './evidence.ts';
import { countOutdated } from './judgements.ts';
import { listSourceNews } from './sources.ts';
import type { Db } from './store.ts';

/** Most quotes read into one digest; a day with more is a day of copies, and the rest is counted on the claim pages. */
const quotesMax = 2_000;

/** The stored digest of a reader: of one local date, or the newest when `date` is null. */
export async function findDigest(
  db: Db,
  options: { readonly readerId: string; readonly date: string | null },
): Promise<DigestContent | null> {
  const row = await db
    .selectFrom('digests')
    .select('content')
    .where('reader_id', '=', options.readerId)
    .$if(options.date !== null, (query) => query.where('date', '=', options.date))
    .orderBy('date', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.content ?? null;
}

/** The newest stored digests of a reader, newest first. */
export async function listDigests(
  db: Db,
  options: { readonly readerId: string; readonly limit: number },
): Promise<readonly DigestContent[]> {
  const rows = await db
    .selectFrom('digests')
    .select('content')
    .where('reader_id', '=', options.readerId)
    .orderBy('date', 'desc')
    .limit(options.limit)
    .execute();
  return rows.map(({ content }) => content);
}

/** The dates of a reader's stored digests, newest first. */
export async function listDigestDates(db: Db, readerId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('digests')
    .select('date')
    .where('reader_id', '=', readerId)
    .orderBy('date', 'desc')
    .execute();
  return rows.map((row) => row.date);
}

/** What a digest is asked for. `claims` null = all listed ones. */
export type DigestRequest = Pick<DigestFacts, 'ledger' | 'reader' | 'date' | 'zone' | 'window' | 'isStored'> & {
  readonly claims: readonly string[] | null;
  /** The rules in force: stored articles that others judged are counted as such. Without it they are not. */
  readonly rulesKey?: string;
};

/** Everything that happened in a window, as the store knows it. */
export async function gatherDigestFacts(db: Db, request: DigestRequest): Promise<DigestFacts> {
  const { claims, rulesKey, ...head } = request;
  const { start, end } = request.window;
  const listed = await listDigestClaims(db);
  const chosen = claims === null ? listed : listed.filter((claim) => claims.includes(claim.id));
  const before = await tallyClaims(db, { at: start });
  const now = await tallyClaims(db, { at: end });
  const window = { from: start, until: end, claims: chosen.map((claim) => claim.id) };
  return {
    ...head,
    claims: chosen,
    balances: new Map(
      chosen.map(({ id }) => [id, { before: before.get(id) ?? emptyTally, now: now.get(id) ?? emptyTally }]),
    ),
    quotes: await listQuotes(db, { ...window, limit: quotesMax }),
    regained: await listQuotes(db, { ...window, isRegained: true, limit: quotesMax }),
    changed: await listChangedQuotes(db, window),
    numbers: await listNumbers(db, window),
    coverage: {
      ...(await countCoverage(db, { start, end })),
      earlierRulesCount: rulesKey === undefined ? 0 : await countOutdated(db, rulesKey),
    },
    sources: await listSourceNews(db, { start, end }),
  };
}

/** What was tried and what answered in a window. A document counts once, and as read when any try of it worked. */
async function countCoverage(
  db: Db,
  window: { readonly start: Temporal.Instant; readonly end: Temporal.Instant },
): Promise<Coverage> {
  const { rows } = await sql<{
    documents_tried: number;
    documents_read: number;
    sources_tried: number;
    sources_answered: number;
    sources_count: number;
    last_read_at: Temporal.Instant | null;
  }>`
    with tries as (
      select f.resource_id, bool_or(f.outcome in ('fresh', 'unmodified', 'moved')) as is_read, s.id as source_id
      from fetches f left join sources s on s.resource_id = f.resource_id
      where f.started_at >= ${window.start} and f.started_at < ${window.end}
      group by f.resource_id, s.id
    )
    select
      (select count(*)::int from tries where source_id is null) as documents_tried,
      (select count(*)::int from tries where source_id is null and is_read) as documents_read,
      (select count(*)::int from tries join sources s on s.id = source_id where s.is_listed and s.is_enabled) as sources_tried,
      (select count(*)::int from tries join sources s on s.id = source_id where is_read and s.is_listed and s.is_enabled) as sources_answered,
      (select count(*)::int from sources where is_listed and is_enabled and paused_at is null) as sources_count,
      (select max(started_at) from fetches where outcome in ('fresh', 'unmodified', 'moved') and started_at < ${window.end}) as last_read_at
  `.execute(db);
  const [row] = rows;
  return {
    documentsTried: row?.documents_tried ?? 0,
    documentsRead: row?.documents_read ?? 0,
    sourcesCount: row?.sources_count ?? 0,
    sourcesTried: row?.sources_tried ?? 0,
    sourcesAnswered: row?.sources_answered ?? 0,
    lastReadAt: row?.last_read_at?.toString() ?? null,
  };
}
