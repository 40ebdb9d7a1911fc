/** What visits leave behind: the row of each address and a row in the log behind `sources why`, always written together. */
import { sql } from 'kysely';
import type { FetchState } from '#src/core/fetch/schedule.ts';
import { hostKey } from '#src/core/url.ts';
import { addHosts } from './hosts.ts';
import { jsonRows } from './json-rows.ts';
import type { DueResource } from './resources.ts';
import type { Db } from './store.ts';

/** What became of one request. */
export type VisitRecord = {
  readonly state: FetchState;
  /** When it would be asked next as a watched page. */
  readonly ongoing: Pick<FetchState, 'nextDueAt' | 'dueRule'>;
  readonly startedAt: Temporal.Instant;
  readonly durationMs: number;
  readonly outcome: 'fresh' | 'unmodified' | 'moved' | 'gone' | 'refused' | 'failed';
  readonly reason: string | null;
  readonly status: number | null;
  readonly words: string | null;
  readonly isConditional: boolean;
  readonly byteCount: number | null;
  readonly finalUrl: string | null;
  readonly bodyHash: string | null;
  readonly parseFailureCount: number;
  readonly setAsideAt: Temporal.Instant | null;
  readonly movedTo: string | null;
};

/** A visit to be written: the address as it was read before, and what became of the request. */
export type NewVisit = {
  readonly resource: Pick<DueResource, 'id' | 'url' | 'host' | 'state' | 'failingSince'>;
  readonly record: VisitRecord;
};

/**
 * Writes visits in one statement and gives the ids of the addresses it was written for. Left out are those that another process has
 * written since they were read (this one slept too long): what was found there must be dropped.
 */
export async function saveVisits(db: Db, visits: readonly NewVisit[]): Promise<ReadonlySet<number>> {
  // What has moved is asked at its new host, whose turns and silences count from now on.
  const rows = visits.map((visit) => ({
    ...columnsOf(visit),
    host: hostKey(visit.record.movedTo ?? visit.resource.url),
  }));
  await addHosts(
    db,
    rows.flatMap(({ host }, at) => (host === visits[at]?.resource.host ? [] : [host])),
  );
  const saved = await sql<{ id: number }>`
    with visit as (
      select * from json_to_recordset(${jsonRows(rows)}::json) as visit (
        id bigint, seen_at timestamptz, host text, etag text, last_modified text, validators_url text, body_hash text,
        failure_count integer, unchanged_count integer, parse_failure_count integer, last_fetched_at timestamptz,
        last_changed_at timestamptz, next_due_at timestamptz, due_rule text, gone_at timestamptz, set_aside_at timestamptz,
        moved jsonb, moved_to text, hints jsonb, last_error text, failing_since timestamptz, last_read_at timestamptz, started_at timestamptz,
        duration_ms integer, outcome text, reason text, status integer, words text, is_conditional boolean,
        byte_count integer, final_url text)
    ), visited as (
      update resources set
        host = visit.host, etag = visit.etag, last_modified = visit.last_modified, validators_url = visit.validators_url,
        body_hash = visit.body_hash, failure_count = visit.failure_count, unchanged_count = visit.unchanged_count,
        parse_failure_count = visit.parse_failure_count, last_fetched_at = visit.last_fetched_at,
        last_changed_at = visit.last_changed_at, next_due_at = visit.next_due_at, due_rule = visit.due_rule,
        gone_at = visit.gone_at, set_aside_at = visit.set_aside_at, moved = visit.moved, moved_to = visit.moved_to,
        hints = visit.hints, last_outcome = visit.outcome, last_reason = visit.reason, last_status = visit.status,
        last_error = visit.last_error, failing_since = visit.failing_since,
        last_read_at = coalesce(visit.last_read_at, resources.last_read_at)
      from visit
      where resources.id = visit.id and resources.last_fetched_at is not distinct from visit.seen_at
      returning resources.id
    )
    insert into fetches (resource_id, started_at, duration_ms, outcome, reason, status, words, is_conditional, byte_count,
      final_url, next_due_at, due_rule)
    select id, started_at, duration_ms, outcome, reason, status, words, is_conditional, byte_count, final_url, next_due_at,
      due_rule
    from visit where id in (select id from visited)
    returning resource_id as id`.execute(db);
  return new Set(saved.rows.map(({ id }) => id));
}

/** The row of a visit as both tables take it. */
function columnsOf({ resource, record }: NewVisit) {
  const { state } = record;
  const isTrouble = record.outcome === 'failed' || record.outcome === 'refused';
  return {
    id: resource.id,
    seen_at: resource.state.lastFetchedAt,
    etag: state.etag,
    last_modified: state.lastModified,
    validators_url: state.validatorsUrl,
    body_hash: record.bodyHash,
    failure_count: state.failureCount,
    unchanged_count: state.unchangedCount,
    parse_failure_count: record.parseFailureCount,
    last_fetched_at: state.lastFetchedAt ?? record.startedAt,
    last_changed_at: state.lastChangedAt,
    next_due_at: state.nextDueAt,
    due_rule: state.dueRule,
    gone_at: state.goneAt,
    set_aside_at: record.setAsideAt,
    moved: state.moved,
    moved_to: record.movedTo,
    hints: state.hints,
    last_error: isTrouble || record.outcome === 'gone' ? record.words : null,
    failing_since: isTrouble ? (resource.failingSince ?? record.startedAt) : null,
    last_read_at: isTrouble || record.outcome === 'gone' ? null : (state.lastFetchedAt ?? record.startedAt),
    started_at: record.startedAt,
    duration_ms: record.durationMs,
    outcome: record.outcome,
    reason: record.reason,
    status: record.status,
    words: record.words,
    is_conditional: record.isConditional,
    byte_count: record.byteCount,
    final_url: record.finalUrl,
  };
}

/** Puts a visit off without having made it. */
export async function postponeVisit(
  db: Db,
  id: number,
  state: Pick<FetchState, 'nextDueAt' | 'dueRule'>,
): Promise<void> {
  await db
    .updateTable('resources')
    .set({ next_due_at: state.nextDueAt, due_rule: state.dueRule })
    .where('id', '=', id)
    .execute();
}
