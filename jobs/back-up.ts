/** Puts the whole store into one file, and a file into an empty store of either kind. */
import { LedgerError } from '#src/core/ledger-error.ts';
import { type BackupHead, readBackup, readBackupHead, writeBackup } from '#src/io/archive/backup-file.ts';
import { replaceFile } from '#src/io/archive/replaced-file.ts';
import { type BackupRow, fillStore, isEmptyStore, readBackupRows, settleRestored } from '#src/io/db/backup-rows.ts';
import { compareSchema, listMigrations, migrate } from '#src/io/db/migrate.ts';
import type { Db } from '#src/io/db/store.ts';
import type { Deps } from '#src/io/deps.ts';

/** Rows written in one statement, and about how much text. */
const rowsPerWrite = 500;
const charactersPerWrite = 4_000_000;

/** Hears how far a long run is. */
export type BackupListener = (rowCount: number) => void;

/** Writes every row of the store, as it stands at one instant, into a file that is there when it is whole; gives the count. */
export async function backUp(path: string, listener: BackupListener, deps: Pick<Deps, 'db' | 'now'>): Promise<number> {
  const { missing } = await compareSchema(deps.db);
  const migrations = (await listMigrations()).filter((name) => !missing.includes(name));
  const head = { madeAt: deps.now().toString(), migrations: [...migrations] };
  return await replaceFile(path, (part) =>
    writeBackup(part, head, async (take) => {
      let rowCount = 0;
      await readBackupRows(deps.db, async (row) => {
        await take(row);
        rowCount += 1;
        listener(rowCount);
      });
    }),
  );
}

/** What a restored store holds, and which mails may have been sent after the backup was made. */
export type Restored = {
  readonly rowCount: number;
  readonly madeAt: string;
  readonly doubtful: Awaited<ReturnType<typeof settleRestored>>;
};

/**
 * Fills an empty store from a backup, all or nothing, and brings it to the schema of this program. Nobody is mailed again what fell
 * due before. Throws `check-failed` when the store is not empty, `schema-mismatch` when the backup is of a newer program.
 */
export async function restore(
  path: string,
  listener: BackupListener,
  deps: Pick<Deps, 'db' | 'now'>,
): Promise<Restored> {
  const { db } = deps;
  const head = await readBackupHead(path);
  const known = await listMigrations();
  const newer = head.migrations.filter((name) => !known.includes(name));
  if (newer.length > 0) {
    const words = `the backup is ahead of this program by ${newer.join(', ')}: update claimledger`;
    throw new LedgerError('schema-mismatch', `Cannot restore "${path}": ${words}`);
  }
  if ((await compareSchema(db)).missing.length === known.length) {
    // The rows of an older program fit its own schema; what came later is then done to them as to a living store.
    await migrate(db, head.migrations.at(-1));
  } else await refuseFilled(db, { path, head });
  let rowCount = 0;
  await fillStore(db, async (writer) => {
    for await (const rows of groupRows(readBackup(path))) {
      await writer.write(rows);
      rowCount += rows.length;
      listener(rowCount);
    }
  });
  await migrate(db);
  return { rowCount, madeAt: head.madeAt, doubtful: await settleRestored(db, deps.now()) };
}

/** A store that has tables already must have those of the backup, with nothing in them. */
async function refuseFilled(
  db: Db,
  { path, head }: { readonly path: string; readonly head: BackupHead },
): Promise<void> {
  const { missing } = await compareSchema(db);
  const isAlike = missing.length === 0 && head.migrations.length === (await listMigrations()).length;
  if (isAlike && (await isEmptyStore(db))) return;
  throw new LedgerError(
    'check-failed',
    `Cannot restore "${path}": the store is not empty. Name another data directory or database`,
  );
}

/** Rows of one table each time, as many as go well into one statement. */
async function* groupRows(rows: AsyncIterable<BackupRow>): AsyncGenerator<readonly BackupRow[]> {
  let group: BackupRow[] = [];
  let characters = 0;
  for await (const row of rows) {
    const isFull = group.length >= rowsPerWrite || characters + row.json.length > charactersPerWrite;
    if (group.length > 0 && (isFull || group[0]?.table !== row.table)) {
      yield group;
      group = [];
      characters = 0;
    }
    group.push(row);
    characters += row.json.length;
  }
  if (group.length > 0) yield group;
}
