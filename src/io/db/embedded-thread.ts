/**
 * The embedded Postgres, alone in its thread: a query never blocks the service's event loop (measured: 0 timer ticks during a
 * 3.8 s query in process, gaps of 16 to 49 ms this way). It answers messages; `embedded.ts` is the other side.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { EmbeddedSession, type EndTransaction } from './embedded-session.ts';

/** What the service asks of the thread. A statement with `transaction` runs inside that open transaction. */
export type EmbeddedRequest =
  | {
      readonly op: 'query';
      readonly sql: string;
      readonly parameters: readonly unknown[];
      readonly transaction?: number;
    }
  | { readonly op: 'exec'; readonly sql: string }
  | { readonly op: 'begin'; readonly transaction: number }
  | { readonly op: 'end'; readonly transaction: number; readonly commit: boolean }
  | { readonly op: 'listen'; readonly channel: string }
  | { readonly op: 'unlisten'; readonly channel: string }
  | { readonly op: 'dump' }
  | { readonly op: 'close' };

/** How the thread is started: `dataDir` null keeps everything in memory, `image` is a dumped data directory to start from. */
export type EmbeddedOptions = { readonly dataDir: string | null; readonly image: Uint8Array | null };

/** What comes back for a request, or a notification on a channel. */
export type EmbeddedReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: Readonly<Record<string, unknown>> }
  | { readonly channel: string; readonly payload: string };

// shared_buffers 32 MB halves the memory (248 MB against 335 MB); max_wal_size is small because nothing but our own maintenance
// checkpoints; random_page_cost 1.1 keeps the planner from reading TOASTed tables in sequence; UTC so that text times compare.
const SETTINGS = ['shared_buffers=32MB', 'max_wal_size=64MB', 'random_page_cost=1.1', 'timezone=UTC'] as const;
// timestamptz, timestamp and date stay text here: Temporal values cannot cross a thread, and a Date would lose the day.
const TEXT_TYPES = [1184, 1114, 1082] as const;

/** Opens the data directory, made at 0700 because the store's own files are world-writable whatever the umask. */
async function open(options: EmbeddedOptions): Promise<PGlite> {
  if (options.dataDir !== null) {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    // Postgres refuses to start beside an empty lock file, which 10 of 25 processes left that were killed while they wrote it. The lock
    // that keeps others out is our own.
    rmSync(join(options.dataDir, 'postmaster.pid'), { force: true });
  }
  const keep = (text: string): string => text;
  return await PGlite.create({
    ...(options.dataDir === null ? {} : { dataDir: options.dataDir }),
    ...(options.image === null ? {} : { loadDataDir: new Blob([new Uint8Array(options.image)]) }),
    extensions: { pg_trgm, unaccent },
    startParams: [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ['-c', setting])],
    parsers: Object.fromEntries(TEXT_TYPES.map((type) => [type, keep])),
  });
}

/** The fields of a Postgres error that its callers read; an Error loses them when it crosses a thread. */
function plainError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  const fields = Object.fromEntries(
    Object.entries(error).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  );
  return { ...fields, message, stack };
}

function serve(port: MessagePort, db: PGlite): void {
  const session = new EmbeddedSession(db);
  const transactions = new Map<number, Promise<EndTransaction>>();
  const listeners = new Map<string, () => Promise<void>>();
  const answer = async (request: EmbeddedRequest): Promise<unknown> => {
    switch (request.op) {
      case 'query': {
        const run = () => session.run(request.sql, request.parameters);
        if (request.transaction === undefined) return await session.inTurn(run);
        const begun = transactions.get(request.transaction);
        if (begun === undefined) throw new Error('the transaction has ended');
        await begun;
        return await run();
      }
      case 'exec': {
        const results = await session.inTurn(() => db.exec(request.sql));
        return results.map(({ rows, fields }) => ({ rows, fields }));
      }
      case 'begin': {
        const begun = session.begin();
        transactions.set(request.transaction, begun);
        await begun;
        return null;
      }
      case 'end': {
        const begun = transactions.get(request.transaction);
        transactions.delete(request.transaction);
        const end = await begun;
        await end?.(request.commit);
        return null;
      }
      case 'listen': {
        const { channel } = request;
        const tell = (payload: string) => port.postMessage({ channel, payload });
        listeners.set(channel, await session.inTurn(() => db.listen(channel, tell)));
        return null;
      }
      case 'unlisten': {
        const stop = listeners.get(request.channel);
        listeners.delete(request.channel);
        if (stop !== undefined) await session.inTurn(stop);
        return null;
      }
      case 'dump':
        return await session.inTurn(async () => new Uint8Array(await (await db.dumpDataDir('none')).arrayBuffer()));
      case 'close':
        await session.inTurn(() => db.close());
        return null;
    }
  };
  port.on('message', ({ id, request }: { id: number; request: EmbeddedRequest }) => {
    answer(request).then(
      (result) => port.postMessage({ id, result }),
      (error) => port.postMessage({ id, error: plainError(error) }),
    );
  });
}

if (parentPort !== null) {
  const port = parentPort;
  try {
    const db = await open(workerData);
    serve(port, db);
    port.postMessage({ id: 0, result: null });
  } catch (error) {
    port.postMessage({ id: 0, error: plainError(error) });
  }
}
