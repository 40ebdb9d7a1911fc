/**
 * Takes a bundle into this store. Rows are known by what they are called elsewhere, so that what is here already stays, a second
 * import changes nothing, and one that was broken off is simply begun again. Nothing is taken from a bundle that does not hold.
 */
import { z } from 'zod';
import { LedgerError } from '#src/core/ledger-error.ts';
import { type BundleCheck, checkBundle } from '#src/io/archive/bundle-check.ts';
import { type BundleReader, type BundleRow, openBundle } from '#src/io/archive/bundle-reader.ts';
import { areRunsFree, insertBundleRows, settleIds, showBundleVersions } from '#src/io/db/bundle-rows.ts';
import { insertBundleStory } from '#src/io/db/bundle-stories.ts';
import { bundleTables, storyTables } from '#src/io/db/bundle-tables.ts';
import { insertDocument, listKnownDocuments } from '#src/io/db/captures.ts';
import { findImport, type ImportProgress, saveImport } from '#src/io/db/imports.ts';
import { forgetRevisions, hasArticles } from '#src/io/db/ledger.ts';
import { saveSketch } from '#src/io/db/story-index.ts';
import { listStoryTexts, lockGrouping } from '#src/io/db/story-members.ts';
import { listUngrouped, noteUnplaced } from '#src/io/db/story-waiting.ts';
import type { Deps } from '#src/io/deps.ts';
import { groupStories, toSketch } from './group-story.ts';
import { nothingYet } from './import-pages.ts';

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
  const has = (table: string): boolean => (check.manifest?.rows[table] ?? 0) > 0;
  const note = noteOf(folder, check, deps);
  const { isEmpty, isFresh } = await lookAround(note, deps);
  // A fresh store takes over the numbers of the other house: its revisions of the ledger, and below its runs.
  if (isEmpty && has('ledger_revisions')) await forgetRevisions(deps.db);
  if (isFresh) await saveImport(deps.db, note);
  const counts = new Map<string, number>();
  const hasPlaces = isFresh && has('stories');
  const state: Taking['state'] = { isEmpty, hasPlaces, withoutColumns: runColumns, articleRows: [] };
  for await (const batch of inBatches(bundle.rows())) {
    deps.signal.throwIfAborted();
    listener.onProgress(batch[0]?.offset ?? 0, bundle.rowBytes);
    const name = batch[0]?.table ?? '';
    counts.set(name, (counts.get(name) ?? 0) + (await takeBatch(bundle, batch, { state, deps })));
  }
  if (!hasPlaces) await givePlaces(deps);
  if (isFresh) await saveImport(deps.db, { ...note, finishedAt: deps.now() });
  return counts;
}

/** The note by which a bundle that was broken off is known when it is begun again. */
function noteOf(folder: string, { fingerprint }: BundleCheck, deps: Deps): ImportProgress {
  const startedAt = deps.now();
  // What rules are in force has no say here.
  const key = { fileKey: `bundle ${fingerprint}`, rulesKey: '' };
  return { ...key, fileName: folder, readOffset: 0, counts: nothingYet, startedAt, finishedAt: null };
}

/** Whether the store holds nothing at all, and whether it holds nothing but what this bundle brought before it was broken off. */
async function lookAround(
  note: ImportProgress,
  { db }: Pick<Deps, 'db'>,
): Promise<{ readonly isEmpty: boolean; readonly isFresh: boolean }> {
  const isEmpty = !(await hasArticles(db));
  const known = await findImport(db, note);
  const isUnfinished = known !== null && known.finishedAt === null;
  return { isEmpty, isFresh: isEmpty || (isUnfinished && !(await hasArticles(db, known.startedAt))) };
}

/** Finds the places of all that have none, also of what a broken off import of the same bundle brought. */
async function givePlaces(deps: Deps): Promise<void> {
  await noteUnplaced(deps.db);
  while ((await listUngrouped(deps.db, { limit: 1 })).length > 0) {
    deps.signal.throwIfAborted();
    await groupStories({}, deps);
  }
}

/** `hasPlaces` = the places in stories come along; else they are found anew. */
type Taking = {
  readonly state: {
    readonly isEmpty: boolean;
    readonly hasPlaces: boolean;
    withoutColumns: readonly string[];
    articleRows: readonly string[];
  };
  readonly deps: Deps;
};

/** Takes rows of one table, in one transaction; gives how many were new. */
async function takeBatch(bundle: BundleReader, batch: readonly BundleRow[], { state, deps }: Taking): Promise<number> {
  const rows = batch.map(({ row }) => row);
  const name = batch[0]?.table ?? '';
  if (name === 'documents') return await takeDocuments(bundle, rows, deps);
  const table = bundleTables.find((known) => known.table === name);
  if (table === undefined || (name === 'ledger_revisions' && !state.isEmpty)) return 0;
  if (storyTables.has(name) && !state.hasPlaces) return 0;
  if (name === 'stories') return await takeStories(rows, deps);
  if (name === 'retag_runs') {
    if (!(await areRunsFree(deps.db, rows))) return 0;
    state.withoutColumns = [];
  }
  if (name === 'articles') state.articleRows = rows;
  return await deps.db.transaction().execute(async (tx) => {
    const count = await insertBundleRows(tx, table, rows, state);
    if (name === 'retag_runs') await settleIds(tx, name);
    if (name === 'versions') await showBundleVersions(tx, state.articleRows, { needsPlaces: !state.hasPlaces });
    return count;
  });
}

/** Stories with their members, each in a transaction; by what copies are found is read from the texts as for an article that comes in. */
async function takeStories(rows: readonly string[], { db }: Deps): Promise<number> {
  let count = 0;
  for (const row of rows) {
    await db.transaction().execute(async (tx) => {
      await lockGrouping(tx);
      const articles = await listStoryTexts(tx, await insertBundleStory(tx, row));
      for (const article of articles) await saveSketch(tx, toSketch(article));
      if (articles.length > 0) count += 1;
    });
  }
  return count;
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
