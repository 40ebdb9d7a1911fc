import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { planWork } from '#jobs/plan-work.ts';
import type { House } from '#src/cli/session.ts';
import { loadConfig } from '#src/config/load.ts';
import { openHouse } from '#src/main.ts';
import { compareLedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import { type HouseFolder, makeHouseFolder } from '#test/support/house.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { startPress } from '#test/support/press-server.ts';
import { seededRandom } from '#test/support/random.ts';
import { describeOnEachKind, type StoreKind } from '#test/support/store.ts';

type Waiting = { readonly name: string; readonly data: unknown };

/** Opens the house of a folder of its own; nothing works there but what the test runs. */
async function openIdle(
  kind: StoreKind,
  ledger: string,
  closing: AsyncDisposableStack,
): Promise<{ readonly house: House; readonly folder: HouseFolder }> {
  const server = kind === 'server' ? closing.use(await startPostgres()) : null;
  const databaseUrl = server === null ? null : await server.createDatabase(`queue-${process.pid}`);
  const folder = closing.use(await makeHouseFolder(ledger, databaseUrl));
  const config = loadConfig({ file: folder.ledgerFile, env: folder.env, cwd: folder.path });
  const signal = new AbortController().signal;
  return {
    folder,
    house: closing.use(await openHouse(config, { kind: 'service', schema: 'migrate', ledger: 'file', signal })),
  };
}

async function listWaiting(house: House): Promise<readonly Waiting[]> {
  const { rows } =
    await sql<Waiting>`select name, data from pgboss.job where state < 'completed' order by name, data::text`.execute(
      house.deps.db,
    );
  return rows;
}

async function runWaiting(house: House, { name, data }: Waiting): Promise<void> {
  const job = house.jobs.find((known) => known.name === name);
  if (job === undefined) throw new Error(`no job ${name}`);
  await job.run(data, house.deps);
}

describeOnEachKind('queue', (kind) => {
  test('emptied after every single job, the next tick fills it with what is due, until nothing is', async () => {
    await using closing = new AsyncDisposableStack();
    const press = closing.use(await startPress());
    const { house } = await openIdle(kind, press.ledger, closing);
    const random = seededRandom(7);
    let runCount = 0;
    for (;;) {
      await planWork({}, house.deps);
      const waiting = await listWaiting(house);
      await planWork({}, house.deps);
      expect(await listWaiting(house)).toEqual(waiting);
      await house.deps.queue.empty();
      expect(await house.deps.queue.countOpen()).toBe(0);
      const next = waiting[Math.floor(random() * waiting.length)];
      if (next === undefined) break;
      await runWaiting(house, next);
      runCount += 1;
      expect(runCount).toBeLessThan(30);
    }
    expect(await listBrokenPromises(house.deps.db, house.deps.now())).toEqual([]);
    const undisturbed = await openIdle('embedded', press.ledger, closing);
    await runAll(undisturbed.house);
    const rows = await readLedgerRows(undisturbed.house.deps.db);
    expect(rows.get('deliveries')).toHaveLength(1);
    expect(compareLedgerRows(rows, await readLedgerRows(house.deps.db))).toEqual([]);
  });

  test('every job run twice changes nothing the second time', async () => {
    await using closing = new AsyncDisposableStack();
    const press = closing.use(await startPress());
    const { house } = await openIdle(kind, press.ledger, closing);
    for (;;) {
      await planWork({}, house.deps);
      const waiting = await listWaiting(house);
      await house.deps.queue.empty();
      if (waiting.length === 0) break;
      for (const job of waiting) {
        await runWaiting(house, job);
        const rows = await readLedgerRows(house.deps.db);
        const asked = press.requests.length;
        await runWaiting(house, job);
        expect(compareLedgerRows(rows, await readLedgerRows(house.deps.db)), job.name).toEqual([]);
        expect(press.requests.length).toBe(asked);
      }
    }
  });

  test('a job sent in a transaction is there only if that commits, and of one key only one is open', async () => {
    await using closing = new AsyncDisposableStack();
    const press = closing.use(await startPress());
    const { house } = await openIdle(kind, press.ledger, closing);
    const { db, queue } = house.deps;
    const request = { name: 'visit-host', payload: { host: 'post.example:443' }, key: 'post.example:443' };
    const failing = db.transaction().execute(async (tx) => {
      await queue.send(request, tx);
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    expect(await queue.countOpen()).toBe(0);
    await db.transaction().execute((tx) => queue.send(request, tx));
    await queue.send(request);
    expect(await listWaiting(house)).toEqual([{ name: 'visit-host', data: request.payload }]);
    const tick = { name: 'plan-work', payload: {}, key: 'tick', slot: '2025-02-03T09:00' };
    await queue.send(tick);
    await queue.send(tick);
    expect(await queue.countOpen()).toBe(2);
  });
});

async function runAll(house: House): Promise<void> {
  for (;;) {
    await planWork({}, house.deps);
    const waiting = await listWaiting(house);
    await house.deps.queue.empty();
    if (waiting.length === 0) return;
    for (const job of waiting) await runWaiting(house, job);
  }
}
