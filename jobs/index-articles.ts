/** Writes the index entries of articles that earlier rules of the search wrote, a part at a time, so that the search stays up. */
import { z } from 'zod';
import { listOutdatedSearch, writeSearch } from '#src/io/db/search-index.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';

/** Articles in one transaction: about a second of work. */
const articlesPerBatch = 100;
/** Articles in one run; the next tick goes on. */
const articlesPerRun = 5_000;

export default defineJob<Record<string, never>>({
  description: 'Write the index entries of stored articles anew',
  payload: z.strictObject({}),
  retryCount: 0,
  expireSeconds: 900,
  concurrency: 1,
  run: indexArticles,
});

/** Whether any entry was written by earlier rules. */
export async function isIndexDue({ db }: Pick<Deps, 'db'>): Promise<boolean> {
  return (await listOutdatedSearch(db, 1)).length > 0;
}

/** Each part is a transaction of its own: a run that dies half-way has lost nothing. */
export async function indexArticles(_payload: object, deps: Pick<Deps, 'db' | 'signal'>): Promise<RunSummary> {
  let indexed = 0;
  while (indexed < articlesPerRun && !deps.signal.aborted) {
    const ids = await listOutdatedSearch(deps.db, articlesPerBatch);
    if (ids.length === 0) break;
    await deps.db.transaction().execute((tx) => writeSearch(tx, ids));
    indexed += ids.length;
  }
  return { indexed };
}
