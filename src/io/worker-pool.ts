/**
 * Threads in which outside bytes are parsed, each parse with a limit of time and memory: one tag with 100,000 attributes takes
 * a parser 75 s, and only ending its thread stops it. A thread that was ended is replaced.
 */
import { getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { CaptionFile, ReadCaptions } from '#src/core/caption/captions.ts';
import type { FeedCandidate } from '#src/core/feed/address.ts';
import type { FeedDocument, FeedRefusal, ParsedFeed } from '#src/core/feed/feed.ts';
import type { LinkingPage } from '#src/core/feed/links.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import type { ExtractedPage, PageInput } from '#src/core/page/page.ts';
import { type Metrics, noMetrics } from './metrics.ts';

/** Longest parse of one document; hostile ones are ended here. */
const parseMsMax = 5_000;
const parseMemoryMbMax = 256;

/** What the threads can do. All reject with `parse-failed` when a limit was reached. */
export type WorkerPool = AsyncDisposable & {
  parseFeed(input: FeedDocument): Promise<ParsedFeed | FeedRefusal>;
  extractPage(input: PageInput): Promise<ExtractedPage>;
  findFeedLinks(input: LinkingPage): Promise<readonly FeedCandidate[]>;
  readCaptions(input: CaptionFile): Promise<ReadCaptions>;
};

/**
 * Threads for a service, which leaves a core to itself and its store: on two cores a second reader took a quarter more processor time, to
 * load and compile the same parsers, and nothing was read sooner.
 */
export const serviceThreads = Math.max(1, availableParallelism() - 1);

/** A pool of up to `threads` threads, one per core by default. */
export function openWorkerPool(threads: number = availableParallelism(), metrics: Metrics = noMetrics): WorkerPool {
  const pool = new Piscina({
    filename: new URL('./reading-thread.ts', import.meta.url).href,
    // Loading the parsers takes a thread 0.2 s of a core; a run that finds nothing new needs none.
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
    resourceLimits: { maxOldGenerationSizeMb: parseMemoryMbMax },
    // The parsers see nothing of this process's environment, only where compiled files are kept.
    env: { NODE_COMPILE_CACHE: getCompileCacheDir() ?? '' },
  });
  const waiting: (() => void)[] = [];
  let busyCount = 0;
  const run = async <Value>(name: string, input: { readonly url?: string | null }): Promise<Value> => {
    // The limit is about one document's own parse: waiting behind a slow one does not count.
    if (busyCount >= threads) await new Promise<void>((resolve) => waiting.push(resolve));
    busyCount += 1;
    const startedAtMs = performance.now();
    let isRead = false;
    try {
      const value: Value = await pool.run(input, { name, signal: AbortSignal.timeout(parseMsMax) });
      isRead = true;
      return value;
    } catch (cause) {
      throw new LedgerError('parse-failed', `Cannot read "${input.url ?? 'a document'}": ${reasonOf(cause)}`, {
        cause,
      });
    } finally {
      metrics.parsed(name, { isRead, seconds: (performance.now() - startedAtMs) / 1_000 });
      busyCount -= 1;
      waiting.shift()?.();
    }
  };
  return {
    parseFeed: (input) => run('parseFeed', input),
    extractPage: (input) => run('extractPage', input),
    findFeedLinks: (input) => run('findFeedLinks', input),
    readCaptions: (input) => run('readCaptions', input),
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'AbortError' || cause.name === 'TimeoutError') return `parsing took over ${parseMsMax / 1000} s`;
  if ('code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY') return `parsing took over ${parseMemoryMbMax} MB`;
  return cause.message;
}
