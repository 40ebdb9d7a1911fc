/** One suite on both stores: the embedded one from a migrated image, and a real Postgres. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe } from 'vitest';
import { migrate } from '#src/io/db/migrate.ts';
import { type Db, openImage, openStore, type Store } from '#src/io/db/store.ts';
import { findPostgresProblem, startPostgres } from './postgres.ts';

/** The kinds of store that the house runs on. */
export type StoreKind = Store['kind'];

/** Gives the file's store with every table empty. */
export type OpenEmpty = () => Promise<Store>;

const migrations = new URL('../../migrations/', import.meta.url);
const embeddedVersion = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);

/** Defines the same tests on both stores; each store is started once per file. */
export function describeOnBothStores(name: string, define: (open: OpenEmpty) => void): void {
  describeOnEachKind(name, (kind) => {
    let closing: AsyncDisposableStack;
    let store: Store;
    beforeAll(async () => {
      closing = new AsyncDisposableStack();
      store = closing.use(await openFresh(kind, closing));
    });
    afterAll(() => closing.disposeAsync());
    define(async () => {
      await emptyTables(store.db);
      return store;
    });
  });
}

/** Defines the same tests for both kinds of store; what is opened is up to them. */
export function describeOnEachKind(name: string, define: (kind: StoreKind) => void): void {
  describe(`${name} (embedded)`, () => define('embedded'));
  describeOnPostgres(`${name} (server)`, () => define('server'));
}

/** Defines tests that need a real Postgres. Without one they are skipped, which is said; in CI they fail. */
export function describeOnPostgres(name: string, define: () => void): void {
  const problem = findPostgresProblem();
  if (problem === null || process.env['CI'] === 'true') {
    describe(name, define);
    return;
  }
  process.stderr.write(`SKIPPED: ${name}: ${problem}\n`);
  describe.skip(name, define);
}

/** A store with all tables and nothing in them. */
async function openFresh(kind: StoreKind, closing: AsyncDisposableStack): Promise<Store> {
  if (kind === 'embedded') return await openImage(await migratedImage(), null);
  const server = closing.use(await startPostgres());
  const databaseUrl = await server.createDatabase(`claimledger-${process.pid}`);
  const store = await openStore({ databaseUrl, dataDir: '', onError: () => {} });
  await migrate(store.db);
  return store;
}

/** An embedded store with all tables, as bytes. Made once per state of the migrations: the first start takes seconds. */
export async function migratedImage(): Promise<Uint8Array> {
  const file = join(tmpdir(), `claimledger-image-${hashOfMigrations()}.tar`);
  if (existsSync(file)) return readFileSync(file);
  await using store = await openImage(null, null);
  await migrate(store.db);
  const image = await store.dump();
  if (image === null) throw new Error('The embedded store gave no image');
  // Beside and renamed: another test file may look for it right now.
  const part = `${file}.${process.pid}`;
  writeFileSync(part, image, { mode: 0o600 });
  renameSync(part, file);
  return image;
}

/** Empties every table of ours and starts its numbers again. */
export async function emptyTables(db: Db): Promise<void> {
  const tables = (await db.introspection.getTables()).filter(({ schema }) => schema === 'public');
  const names = sql.join(tables.map(({ name }) => sql.table(name)));
  await sql`truncate ${names} restart identity cascade`.execute(db);
}

function hashOfMigrations(): string {
  const hash = createHash('sha256').update(readFileSync(embeddedVersion));
  for (const name of readdirSync(migrations).sort()) hash.update(readFileSync(new URL(name, migrations)));
  return hash.digest('hex').slice(0, 16);
}
