/**
 * The queue: pg-boss on either store. It holds only what is due now and may be emptied at any moment; what is due is computed
 * from our own tables, and the next tick fills it again.
 */
import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { fromKysely, fromPglite, PgBoss } from 'pg-boss';
import type { z } from 'zod';
import type { Schema } from './db/schema.ts';
import type { Db, Store } from './db/store.ts';
import type { Deps } from './deps.ts';

/** What a job run did, for its one log line and its row: counts and short words. */
export type RunSummary = Readonly<Record<string, string | number | boolean | null>>;

/** How a job is queued. */
type JobRules = {
  readonly description: string;
  readonly retryCount: number;
  /** Longest run before another worker may take the job. */
  readonly expireSeconds: number;
  /** Jobs of this kind at the same time in one process; `workers` = as many as the ledger allows. */
  readonly concurrency: number | 'workers';
};

/** A job: what it takes, how it is retried, what it does. The file it stands in gives it its name. */
export type JobDefinition<Payload extends object> = JobRules & {
  readonly payload: z.ZodType<Payload>;
  readonly run: (payload: Payload, deps: Deps) => Promise<RunSummary>;
};

/** A job with its name, as the queue runs it; the payload is parsed on its way in. */
export type NamedJob = JobRules & {
  readonly name: string;
  readonly run: (payload: unknown, deps: Deps) => Promise<RunSummary>;
};

/** Keeps the payload's type between a job's schema and its `run`. */
export function defineJob<Payload extends object>(job: JobDefinition<Payload>): JobDefinition<Payload> {
  return job;
}

/** Gives a job the name of its file. */
export function nameJob<Payload extends object>(name: string, job: JobDefinition<Payload>): NamedJob {
  const { payload, run, ...rules } = job;
  return { ...rules, name, run: (input, deps) => run(payload.parse(input), deps) };
}

/**
 * One job to be put into the queue. Of one name and key only one job is open at a time. `slot` makes its id: the same name and
 * slot is the same job on every node.
 */
export type JobRequest = {
  readonly name: string;
  readonly payload: object;
  readonly key: string;
  readonly slot?: string;
};

/** The open queue. */
export type Queue = {
  /**
   * Puts a job in unless one with its key is open, which it says; inside `tx` it is there only if `tx` commits. A slot that another
   * node has put in counts as put in.
   */
  send(request: JobRequest, tx?: Transaction<Schema>): Promise<'queued' | 'already-open'>;
  /** Starts taking jobs; `handle` runs one of them. */
  work(handle: (job: NamedJob, payload: unknown) => Promise<void>, workers: number): Promise<void>;
  /** Jobs that wait or run. */
  countOpen(): Promise<number>;
  /** Throws away every open job, as after a crash of the only process. */
  empty(): Promise<void>;
  /** Stops taking jobs and waits for the running ones, at most `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
};

const heartbeatSeconds = 20;
const retryDelaySeconds = 5;
const deadLetters = 'dead-letters';
/**
 * With notifications on, this is the net under them: how late a retry may be noticed. A look into an empty queue costs the embedded
 * store 4 to 10 ms; with every worker looking every 2 s that was an eighth of a core, for nothing.
 */
const netSeconds = 10;
/** A server connection pool for the queue alone: its fetches, heartbeats and its listener. */
const queueConnectionsMax = 4;

/** Starts the queue on an open store and makes the queues of `jobs`. */
export async function openQueue(
  store: Store,
  options: { readonly jobs: readonly NamedJob[]; readonly onError: (error: Error) => void },
): Promise<Queue> {
  const boss = new PgBoss({
    schema: 'pgboss',
    useListenNotify: true,
    schedule: false,
    monitorIntervalSeconds: 10,
    ...(store.queueView.kind === 'embedded'
      ? { db: fromPglite(store.queueView.view), backend: 'pglite' as const }
      : { connectionString: store.queueView.url, max: queueConnectionsMax, application_name: 'claimledger queue' }),
  });
  boss.on('error', options.onError);
  await boss.start();
  await boss.createQueue(deadLetters, { retryLimit: 0, deleteAfterSeconds: 7 * 86_400 });
  for (const job of options.jobs) {
    await boss.createQueue(job.name, {
      policy: 'exclusive',
      notify: true,
      deadLetter: deadLetters,
      retryLimit: job.retryCount,
      retryDelay: retryDelaySeconds,
      retryBackoff: true,
      expireInSeconds: job.expireSeconds,
      heartbeatSeconds,
      deleteAfterSeconds: 3_600,
    });
  }
  return {
    send: async ({ name, payload, key, slot }, tx) => {
      const id = slot === undefined ? null : slotId(name, slot);
      const sent = await boss.send(name, payload, {
        singletonKey: key,
        ...(id === null ? {} : { id }),
        ...(tx === undefined ? {} : { db: fromKysely(tx) }),
      });
      return sent !== null || (id !== null && (await hasJob(tx ?? store.db, id))) ? 'queued' : 'already-open';
    },
    work: async (handle, workers) => {
      for (const job of options.jobs) {
        const count = job.concurrency === 'workers' ? workers : job.concurrency;
        for (let at = 0; at < count; at++) await startWorker(boss, job, handle);
      }
    },
    countOpen: () => countOpen(store.db),
    empty: async () => {
      await sql`delete from pgboss.job where state < 'completed'`.execute(store.db);
    },
    stop: (timeoutMs) => boss.stop({ graceful: true, timeout: timeoutMs, close: true }),
  };
}

/** One worker of a job. After each run it looks again at once: another of its kind may wait, and nothing will tell. */
async function startWorker(
  boss: PgBoss,
  job: NamedJob,
  handle: (job: NamedJob, payload: unknown) => Promise<void>,
): Promise<void> {
  const settings = {
    batchSize: 1,
    pollingIntervalSeconds: netSeconds,
    notifyPollingIntervalSeconds: netSeconds,
  };
  const workerId: string = await boss.work<object>(job.name, settings, async ([taken]) => {
    if (taken === undefined) return;
    try {
      await handle(job, taken.data);
    } finally {
      boss.notifyWorker(workerId);
    }
  });
}

async function hasJob(db: Db, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from pgboss.job where id = ${id}`.execute(db);
  return rows.length > 0;
}

async function countOpen(db: Db): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select count(*)::int as open from pgboss.job where state < 'completed' and name <> ${deadLetters}`.execute(db);
  return rows[0]?.open ?? 0;
}

/** A UUID made of the job's name and slot (RFC 9562 version 8: a hash of our own choosing). */
function slotId(name: string, slot: string): string {
  const hex = createHash('sha256').update(`${name} ${slot}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
