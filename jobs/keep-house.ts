/** Throws away logs, pages that nothing stands on and bytes that nobody quoted, when they have grown old, and does for the embedded store what a server does by itself. */
import { z } from 'zod';
import { confirmWithinDays } from '#src/core/mail/confirmation.ts';
import { pruneDocuments, pruneLogs, pruneUnlinkedPages } from '#src/io/db/prune.ts';
import { deleteUnconfirmed } from '#src/io/db/subscriptions.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';

type Payload = { readonly isThorough: boolean };

export default defineJob<Payload>({
  description: 'Prune logs and maintain the embedded store',
  payload: z.strictObject({ isThorough: z.boolean() }),
  retryCount: 0,
  expireSeconds: 900,
  concurrency: 1,
  run: keepHouse,
});

/** A checkpoint every time; pruning and vacuum when it is asked to be thorough. */
export async function keepHouse({ isThorough }: Payload, deps: Deps): Promise<RunSummary> {
  if (!isThorough) {
    await deps.store.checkpoint();
    return { isThorough };
  }
  const { retention } = deps.inForce().ledger;
  const now = deps.now();
  const before = (ageMs: number): Temporal.Instant => now.subtract({ milliseconds: ageMs });
  const pruned = await pruneLogs(deps.db, {
    fetchesBefore: before(retention.fetchLog),
    runsBefore: before(retention.jobRuns),
  });
  const pages = await pruneUnlinkedPages(deps.db, before(retention.pages));
  const documents = await pruneDocuments(deps.db, { before: before(retention.documents), now });
  const unconfirmed = await deleteUnconfirmed(deps.db, now.subtract({ hours: 24 * confirmWithinDays }));
  await deps.store.maintain();
  return { isThorough, ...pruned, pages, documents, unconfirmed };
}
