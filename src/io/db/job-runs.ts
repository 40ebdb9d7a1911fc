import type { Db } from './store.ts';

/** One finished run of a job, as the queue page and the log show it. */
export type JobRun = {
  readonly job: string;
  readonly worker: string;
  readonly startedAt: Temporal.Instant;
  readonly durationMs: number;
  readonly outcome: 'done' | 'failed';
  readonly summary: Readonly<Record<string, unknown>>;
  readonly error: string | null;
};

/** Writes down how a run ended. */
export async function insertJobRun(db: Db, run: JobRun): Promise<void> {
  await db
    .insertInto('job_runs')
    .values({
      job: run.job,
      worker: run.worker,
      started_at: run.startedAt,
      duration_ms: run.durationMs,
      outcome: run.outcome,
      summary: JSON.stringify(run.summary),
      error: run.error,
    })
    .execute();
}
