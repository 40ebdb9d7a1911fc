/** Brings the balance that the pages read up to the newest change; they count by themselves what is not settled yet. */
import { z } from 'zod';
import { settleStandings } from '#src/io/db/settling.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';

export default defineJob<Record<string, never>>({
  description: 'Settle the balance of the claims',
  payload: z.strictObject({}),
  retryCount: 0,
  expireSeconds: 900,
  concurrency: 1,
  run: settleBalance,
});

/** Each part of the changes is a transaction of its own: a run that dies half-way has lost nothing. */
export async function settleBalance(
  _payload: object,
  deps: Pick<Deps, 'db' | 'signal' | 'inForce'>,
): Promise<RunSummary> {
  let settled = 0;
  while (!deps.signal.aborted) {
    const { zone } = deps.inForce().ledger.digest;
    const count = await deps.db.transaction().execute((tx) => settleStandings(tx, zone));
    if (count === 0) break;
    settled += count;
  }
  return { settled };
}
