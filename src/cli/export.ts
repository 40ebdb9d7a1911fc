/** Gives what the ledger holds in formats that other programs read, and checks what was given. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import { exportBundle } from '#jobs/export-bundle.ts';
import { exportWarc } from '#jobs/export-warc.ts';
import { buildOpml } from '#src/core/feed/opml.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { checkBundle } from '#src/io/archive/bundle-check.ts';
import { evidenceFormats, printEvidence } from './export-evidence.ts';
import { startProgressLine } from './progress-line.ts';
import { type CommandGroup, command, configOf, type House, type Session, withHouse } from './session.ts';

const formats = ['opml', 'warc', 'bundle', ...evidenceFormats] as const;

type Options = {
  readonly config?: string;
  readonly format: (typeof formats)[number];
  readonly output?: string;
  readonly whole?: boolean;
};

/** Problems of a bundle said one by one; the sum at the end counts all. */
const problemsShownMax = 50;

/** `export` and `verify`. */
export const exportCommands: CommandGroup = (session, exit) => [
  command(
    'export',
    'give what the ledger holds: quotes (jsonl, csv, jsonld), feeds (opml), pages (warc), or everything (bundle)',
  )
    .addOption(new Option('--format <format>', 'how to write it').choices(formats).makeOptionMandatory())
    .option('--output <path>', 'the file (warc) or the folder (bundle) to write; the other formats are printed')
    .option('--whole', 'a bundle with readers, mails and the ledger file, as for moving to another machine')
    .action(async (options: Options) => {
      if (options.format === 'opml') {
        printFeeds(session, options);
        return;
      }
      const format = evidenceFormats.find((name) => name === options.format);
      if (format !== undefined) {
        await withHouse(session, { ...options, onHandedOver: exit }, (house) => printEvidence(house, session, format));
        return;
      }
      const path = outputOf(session, options);
      await withHouse(session, { ...options, onHandedOver: exit }, (house) =>
        writeArchive(house, { session, options, path }),
      );
    }),
  command('verify', 'check a bundle, without a store: name what was altered, or say that nothing was')
    .argument('<bundle>', 'the folder that "export --format bundle" wrote')
    .action(async (bundle: string) => exit(await verify(session, resolve(session.cwd, bundle)))),
];

function printFeeds(session: Session, options: Options): void {
  const { ledger } = configOf(session, options);
  const feeds = ledger.sources.map(({ url, name = null }) => ({ url, name }));
  session.out(buildOpml(ledger.name, feeds));
}

function outputOf(session: Session, { format, output }: Options): string {
  if (output !== undefined) return resolve(session.cwd, output);
  const example = format === 'warc' ? 'ledger.warc.gz' : 'ledger-bundle';
  throw new LedgerError('usage', `Cannot print a ${format}: name where to write it, such as --output ${example}`);
}

async function writeArchive(
  house: House,
  at: { readonly session: Session; readonly options: Options; readonly path: string },
): Promise<void> {
  const { session, options, path } = at;
  const progress = startProgressLine(session, 'articles');
  if (options.format === 'warc') {
    const count = await exportWarc(path, progress.report, house.deps).finally(progress.end);
    session.out(`${count} records in ${path}\n`);
    return;
  }
  const isWhole = options.whole === true;
  const written = exportBundle({ folder: path, isWhole, onProgress: progress.report }, house.deps);
  const { manifest, fingerprint } = await written.finally(progress.end);
  session.out(
    `${manifest.lines} rows and ${manifest.archive.records} records in ${path}\n` +
      (isWhole ? 'It holds mail addresses and mails: keep it to yourself.\n' : '') +
      `Fingerprint: ${fingerprint}\n`,
  );
}

/** The exit code: 0 when the bundle holds, 1 when something in it was altered. */
async function verify(session: Session, folder: string): Promise<number> {
  const progress = startProgressLine(session, 'MB');
  const problems: string[] = [];
  const { manifest, fingerprint, problemCount } = await checkBundle(folder, {
    onProblem: (words) => void (problems.length < problemsShownMax && problems.push(words)),
    onProgress: (done, total) => progress.report(Math.ceil(done / 2 ** 20), Math.ceil(total / 2 ** 20)),
  }).finally(progress.end);
  for (const words of problems) session.out(`${words}\n`);
  if (problemCount > problems.length) session.out(`${problemCount - problems.length} more like these\n`);
  if (problemCount > 0 || manifest === null) {
    session.err(`claimledger: ${problemCount} problems in "${folder}"\n`);
    return 1;
  }
  session.out(
    `Nothing was altered: ${manifest.lines} rows and ${manifest.archive.records} records of "${manifest.ledger}" hold.\n` +
      `Fingerprint: ${fingerprint}\n`,
  );
  return 0;
}
