/** Addresses: which there are, and which are due. */
import { type Selectable, sql } from 'kysely';
import type { FetchState } from '#src/core/fetch/schedule.ts';
import { articleUrlForms, documentUrl, hostKey } from '#src/core/url.ts';
import { addHosts } from './hosts.ts';
import type { Schema } from './schema.ts';
import type { Db } from './store.ts';

/** The due rule of an address that a person asked for. */
const byHand = 'by-hand';

/** An address that is due: what it is to us, and its fetch state. `requestUrl` is where the request goes. */
export type DueResource = {
  readonly id: number;
  readonly url: string;
  readonly requestUrl: string;
  readonly host: string;
  readonly bodyHash: string | null;
  readonly parseFailureCount: number;
  readonly failingSince: Temporal.Instant | null;
  readonly lastReadAt: Temporal.Instant | null;
  /** How many citations lead here from an article of a feed or a listed page. */
  readonly citationDepth: number;
  readonly state: FetchState;
  /** Set for feeds; null for pages. */
  readonly source: {
    readonly id: string;
    readonly read: 'topics' | 'all';
    readonly everySeconds: number | null;
  } | null;
  readonly isWatched: boolean;
  /** Whether it is a caption track that was offered for an article, and nothing else. */
  readonly isCaptions: boolean;
};

/** A resource that may be asked: due, not gone, not set aside, and not a source that is paused, off or out of the ledger. */
const isAskable = sql<boolean>`
  resources.gone_at is null and resources.set_aside_at is null
  and (sources.id is null or (sources.is_listed and sources.is_enabled and sources.paused_at is null))
  and (pages.resource_id is null or pages.is_watched or resources.last_fetched_at is null)`;

const isTrack = sql<boolean>`exists (select from caption_tracks t where t.resource_id = resources.id)`;

/**
 * How new addresses come in: `dueAt` is when they are first asked. Addresses already known keep their own time, but for a cited page
 * that waits for its first visit and is now an entry's or a listed one: it waits no longer.
 */
export type NewResources = {
  readonly dueAt: Temporal.Instant;
  readonly now: Temporal.Instant;
  /** How many citations lead to them; 0 when left out. */
  readonly citationDepth?: number;
};

/** The row ids of addresses, by the address as given; rows are made for the new ones. */
export async function upsertResources(
  db: Db,
  urls: readonly string[],
  options: NewResources,
): Promise<ReadonlyMap<string, number>> {
  if (urls.length === 0) return new Map();
  const addresses = new Map(urls.map((url) => [url, documentUrl(url)]));
  const unique = [...new Set(addresses.values())].sort();
  const known = await listIds(db, unique);
  const missing = unique.filter((url) => !known.has(url));
  if (missing.length > 0) {
    await addHosts(db, missing.map(hostKey));
    const rows = missing.map((url) => ({
      url,
      host: hostKey(url),
      first_seen_at: options.now,
      next_due_at: options.dueAt,
      due_rule: 'first',
      citation_depth: options.citationDepth ?? 0,
    }));
    await db
      .insertInto('resources')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  if ((options.citationDepth ?? 0) === 0) await hastenCited(db, [...known.values()], options.dueAt);
  const ids = missing.length > 0 ? await listIds(db, unique) : known;
  return new Map(
    [...addresses].flatMap(([url, address]) => {
      const id = ids.get(address);
      return id === undefined ? [] : [[url, id]];
    }),
  );
}

/** The row id of one address, made when it is new. */
export async function upsertResource(db: Db, url: string, options: NewResources): Promise<number> {
  const id = (await upsertResources(db, [url], options)).get(url);
  if (id === undefined) throw new Error(`no row for "${url}"`);
  return id;
}

/** What was known by a citation and is now known by itself: its own citations are followed, and no share of a day holds it back. */
async function hastenCited(db: Db, ids: readonly number[], dueAt: Temporal.Instant): Promise<void> {
  if (ids.length === 0) return;
  await sql`update resources set citation_depth = 0,
      next_due_at = case when last_fetched_at is null then least(next_due_at, ${dueAt}) else next_due_at end
    where id = any (${[...ids]}::bigint[]) and citation_depth > 0`.execute(db);
}

async function listIds(db: Db, urls: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('resources')
    .select(['id', 'url'])
    .where('url', 'in', [...urls])
    .execute();
  return new Map(rows.map((row) => [row.url, row.id]));
}

/** The row ids of addresses, by the address as given, when they are known in any form that means the same article. */
export async function findSameArticles(db: Db, urls: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (urls.length === 0) return new Map();
  const forms = new Map(urls.map((url) => [url, articleUrlForms(url)]));
  const ids = await listIds(db, [...new Set([...forms.values()].flat())]);
  return new Map(
    [...forms].flatMap(([url, own]) => {
      const [id] = own.flatMap((form) => ids.get(form) ?? []);
      return id === undefined ? [] : [[url, id]];
    }),
  );
}

/** The hosts with something due at `now` that have not asked us to wait. */
export async function listDueHosts(db: Db, now: Temporal.Instant): Promise<readonly string[]> {
  const rows = await due(db, now).select('resources.host').groupBy('resources.host').execute();
  return rows.map((row) => row.host);
}

/**
 * Makes every source and watched page due by hand. What a site asked for still holds: a wait, its robots rules, a goodbye; and
 * nobody is asked twice within a minute.
 */
export async function askAll(db: Db, now: Temporal.Instant): Promise<void> {
  await sql`
    update resources set due_rule = ${byHand}, next_due_at = greatest(${now}, last_fetched_at + interval '1 minute')
    where gone_at is null and set_aside_at is null
      and not (due_rule in ('robots', 'retry-after') and next_due_at > ${now})
      and (id in (select resource_id from sources where is_listed and is_enabled and paused_at is null)
        or id in (select resource_id from pages where is_watched))`.execute(db);
}

/** When and where an address will be visited; another host than its own when it has moved. */
export type AskedVisit = { readonly dueAt: Temporal.Instant; readonly host: string };

/**
 * Makes one address due by hand: at most once a minute, and never while its host asked for silence. What was gone or set aside
 * gets another try. Null when the address is not known.
 */
export async function askOne(db: Db, url: string, now: Temporal.Instant): Promise<AskedVisit | null> {
  const { rows } = await sql<{ due_at: Temporal.Instant; host: string }>`
    update resources r set due_rule = ${byHand}, gone_at = null, set_aside_at = null, parse_failure_count = 0,
      next_due_at = greatest(${now}, r.last_fetched_at + interval '1 minute', h.blocked_until)
    from hosts h where h.host = r.host and r.url = ${url}
    returning r.next_due_at as due_at, r.host`.execute(db);
  const [row] = rows;
  return row === undefined ? null : { dueAt: row.due_at, host: row.host };
}

/** How many of those still wait for their visit; hosts that asked for silence meanwhile do not count. */
export async function countAsked(db: Db, now: Temporal.Instant): Promise<number> {
  const row = await db
    .selectFrom('resources')
    .innerJoin('hosts', 'hosts.host', 'resources.host')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .where('resources.due_rule', '=', byHand)
    .where((eb) => eb.or([eb('hosts.blocked_until', 'is', null), eb('hosts.blocked_until', '<=', now)]))
    .executeTakeFirst();
  return row?.count ?? 0;
}

/** A select of the ids of what is due at `now`. */
export function selectDueIds(db: Db, now: Temporal.Instant) {
  return due(db, now).select('resources.id');
}

/** How many addresses are due at `now`. */
export async function countDue(db: Db, now: Temporal.Instant): Promise<number> {
  const row = await due(db, now)
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .executeTakeFirst();
  return row?.count ?? 0;
}

/** What is due, and since when the longest waiting of it is; null when nothing is. */
export type DueAddresses = {
  readonly feedCount: number;
  readonly pageCount: number;
  readonly oldestAt: Temporal.Instant | null;
};

/** How much is due at `now`, and how late. */
export async function measureDue(db: Db, now: Temporal.Instant): Promise<DueAddresses> {
  return await due(db, now)
    .select((eb) => [
      eb.cast<number>(eb.fn.count('sources.id'), 'integer').as('feedCount'),
      sql<number>`(count(*) - count(sources.id))::int`.as('pageCount'),
      sql<Temporal.Instant | null>`min(greatest(resources.next_due_at, hosts.blocked_until))`.as('oldestAt'),
    ])
    .executeTakeFirstOrThrow();
}

/** The addresses due at a host, feeds before pages, the longest waiting first, at most `limit`. */
export async function listDueResources(
  db: Db,
  options: { readonly host: string; readonly now: Temporal.Instant; readonly limit: number },
): Promise<readonly DueResource[]> {
  const rows = await due(db, options.now)
    .selectAll('resources')
    .select(['sources.id as source_id', 'sources.read', 'sources.every_seconds', 'pages.is_watched'])
    .select(isTrack.as('is_track'))
    .where('resources.host', '=', options.host)
    .orderBy(sql`sources.id is null`)
    .orderBy('resources.next_due_at')
    .orderBy('resources.id')
    .limit(options.limit)
    .execute();
  return rows.map(toDueResource);
}

type DueRow = Selectable<Schema['resources']> & {
  readonly source_id: string | null;
  readonly read: 'topics' | 'all' | null;
  readonly every_seconds: number | null;
  readonly is_watched: boolean | null;
  readonly is_track: boolean;
};

function toDueResource(row: DueRow): DueResource {
  const { source_id: sourceId, read } = row;
  return {
    id: row.id,
    url: row.url,
    requestUrl: row.moved_to ?? row.url,
    host: row.host,
    bodyHash: row.body_hash,
    parseFailureCount: row.parse_failure_count,
    failingSince: row.failing_since,
    lastReadAt: row.last_read_at,
    citationDepth: row.citation_depth,
    source: sourceId === null || read === null ? null : { id: sourceId, read, everySeconds: row.every_seconds },
    isWatched: row.is_watched === true,
    isCaptions: sourceId === null && row.is_watched === null && row.is_track,
    state: {
      etag: row.etag,
      lastModified: row.last_modified,
      validatorsUrl: row.validators_url,
      failureCount: row.failure_count,
      unchangedCount: row.unchanged_count,
      lastFetchedAt: row.last_fetched_at,
      lastChangedAt: row.last_changed_at,
      nextDueAt: row.next_due_at,
      dueRule: row.due_rule,
      goneAt: row.gone_at,
      moved: row.moved === null ? null : readMove(row.moved),
      hints: row.hints,
    },
  };
}

function due(db: Db, now: Temporal.Instant) {
  return db
    .selectFrom('resources')
    .innerJoin('hosts', 'hosts.host', 'resources.host')
    .leftJoin('sources', 'sources.resource_id', 'resources.id')
    .leftJoin('pages', 'pages.resource_id', 'resources.id')
    .where('resources.next_due_at', '<=', now)
    .where((eb) => eb.or([eb('hosts.blocked_until', 'is', null), eb('hosts.blocked_until', '<=', now)]))
    .where(isAskable);
}

function readMove(move: {
  readonly to: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
}) {
  return {
    to: move.to,
    count: move.count,
    firstAt: Temporal.Instant.from(move.firstAt),
    lastAt: Temporal.Instant.from(move.lastAt),
  };
}
