/** How far the import of each archive has come. */
import type { ImportCounts } from './schema.ts';
import type { Db } from './store.ts';

/** The import of one file under one set of rules. `readOffset` is where reading goes on, in bytes. */
export type ImportProgress = {
  readonly fileKey: string;
  readonly rulesKey: string;
  readonly fileName: string;
  readonly readOffset: number;
  readonly counts: ImportCounts;
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant | null;
};

/** The import of a file; null when these rules have not read it yet. */
export async function findImport(
  db: Db,
  key: Pick<ImportProgress, 'fileKey' | 'rulesKey'>,
): Promise<ImportProgress | null> {
  const row = await db
    .selectFrom('imports')
    .selectAll()
    .where('file_key', '=', key.fileKey)
    .where('rules_key', '=', key.rulesKey)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    ...key,
    fileName: row.file_name,
    readOffset: row.read_offset,
    counts: row.counts,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}

/** Notes how far an import has come. */
export async function saveImport(db: Db, progress: ImportProgress): Promise<void> {
  const state = {
    file_name: progress.fileName,
    read_offset: progress.readOffset,
    counts: JSON.stringify(progress.counts),
    finished_at: progress.finishedAt,
  };
  await db
    .insertInto('imports')
    .values({
      file_key: progress.fileKey,
      rules_key: progress.rulesKey,
      started_at: progress.startedAt,
      ...state,
    })
    .onConflict((conflict) => conflict.columns(['file_key', 'rules_key']).doUpdateSet(state))
    .execute();
}
