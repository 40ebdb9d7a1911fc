import type { Db } from './store.ts';

/** Rows deleted in one statement, so that nobody waits long behind it. */
const rowsPerBatch = 5_000;

/** Deletes log rows older than the given instants, in batches; gives how many went. */
export async function pruneLogs(
  db: Db,
  limits: { readonly fetchesBefore: Temporal.Instant; readonly runsBefore: Temporal.Instant },
): Promise<{ readonly fetches: number; readonly runs: number }> {
  const fetches = await inBatches(async () => {
    const old = db
      .selectFrom('fetches')
      .select('id')
      .where('started_at', '<', limits.fetchesBefore)
      .limit(rowsPerBatch);
    return (await db.deleteFrom('fetches').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
  });
  const runs = await inBatches(async () => {
    const old = db.selectFrom('job_runs').select('id').where('started_at', '<', limits.runsBefore).limit(rowsPerBatch);
    return (await db.deleteFrom('job_runs').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
  });
  return { fetches, runs };
}

async function inBatches(deleteBatch: () => Promise<bigint>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = Number(await deleteBatch());
    total += deleted;
    if (deleted < rowsPerBatch) return total;
  }
}
