import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '#src/io/db/store.ts';
import { compareLedgerRows, type LedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import { type HouseFolder, makeHouseFolder, readHouse, runCommand, startCommand } from '#test/support/house.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import { findFreePort, startPostgres } from '#test/support/postgres.ts';
import { type Press, startPress } from '#test/support/press-server.ts';
import { seededRandom } from '#test/support/random.ts';
import { describeOnPostgres } from '#test/support/store.ts';

const killCount = Number(process.env['CLAIMLEDGER_TEST_KILLS'] ?? 5);
const seed = Number(process.env['CLAIMLEDGER_TEST_SEED'] ?? Date.now() % 100_000);
/** A process starts, reads the whole press and has nothing left to do within this time. */
const killWithinMs = 5_000;

/** A busy machine may take three times as long. */
const timeoutMs = 60_000 + killCount * 3 * killWithinMs;

/** The press with the rows that a run without any fault leaves. */
let press: Press;
let undisturbed: LedgerRows;

beforeAll(async () => {
  press = await startPress();
  await using folder = await makeHouseFolder(press.ledger, null);
  expect(await runCommand(folder, ['run', '--until-idle'])).toEqual({ code: 0, out: '', err: '' });
  undisturbed = await readHouse(folder, readLedgerRows);
});
afterAll(() => press[Symbol.asyncDispose]());

/** A later look than any lease lasts: nobody may hold anything then. */
async function expectUndisturbed(folder: HouseFolder): Promise<void> {
  await readHouse(folder, async (db) => {
    expect(compareLedgerRows(undisturbed, await readLedgerRows(db))).toEqual([]);
    expect(await listBrokenPromises(db, Temporal.Now.instant())).toEqual([]);
  });
}

describe('kill -9 on the embedded store', () => {
  test.each(['run', 'serve'])(
    `%s killed ${killCount} times and then run once leaves the same rows`,
    async (name) => {
      console.log(`${killCount} kills of ${name}, seed ${seed} (CLAIMLEDGER_TEST_SEED)`);
      const random = seededRandom(seed + name.length);
      await using folder = await makeHouseFolder(press.ledger, null);
      const argv = name === 'run' ? ['run', '--until-idle'] : ['serve'];
      const listen = { CLAIMLEDGER_LISTEN: `127.0.0.1:${await findFreePort()}` };
      for (let kill = 0; kill < killCount; kill += 1) {
        await using command = startCommand(folder, argv, listen);
        await Promise.race([pause(random() * killWithinMs), command.ended]);
      }
      expect(await runCommand(folder, ['run', '--until-idle'])).toEqual({ code: 0, out: '', err: '' });
      await expectUndisturbed(folder);
    },
    timeoutMs,
  );
});

/** The process that is visiting a host; leases begin with its number. */
async function findBusyProcess(db: Db): Promise<number> {
  for (;;) {
    const [row] = await db.selectFrom('hosts').select('lease_owner').where('lease_owner', 'is not', null).execute();
    if (row?.lease_owner) return Number.parseInt(row.lease_owner, 10);
    await pause(5);
  }
}

describeOnPostgres('Two processes on one Postgres', () => {
  /** A database with all tables, and a folder that names it. */
  async function makeSharedFolder(closing: AsyncDisposableStack): Promise<HouseFolder> {
    const server = closing.use(await startPostgres());
    const databaseUrl = await server.createDatabase(`killed-${process.pid}`);
    const folder = closing.use(await makeHouseFolder(press.ledger, databaseUrl));
    expect(await runCommand(folder, ['migrate'])).toMatchObject({ code: 0 });
    press.forget();
    return folder;
  }

  test('share the work, and each effect happens once', async () => {
    await using closing = new AsyncDisposableStack();
    const folder = await makeSharedFolder(closing);
    const both = [0, 1].map(() => closing.use(startCommand(folder, ['run', '--until-idle'])));
    for (const { ended } of both) expect(await ended).toEqual({ code: 0, out: '', err: '' });
    const asked = press.requests.map(({ outlet, path }) => `${outlet}${path}`);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.length).toBe(new Set(asked).size);
    await expectUndisturbed(folder);
  });

  // The survivor waits until the lease of the dead one is over, which is a minute of real time.
  test('end with the same rows when one is killed in the middle', async () => {
    await using closing = new AsyncDisposableStack();
    const folder = await makeSharedFolder(closing);
    const both = [0, 1].map(() => closing.use(startCommand(folder, ['run', '--until-idle'])));
    while (press.requests.length < 4) await pause(5);
    const busy = await readHouse(folder, findBusyProcess);
    both.find(({ child }) => child.pid === busy)?.child.kill('SIGKILL');
    const survivor = both.find(({ child }) => child.pid !== busy);
    expect(await survivor?.ended).toEqual({ code: 0, out: '', err: '' });
    await expectUndisturbed(folder);
  }, 180_000);
});
