/** Takes lists of feeds from other readers into the ledger file. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type AddedSource, addSources, addSourcesToFile, renderSources } from '#src/config/edit-ledger.ts';
import { decodeText } from '#src/core/charset.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { parseOpml } from '#src/core/opml.ts';
import { type CommandGroup, command, configOf, type House, type Session, withHouse } from './session.ts';

type Options = { readonly config?: string; readonly print?: boolean };

/** Largest list read, in bytes: 5,000 feeds with long names are under 3 MB. */
const listBytesMax = 10 * 1024 * 1024;

/** `import`. */
export const importCommands: CommandGroup = (session, exit) => [
  command('import', "take the feeds of another reader's OPML list into the ledger file")
    .argument('<file>', 'an OPML file')
    .option('--print', 'only show what would be added')
    .action(async (file: string, options: Options) => {
      const list = readList(resolve(session.cwd, file));
      if (options.print === true) {
        showSources(session, list, options);
        return;
      }
      const { ledgerFile } = configOf(session, options);
      await withHouse(session, { ...options, ledger: 'file', onHandedOver: exit }, (house) =>
        writeSources(house, { session, list, ledgerFile }),
      );
    }),
];

/** Sources that are to be listed, and what could not be taken over, in words. */
type SourceList = { readonly feeds: readonly AddedSource[]; readonly problems: readonly string[] };

/** Prints the lines that the ledger file would get. */
export function showSources(session: Session, list: SourceList, options: Options): void {
  const { ledgerFile } = configOf(session, options);
  const { added } = addSources(readFileSync(ledgerFile, 'utf8'), list.feeds);
  printProblems(session, list);
  session.out(added.length === 0 ? nothingNew(list) : renderSources(added));
}

/** Writes sources into the ledger file and puts it in force. */
export async function writeSources(
  house: House,
  at: { readonly session: Session; readonly list: SourceList; readonly ledgerFile: string },
): Promise<void> {
  const { session, list, ledgerFile } = at;
  const { added, ledger } = addSourcesToFile(ledgerFile, list.feeds);
  printProblems(session, list);
  if (added.length === 0) {
    session.out(nothingNew(list));
    return;
  }
  // A service that runs on another file keeps to its own.
  if (house.deps.config.ledgerFile === ledgerFile) await house.reload(ledger);
  const names = added.map(({ url, name }) => `  ${name ?? url}\n`).join('');
  session.out(`Added to ${ledgerFile}:\n${names}`);
}

function printProblems(session: Session, { problems }: SourceList): void {
  for (const problem of problems) session.err(`claimledger: ${problem}\n`);
}

function nothingNew({ feeds }: SourceList): string {
  return feeds.length === 0 ? 'There is no feed in it.\n' : 'The ledger lists this already.\n';
}

function readList(file: string): ReturnType<typeof parseOpml> {
  if (/\.(?:gz|warc|jsonl)$/i.test(file)) {
    throw new LedgerError('usage', `Cannot import "${file}": only OPML lists can be imported`);
  }
  let bytes: Uint8Array;
  try {
    if (statSync(file).size > listBytesMax) throw new Error(`it is over ${listBytesMax / 1024 / 1024} MB long`);
    bytes = readFileSync(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LedgerError('not-found', `Cannot read "${file}": ${reason}`, { cause });
  }
  return parseOpml(decodeText(bytes, { contentType: null, kind: 'xml' }).text);
}
