import { availableParallelism } from 'node:os';
import { Readability } from '@mozilla/readability';
import { Defuddle } from 'defuddle/node';
import { parseDocument } from 'htmlparser2';
import { parseHTML } from 'linkedom';
import { extractPage } from '#src/core/page/page.ts';
import { openWorkerPool, type WorkerPool } from '#src/io/worker-pool.ts';
import { median, printBar } from './bar.ts';
import { readPages } from './pages.ts';
import { answerTurns, openMeter, startRunner } from './runner.ts';

/**
 * Processor time that a reader is used for before it is measured, and in each turn. Code is compiled as it turns out to be used much:
 * after 1.3 s of reading the fastest one still takes a fifth more than after 3 s, when a reader that needs seconds for a pass is long
 * done. Counted in passes, the fast reader was measured cold and the slow one warm: 6.0 times as fast instead of 9.
 */
const WARM_UP_SECONDS = 3;
const TURN_SECONDS = 1;
const TURN_COUNT = 7;
/** A pass of defuddle takes seconds. */
const SLOW_TURN_COUNT = 1;
const POOL_ROUND_COUNT = 7;
const PAGE_URL = 'https://news.example/story';
const PEER_RATIO_MIN = 6;
/** Of two cores one cannot be had whole: the thread that hands out the pages runs beside them. */
const GROWTH_MIN = 1.5;

type Reader = {
  readonly name: string;
  readonly turnCount: number;
  readonly read: (bytes: Uint8Array) => unknown;
};

const PEER = 'readability + linkedom, body only';
const OWN = 'claimledger, body + metadata + links';
const READERS: readonly Reader[] = [
  { name: PEER, turnCount: TURN_COUNT, read: readWithReadability },
  {
    name: OWN,
    turnCount: TURN_COUNT,
    read: (bytes) => extractPage({ url: PAGE_URL, bytes, contentType: null }),
  },
  {
    name: 'defuddle + linkedom, body + metadata',
    turnCount: SLOW_TURN_COUNT,
    read: (bytes) => Defuddle(parseHTML(new TextDecoder().decode(bytes)).document, PAGE_URL),
  },
  {
    name: 'htmlparser2, parse only',
    turnCount: TURN_COUNT,
    read: (bytes) => parseDocument(new TextDecoder().decode(bytes)),
  },
];

/**
 * Prints the rate of each reader over the saved pages below `sharedDir`, or over this repository's own fixtures when there are
 * none, and how the rate of the pool grows with its threads. Rates are pages per second of processor time. Each reader has a
 * process of its own and pays for all that this process uses: threads of one process could not be told apart, and the reader that
 * runs next would pay for the garbage that another left. Warmed up by time, they take turns of the same length, so that a busy moment
 * of the machine hits them alike. A rate is that of the median turn; a ratio is the median of the ratios of the turns, which is not
 * the ratio of two best turns: a lucky turn of one reader would decide that.
 */
export async function benchExtract(sharedDir: string): Promise<void> {
  const pages = readPages(sharedDir);
  const megabytes = pages.reduce((sum, page) => sum + page.length, 0) / 1e6;
  const turns = `${TURN_COUNT} turns of ${TURN_SECONDS} s`;
  console.log(`extract: ${pages.length} pages, ${megabytes.toFixed(1)} MB, processor time, ${turns}`);
  const passes = await takeTurns(sharedDir);
  const peer = passes.get(PEER) ?? [];
  for (const [name, seconds] of passes) {
    const usual = median(seconds);
    const rates = `${(pages.length / usual).toFixed(0)} pages/s, ${(megabytes / usual).toFixed(1)} MB/s`;
    console.log(`  ${name}: ${rates}, ${compare(peer, seconds).toFixed(1)}x`);
  }
  printBar({
    name: 'speed of readability',
    figure: compare(peer, passes.get(OWN) ?? []),
    unit: 'x',
    least: PEER_RATIO_MIN,
  });
  await benchPool(pages);
}

/** How many times as fast the second reader was as the first, turn by turn. */
function compare(base: readonly number[], seconds: readonly number[]): number {
  return median(seconds.map((own, turn) => (base[turn] ?? Number.NaN) / own));
}

/** The seconds that a pass over all pages took each reader in each of its turns. */
async function takeTurns(sharedDir: string): Promise<ReadonlyMap<string, readonly number[]>> {
  using closing = new DisposableStack();
  const runs = READERS.map((reader) => ({
    ...reader,
    seconds: [] as number[],
    runner: closing.use(startRunner(import.meta.filename, [reader.name, sharedDir])),
  }));
  for (const { runner } of runs) await runner.run(String(WARM_UP_SECONDS));
  for (let turn = 0; turn < TURN_COUNT; turn++) {
    for (const { runner, seconds, turnCount } of runs) {
      if (turn < turnCount) seconds.push(...(await runner.run(String(TURN_SECONDS))));
    }
  }
  return new Map(runs.map(({ name, seconds }) => [name, seconds]));
}

/** Answers a number of seconds with what a pass took on average, in as many whole passes as need that long. */
function measureHere(name = '', sharedDir = ''): void {
  const reader = READERS.find((known) => known.name === name);
  if (reader === undefined) throw new Error(`There is no reader "${name}"`);
  const pages = readPages(sharedDir);
  const meter = openMeter();
  answerTurns(async (seconds) => {
    let used = 0;
    let passCount = 0;
    do {
      for (const page of pages) await reader.read(page);
      used += meter();
      passCount++;
    } while (used < Number(seconds));
    return [used / passCount];
  });
}

/**
 * Reads all pages through the pool of the service, with one thread and with one per core in turns, each thread as warm as the other.
 * The rate is by the clock on the wall; the processor time for a page tells whether threads hinder each other, also on a machine that
 * has other work. The growth is the median of the rounds.
 */
async function benchPool(pages: readonly Uint8Array[]): Promise<void> {
  const threads = availableParallelism();
  await using alone = openWorkerPool(1);
  await using together = openWorkerPool(threads);
  for (const pool of [alone, together]) await timePool(pool, pages, WARM_UP_SECONDS);
  const single: PoolTurn[] = [];
  const all: PoolTurn[] = [];
  for (let round = 0; round < POOL_ROUND_COUNT; round++) {
    single.push(await timePool(alone, pages, TURN_SECONDS));
    all.push(await timePool(together, pages, TURN_SECONDS));
  }
  for (const [count, turns] of [[1, single] as const, [threads, all] as const]) {
    const rate = median(turns.map((turn) => turn.rate));
    const cost = median(turns.map((turn) => turn.cost));
    console.log(`  pool of ${count}: ${rate.toFixed(0)} pages/s, ${cost.toFixed(2)} ms of processor time a page`);
  }
  if (threads > 1) {
    printBar({
      name: `growth of pages/s from 1 to ${threads} threads`,
      figure: median(all.map((turn, round) => turn.rate / (single[round]?.rate ?? Number.NaN))),
      unit: 'x',
      least: GROWTH_MIN,
    });
  }
}

/** What a turn of a pool gave: pages per second by the clock, and milliseconds of processor time a page. */
type PoolTurn = { readonly rate: number; readonly cost: number };

/** Whole passes until they have lasted `seconds`. */
async function timePool(pool: WorkerPool, pages: readonly Uint8Array[], seconds: number): Promise<PoolTurn> {
  const startedAt = performance.now();
  const usage = process.cpuUsage();
  let readCount = 0;
  let lasted = 0;
  do {
    await Promise.all(pages.map((bytes) => pool.extractPage({ url: PAGE_URL, bytes, contentType: null })));
    readCount += pages.length;
    lasted = (performance.now() - startedAt) / 1000;
  } while (lasted < seconds);
  const { user, system } = process.cpuUsage(usage);
  return { rate: readCount / lasted, cost: (user + system) / 1000 / readCount };
}

function readWithReadability(bytes: Uint8Array): string | null | undefined {
  const { document } = parseHTML(new TextDecoder().decode(bytes));
  return new Readability(document).parse()?.textContent;
}

if (import.meta.main) measureHere(...process.argv.slice(2));
