/** Sources and watched pages with their state, and what became of them in a window. */
import { sql } from 'kysely';
import type { DigestSource } from '#src/core/digest/digest.ts';
import { explainDue } from '#src/core/fetch/due-words.ts';
import { judgeSourceState, type SourceState } from '#src/core/fetch/source-state.ts';
import { jsonRows } from './json-rows.ts';
import { countPageQuotes, type PageQuotes } from './quote-states.ts';
import type { Db, Tx } from './store.ts';

/** A source or a watched page as lists show it. Instants are RFC 3339. `url` is where it is asked now. */
export type SourceRow = {
  readonly id: string;
  readonly kind: 'feed' | 'page';
  readonly url: string;
  readonly name: string;
  readonly state: SourceState;
  readonly lastOutcome: string | null;
  readonly lastError: string | null;
  readonly lastFetchedAt: string | null;
  readonly nextDueAt: string | null;
  /** When the next visit is and why, as a sentence. */
  readonly dueWords: string;
  readonly failingSince: string | null;
  readonly lastChangedAt: string | null;
  /** How the quotes of a page stand; null for feeds, and for pages that we quote nothing from. */
  readonly quotes: PageQuotes | null;
};

/** One request as `why` shows it, newest first. */
export type FetchRow = {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly outcome: string;
  readonly reason: string | null;
  readonly status: number | null;
  readonly words: string | null;
  readonly isConditional: boolean;
  readonly byteCount: number | null;
};

/** Requests shown for one source. */
const fetchRowsMax = 20;

/** The listed feeds, in the order of the ledger. */
export async function listSourceRows(db: Db, now: Temporal.Instant): Promise<readonly SourceRow[]> {
  const rows = await watched(db)
    .innerJoin('sources', 'sources.resource_id', 'resources.id')
    .select(['sources.id as source_id', 'sources.name', 'sources.is_enabled', 'sources.paused_at'])
    .where('sources.is_listed', '=', true)
    .orderBy('sources.position')
    .execute();
  return rows.map((row) => toRow({ ...row, id: row.source_id, kind: 'feed', quotes: null, now }));
}

/** The watched cited pages, the listed ones first. */
export async function listPageRows(db: Db, now: Temporal.Instant): Promise<readonly SourceRow[]> {
  const rows = await watched(db)
    .innerJoin('pages', 'pages.resource_id', 'resources.id')
    .leftJoin('articles', 'articles.resource_id', 'resources.id')
    .select(['resources.id as page_id', 'articles.title', 'pages.note'])
    .where('pages.is_watched', '=', true)
    .orderBy('pages.is_listed', 'desc')
    .orderBy('resources.id')
    .execute();
  const quotes = await countPageQuotes(db);
  return rows.map((row) => {
    const name = row.title ?? row.note ?? row.url;
    const place = { id: `page-${row.page_id}`, kind: 'page', name, is_enabled: true, paused_at: null, now } as const;
    return toRow({ ...row, ...place, quotes: quotes.get(row.page_id) ?? null });
  });
}

/** A source (by id or address) or a watched page with its last requests, newest first; null when there is none. */
export async function explainSource(
  db: Db,
  options: { readonly id: string; readonly now: Temporal.Instant },
): Promise<{ readonly source: SourceRow; readonly fetches: readonly FetchRow[] } | null> {
  const all = [...(await listSourceRows(db, options.now)), ...(await listPageRows(db, options.now))];
  const source = all.find((row) => row.id === options.id || row.url === options.id);
  if (source === undefined) return null;
  const fetches = await db
    .selectFrom('fetches')
    .innerJoin('resources', 'resources.id', 'fetches.resource_id')
    .selectAll('fetches')
    .where('resources.url', '=', source.url)
    .orderBy('fetches.started_at', 'desc')
    .limit(fetchRowsMax)
    .execute();
  return {
    source,
    fetches: fetches.map((row) => ({
      startedAt: row.started_at.toString(),
      durationMs: row.duration_ms,
      outcome: row.outcome,
      reason: row.reason,
      status: row.status,
      words: row.words,
      isConditional: row.is_conditional,
      byteCount: row.byte_count,
    })),
  };
}

/** The sources that fail at the end of the window or went away or moved in it. */
export async function listSourceNews(
  db: Db,
  window: { readonly start: Temporal.Instant; readonly end: Temporal.Instant },
): Promise<readonly DigestSource[]> {
  const { rows } = await sql<{
    id: string;
    name: string;
    outcome: string;
    words: string | null;
    failing_since: Temporal.Instant | null;
  }>`
    select s.id, s.name, f.outcome, f.words,
      (select min(later.started_at) from fetches later where later.resource_id = s.resource_id and later.started_at < ${window.end}
        and later.started_at > coalesce((select max(good.started_at) from fetches good where good.resource_id = s.resource_id
          and good.started_at < ${window.end} and good.outcome in ('fresh', 'unmodified', 'moved')), '-infinity')) as failing_since
    from sources s
    join lateral (
      select outcome, words from fetches where resource_id = s.resource_id and started_at >= ${window.start}
        and started_at < ${window.end} order by started_at desc limit 1
    ) f on true
    where s.is_listed and s.is_enabled and s.paused_at is null and f.outcome not in ('fresh', 'unmodified')
    order by s.position
  `.execute(db);
  return rows.map(({ id, name, outcome, words, failing_since }) => ({
    id,
    name,
    state: outcome === 'gone' ? 'gone' : outcome === 'moved' ? 'moved' : 'failing',
    words: words ?? outcome,
    since: outcome === 'moved' ? null : (failing_since?.toString() ?? null),
  }));
}

/** What a feed says of itself. */
export type FeedHead = {
  readonly sourceId: string;
  readonly title: string | null;
  readonly link: string | null;
  readonly language: string | null;
  readonly problems: readonly string[];
};

/** Keeps what feeds say of themselves. */
export async function saveFeedHeads(tx: Tx, heads: readonly FeedHead[]): Promise<void> {
  const rows = heads.map(({ sourceId, title, link, language, problems }) => ({
    id: sourceId,
    title,
    link,
    language,
    problems,
  }));
  await sql`update sources
    set title = head.title, link = head.link, language = head.language, problems = head.problems,
      name = case when is_named then name else coalesce(nullif(head.title, ''), name) end
    from json_to_recordset(${jsonRows(rows)}::json) as head (id text, title text, link text, language text, problems jsonb)
    where sources.id = head.id`.execute(tx);
}

/** Pauses or resumes a source; false when there is none of that id. */
export async function setPaused(db: Db, id: string, pausedAt: Temporal.Instant | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sources')
    .set({ paused_at: pausedAt })
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function watched(db: Db) {
  return db
    .selectFrom('resources')
    .innerJoin('hosts', 'hosts.host', 'resources.host')
    .select([
      'resources.url',
      'resources.gone_at',
      'resources.set_aside_at',
      'resources.failure_count',
      'resources.unchanged_count',
      'resources.last_fetched_at',
      'resources.last_changed_at',
      'resources.last_outcome',
      'resources.last_error',
      'resources.next_due_at',
      'resources.due_rule',
      'resources.failing_since',
      'hosts.blocked_until',
    ]);
}

type WatchedRow = Awaited<ReturnType<ReturnType<typeof watched>['execute']>>[number];

function toRow(
  row: WatchedRow & {
    readonly id: string;
    readonly kind: SourceRow['kind'];
    readonly name: string;
    readonly is_enabled: boolean;
    readonly paused_at: Temporal.Instant | null;
    readonly quotes: PageQuotes | null;
    readonly now: Temporal.Instant;
  },
): SourceRow {
  const facts = {
    isEnabled: row.is_enabled,
    pausedAt: row.paused_at,
    goneAt: row.gone_at,
    setAsideAt: row.set_aside_at,
    failureCount: row.failure_count,
    lastFetchedAt: row.last_fetched_at,
    blockedUntil: row.blocked_until,
  };
  const state = judgeSourceState(facts, row.now);
  const due = {
    goneAt: row.gone_at,
    nextDueAt: state === 'paused' ? null : row.next_due_at,
    dueRule: row.due_rule,
    unchangedCount: row.unchanged_count,
    failureCount: row.failure_count,
  };
  return {
    id: row.id,
    kind: row.kind,
    url: row.url,
    name: row.name,
    state,
    lastOutcome: row.last_outcome,
    lastError: row.last_error,
    lastFetchedAt: row.last_fetched_at?.toString() ?? null,
    nextDueAt: state === 'paused' || state === 'gone' ? null : (row.next_due_at?.toString() ?? null),
    dueWords: explainDue(due, (instant) => instant.toString({ smallestUnit: 'minute' })),
    failingSince: row.failing_since?.toString() ?? null,
    lastChangedAt: row.last_changed_at?.toString() ?? null,
    quotes: row.quotes,
  };
}
