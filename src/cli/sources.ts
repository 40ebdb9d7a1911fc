/** The sources: what state they are in, and why something was or was not fetched. */
import { findFeeds } from '#jobs/find-feeds.ts';
import { askSource, getSource, pauseSource } from '#jobs/steer-source.ts';
import { showLine } from '#src/core/display/text.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { resolveHttpUrl } from '#src/core/url.ts';
import { explainSource, listPageRows, listSourceRows, type SourceRow } from '#src/io/db/sources.ts';
import { showSources, writeSources } from './import.ts';
import { type CommandGroup, command, configOf, type House, type Session, withHouse } from './session.ts';
import { renderTable, shortTime } from './table.ts';

/** Some feeds put a sentence into their title; lists need a name. */
const titleLengthMax = 80;

type AddOptions = {
  readonly config?: string;
  readonly name?: string;
  readonly guess?: boolean;
  readonly print?: boolean;
};

type Options = { readonly config?: string; readonly json?: boolean };

/** `sources` with its parts. */
export const sourceCommands: CommandGroup = (session, exit) => {
  const sources = command('sources', 'the sources: list them, and ask why something was not fetched').action(
    async (options: Options) => {
      await withHouse(session, { ...options, onHandedOver: exit }, (house) => printSources(house, session, options));
    },
  );
  sources.option('--json', 'print JSON');
  const part = (
    name: string,
    description: string,
    work: (house: House, id: string, options: Options) => Promise<void>,
  ): void => {
    sources
      .command(name)
      .description(description)
      .argument('<id>', 'the id or address of a source')
      .option('--config <file>', 'the ledger file')
      .option('--json', 'print JSON')
      .action(async (id: string, _options: Options, self) => {
        const options: Options = self.optsWithGlobals();
        await withHouse(session, { ...options, onHandedOver: exit }, (house) => work(house, id, options));
      });
  };
  sources
    .command('list', { isDefault: true })
    .description('every source with its state')
    .option('--config <file>', 'the ledger file')
    .option('--json', 'print JSON')
    .action(async (_options: Options, self) => {
      const options: Options = self.optsWithGlobals();
      await withHouse(session, { ...options, onHandedOver: exit }, (house) => printSources(house, session, options));
    });
  part('why', 'what is due, and why something was not fetched', (house, id, options) =>
    printWhy(house, { id, session, options }),
  );
  part('pause', 'stop asking a source', (house, id) => pause(house, { id, session, isPaused: true }));
  part('resume', 'ask a paused source again', (house, id) => pause(house, { id, session, isPaused: false }));
  part('fetch', 'ask a source now (at most once a minute)', (house, id) => fetchNow(house, { id, session }));
  sources
    .command('add')
    .description('find the feed behind an address and list it in the ledger file')
    .argument('<url>', 'a feed, or a page that names one')
    .option('--config <file>', 'the ledger file')
    .option('--name <name>', 'shown instead of the feed’s own title')
    .option('--guess', 'also try the usual places of feeds when the page names none (some more requests)')
    .option('--print', 'only show what was found and what would be added')
    .action(async (url: string, _options: AddOptions, self) => {
      const options: AddOptions = self.optsWithGlobals();
      await withHouse(session, { ...options, ledger: 'file', onHandedOver: exit }, (house) =>
        addSource(house, { url, session, options }),
      );
    });
  return [sources];
};

async function printSources(house: House, session: Session, options: Options): Promise<void> {
  const rows = await listSourceRows(house.deps.db, house.deps.now());
  if (options.json === true) {
    const items = rows.map(({ id, url, name, state, lastOutcome, lastError, lastFetchedAt, nextDueAt }) => ({
      id,
      url,
      name,
      state,
      lastOutcome,
      lastError,
      lastFetchedAt,
      nextDueAt,
    }));
    session.out(`${JSON.stringify({ items }, null, 2)}\n`);
    return;
  }
  const pages = await listPageRows(house.deps.db, house.deps.now());
  const cells = (row: SourceRow): readonly string[] => [
    row.id,
    row.state,
    shortTime(row.lastFetchedAt),
    shortTime(row.nextDueAt),
    row.lastError ?? row.name,
  ];
  session.out(renderTable(['SOURCE', 'STATE', 'LAST VISIT', 'NEXT VISIT', ''], rows.map(cells)));
  if (pages.length > 0)
    session.out(`\n${renderTable(['CITED PAGE', 'STATE', 'LAST VISIT', 'NEXT VISIT', ''], pages.map(cells))}`);
}

async function printWhy(
  house: House,
  at: { readonly id: string; readonly session: Session; readonly options: Options },
): Promise<void> {
  const found = await explainSource(house.deps.db, { id: at.id, now: house.deps.now() });
  if (found === null) throw unknownSource(at.id);
  if (at.options.json === true) {
    at.session.out(`${JSON.stringify(found, null, 2)}\n`);
    return;
  }
  const { source, fetches } = found;
  at.session.out(`${source.name}\n${source.url}\n\nState: ${source.state}\n${source.dueWords}\n`);
  if (source.lastError !== null) at.session.out(`${source.lastError}\n`);
  if (fetches.length === 0) {
    at.session.out('\nIt was never asked.\n');
    return;
  }
  const rows = fetches.map((row) => [
    shortTime(row.startedAt),
    row.outcome,
    row.status === null ? '' : String(row.status),
    row.isConditional ? 'conditional' : 'in full',
    row.byteCount === null ? '' : `${row.byteCount} bytes`,
    row.words ?? '',
  ]);
  at.session.out(`\n${renderTable(['ASKED', 'OUTCOME', 'CODE', 'HOW', 'SIZE', ''], rows)}`);
}

async function pause(
  house: House,
  at: { readonly id: string; readonly session: Session; readonly isPaused: boolean },
): Promise<void> {
  const { name } = await pauseSource(at, house.deps);
  at.session.out(`${name} is ${at.isPaused ? 'paused' : 'asked again'}.\n`);
}

async function fetchNow(house: House, at: { readonly id: string; readonly session: Session }): Promise<void> {
  const { deps, jobs } = house;
  const source = await getSource(at.id, deps);
  const asked = await askSource(at.id, deps);
  const waitSeconds = Math.ceil(asked.dueAt.since(deps.now()).total('seconds'));
  if (waitSeconds > 0) {
    at.session.out(
      `${source.name} will be asked in ${waitSeconds} s: nobody is asked twice within a minute, and a site's own wait counts.\n`,
    );
    return;
  }
  const { host } = asked;
  if (at.session.house === null) await jobs.find((job) => job.name === 'visit-host')?.run({ host }, deps);
  else await deps.queue.send({ name: 'visit-host', payload: { host }, key: host });
  const after = await getSource(at.id, deps);
  at.session.out(
    `${after.name}: ${at.session.house === null ? (after.lastError ?? after.lastOutcome ?? 'asked') : 'is being asked'}\n`,
  );
}

async function addSource(
  house: House,
  at: { readonly url: string; readonly session: Session; readonly options: AddOptions },
): Promise<void> {
  const { session, options } = at;
  const url = resolveHttpUrl(at.url, null);
  if (url === null)
    throw new LedgerError('usage', `Cannot add "${at.url}": it is no http or https address without a password`);
  const { feeds, others, problems } = await findFeeds(url, { isGuessing: options.guess === true }, house.deps);
  const [best, ...further] = feeds;
  if (best === undefined) {
    const reasons = problems.length === 0 ? ['The page names no feed; --guess tries the usual places.'] : problems;
    throw new LedgerError('check-failed', [`Cannot add "${url}": no feed was found`, ...reasons].join('\n  '));
  }
  const rows = feeds.map((feed) => [feed.url, `${feed.itemCount} entries`, feed.title ?? '']);
  session.out(renderTable(['FOUND', '', ''], [...rows, ...others.map(({ url, title }) => [url, '', title ?? ''])]));
  if (further.length + others.length > 0) session.out('The first one is taken; add another one by its own address.\n');
  session.out('\n');
  const title = showLine(best.title ?? '').slice(0, titleLengthMax);
  const list = { feeds: [{ url: best.url, name: options.name ?? (title || null) }], problems };
  if (options.print === true) showSources(session, list, options);
  else await writeSources(house, { session, list, ledgerFile: configOf(session, options).ledgerFile });
}

function unknownSource(id: string): LedgerError {
  return new LedgerError('not-found', `There is no source "${id}"; "claimledger sources list" names them`);
}
