import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backUp, restore } from '#jobs/back-up.ts';
import { settleRestored } from '#src/io/db/backup-rows.ts';
import { listMigrations, migrate } from '#src/io/db/migrate.ts';
import { type Db, openImage, openStore, type Store } from '#src/io/db/store.ts';
import { compareLedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import { type HouseFolder, makeHouseFolder, readHouse, runCommand, startClock } from '#test/support/house.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import { type PostgresServer, startPostgres } from '#test/support/postgres.ts';
import { startPress } from '#test/support/press-server.ts';
import { readSchemaText } from '#test/support/schema-text.ts';
import { describeOnEachKind } from '#test/support/store.ts';

/** Every row of every table, as text; what backups hold, told by another way than they are written. */
async function readAll(db: Db): Promise<readonly string[]> {
  const tables = (await db.introspection.getTables()).filter(({ schema }) => schema === 'public');
  const all: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ line: string }>`select t::text as line from ${sql.table(name)} t`.execute(db);
    all.push(...rows.map(({ line }) => `${name} ${line}`));
  }
  return all.toSorted();
}

/** What settling changes after a restore, left out. */
const isSettled = (line: string): boolean => !/^(?:readers|deliveries|kysely)/.test(line);

describeOnEachKind('a backup', (kind) => {
  let closing: AsyncDisposableStack;
  let folder: HouseFolder;
  let server: PostgresServer;
  let file: string;

  beforeAll(async () => {
    closing = new AsyncDisposableStack();
    const press = closing.use(await startPress());
    server = closing.use(await startPostgres());
    const databaseUrl = kind === 'server' ? await server.createDatabase(`backup-${process.pid}`) : null;
    folder = closing.use(await makeHouseFolder(press.ledger, databaseUrl));
    if (databaseUrl !== null) expect(await runCommand(folder, ['migrate'])).toMatchObject({ code: 0 });
    expect(await runCommand(folder, ['run', '--until-idle'])).toMatchObject({ code: 0, err: '' });
    file = join(folder.path, 'ledger.backup');
    const { code, out, err } = await runCommand(folder, ['backup', file]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^\d{3,} rows in /);
  });
  afterAll(() => closing.disposeAsync());

  async function openBlank(to: 'embedded' | 'server'): Promise<Store> {
    if (to === 'embedded') return await openImage(null, null);
    const databaseUrl = await server.createDatabase(`restored-${process.pid}`);
    return await openStore({ databaseUrl, dataDir: '', onError: () => {} });
  }
  const now = (): Temporal.Instant => Temporal.Now.instant();

  test.each(['embedded', 'server'] as const)('restored into an empty store (%s) holds every row', async (to) => {
    await using store = await openBlank(to);
    const { rowCount } = await restore(file, () => {}, { db: store.db, now });
    expect(rowCount).toBeGreaterThan(100);
    const [rows, ledger] = await readHouse(
      folder,
      async (db) => [await readAll(db), await readLedgerRows(db)] as const,
    );
    expect((await readAll(store.db)).filter(isSettled)).toEqual(rows.filter(isSettled));
    expect(compareLedgerRows(ledger, await readLedgerRows(store.db))).toEqual([]);
    expect(await listBrokenPromises(store.db, now())).toEqual([]);
  });

  test('restored leaves keys, references, triggers and numbers as they were', async () => {
    await using store = await openBlank('embedded');
    await restore(file, () => {}, { db: store.db, now });
    await using fresh = await openImage(null, null);
    await migrate(fresh.db);
    expect(await readSchemaText(store.db)).toBe(await readSchemaText(fresh.db));
    const count = async () => (await store.db.selectFrom('changes').select('seq').execute()).length;
    const before = await count();
    const { id } = await store.db.selectFrom('articles').select('id').limit(1).executeTakeFirstOrThrow();
    await store.db.updateTable('articles').set({ is_relevant: sql`not is_relevant` }).where('id', '=', id).execute();
    expect(await count()).toBe(before + 1);
    const orphan = sql`insert into judgements (version_id, rules_key, is_kept, is_relevant, topics, judged_at)
      values (-1, 'r', true, true, '{}', ${now()})`;
    await expect(orphan.execute(store.db)).rejects.toThrow('foreign key');
    const next = sql<{
      next: number;
      most: number;
    }>`select nextval(pg_get_serial_sequence('articles', 'id'))::int as next,
      (select max(id)::int from articles) as most`;
    const { rows } = await next.execute(store.db);
    expect(rows[0]?.next).toBe((rows[0]?.most ?? 0) + 1);
  });

  test('is refused by a store that holds something, which stays as it is', async () => {
    const before = await readHouse(folder, readAll);
    const { code, err } = await runCommand(folder, ['restore', file]);
    expect(code).toBe(1);
    expect(err).toContain('the store is not empty');
    expect(await readHouse(folder, readAll)).toEqual(before);
  });

  test.each([
    ['is cut short', (bytes: Buffer) => gzipSync(gunzipSync(bytes).subarray(0, -2_000))],
    ['is cut short in its packing', (bytes: Buffer) => bytes.subarray(0, -500)],
    ['is no backup', () => Buffer.from('hello')],
    [
      'lacks a row',
      (bytes: Buffer) =>
        gzipSync(
          gunzipSync(bytes)
            .toString()
            .replace(/^ .*\n/m, ''),
        ),
    ],
  ])('that %s fills nothing', async (_, harm) => {
    const harmed = join(folder.path, 'harmed.backup');
    writeFileSync(harmed, harm(readFileSync(file)));
    await using store = await openBlank('embedded');
    await expect(restore(harmed, () => {}, { db: store.db, now })).rejects.toThrow(`Cannot read "${harmed}"`);
    const tables = (await store.db.introspection.getTables()).filter(({ name }) => name === 'articles');
    const count = tables.length === 0 ? [] : await store.db.selectFrom('articles').select('id').execute();
    expect(count).toEqual([]);
  });

  test('that is not there is said to be missing', async () => {
    await using store = await openBlank('embedded');
    await expect(restore('/nowhere/ledger.backup', () => {}, { db: store.db, now })).rejects.toThrow('ENOENT');
  });

  test('of a newer program is refused by name', async () => {
    const newer = join(folder.path, 'newer.backup');
    const [last = ''] = (await listMigrations()).slice(-1);
    writeFileSync(newer, gzipSync(gunzipSync(readFileSync(file)).toString().replace(last, '9999-later')));
    await using store = await openBlank('embedded');
    await expect(restore(newer, () => {}, { db: store.db, now })).rejects.toThrow('9999-later');
  });

  test('brought back a day later mails nobody a date again, and the next day as ever', async () => {
    const clock = startClock();
    await using other = await makeHouseFolder(readFileSync(folder.ledgerFile, 'utf8'), null);
    clock.move({ hours: 20 });
    expect(await runCommand(other, ['restore', file], clock)).toMatchObject({ code: 0 });
    expect(await runCommand(other, ['run', '--until-idle'], clock)).toMatchObject({ code: 0, err: '' });
    const listMails = async (db: Db) =>
      (await db.selectFrom('deliveries').select('date').orderBy('date').execute()).length;
    const before = await readHouse(folder, listMails);
    expect(await readHouse(other, listMails)).toBe(before);
    const pages = await readHouse(other, (db) =>
      db.selectFrom('digests').select('date').where('reader_id', '=', 'house').execute(),
    );
    expect(pages.length).toBe(2);
    clock.move({ hours: 24 });
    expect(await runCommand(other, ['run', '--until-idle'], clock)).toMatchObject({ code: 0, err: '' });
    expect(await readHouse(other, listMails)).toBe(before + 1);
  });

  test('with a mail that waited leaves it in doubt', async () => {
    await using store = await openBlank('embedded');
    await restore(file, () => {}, { db: store.db, now });
    await store.db.updateTable('deliveries').set({ state: 'pending', next_attempt_at: now() }).execute();
    const [first] = await settleRestored(store.db, now());
    expect(first).toMatchObject({ reader: 'desk' });
    const states = await store.db.selectFrom('deliveries').select(['state', 'next_attempt_at']).execute();
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['in-doubt']));
    expect(states.every(({ next_attempt_at }) => next_attempt_at === null)).toBe(true);
  });

  test('of a running store is one instant of it', async () => {
    await using store = await openBlank('server');
    await restore(file, () => {}, { db: store.db, now });
    const second = join(folder.path, 'second.backup');
    let isTold = false;
    await backUp(
      second,
      () => {
        if (isTold) return;
        isTold = true;
        store.db
          .deleteFrom('evidence')
          .execute()
          .catch(() => undefined);
      },
      { db: store.db, now },
    );
    await using copy = await openBlank('embedded');
    await restore(second, () => {}, { db: copy.db, now });
    expect(await listBrokenPromises(copy.db, now())).toEqual([]);
    expect((await copy.db.selectFrom('evidence').select('tagging_id').execute()).length).toBeGreaterThan(10);
  });
});
