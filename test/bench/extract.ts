import { availableParallelism } from 'node:os';
import { Readability } from '@mozilla/readability';
import { Defuddle } from 'defuddle/node';
import { parseDocument } from 'htmlparser2';
import { parseHTML } from 'linkedom';
import { extractPage } from '#src/core/page.ts';
import { openWorkerPool } from '#src/io/worker-pool.ts';
import { median, printBar } from './bar.ts';
import { readPages } from './pages.ts';
import { answerTurns, openMeter, startRunner } from './runner.ts';

/** The first passes are slower than any later one: code is compiled as it turns out to be used much. */
const WARM_UP_COUNT = 2;
const PASS_COUNT = 8;
/** A pass of defuddle takes seconds. */
const SLOW_PASS_COUNT = 1;
const POOL_ROUND_COUNT = 5;
const PAGE_URL = 'https://news.example/story';
const PEER_RATIO_MIN = 6;
/** Of two cores one cannot be had whole: the thread that hands out the pages runs beside them. */
const GROWTH_MIN = 1.5;

type Reader = {
  readonly name: string;
  readonly passCount: number;
  readonly read: (bytes: Uint8Array) => unknown;
};

const PEER = 'readability + linkedom, body only';
const OWN = 'claimledger, body + metadata + links';
const READERS: readonly Reader[] = [
  { name: PEER, passCount: PASS_COUNT, read: readWithReadability },
  {
    name: OWN,
    passCount: PASS_COUNT,
    read: (bytes) => extractPage({ url: PAGE_URL, bytes, contentType: null }),
  },
  {
    name: 'defuddle + linkedom, body + metadata',
    passCount: SLOW_PASS_COUNT,
    read: (bytes) => Defuddle(parseHTML(new TextDecoder().decode(bytes)).document, PAGE_URL),
  },
  {
    name: 'htmlparser2, parse only',
    passCount: PASS_COUNT,
    read: (bytes) => parseDocument(new TextDecoder().decode(bytes)),
  },
];

/**
 * Prints the rate of each reader over the saved pages below `sharedDir`, or over this repository's own fixtures when there are
 * none, and how the rate of the pool grows with its threads. Rates are pages per second of processor time. Each reader has a
 * process of its own and pays for all that this process uses: threads of one process could not be told apart, and the reader that
 * runs next would pay for the garbage that another left. They take turns pass by pass, so that a busy moment of the machine hits
 * them alike, and a ratio is the median of the turns.
 */
export async function benchExtract(sharedDir: string): Promise<void> {
  const pages = readPages(sharedDir);
  const megabytes = pages.reduce((sum, page) => sum + page.length, 0) / 1e6;
  console.log(`extract: ${pages.length} pages, ${megabytes.toFixed(1)} MB, processor time, ${PASS_COUNT} turns`);
  const passes = await takeTurns(sharedDir);
  const peer = passes.get(PEER) ?? [];
  for (const [name, seconds] of passes) {
    const best = Math.min(...seconds);
    const rates = `${(pages.length / best).toFixed(0)} pages/s, ${(megabytes / best).toFixed(1)} MB/s`;
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

/** The seconds of each reader's passes, in turns. */
async function takeTurns(sharedDir: string): Promise<ReadonlyMap<string, readonly number[]>> {
  using closing = new DisposableStack();
  const runs = READERS.map((reader) => ({
    ...reader,
    seconds: [] as number[],
    runner: closing.use(startRunner(import.meta.filename, [reader.name, sharedDir])),
  }));
  for (let turn = 0; turn < WARM_UP_COUNT + PASS_COUNT; turn++) {
    for (const { runner, seconds, passCount } of runs) {
      if (turn >= passCount + WARM_UP_COUNT) continue;
      const used = await runner.run('pass');
      if (turn >= WARM_UP_COUNT) seconds.push(...used);
    }
  }
  return new Map(runs.map(({ name, seconds }) => [name, seconds]));
}

function measureHere(name = '', sharedDir = ''): void {
  const reader = READERS.find((known) => known.name === name);
  if (reader === undefined) throw new Error(`There is no reader "${name}"`);
  const pages = readPages(sharedDir);
  const meter = openMeter();
  answerTurns(async () => {
    for (const page of pages) await reader.read(page);
    return [meter()];
  });
}

/**
 * Reads all pages through the pool of the service, with one thread and with one per core in turns. The rate is by the clock on
 * the wall; the processor time for a page tells whether threads hinder each other, also on a machine that has other work.
 */
async function benchPool(pages: readonly Uint8Array[]): Promise<void> {
  const counts = [1, availableParallelism()];
  const rates: number[][] = counts.map(() => []);
  const costs: number[][] = counts.map(() => []);
  for (let round = -1; round < POOL_ROUND_COUNT; round++) {
    for (const [at, count] of counts.entries()) {
      const { rate, cost } = await timePool(count, pages);
      if (round < 0) continue;
      rates[at]?.push(rate);
      costs[at]?.push(cost);
    }
  }
  for (const [at, count] of counts.entries()) {
    const rate = Math.max(...(rates[at] ?? []));
    const cost = Math.min(...(costs[at] ?? []));
    console.log(`  pool of ${count}: ${rate.toFixed(0)} pages/s, ${cost.toFixed(2)} ms of processor time a page`);
  }
  const [alone = [], together = []] = rates;
  const growth = Math.max(...together) / Math.max(...alone);
  if (availableParallelism() > 1) {
    printBar({
      name: `growth of pages/s from 1 to ${counts[1]} threads`,
      figure: growth,
      unit: 'x',
      least: GROWTH_MIN,
    });
  }
}

async function timePool(
  threads: number,
  pages: readonly Uint8Array[],
): Promise<{ readonly rate: number; readonly cost: number }> {
  await using pool = openWorkerPool(threads);
  const readAll = () =>
    Promise.all(pages.map((bytes) => pool.extractPage({ url: PAGE_URL, bytes, contentType: null })));
  await readAll();
  await readAll();
  const started = { at: performance.now(), usage: process.cpuUsage() };
  await readAll();
  const { user, system } = process.cpuUsage(started.usage);
  return {
    rate: pages.length / ((performance.now() - started.at) / 1000),
    cost: (user + system) / 1000 / pages.length,
  };
}

function readWithReadability(bytes: Uint8Array): string | null | undefined {
  const { document } = parseHTML(new TextDecoder().decode(bytes));
  return new Readability(document).parse()?.textContent;
}

if (import.meta.main) measureHere(...process.argv.slice(2));
