/**
 * Runs the whole house on a small stored piece of the real web, when it lies beside the checkout, and prints what came of it.
 * `--mutate`: the web changes one article and adds an entry afterwards. `--postgres`: also on a real Postgres with `serve` and two workers, one of them killed. `--kill N`: also N kills of the service on
 * the embedded store, `--seed S` to repeat them. Exits 1 when a check fails.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { compareTexts } from '#src/core/watch/version-diff.ts';
import type { Db } from '#src/io/db/store.ts';
import { compareLedgerRows, countLedgerRows, type LedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import {
  type HouseFolder,
  type MovableClock,
  makeHouseFolder,
  readHouse,
  runCommand,
  startClock,
  startCommand,
} from '#test/support/house.ts';
import { checkEvidence, listBrokenPromises } from '#test/support/ledger-checks.ts';
import { findFreePort, startPostgres } from '#test/support/postgres.ts';
import { seededRandom } from '#test/support/random.ts';
import { hasMiniweb, ledgerOf, type Miniweb, startMiniweb } from './miniweb-server.ts';

/** Kills come within this long after the start of the service; its work here takes about twice as long. */
const killWithinMs = 12_000;
/** A ledger that is not filled after this long will never be. */
const fillMsMax = 300_000;
const differencesShown = 20;

let failureCount = 0;

const { values: options } = parseArgs({
  options: {
    postgres: { type: 'boolean', default: false },
    mutate: { type: 'boolean', default: false },
    kill: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});

if (hasMiniweb()) {
  await using miniweb = await startMiniweb();
  // Read once: all runs use the same rules.
  const ledger = ledgerOf(miniweb);
  const expected = await checkEmbedded(miniweb, ledger);
  if (options.postgres) await checkPostgres(ledger, expected);
  if (Number(options.kill) > 0) await checkKills(ledger, expected);
  console.log(failureCount === 0 ? 'All checks hold.' : `${failureCount} checks failed.`);
} else {
  console.log('The stored web is not there; nothing was checked.');
}
process.exitCode = failureCount === 0 ? 0 : 1;

/** Prints one figure and whether it is as it should be. */
function check(words: string, isFine: boolean, figure: string | number = ''): void {
  if (!isFine) failureCount += 1;
  console.log(`${isFine ? 'ok  ' : 'FAIL'}  ${words}${figure === '' ? '' : `: ${figure}`}`);
}

/** One run, a second one, one that asks everything, and restarts, on the embedded store. Gives the rows of the first run. */
async function checkEmbedded(miniweb: Miniweb, ledger: string): Promise<LedgerRows> {
  console.log('Embedded store');
  await using folder = await makeHouseFolder(ledger, null);
  const clock = startClock();
  miniweb.takeRequests();
  const startedAt = performance.now();
  await runUntilIdle(folder, { clock, argv: [] });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const asked = miniweb.takeRequests();
  check('requests of the first run', asked.length > 0, `${asked.length} in ${seconds} s`);
  const twice = asked.length - new Set(asked.map(({ path }) => path)).size;
  check('addresses asked twice in the first run', twice === 0, twice);
  const rows = await readHouse(folder, readLedgerRows);
  console.log(`      ${countLedgerRows(rows)}`);
  await readHouse(folder, (db) => checkLedger(db, clock.now()));

  await runUntilIdle(folder, { clock, argv: [] });
  check('requests of a second run', miniweb.takeRequests().length === 0);
  clock.move({ minutes: 2 });
  await runUntilIdle(folder, { clock, argv: ['--all'] });
  checkAll(miniweb, await readHouse(folder, (db) => listWithoutValidators(db, miniweb.host)));
  const after = await readHouse(folder, readLedgerRows);
  for (const table of ['items', 'articles', 'versions', 'taggings', 'documents']) {
    check(`${table} added by --all`, after.get(table)?.length === rows.get(table)?.length, after.get(table)?.length);
  }
  for (let restart = 0; restart < 10; restart += 1) await runUntilIdle(folder, { clock, argv: [] });
  const mails = readdirSync(join(folder.dataDir, 'outbox'));
  check('mails in the outbox after ten restarts', mails.length === 1, mails.join(', '));
  if (options.mutate) await checkMutation(miniweb, folder, clock);
  return rows;
}

/** The server edits one article and adds an entry: one version, one article, and nothing else. */
async function checkMutation(miniweb: Miniweb, folder: HouseFolder, clock: MovableClock): Promise<void> {
  console.log('One edited article and one new entry');
  const before = await readHouse(folder, readLedgerRows);
  const { article, newItem, replacements } = await miniweb.mutate();
  check('places that the server changed', replacements > 0, replacements);
  clock.move({ minutes: 2 });
  await runUntilIdle(folder, { clock, argv: ['--all'] });
  const after = await readHouse(folder, readLedgerRows);
  const added = (table: string): readonly string[] =>
    (after.get(table) ?? []).filter((row) => !(before.get(table) ?? []).includes(row));
  const { edited, fresh } = await readHouse(folder, async (db) => ({
    edited: await listVersionTexts(db, article),
    fresh: await listVersionTexts(db, newItem),
  }));
  check('versions of the edited article', edited.length === 2 && edited[1]?.reason === 'page', edited.length);
  const diff = compareTexts(edited[0]?.text ?? '', edited[1]?.text ?? '');
  const changed = diff.rows.filter((row) => row.kind !== 'same').length;
  check(
    'changed paragraphs',
    changed === replacements,
    `${changed}, words +${diff.insertedCount} −${diff.deletedCount}`,
  );
  check('versions of the new entry’s page', fresh.length === 1, fresh.length);
  for (const [table, wanted] of [
    ['items', 1],
    ['versions', 2],
  ] as const) {
    check(`${table} added by the change`, added(table).length === wanted, added(table).length);
  }
  const articles = (after.get('articles')?.length ?? 0) - (before.get('articles')?.length ?? 0);
  check('articles added by the change', articles === 1, articles);
  await runUntilIdle(folder, { clock, argv: ['--all'] });
  clock.move({ minutes: 2 });
  await runUntilIdle(folder, { clock, argv: ['--all'] });
  const later = await readHouse(folder, readLedgerRows);
  const isStill = ['items', 'articles', 'versions', 'taggings', 'quote_states'].every(
    (table) => later.get(table)?.join() === after.get(table)?.join(),
  );
  check('a further look changes nothing', isStill);
}

async function listVersionTexts(db: Db, url: string) {
  return await db
    .selectFrom('articles')
    .innerJoin('versions', 'versions.article_id', 'articles.id')
    .select(['versions.number', 'versions.reason', 'versions.text'])
    .where('articles.url', '=', url)
    .orderBy('versions.number')
    .execute();
}

function checkAll(miniweb: Miniweb, unread: ReadonlySet<string>): void {
  const asked = miniweb.takeRequests();
  const listed = new Set([...miniweb.feeds, ...miniweb.pages]).size;
  const bare = asked.filter(({ inm, ims }) => inm === null && ims === null);
  const addresses = new Set(asked.map(({ path }) => path)).size;
  check('requests of --all', asked.length > 0, `${asked.length} for ${listed} feeds and listed pages`);
  check('asked twice by --all', addresses === asked.length, asked.length - addresses);
  const isFine = bare.length === unread.size && bare.every(({ path }) => unread.has(path));
  check('not conditional in --all', isFine, `${bare.length}, never read ${unread.size}`);
}

/**
 * The watched addresses whose validators are unknown: they are kept of answers that could be read, so that a mended page is seen.
 * Cited pages are watched too, and most stand at other hosts, whose requests this server does not see: they are left out.
 */
async function listWithoutValidators(db: Db, host: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ url: string }>`select url from resources where etag is null and host = ${host}
    and (id in (select resource_id from sources) or id in (select resource_id from pages where is_watched))`.execute(
    db,
  );
  return new Set(rows.map(({ url }) => url.slice(`http://${host}`.length)));
}

async function checkLedger(db: Db, now: Temporal.Instant): Promise<void> {
  const { count, wrong } = await checkEvidence(db);
  check(
    'quotes that are slices of the stored text',
    count > 0 && wrong.length === 0,
    `${count - wrong.length} of ${count}`,
  );
  const broken = await listBrokenPromises(db, now);
  check('broken promises', broken.length === 0, broken.length === 0 ? 0 : broken.join('; '));
  const { rows } = await sql<{ kept: number; relevant: number; bare: number; waiting: number }>`
    select count(*) filter (where is_kept)::int as kept, count(*) filter (where is_relevant)::int as relevant,
      count(*) filter (where is_kept and text_from = 'headline')::int as bare,
      (select count(*)::int from items where is_wanted and not is_judged) as waiting from articles`.execute(db);
  const [row] = rows;
  check('kept articles', (row?.kept ?? 0) > 0, `${row?.kept}, relevant ${row?.relevant}, headline only ${row?.bare}`);
  check('wanted entries that were never judged', row?.waiting === 0, row?.waiting);
}

/** `serve` and two workers on one Postgres, one worker killed in the middle. */
async function checkPostgres(ledger: string, expected: LedgerRows): Promise<void> {
  console.log('Postgres, serve and two workers, one killed');
  await using server = await startPostgres();
  const databaseUrl = await server.createDatabase('acceptance');
  await using folder = await makeHouseFolder(ledger, databaseUrl);
  const listen = { CLAIMLEDGER_LISTEN: `127.0.0.1:${await findFreePort()}` };
  await using service = startCommand(folder, ['serve'], listen);
  await service.untilSaid('serves http');
  await using first = startCommand(folder, ['worker']);
  await using second = startCommand(folder, ['worker']);
  await Promise.all([first.untilSaid('works'), second.untilSaid('works')]);
  await untilItemCount(folder, (expected.get('items')?.length ?? 0) / 3);
  first.child.kill('SIGKILL');
  await untilMailed(folder);
  for (const process of [service, second]) {
    process.child.kill('SIGTERM');
    const { code } = await process.ended;
    check('exit code after SIGTERM', code === 0, code);
  }
  await runUntilIdle(folder, { clock: startClock(), argv: [] });
  await readHouse(folder, (db) => compareWith(db, expected));
}

/** Kills of the service at random moments, then one clean run. */
async function checkKills(ledger: string, expected: LedgerRows): Promise<void> {
  console.log(`Embedded store, ${options.kill} kills, seed ${options.seed}`);
  await using folder = await makeHouseFolder(ledger, null);
  const random = seededRandom(Number(options.seed));
  const listen = { CLAIMLEDGER_LISTEN: `127.0.0.1:${await findFreePort()}` };
  for (let kill = 0; kill < Number(options.kill); kill += 1) {
    await using service = startCommand(folder, ['serve'], listen);
    await Promise.race([pause(Math.round(random() * killWithinMs)), service.ended]);
    check(`still running before kill ${kill + 1}`, service.child.exitCode === null);
  }
  await runUntilIdle(folder, { clock: startClock(), argv: [] });
  await readHouse(folder, (db) => compareWith(db, expected));
}

async function compareWith(db: Db, expected: LedgerRows): Promise<void> {
  const rows = await readLedgerRows(db);
  const differences = compareLedgerRows(expected, rows);
  check('differences to the undisturbed run', differences.length === 0, differences.length);
  for (const line of differences.slice(0, differencesShown)) console.log(`      ${line.slice(0, 400)}`);
  console.log(`      ${countLedgerRows(rows)}`);
  const broken = await listBrokenPromises(db, Temporal.Now.instant());
  check('broken promises', broken.length === 0, broken.join('; '));
}

async function runUntilIdle(
  folder: HouseFolder,
  run: { readonly clock: MovableClock; readonly argv: readonly string[] },
): Promise<void> {
  const { code, err } = await runCommand(folder, ['run', '--until-idle', ...run.argv], run.clock);
  if (code !== 0 || err !== '') check(`run ${run.argv.join(' ')}`, false, `exit ${code} ${err}`);
}

async function untilItemCount(folder: HouseFolder, wanted: number): Promise<void> {
  await until(folder, async (db) => {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from items`.execute(db);
    return (rows[0]?.count ?? 0) >= wanted;
  });
}

/** The first digest is made when everything was looked at. */
async function untilMailed(folder: HouseFolder): Promise<void> {
  await until(folder, async (db) => {
    const { rows } = await sql`select 1 from deliveries where state = 'written'`.execute(db);
    return rows.length > 0;
  });
}

async function until(folder: HouseFolder, isTrue: (db: Db) => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + fillMsMax;
  await readHouse(folder, async (db) => {
    while (!(await isTrue(db))) {
      if (performance.now() > endsAt) throw new Error('The ledger was not filled in time');
      await pause(200);
    }
  });
}
