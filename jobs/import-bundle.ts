/**
 * Takes a bundle into this store. Rows are known by what they are called elsewhere, so that what is here already stays, a second
 * import changes nothing, and one that was broken off is simply begun again. Nothing is taken from a bundle that does not hold.
 */
import { z } from 'zod';
import { LedgerError } from '#src/core/ledger-error.ts';
import { checkBundle } from '#src/io/archive/bundle-check.ts';
import { type BundleReader, type BundleRow, openBundle } from '#src/io/archive/bundle-reader.ts';
import { areRunsFree, insertBundleRows, settleIds, showBundleVersions } from '#src/io/db/bundle-rows.ts';
import { bundleTables } from '#src/io/db/bundle-tables.ts';
import { insertDocument, listKnownDocuments } from '#src/io/db/captures.ts';
import { forgetRevisions, hasArticles } from '#src/io/db/ledger.ts';
import { listUngrouped } from '#src/io/db/story-waiting.ts';
import type { Deps } from '#src/io/deps.ts';
import { groupStories } from './group-story.ts';

/** Hears how much of the bundle was taken, in bytes of its rows, and what is wrong with it. */
export type BundleListener = {
  readonly onProgress: (done: number, total: number) => void;
  readonly onProblem: (words: string) => void;
};

/** New rows by table. */
export type BundleImport = ReadonlyMap<string, number>;

/** Rows written in one transaction. */
const rowsPerBatch = 200;
/** The columns that name a run over the archive; runs of two houses bear the same numbers. */
const runColumns = ['run_id', 'closed_run_id'];

const documentRow = z.object({
  hash: z.string(),
  byte_count: z.int(),
  stored_at: z.string(),
  pruned_at: z.string().nullable(),
  archive: z.object({ offset: z.int() }).nullable(),
});

/** Imports the bundle in a folder. Throws `check-failed` when anything in it was altered. */
export async function importBundle(folder: string, listener: BundleListener, deps: Deps): Promise<BundleImport> {
  const check = await checkBundle(folder, listener);
  if (check.problemCount > 0) {
    throw new LedgerError('check-failed', `Cannot import "${folder}": ${check.problemCount} problems were found in it`);
  }
  await using bundle = await openBundle(folder);
  // A fresh store takes over the numbers of the other house: its revisions of the ledger, and below its runs.
  const isFresh = !(await hasArticles(deps.db));
  if (isFresh && (check.manifest?.rows['ledger_revisions'] ?? 0) > 0) await forgetRevisions(deps.db);
  const counts = new Map<string, number>();
  const state: Taking['state'] = { isFresh, withoutColumns: runColumns, articleRows: [] };
  for await (const batch of inBatches(bundle.rows())) {
    deps.signal.throwIfAborted();
    listener.onProgress(batch[0]?.offset ?? 0, bundle.rowBytes);
    const name = batch[0]?.table ?? '';
    counts.set(name, (counts.get(name) ?? 0) + (await takeBatch(bundle, batch, { state, deps })));
  }
  while ((await listUngrouped(deps.db, { limit: 1 })).length > 0) {
    deps.signal.throwIfAborted();
    await groupStories({}, deps);
  }
  return counts;
}

type Taking = {
  readonly state: { readonly isFresh: boolean; withoutColumns: readonly string[]; articleRows: readonly string[] };
  readonly deps: Deps;
};

/** Takes rows of one table, in one transaction; gives how many were new. */
async function takeBatch(bundle: BundleReader, batch: readonly BundleRow[], { state, deps }: Taking): Promise<number> {
  const rows = batch.map(({ row }) => row);
  const name = batch[0]?.table ?? '';
  if (name === 'documents') return await takeDocuments(bundle, rows, deps);
  const table = bundleTables.find((known) => known.table === name);
  if (table === undefined || (name === 'ledger_revisions' && !state.isFresh)) return 0;
  if (name === 'retag_runs') {
    if (!(await areRunsFree(deps.db, rows))) return 0;
    state.withoutColumns = [];
  }
  if (name === 'articles') state.articleRows = rows;
  return await deps.db.transaction().execute(async (tx) => {
    const count = await insertBundleRows(tx, table, rows, state);
    if (name === 'retag_runs') await settleIds(tx, name);
    if (name === 'versions') await showBundleVersions(tx, state.articleRows);
    return count;
  });
}

/** The pages of the archive that are not here yet. */
async function takeDocuments(bundle: BundleReader, rows: readonly string[], { db }: Deps): Promise<number> {
  const all = rows.map((row) => documentRow.parse(JSON.parse(row)));
  const known = await listKnownDocuments(
    db,
    all.map(({ hash }) => hash),
  );
  let count = 0;
  for (const { hash, byte_count: byteCount, archive, ...at } of all) {
    if (known.has(hash)) continue;
    const body = archive === null ? null : await bundle.readBody(archive.offset);
    const prunedAt = at.pruned_at === null ? null : Temporal.Instant.from(at.pruned_at);
    await insertDocument(db, { hash, body, byteCount, storedAt: Temporal.Instant.from(at.stored_at), prunedAt });
    count += 1;
  }
  return count;
}

/** Rows of one table that follow each other. */
async function* inBatches(rows: AsyncIterable<BundleRow>): AsyncGenerator<readonly BundleRow[]> {
  let batch: BundleRow[] = [];
  for await (const row of rows) {
    if (batch.length > 0 && (batch.length >= rowsPerBatch || batch[0]?.table !== row.table)) {
      yield batch;
      batch = [];
    }
    batch.push(row);
  }
  if (batch.length > 0) yield batch;
}
