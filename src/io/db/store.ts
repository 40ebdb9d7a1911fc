/** Opens the store that the environment names: the embedded one in the data directory, or a Postgres server. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PGliteDialect, PostgresDialect, sql, type Transaction } from 'kysely';
import { LedgerError } from '#src/core/ledger-error.ts';
import { type EmbeddedView, openEmbedded } from './embedded.ts';
import { takeStoreLock } from './lock.ts';
import { openPool } from './postgres.ts';
import type { Schema } from './schema.ts';
import { withInstants } from './temporal.ts';

/** A database or an open transaction on it. */
export type Db = Kysely<Schema>;
/** An open transaction; inside one, nothing else may be used. */
export type Tx = Transaction<Schema>;

/** Connections of a pool: all, unused ones, and requests that wait for one. */
export type ConnectionUse = { readonly open: number; readonly idle: number; readonly waiting: number };

/** An open store. `queueView` is what the queue runs on: its own pool on a server, a view of the same thread otherwise. */
export type Store = AsyncDisposable & {
  readonly kind: 'embedded' | 'server';
  readonly db: Db;
  readonly queueView:
    | { readonly kind: 'embedded'; readonly view: EmbeddedView }
    | { readonly kind: 'server'; readonly url: string };
  /** How the connections to a server are used; null in the embedded store. */
  connectionUse(): ConnectionUse | null;
  /** Writes the log through to the tables; a server does so by itself, the embedded store never (its log grew to gigabytes). */
  checkpoint(): Promise<void>;
  /** Vacuum and fresh statistics, which the embedded store does not do by itself; everything waits meanwhile. */
  maintain(): Promise<void>;
  /** The data directory as a tar; null on a server, which has its own tools. */
  dump(): Promise<Uint8Array | null>;
};

/** How to open a store. */
export type StoreOptions = {
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Hears of connections that broke while idle. */
  readonly onError: (error: Error) => void;
};

/**
 * Opens the store. Throws `store-locked` when another process has the embedded one, `store-unreachable` when the server does
 * not answer or the directory cannot be opened.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  return options.databaseUrl === null
    ? await openEmbeddedStore(options.dataDir)
    : await openServerStore(options.databaseUrl, options.onError);
}

/** Where the embedded store keeps its tables, below the data directory. */
export function postgresDir(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** Opens an embedded store from a dumped image, in memory when `dataDir` is null. For tests and `restore`; takes no lock. */
export async function openImage(image: Uint8Array | null, dataDir: string | null): Promise<Store> {
  const embedded = await openEmbedded({ dataDir, image });
  const db = new Kysely<Schema>({ dialect: withInstants(new PGliteDialect({ pglite: embedded.forKysely })) });
  return {
    kind: 'embedded',
    db,
    queueView: { kind: 'embedded', view: embedded.forQueue },
    connectionUse: () => null,
    dump: () => embedded.dump(),
    checkpoint: async () => {
      await sql`checkpoint`.execute(db);
    },
    maintain: async () => {
      await sql`vacuum (analyze)`.execute(db);
      await sql`checkpoint`.execute(db);
    },
    [Symbol.asyncDispose]: () => embedded.close(),
  };
}

async function openEmbeddedStore(dataDir: string): Promise<Store> {
  const lock = lockDataDir(dataDir);
  try {
    const store = await openImage(null, postgresDir(dataDir));
    return {
      ...store,
      [Symbol.asyncDispose]: async () => {
        await store[Symbol.asyncDispose]();
        lock[Symbol.dispose]();
      },
    };
  } catch (cause) {
    lock[Symbol.dispose]();
    throw new LedgerError('store-unreachable', `Cannot open the store in "${dataDir}": ${messageOf(cause)}`, { cause });
  }
}

function lockDataDir(dataDir: string): Disposable {
  let lock: Disposable | null;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // An existing directory keeps the mode it had; the store's files inside are readable by all.
    chmodSync(dataDir, 0o700);
    lock = takeStoreLock(dataDir);
  } catch (cause) {
    throw new LedgerError('store-unreachable', `Cannot use the data directory "${dataDir}": ${messageOf(cause)}`, {
      cause,
    });
  }
  if (lock !== null) return lock;
  throw new LedgerError(
    'store-locked',
    `Cannot open the store in "${dataDir}": another claimledger process has it open`,
  );
}

async function openServerStore(url: string, onError: (error: Error) => void): Promise<Store> {
  const pool = openPool(url, onError);
  const db = new Kysely<Schema>({ dialect: withInstants(new PostgresDialect({ pool })) });
  try {
    await sql`select 1`.execute(db);
  } catch (cause) {
    await db.destroy();
    throw new LedgerError(
      'store-unreachable',
      `Cannot reach the database at ${withoutSecrets(url)}: ${messageOf(cause)}`,
      { cause },
    );
  }
  return {
    kind: 'server',
    db,
    queueView: { kind: 'server', url },
    connectionUse: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    checkpoint: () => Promise.resolve(),
    maintain: () => Promise.resolve(),
    dump: () => Promise.resolve(null),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

/** The host and database of a connection string; its user and password never reach a message. */
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'DATABASE_URL' : `"${parsed.host}${parsed.pathname}"`;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
