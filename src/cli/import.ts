/** Takes in what other programs wrote: lists of feeds into the ledger file, captured pages into the ledger. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { importBundle } from '#jobs/import-bundle.ts';
import { type ImportListener, importPages } from '#jobs/import-pages.ts';
import { type AddedSource, addSources, addSourcesToFile, renderSources } from '#src/config/edit-ledger.ts';
import { decodeText } from '#src/core/charset.ts';
import { parseOpml } from '#src/core/feed/opml.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { nameFile } from '#src/io/archive/file-key.ts';
import type { ImportCounts } from '#src/io/db/schema.ts';
import { startProgressLine } from './progress-line.ts';
import { type CommandGroup, command, configOf, type House, type Session, withHouse } from './session.ts';

type Options = { readonly config?: string; readonly print?: boolean };

/** Largest list read, in bytes: 5,000 feeds with long names are under 3 MB. */
const listBytesMax = 10 * 1024 * 1024;
/** Files of pages, by their names: nobody gives a list of feeds such a name. */
const pageFiles = /\.(?:warc|warc\.gz|jsonl)$/i;
/** Problems said one by one; the sum at the end counts all. */
const problemsShownMax = 20;

/** `import`. */
export const importCommands: CommandGroup = (session, exit) => [
  command(
    'import',
    "take in another reader's feeds (OPML), the pages that a crawler has captured (WARC, JSONL), or a bundle",
  )
    .argument('<file>', 'an .opml, .warc, .warc.gz or .jsonl file, or the folder of a bundle')
    .option('--print', 'only show what would be added (OPML)')
    .action(async (name: string, options: Options) => {
      const file = resolve(session.cwd, name);
      if (existsSync(resolve(file, 'manifest.json'))) {
        await withHouse(session, { ...options, ledger: 'file', onHandedOver: exit }, (house) =>
          takeBundle(house, { session, folder: file }),
        );
        return;
      }
      if (pageFiles.test(file)) {
        await withHouse(session, { ...options, ledger: 'file', onHandedOver: exit }, (house) =>
          takePages(house, { session, file }),
        );
        return;
      }
      const list = readList(file);
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

async function takePages(house: House, at: { readonly session: Session; readonly file: string }): Promise<void> {
  const { session, file } = at;
  const named = await nameFile(file);
  let problemCount = 0;
  const progress = startProgressLine(session, 'MB');
  const listener: ImportListener = {
    onProgress: (offset) => progress.report(megabytes(offset), megabytes(named.byteCount)),
    onProblem: (words) => {
      problemCount += 1;
      if (problemCount <= problemsShownMax) session.err(`claimledger: ${words}\n`);
    },
  };
  const result = await importPages({ ...named, path: file }, listener, house.deps).finally(progress.end);
  if (problemCount > problemsShownMax) session.err(`claimledger: ${problemCount - problemsShownMax} more like these\n`);
  session.out(`${result.wasDone ? 'This file was imported already. ' : ''}${countsInWords(result.counts)}\n`);
}

async function takeBundle(house: House, at: { readonly session: Session; readonly folder: string }): Promise<void> {
  const { session, folder } = at;
  const progress = startProgressLine(session, 'MB');
  const counts = await importBundle(
    folder,
    {
      onProblem: (words) => session.err(`claimledger: ${words}\n`),
      onProgress: (done, total) => progress.report(megabytes(done), megabytes(total)),
    },
    house.deps,
  ).finally(progress.end);
  // The file speaks for what is listed; a fresh store has taken over the other house's revisions.
  await house.reload(house.deps.inForce().ledger);
  const news = [...counts].flatMap(([table, count]) => (count === 0 ? [] : [`${count} ${table.replaceAll('_', ' ')}`]));
  session.out(news.length === 0 ? 'All of it is here already.\n' : `New here: ${news.join(', ')}.\n`);
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

function countsInWords(counts: ImportCounts): string {
  const { newVersions, known, offTopic, older, unreadable, passedOver, broken } = counts;
  const parts = [
    `${newVersions} kept`,
    `${known} known already`,
    `${offTopic} about none of the topics`,
    ...(older > 0 ? [`${older} older than what is known`] : []),
    ...(unreadable > 0 ? [`${unreadable} without a readable text`] : []),
    ...(broken > 0 ? [`${broken} broken`] : []),
  ];
  return `Pages: ${parts.join(', ')}. Other records passed over: ${passedOver}.`;
}

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
