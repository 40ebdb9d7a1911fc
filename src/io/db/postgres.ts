/** A real Postgres (15 or later) behind a pool, speaking the same types as the embedded store. */
import pg from 'pg';

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 10_000;
// A query that runs longer than this is a mistake of ours; a page must not hold a connection for ever.
const STATEMENT_TIMEOUT_MS = 60_000;

const TIMESTAMPTZ = 1184;
const DATE = 1082;
const INT8 = 20;

const readers = new Map<number, (text: string) => unknown>([
  [TIMESTAMPTZ, (text) => Temporal.Instant.from(text)],
  [DATE, (text) => text],
  // Identity columns and counts stay far below 2^53; the driver would give text.
  [INT8, Number],
]);

/** Opens the pool. `onError` hears of idle connections that break; without a listener the process would end. */
export function openPool(databaseUrl: string, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'claimledger',
    options: '-c timezone=UTC -c random_page_cost=1.1',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        readers.get(oid) ?? (format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid)),
    } as pg.CustomTypesConfig,
  });
  pool.on('error', onError);
  // The pool listens to idle connections only. One that breaks between two statements of a transaction would end the process unheard;
  // its next statement fails, which is how its user learns of it.
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}
