/**
 * Looks at the store and puts into the queue whatever is due now. A tick only nudges this job: a missed tick, a restart, an
 * emptied queue or a second node changes nothing about what is due.
 */
import { z } from 'zod';
import { countEntriesToRead } from '#src/io/db/items.ts';
import { listUnjudged } from '#src/io/db/judgements.ts';
import { listDueDeliveries } from '#src/io/db/readers.ts';
import { countDue, listDueHosts } from '#src/io/db/resources.ts';
import { findOpenRun } from '#src/io/db/retag-runs.ts';
import { hasUnsettled } from '#src/io/db/settling.ts';
import { listUngrouped } from '#src/io/db/story-waiting.ts';
import { listDueConfirmations } from '#src/io/db/subscriptions.ts';
import { listDueWebhooks } from '#src/io/db/webhooks.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { isJudgeDue } from './ask-judge.ts';
import { listDueReaders } from './build-digest.ts';
import { articlesPerRun } from './group-story.ts';
import { isIndexDue } from './index-articles.ts';

/** Versions handed to one tagging run, and articles placed in one run; no more of them are counted, as the next run counts again. */
export const countedMax = articlesPerRun;

export default defineJob<Record<string, never>>({
  description: 'Put into the queue whatever is due',
  payload: z.strictObject({}),
  retryCount: 0,
  expireSeconds: 120,
  concurrency: 1,
  run: planWork,
});

/** Everything that is due, as counts. */
export type DueWork = {
  readonly addresses: number;
  readonly entries: number;
  readonly versions: number;
  /** Articles that have no place in a story yet. */
  readonly stories: number;
  /** A run over the archive that a person began and that is not finished. */
  readonly runs: number;
  /** A run of questions to the judge. */
  readonly judgements: number;
  readonly digests: number;
  readonly mails: number;
};

/** Counts what is due now; work that backs off or waits for its time is not due. */
export async function countDueWork(deps: Deps): Promise<DueWork> {
  return {
    addresses: await countDue(deps.db, deps.now()),
    entries: await countEntriesToRead(deps.db, deps.now()),
    versions: (await listUnjudged(deps.db, countedMax)).length,
    stories: (await listUngrouped(deps.db, { limit: countedMax })).length,
    runs: (await findOpenRun(deps.db)) === null ? 0 : 1,
    judgements: (await isJudgeDue(deps)) ? 1 : 0,
    digests: (await listDueReaders(deps)).length,
    mails:
      (await listDueDeliveries(deps.db, deps.now())).length + (await listDueConfirmations(deps.db, deps.now())).length,
  };
}

/** Enqueues what is due; what is open already is not put in twice. */
export async function planWork(_payload: object, deps: Deps): Promise<RunSummary> {
  const { queue, db } = deps;
  await deps.refreshLedger();
  const hosts = await listDueHosts(db, deps.now());
  for (const host of hosts) await queue.send({ name: 'visit-host', payload: { host }, key: host });
  const entryCount = await countEntriesToRead(db, deps.now());
  if (entryCount > 0) await queue.send({ name: 'read-entries', payload: {}, key: 'all' });
  const versionIds = await listUnjudged(db, countedMax);
  if (versionIds.length > 0) await queue.send({ name: 'tag-article', payload: { versionIds }, key: 'all' });
  const ungroupedCount = (await listUngrouped(db, { limit: countedMax })).length;
  if (ungroupedCount > 0) await queue.send({ name: 'group-story', payload: {}, key: 'all' });
  const run = await findOpenRun(db);
  if (run !== null) await queue.send({ name: 'retag-archive', payload: {}, key: 'all' });
  const hasQuestions = await isJudgeDue(deps);
  if (hasQuestions) await queue.send({ name: 'ask-judge', payload: {}, key: 'all' });
  const isTelling = (deps.inForce().ledger.webhooks ?? []).length > 0;
  if (isTelling) await queue.send({ name: 'tell-webhooks', payload: {}, key: 'all' });
  for (const deliveryId of await listDueWebhooks(db, deps.now()))
    await queue.send({ name: 'send-webhook', payload: { deliveryId }, key: String(deliveryId) });
  if (await hasUnsettled(db, deps.inForce().ledger.digest.zone))
    await queue.send({ name: 'settle-standings', payload: {}, key: 'all' });
  if (await isIndexDue(deps)) await queue.send({ name: 'index-articles', payload: {}, key: 'all' });
  const readers = await listDueReaders(deps);
  for (const { reader } of readers) {
    await queue.send({ name: 'build-digest', payload: { readerId: reader.id }, key: reader.id });
  }
  const deliveryIds = await listDueDeliveries(db, deps.now());
  for (const deliveryId of deliveryIds) {
    await queue.send({ name: 'send-digest', payload: { deliveryId }, key: String(deliveryId) });
  }
  const subscriptionIds = await listDueConfirmations(db, deps.now());
  for (const subscriptionId of subscriptionIds) {
    await queue.send({ name: 'send-confirmation', payload: { subscriptionId }, key: String(subscriptionId) });
  }
  return {
    hosts: hosts.length,
    entries: entryCount,
    versions: versionIds.length,
    stories: ungroupedCount,
    runs: run === null ? 0 : 1,
    judgements: hasQuestions ? 1 : 0,
    digests: readers.length,
    mails: deliveryIds.length + subscriptionIds.length,
  };
}
