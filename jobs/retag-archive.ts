/** Goes on with the run over the archive that a person began, or takes it back, until nothing is left of it. */
import { z } from 'zod';
import { countOutdated, listOutdated } from '#src/io/db/judgements.ts';
import {
  countJudgedBy,
  findOpenRun,
  finishRun,
  finishUndo,
  listJudgedBy,
  openRun,
  openUndo,
  restoreVersion,
} from '#src/io/db/retag-runs.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { type JudgingDeps, judgeVersions } from './tag-article.ts';

/** Texts held in memory at once; a kill loses the work on one article, not on a batch. */
const versionsPerBatch = 100;
/** A job ends after so many batches and is put in again by the next tick, so that a stop never waits for it. */
const batchesPerJob = 200;

/** How far a run is: articles done, and what there was to do when it was begun or taken up. */
export type RetagProgress = (doneCount: number, totalCount: number) => void;

/** What a run did. `isFinished` is false when the process was asked to stop on the way. */
export type RetagResult = { readonly runId: number; readonly articleCount: number; readonly isFinished: boolean };

export default defineJob<Record<string, never>>({
  description: 'Go on with a run over the archive',
  payload: z.strictObject({}),
  retryCount: 3,
  expireSeconds: 900,
  concurrency: 1,
  run: continueRetag,
});

/** Goes on with the open run; one that was begun for other rules than those in force ends where it stands. */
export async function continueRetag(
  _payload: object,
  deps: JudgingDeps & Pick<Deps, 'refreshLedger'>,
): Promise<RunSummary> {
  await deps.refreshLedger();
  const run = await findOpenRun(deps.db);
  if (run === null) return { run: null };
  if (run.isUndo)
    return summaryOf(await finishTakingBack(run.id, { batchesMax: batchesPerJob, report: () => {} }, deps));
  if (run.rulesKey !== deps.inForce().rulesKey) {
    // Other rules have come into force since: what is left waits for a run of theirs.
    await finishRun(deps.db, run.id, deps.now());
    return { run: run.id, articles: 0, finished: true };
  }
  return summaryOf(await judgeRest(run.id, { batchesMax: batchesPerJob, report: () => {} }, deps));
}

function summaryOf({ runId, articleCount, isFinished }: RetagResult): RunSummary {
  return { run: runId, articles: articleCount, finished: isFinished };
}

/** Judges all stored articles by the rules in force, in a new run or the open one; null when all of them are judged so already. */
export async function applyRetag(deps: JudgingDeps, report: RetagProgress): Promise<RetagResult | null> {
  const { rulesKey } = deps.inForce();
  const open = await findOpenRun(deps.db);
  if (open === null && (await countOutdated(deps.db, rulesKey)) === 0) return null;
  const run = await openRun(deps.db, rulesKey, deps.now());
  return await judgeRest(run.id, { batchesMax: Number.POSITIVE_INFINITY, report }, deps);
}

/** Begins a run by the rules in force, and leaves it to the queue; nothing where all articles are judged by them. */
export async function beginRetag(deps: JudgingDeps): Promise<void> {
  const { rulesKey } = deps.inForce();
  if ((await countOutdated(deps.db, rulesKey)) > 0) await openRun(deps.db, rulesKey, deps.now());
}

/** Takes a run back. Throws what `openUndo` throws. */
export async function undoRetag(runId: number, deps: JudgingDeps, report: RetagProgress): Promise<RetagResult> {
  await openUndo(deps.db, runId, deps.now());
  return await finishTakingBack(runId, { batchesMax: Number.POSITIVE_INFINITY, report }, deps);
}

type Effort = { readonly batchesMax: number; readonly report: RetagProgress };

async function judgeRest(runId: number, effort: Effort, deps: JudgingDeps): Promise<RetagResult> {
  const { rulesKey } = deps.inForce();
  const total = await countOutdated(deps.db, rulesKey);
  let articleCount = 0;
  for (let batch = 0; batch < effort.batchesMax && !deps.signal.aborted; batch += 1) {
    const versionIds = await listOutdated(deps.db, { rulesKey, afterId: 0, limit: versionsPerBatch });
    // The ledger may be replaced while a run goes on; the run ends with the rules that it was begun for.
    if (versionIds.length === 0 || deps.inForce().rulesKey !== rulesKey) {
      await finishRun(deps.db, runId, deps.now());
      return { runId, articleCount, isFinished: true };
    }
    articleCount += await judgeVersions({ versionIds, runId }, deps);
    effort.report(articleCount, total);
  }
  return { runId, articleCount, isFinished: false };
}

async function finishTakingBack(runId: number, effort: Effort, deps: JudgingDeps): Promise<RetagResult> {
  const total = await countJudgedBy(deps.db, runId);
  let articleCount = 0;
  for (let batch = 0; batch < effort.batchesMax && !deps.signal.aborted; batch += 1) {
    const versionIds = await listJudgedBy(deps.db, runId, versionsPerBatch);
    if (versionIds.length === 0) {
      await finishUndo(deps.db, runId, deps.now());
      return { runId, articleCount, isFinished: true };
    }
    for (const versionId of versionIds) {
      if (deps.signal.aborted) break;
      const now = deps.now();
      await deps.db.transaction().execute((tx) => restoreVersion(tx, { runId, versionId, now }));
      articleCount += 1;
    }
    effort.report(articleCount, total);
  }
  return { runId, articleCount, isFinished: false };
}
