import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { LedgerError } from '#src/core/ledger-error.ts';
import { addHost } from '#src/io/db/hosts.ts';
import { compareSchema, migrate } from '#src/io/db/migrate.ts';
import { openImage, openStore, postgresDir } from '#src/io/db/store.ts';
import { describeOnBothStores, migratedImage } from '#test/support/store.ts';

describeOnBothStores('store', (open) => {
  test('gives back instants as they were written, in every kind of value', async () => {
    const { db } = await open();
    for (const text of ['2025-01-30T07:00:00Z', '1969-12-31T23:59:59.999999Z', '2025-03-30T01:59:59.123456Z']) {
      const instant = Temporal.Instant.from(text);
      await addHost(db, text);
      await db.updateTable('hosts').set({ blocked_until: instant }).where('host', '=', text).execute();
      const row = await db.selectFrom('hosts').selectAll().where('host', '=', text).executeTakeFirstOrThrow();
      expect(row.blocked_until).toBeInstanceOf(Temporal.Instant);
      expect(row.blocked_until?.toString()).toBe(instant.toString());
      expect(row.next_start_at).toBeNull();
      const same = await db.selectFrom('hosts').select('host').where('blocked_until', '=', instant).execute();
      expect(same).toEqual([{ host: text }]);
    }
  });

  test('gives counts as numbers and dates as text', async () => {
    const { db } = await open();
    const { rows } = await sql`select count(*) as count, date '2025-01-30' as date from hosts`.execute(db);
    expect(rows).toEqual([{ count: 0, date: '2025-01-30' }]);
  });

  test('leaves nothing of a transaction that throws', async () => {
    const { db } = await open();
    const failing = db.transaction().execute(async (tx) => {
      await addHost(tx, 'half.example');
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    expect(await db.selectFrom('hosts').selectAll().execute()).toEqual([]);
    await addHost(db, 'whole.example');
    expect(await db.selectFrom('hosts').select('host').execute()).toEqual([{ host: 'whole.example' }]);
  });

  test('names the SQLSTATE and the constraint of a unique violation', async () => {
    const { db } = await open();
    await addHost(db, 'once.example');
    const again = db.insertInto('hosts').values({ host: 'once.example' }).execute();
    await expect(again).rejects.toMatchObject({ code: '23505', constraint: 'hosts_pkey' });
  });

  test('goes on after a statement that failed', async () => {
    const { db } = await open();
    await expect(sql`select no_such_column from hosts`.execute(db)).rejects.toMatchObject({ code: '42703' });
    await expect(sql`select 1 / ${0}::int`.execute(db)).rejects.toMatchObject({ code: '22012' });
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  });

  test('answers many questions asked at once, each with its own answer', async () => {
    const { db } = await open();
    const asked = Array.from({ length: 40 }, (_, at) => sql<{ at: number }>`select ${at}::int as at`.execute(db));
    expect((await Promise.all(asked)).map(({ rows }) => rows[0]?.at)).toEqual(
      Array.from({ length: 40 }, (_, at) => at),
    );
  });

  test('gives back values of every kind as they were given', async () => {
    const { db } = await open();
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
    const words = ['plain', 'with "quotes", {braces} and \\', '', 'Müller 深度'];
    const { rows } = await sql<Record<string, unknown>>`select ${bytes}::bytea as bytes, ${words}::text[] as words,
      ${JSON.stringify({ words })}::jsonb as json, ${null}::text as nothing, ${true}::boolean as truth,
      ${'x'.repeat(3_000_000)}::text as long, ${1.5}::float8 as half`.execute(db);
    const [row] = rows;
    expect(Buffer.from(row?.['bytes'] instanceof Uint8Array ? row['bytes'] : []).equals(bytes)).toBe(true);
    expect(row).toMatchObject({ words, json: { words }, nothing: null, truth: true, half: 1.5 });
    expect(row?.['long']).toHaveLength(3_000_000);
  });

  test('counts the rows that a statement wrote', async () => {
    const { db } = await open();
    const insert = (hosts: readonly string[]) =>
      db
        .insertInto('hosts')
        .values(hosts.map((host) => ({ host })))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
    expect((await insert(['a.example', 'b.example'])).numInsertedOrUpdatedRows).toBe(2n);
    expect((await insert(['b.example', 'c.example'])).numInsertedOrUpdatedRows).toBe(1n);
    const { numUpdatedRows } = await db.updateTable('hosts').set({ crawl_delay_ms: 5 }).executeTakeFirst();
    expect(numUpdatedRows).toBe(3n);
    const { numDeletedRows } = await db.deleteFrom('hosts').where('host', '=', 'd.example').executeTakeFirst();
    expect(numDeletedRows).toBe(0n);
  });

  test('lets nothing into a transaction that is not its own, and everything on when it ends', async () => {
    const { db } = await open();
    const isOpen = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const failing = db.transaction().execute(async (tx) => {
      await Promise.all(['a.example', 'b.example', 'c.example'].map((host) => addHost(tx, host)));
      isOpen.resolve();
      await mayEnd.promise;
      throw new Error('half-way');
    });
    await isOpen.promise;
    const others = [addHost(db, 'other.example'), db.transaction().execute((tx) => addHost(tx, 'third.example'))];
    mayEnd.resolve();
    await expect(failing).rejects.toThrow('half-way');
    await Promise.all(others);
    const rows = await db.selectFrom('hosts').select('host').orderBy('host').execute();
    expect(rows.map(({ host }) => host)).toEqual(['other.example', 'third.example']);
  });

  test('keeps nothing of a transaction in which a statement failed, and goes on', async () => {
    const { db } = await open();
    const failing = db.transaction().execute(async (tx) => {
      await addHost(tx, 'half.example');
      await sql`select 1 / ${0}::int`.execute(tx);
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    await addHost(db, 'whole.example');
    expect(await db.selectFrom('hosts').select('host').execute()).toEqual([{ host: 'whole.example' }]);
  });

  test('has every migration, and a second migration changes nothing', async () => {
    const { db } = await open();
    expect(await migrate(db)).toEqual([]);
    expect(await compareSchema(db)).toEqual({ missing: [], ahead: [] });
  });

  test('takes no time from the database: no table of ours has a default that reads its clock', async () => {
    const { db } = await open();
    const { rows } = await sql`select table_name, column_name, column_default from information_schema.columns
      where table_schema = 'public' and table_name not like 'kysely%'
        and column_default ~* 'now\\(|current_|clock_|localtime|timeofday'`.execute(db);
    expect(rows).toEqual([]);
  });
});

describe('openStore', () => {
  test('refuses a second opener of a data directory and lets the next one in after the first', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'claimledger-lock-'));
    const options = { databaseUrl: null, dataDir, onError: () => {} };
    const first = await openStore(options);
    const refused = await openStore(options).catch((error) => error);
    expect(refused).toBeInstanceOf(LedgerError);
    expect(refused).toMatchObject({ code: 'store-locked', exitCode: 1, retry: 'later' });
    expect(refused.message).not.toContain('\n');
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    await first[Symbol.asyncDispose]();
    await (await openStore(options))[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true });
  });

  test.each(['', '-42\n/pgl', 'no number'])(
    'opens what a process left that was killed while it started, with the lock file %j',
    async (lockFile) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'claimledger-lock-'));
      const options = { databaseUrl: null, dataDir, onError: () => {} };
      const first = await openImage(await migratedImage(), postgresDir(dataDir));
      await addHost(first.db, 'post.example');
      await first[Symbol.asyncDispose]();
      writeFileSync(join(postgresDir(dataDir), 'postmaster.pid'), lockFile);
      const next = await openStore(options);
      expect(await next.db.selectFrom('hosts').select('host').execute()).toEqual([{ host: 'post.example' }]);
      await next[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true });
    },
  );

  test('says which server cannot be reached, without its password', async () => {
    const databaseUrl = 'postgres://desk:secret-word@127.0.0.1:1/ledger';
    const refused = await openStore({ databaseUrl, dataDir: '', onError: () => {} }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'store-unreachable', exitCode: 1 });
    expect(refused.message).toContain('127.0.0.1:1/ledger');
    expect(refused.message).not.toContain('secret-word');
  });
});
