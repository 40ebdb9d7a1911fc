/** What the service is at and what it owes, for the page of its work. What is due is told by our own tables, never by the queue. */
import { sql } from 'kysely';
import type { Db } from './store.ts';

/** A host with addresses that are due, the longest waiting first. Instants are RFC 3339. */
export type DueHost = { readonly host: string; readonly count: number; readonly dueAt: string };

/** An address that is asked no more until a person says so, with the reason in words. */
export type SetAside = { readonly url: string; readonly words: string | null; readonly at: string };

/** A run of a job that ended with an error. */
export type FailedRun = { readonly job: string; readonly startedAt: string; readonly error: string };

/** Everything the page shows. `visiting` are the hosts that are being asked right now. */
export type WorkPage = {
  readonly due: readonly DueHost[];
  readonly visiting: readonly string[];
  readonly setAside: readonly SetAside[];
  readonly failed: readonly FailedRun[];
};

const rowsMax = 50;
/** Failures older than this are in the log. */
const failedHours = 24;

/** The work at an instant, each list at most 50 rows. */
export async function gatherWork(db: Db, now: Temporal.Instant): Promise<WorkPage> {
  const due = await db
    .selectFrom('resources')
    .innerJoin('hosts', 'hosts.host', 'resources.host')
    .select('resources.host')
    .select((eb) => [eb.cast<number>(eb.fn.countAll(), 'integer').as('count')])
    .select(sql<Temporal.Instant>`min(resources.next_due_at)`.as('due_at'))
    .where('resources.next_due_at', '<=', now)
    .where((eb) => eb.or([eb('hosts.blocked_until', 'is', null), eb('hosts.blocked_until', '<=', now)]))
    .groupBy('resources.host')
    .orderBy('due_at')
    .limit(rowsMax)
    .execute();
  const visiting = await db
    .selectFrom('hosts')
    .select('host')
    .where('lease_until', '>', now)
    .orderBy('host')
    .limit(rowsMax)
    .execute();
  const setAside = await db
    .selectFrom('resources')
    .select(['url', 'last_error', 'set_aside_at'])
    .where('set_aside_at', 'is not', null)
    .orderBy('set_aside_at', 'desc')
    .limit(rowsMax)
    .execute();
  const failed = await db
    .selectFrom('job_runs')
    .select(['job', 'started_at', 'error'])
    .where('outcome', '=', 'failed')
    .where('started_at', '>=', now.subtract({ hours: failedHours }))
    .orderBy('started_at', 'desc')
    .limit(rowsMax)
    .execute();
  return {
    due: due.map(({ host, count, due_at }) => ({ host, count, dueAt: due_at.toString() })),
    visiting: visiting.map(({ host }) => host),
    setAside: setAside.flatMap(({ url, last_error, set_aside_at }) =>
      set_aside_at === null ? [] : [{ url, words: last_error, at: set_aside_at.toString() }],
    ),
    failed: failed.map(({ job, started_at, error }) => ({ job, startedAt: started_at.toString(), error: error ?? '' })),
  };
}
