/** How the service stands, in a few numbers: what is late, what waits, what was given up. */
import { sql } from 'kysely';
import { HOUSE_READER } from '#src/config/schema.ts';
import { judgeSourceState, type SourceState } from '#src/core/fetch/source-state.ts';
import { type DueAddresses, measureDue } from './resources.ts';
import type { Db } from './store.ts';

/** Counts of rows; instants are null where there was none yet. */
export type ServiceState = {
  readonly due: DueAddresses;
  readonly pendingMailCount: number;
  readonly doubtfulMailCount: number;
  readonly failedMailCount: number;
  readonly setAsideCount: number;
  readonly lastReadAt: Temporal.Instant | null;
  readonly lastDigestAt: Temporal.Instant | null;
  readonly sourceCounts: Readonly<Record<SourceState, number>>;
};

/** Reads it at an instant. Throws what the store says when it does not answer. */
export async function readServiceState(db: Db, now: Temporal.Instant): Promise<ServiceState> {
  const { rows } = await sql<Omit<ServiceState, 'due' | 'sourceCounts'>>`
    select
      (select count(*)::int from deliveries where state in ('pending', 'sending')) as "pendingMailCount",
      (select count(*)::int from deliveries where state = 'in-doubt') as "doubtfulMailCount",
      (select count(*)::int from deliveries where state = 'failed') as "failedMailCount",
      (select count(*)::int from resources where set_aside_at is not null) as "setAsideCount",
      (select max(started_at) from fetches where outcome in ('fresh', 'unmodified', 'moved')) as "lastReadAt",
      (select max(window_end) from digests where reader_id = ${HOUSE_READER}) as "lastDigestAt"`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('The store gave no state');
  return { ...row, due: await measureDue(db, now), sourceCounts: await countSources(db, now) };
}

/** The listed sources by state, as people see it. */
async function countSources(db: Db, now: Temporal.Instant): Promise<Readonly<Record<SourceState, number>>> {
  const rows = await db
    .selectFrom('sources')
    .innerJoin('resources', 'resources.id', 'sources.resource_id')
    .innerJoin('hosts', 'hosts.host', 'resources.host')
    .select(['sources.is_enabled as isEnabled', 'sources.paused_at as pausedAt', 'resources.gone_at as goneAt'])
    .select(['resources.set_aside_at as setAsideAt', 'resources.failure_count as failureCount'])
    .select(['resources.last_fetched_at as lastFetchedAt', 'hosts.blocked_until as blockedUntil'])
    .where('sources.is_listed', '=', true)
    .execute();
  const counts = { working: 0, waiting: 0, paused: 0, failing: 0, gone: 0 };
  for (const row of rows) counts[judgeSourceState(row, now)] += 1;
  return counts;
}

/** Whether the store takes writes. A standby does not, nor a server that was set to read only. */
export async function takesWrites(db: Db): Promise<boolean> {
  const { rows } = await sql<{ setting: string }>`select current_setting('transaction_read_only') as setting`.execute(
    db,
  );
  return rows[0]?.setting === 'off';
}
