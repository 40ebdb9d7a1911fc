/** Runs one job, writes down how it ended, and says so in one line. The only place where a job's errors are caught. */
import { randomUUID } from 'node:crypto';
import { insertJobRun } from './db/job-runs.ts';
import type { Deps } from './deps.ts';
import type { NamedJob, RunSummary } from './queue.ts';

/** Jobs that run all the time and mostly find nothing; their quiet runs are neither logged nor kept. */
const quietJobs = new Set(['plan-work', 'keep-house']);

/** Letters of a run's name in the log: enough to tell the runs of some days apart. */
const runLength = 8;

/** Runs a job. Throws what the job threw, after it was written down, so that the queue tries it again. */
export async function runJob(job: NamedJob, payload: unknown, deps: Deps): Promise<void> {
  const startedAt = deps.now();
  // Every line that the job writes says which run of which job wrote it.
  const log = deps.log.child({ job: job.name, run: randomUUID().slice(0, runLength) });
  const end = async (outcome: 'done' | 'failed', summary: RunSummary, err: unknown): Promise<void> => {
    const endedAt = deps.now();
    const durationMs = Math.round(endedAt.since(startedAt).total('milliseconds'));
    const seconds = durationMs / 1_000;
    deps.metrics.ranJob(job.name, { outcome, seconds, endedAt });
    const isQuiet = outcome === 'done' && quietJobs.has(job.name);
    log[isQuiet ? 'debug' : outcome === 'done' ? 'info' : 'error'](
      { outcome, seconds, ...summary, ...(err === null ? {} : { err }) },
      'job run',
    );
    if (isQuiet) return;
    const error = err === null ? null : err instanceof Error ? err.message : String(err);
    await insertJobRun(deps.db, { job: job.name, worker: deps.owner, startedAt, durationMs, outcome, summary, error });
  };
  let summary: RunSummary;
  try {
    summary = await job.run(payload, { ...deps, log });
  } catch (err) {
    // A store that closes under a job is the end of the process, not of the job.
    if (deps.signal.aborted) return;
    await end('failed', {}, err).catch(() => undefined);
    throw err;
  }
  await end('done', summary, null);
}
