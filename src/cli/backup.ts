/** The whole store into one file, and back into an empty store of either kind. */
import { resolve } from 'node:path';
import { backUp, restore } from '#jobs/back-up.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { settleRestored } from '#src/io/db/backup-rows.ts';
import { startProgressLine } from './progress-line.ts';
import { type CommandGroup, command, configOf, type Session, withHouse } from './session.ts';

type Options = { readonly config?: string };

/** `backup` and `restore`. */
export const backupCommands: CommandGroup = (session, exit) => [
  command('backup', 'write the whole store into one file, also while the service runs')
    .argument('<file>', 'the file to write')
    .action(async (name: string, options: Options) => {
      const file = resolve(session.cwd, name);
      await withHouse(session, { ...options, onHandedOver: exit }, async ({ deps }) => {
        const progress = startProgressLine(session, 'rows');
        const count = await backUp(file, (done) => progress.report(done, done), deps).finally(progress.end);
        session.out(`${count} rows in ${file}\nIt holds mail addresses and mails: keep it to yourself.\n`);
      });
    }),
  command('restore', 'fill an empty store from a backup, of this kind of store or the other')
    .argument('[file]', 'the backup; left out when other tools have just restored the database')
    .action(async (name: string | undefined, options: Options) => await restoreStore(session, name, options)),
];

async function restoreStore(session: Session, name: string | undefined, options: Options): Promise<void> {
  if (session.house !== null) throw new LedgerError('store-locked', 'Cannot restore: stop the running service first');
  const config = configOf(session, options);
  await using store = await session.openBareStore(config);
  if (name === undefined) {
    sayDoubtful(session, await settleRestored(store.db, store.now()));
    return;
  }
  const file = resolve(session.cwd, name);
  const progress = startProgressLine(session, 'rows');
  const { rowCount, madeAt, doubtful } = await restore(file, (done) => progress.report(done, done), store).finally(
    progress.end,
  );
  session.out(`${rowCount} rows of ${madeAt}\n`);
  sayDoubtful(session, doubtful);
}

function sayDoubtful(session: Session, doubtful: readonly { readonly reader: string; readonly date: string }[]): void {
  session.out('Nobody is mailed again what fell due before now.\n');
  for (const { reader, date } of doubtful)
    session.out(`The mail of ${date} to "${reader}" may have been sent: "claimledger mail send --date ${date}"\n`);
}
