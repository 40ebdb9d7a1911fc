import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DigestContent } from '#src/core/digest/digest.ts';
import type { Db } from '#src/io/db/store.ts';
import { compareLedgerRows, type LedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import {
  type HouseFolder,
  type MovableClock,
  makeHouseFolder,
  readHouse,
  runCommand,
  startClock,
} from '#test/support/house.ts';
import { checkEvidence, listBrokenPromises } from '#test/support/ledger-checks.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { type Press, startPress } from '#test/support/press-server.ts';
import { describeOnEachKind, type StoreKind } from '#test/support/store.ts';

/** A house that has looked at the whole press once. */
type FilledHouse = AsyncDisposable & {
  readonly press: Press;
  readonly folder: HouseFolder;
  readonly clock: MovableClock;
};

async function fillHouse(kind: StoreKind): Promise<FilledHouse> {
  const closing = new AsyncDisposableStack();
  const press = closing.use(await startPress());
  const server = kind === 'server' ? closing.use(await startPostgres()) : null;
  const databaseUrl = server === null ? null : await server.createDatabase(`house-${process.pid}`);
  const folder = closing.use(await makeHouseFolder(press.ledger, databaseUrl));
  const clock = startClock();
  if (kind === 'server') expect(await runCommand(folder, ['migrate'], clock)).toMatchObject({ code: 0 });
  expect(await runCommand(folder, ['run', '--until-idle'], clock)).toEqual({ code: 0, out: '', err: '' });
  return { press, folder, clock, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

describeOnEachKind('The whole house on the invented press', (kind) => {
  let house: FilledHouse;
  beforeAll(async () => {
    house = await fillHouse(kind);
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const look = <Value>(read: (db: Db) => Promise<Value>): Promise<Value> => readHouse(house.folder, read);

  /** Runs a command and gives the requests that it made; nothing may have changed in the ledger but when it was looked at. */
  async function runAgain(argv: readonly string[]): Promise<Press['requests']> {
    house.press.forget();
    const before = await look(readSettledRows);
    expect(await runCommand(house.folder, argv, house.clock)).toEqual({ code: 0, out: '', err: '' });
    expect(compareLedgerRows(before, await look(readSettledRows))).toEqual([]);
    return [...house.press.requests];
  }

  test('every entry is an item once, also one that two feeds list', async () => {
    const items = await look((db) => db.selectFrom('items').select(['source_id', 'url']).execute());
    expect(items).toHaveLength(12);
    const shared = items.filter(({ url }) => url === house.press.urlOf('tide-journal', '/stories/five-questions.html'));
    expect(new Set(shared.map(({ source_id }) => source_id)).size).toBe(2);
    expect(new Set(items.map(({ source_id, url }) => `${source_id} ${url}`)).size).toBe(12);
  });

  test('articles about the topic are kept with their text and their bytes, others are not', async () => {
    const rows = await look((db) =>
      db
        .selectFrom('articles')
        .innerJoin('versions', 'versions.id', 'articles.current_version_id')
        .leftJoin('documents', 'documents.hash', 'versions.document_hash')
        .select(['articles.title', 'articles.lang', 'articles.text_from', 'versions.text', 'documents.byte_count'])
        .where('articles.is_kept', '=', true)
        .execute(),
    );
    const read = rows.filter(({ text_from }) => text_from === 'page');
    expect(read.map(({ title }) => title).sort()).toEqual([
      'Analysts doubt the price of the Velmar turbine',
      'Halden accuses Kestrel of copying its turbine',
      'Kestrel wehrt sich gegen Halden',
      'Kestrel: our blades are our own',
      'Port authority looks into Kestrel Tidal',
      'Statement of Kestrel Tidal',
      'The Kestrel affair in five questions',
      'What the Kestrel turbine cost',
    ]);
    for (const row of read) expect(row, row.title).toMatchObject({ byte_count: expect.any(Number) });
    expect(read.find(({ lang }) => lang === 'de')?.text).toContain('kopiert');
    expect(read.every(({ text }) => text.length > 200 && !text.includes('About us'))).toBe(true);
  });

  test('an entry whose page is missing or forbidden stands by its headline, and a forbidden page is not asked for', async () => {
    const rows = await look((db) =>
      db.selectFrom('articles').select('title').where('text_from', '=', 'headline').orderBy('title').execute(),
    );
    expect(rows.map(({ title }) => title)).toEqual([
      'Kestrel turbine breaks the world record for output, its founder says',
      'Members only: the Kestrel memo',
    ]);
    const asked = await look((db) =>
      db
        .selectFrom('fetches')
        .innerJoin('resources', 'resources.id', 'fetches.resource_id')
        .select(['resources.url', 'fetches.outcome', 'fetches.reason', 'fetches.status'])
        .where('fetches.outcome', 'not in', ['fresh', 'unmodified'])
        .orderBy('resources.url')
        .execute(),
    );
    expect(asked.map(({ outcome, reason, status }) => ({ outcome, reason, status }))).toEqual(
      expect.arrayContaining([
        { outcome: 'refused', reason: 'robots', status: null },
        expect.objectContaining({ outcome: 'failed', status: 404 }),
      ]),
    );
    expect(house.press.requests.filter(({ path }) => path.startsWith('/members/'))).toEqual([]);
  });

  test('every quote is the slice of the stored text that it claims to be', async () => {
    const { count, wrong } = await look(checkEvidence);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(10);
    expect(await look((db) => listBrokenPromises(db, house.clock.now()))).toEqual([]);
  });

  test('a second run sends no request and adds nothing', async () => {
    expect(await runAgain(['run', '--until-idle'])).toEqual([]);
  });

  // The pages whose quotes we show are watched like the one that the ledger lists.
  test('run --all sends one conditional request per feed and watched page and adds nothing', async () => {
    house.clock.move({ minutes: 2 });
    const requests = await runAgain(['run', '--until-idle', '--all']);
    expect(requests.map(({ outlet, path, status }) => `${status} ${outlet}${path}`).sort()).toEqual([
      '304 harbour-post/feed.xml',
      '304 harbour-post/stories/copying.html',
      '304 harbour-post/stories/cost.html',
      '304 harbour-post/stories/denial.html',
      '304 harbour-post/stories/inquiry.html',
      '304 tide-journal/feed.atom',
      '304 tide-journal/stories/analysts.html',
      '304 tide-journal/stories/five-questions.html',
      '304 tide-journal/stories/kestrel-deutsch.html',
      '304 tide-journal/stories/kestrel-statement.html',
    ]);
  });

  test('the printed digest is the stored one', async () => {
    const printed = await runCommand(house.folder, ['digest', '--format', 'json'], house.clock);
    const stored = await look((db) =>
      db.selectFrom('digests').select('content').where('reader_id', '=', 'house').executeTakeFirstOrThrow(),
    );
    const content: DigestContent = JSON.parse(printed.out);
    expect(content).toEqual(stored.content);
    expect(content).toMatchObject({ isStored: true, movedCount: 4, sight: 'clear' });
    const moved = content.moved.flatMap(({ claim, quote }) => (quote === null ? [] : [{ claim, quote: quote.quote }]));
    expect(moved.length).toBe(4);
  });

  test('the mail of the day lies in the outbox once, also after ten restarts', async () => {
    const outbox = join(house.folder.dataDir, 'outbox');
    const [name = '', ...others] = readdirSync(outbox);
    expect(others).toEqual([]);
    const mail = readFileSync(join(outbox, name), 'utf8');
    const date = name.slice(0, 10);
    expect(name).toBe(`${date}-desk.eml`);
    expect(mail).toContain(`Message-ID: <digest.${date}.desk@velmar.example>`);
    for (let restart = 0; restart < 10; restart += 1) {
      expect(await runCommand(house.folder, ['run', '--until-idle'], house.clock)).toMatchObject({ code: 0 });
    }
    expect(readdirSync(outbox)).toEqual([name]);
    expect(readFileSync(join(outbox, name), 'utf8')).toBe(mail);
    const deliveries = await look((db) => db.selectFrom('deliveries').select(['state', 'attempt_count']).execute());
    expect(deliveries).toEqual([{ state: 'written', attempt_count: 1 }]);
  });
});

/** The rows that a visit without news leaves alone. */
async function readSettledRows(db: Db): Promise<LedgerRows> {
  const rows = new Map(await readLedgerRows(db));
  for (const table of ['resources', 'fetches']) rows.delete(table);
  return rows;
}
