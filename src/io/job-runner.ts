/** Runs one job, writes down how it ended, and says so in one line. The only place where a job's errors are caught. */
import { insertJobRun } from './db/job-runs.ts';
import type { Deps } from './deps.ts';
import type { NamedJob, RunSummary } from './queue.ts';

/** Jobs that run all the time and mostly find nothing; their quiet runs are neither logged nor kept. */
const quietJobs = new Set(['plan-work', 'keep-house']);

/** Runs a job. Throws what the job threw, after it was written down, so that the queue tries it again. */
export async function runJob(job: NamedJob, payload: unknown, deps: Deps): Promise<void> {
  const startedAt = deps.now();
  const end = async (outcome: 'done' | 'failed', summary: RunSummary, err: unknown): Promise<void> => {
    const durationMs = Math.round(deps.now().since(startedAt).total('milliseconds'));
    const isQuiet = outcome === 'done' && quietJobs.has(job.name);
    deps.log[isQuiet ? 'debug' : outcome === 'done' ? 'info' : 'error'](
      { job: job.name, outcome, durationMs, ...summary, ...(err === null ? {} : { err }) },
      'job run',
    );
    if (isQuiet) return;
    const error = err === null ? null : err instanceof Error ? err.message : String(err);
    await insertJobRun(deps.db, { job: job.name, worker: deps.owner, startedAt, durationMs, outcome, summary, error });
  };
  let summary: RunSummary;
  try {
    summary = await job.run(payload, deps);
  } catch (err) {
    // A store that closes under a job is the end of the process, not of the job.
    if (deps.signal.aborted) return;
    await end('failed', {}, err).catch(() => undefined);
    throw err;
  }
  await end('done', summary, null);
}
