/** The embedded store as the service sees it: the few methods that kysely's and the queue's own PGlite adapters call. */
import { Worker } from 'node:worker_threads';
import type { EmbeddedOptions, EmbeddedReply, EmbeddedRequest } from './embedded-thread.ts';

type Field = { readonly name: string; readonly dataTypeID: number };
type Result = {
  readonly rows: Record<string, unknown>[];
  readonly fields: readonly Field[];
  readonly affectedRows?: number;
};
/** Turns the thread's text for timestamptz into the caller's own type of instant. */
type ReadInstant = (text: string) => unknown;

const TIMESTAMPTZ = 1184;

/** One view of the store; each view reads instants in its own type. */
export type EmbeddedView = {
  readonly ready: boolean;
  readonly closed: boolean;
  readonly waitReady: Promise<void>;
  query<Row>(sql: string, parameters?: unknown[]): Promise<{ rows: Row[]; fields: Field[]; affectedRows?: number }>;
  exec(sql: string): Promise<{ rows: Record<string, unknown>[] }[]>;
  transaction<Value>(run: (tx: EmbeddedTransaction) => Promise<Value>): Promise<Value>;
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

type EmbeddedTransaction = Pick<EmbeddedView, 'query'> & { rollback(): Promise<void> };

/** The running embedded store: `forKysely` speaks Temporal, `forQueue` speaks Date (the queue's own type). */
export type EmbeddedStore = {
  readonly forKysely: EmbeddedView;
  readonly forQueue: EmbeddedView;
  /** The whole data directory as one uncompressed tar, from the running instance; every query waits meanwhile. */
  dump(): Promise<Uint8Array>;
  close(): Promise<void>;
};

/** Starts the thread and waits until Postgres answers. Throws what Postgres said when the directory cannot be opened. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedStore> {
  const thread = new Thread(options);
  await thread.opened;
  return {
    forKysely: view(thread, (text) => Temporal.Instant.from(text)),
    forQueue: view(thread, (text) => new Date(text)),
    dump: async () => (await thread.ask({ op: 'dump' })) as Uint8Array,
    close: () => thread.close(),
  };
}

/** The thread with the calls that are still open. A class, because it has a lifetime. */
class Thread {
  readonly opened: Promise<unknown>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #listeners = new Map<string, (payload: string) => void>();
  #lastId = 0;
  #isClosed = false;

  constructor(options: EmbeddedOptions) {
    this.#worker = new Worker(new URL('./embedded-thread.ts', import.meta.url), { workerData: options });
    this.opened = this.#expect(0);
    this.#worker.on('message', (reply: EmbeddedReply) => this.#receive(reply));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#fail(new Error('the embedded store has stopped')));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  ask(request: EmbeddedRequest): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new Error('the embedded store is closed'));
    this.#lastId += 1;
    const answer = this.#expect(this.#lastId);
    this.#worker.postMessage({ id: this.#lastId, request });
    return answer;
  }

  onNotify(channel: string, onPayload: (payload: string) => void): void {
    this.#listeners.set(channel, onPayload);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.ask({ op: 'close' });
    this.#isClosed = true;
    await this.#worker.terminate();
  }

  #expect(id: number): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  }

  #receive(reply: EmbeddedReply): void {
    if ('channel' in reply) {
      this.#listeners.get(reply.channel)?.(reply.payload);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(Object.assign(new Error(String(reply.error['message'])), reply.error));
    else waiting?.resolve(reply.result);
  }

  #fail(error: Error): void {
    this.#isClosed = true;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

let lastTransaction = 0;

function view(thread: Thread, readInstant: ReadInstant): EmbeddedView {
  const query = async (sql: string, parameters: readonly unknown[], transaction?: number) => {
    const request = { op: 'query' as const, sql, parameters: parameters.map(asParameter) };
    const result = (await thread.ask(transaction === undefined ? request : { ...request, transaction })) as Result;
    return readInstants(result, readInstant);
  };
  return {
    get closed() {
      return thread.isClosed;
    },
    ready: true,
    waitReady: Promise.resolve(),
    query: (sql, parameters = []) => query(sql, parameters) as never,
    exec: async (sql) => {
      const results = (await thread.ask({ op: 'exec', sql })) as Result[];
      return results.map((result) => readInstants(result, readInstant));
    },
    transaction: async (run) => {
      lastTransaction += 1;
      const transaction = lastTransaction;
      // Not waited for, as the thread takes one request after the other; when it fails, so does all that follows.
      thread.ask({ op: 'begin', transaction }).catch(() => undefined);
      let commit = false;
      try {
        const value = await run({
          query: (sql, parameters = []) => query(sql, parameters, transaction) as never,
          rollback: () => Promise.reject(new Error('throw to roll back')),
        });
        commit = true;
        return value;
      } finally {
        await thread.ask({ op: 'end', transaction, commit });
      }
    },
    listen: async (channel, onPayload) => {
      thread.onNotify(channel, onPayload);
      await thread.ask({ op: 'listen', channel });
      return async () => {
        if (!thread.isClosed) await thread.ask({ op: 'unlisten', channel });
      };
    },
    close: () => thread.close(),
  };
}

/** Instants travel as text; everything else is cloneable as it is. */
function asParameter(value: unknown): unknown {
  return value instanceof Temporal.Instant ? value.toString() : value;
}

function readInstants(result: Result, readInstant: ReadInstant): Result {
  const names = result.fields.filter((field) => field.dataTypeID === TIMESTAMPTZ).map((field) => field.name);
  for (const row of result.rows) {
    for (const name of names) {
      const text = row[name];
      if (typeof text === 'string') row[name] = readInstant(text);
    }
  }
  return result;
}
