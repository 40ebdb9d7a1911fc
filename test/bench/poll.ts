/**
 * 1,000 feeds of 20 entries behind 20 ms of latency, cold and unchanged: the whole service beside readers that are installed. The
 * cold passes stand next to each other in time, and so do the others, so that all meet the same machine.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Contender, houseConnections, listHouses, listOthers } from './poll-contenders.ts';
import { judgePoll, type PassResult, type PollGate } from './poll-gates.ts';
import type { PollLog, PollSite } from './poll-site.ts';

const site: PollSite = { feedCount: 1_000, itemCount: 20, relevantCount: 1, latencyMs: 20 };
/** Nobody is asked twice within a minute, not even by hand. */
const betweenPassesMs = 61_000;
const lookMs = 50;
const clockTicksPerSecond = 100;
const pageSizeKilobytes = 1_024;

type Usage = { readonly wallSeconds: number; readonly cpuSeconds: number; readonly peakMegabytes: number };

/**
 * Prints one line per reader and pass, then the gates. `--store embedded` or `--store postgres` runs only that house; with
 * `--gate` the process ends with 1 when a gate is not passed.
 */
export async function benchPoll(argv: readonly string[] = []): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const chosen = argv.includes('--store') ? (argv[argv.indexOf('--store') + 1] ?? null) : null;
  const contenders = [...(await listHouses(chosen, closing)), ...listOthers()];
  const server = fork(fileURLToPath(new URL('./poll-site.ts', import.meta.url)), [JSON.stringify(site)]);
  closing.defer(() => void server.kill());
  const folder = mkdtempSync(join(tmpdir(), 'claimledger-bench-'));
  closing.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { port } = await receive(server, z.object({ port: z.int() }));
  const urls = Array.from({ length: site.feedCount }, (_, index) => `http://127.0.0.1:${port}/feed${index}`);
  const stands = contenders.map((contender, index) => ({ contender, folder: join(folder, String(index)) }));
  for (const stand of stands) await stand.contender.prepare(makeFolder(stand.folder), urls);
  printHead();
  const results: PassResult[] = [];
  for (const isCold of [true, false]) {
    if (!isCold) await sleep(betweenPassesMs);
    for (const stand of stands) results.push(await measure(stand, { isCold, server }));
  }
  const gates = judgePoll(results, site.feedCount);
  for (const gate of gates) printGate(gate);
  if (argv.includes('--gate') && gates.some(({ isPassed }) => !isPassed)) process.exitCode = 1;
}

function makeFolder(folder: string): string {
  mkdirSync(folder);
  return folder;
}

function printHead(): void {
  const { feedCount, itemCount, relevantCount, latencyMs } = site;
  console.log(
    `poll: ${feedCount} feeds x ${itemCount} entries, ${latencyMs} ms latency; ${relevantCount} entry of each is relevant, and claimledger reads its page`,
  );
  console.log(
    `claimledger keeps no spacing at this host and asks on ${houseConnections} connections; urlwatch asks on 10, rss2email on 1, without spacing anywhere`,
  );
  console.log('wall: the whole command; feeds: from the first feed request to the last answer, in the log of the site');
}

async function measure(
  { contender, folder }: { readonly contender: Contender; readonly folder: string },
  { isCold, server }: { readonly isCold: boolean; readonly server: ChildProcess },
): Promise<PassResult> {
  await readLog(server);
  const usage = await run(contender, contender.pass(folder, isCold));
  const log = await readLog(server);
  const { name, isHouse } = contender;
  const feedSeconds = ((log.lastFeedAt ?? 0) - (log.firstFeedAt ?? 0)) / 1_000;
  const pageSeconds = log.lastPageAt === null ? 0 : Math.max(0, (log.lastPageAt - (log.lastFeedAt ?? 0)) / 1_000);
  console.log(
    [
      `${name}, ${isCold ? 'cold' : 'unchanged'}: ${usage.wallSeconds.toFixed(1)} s wall`,
      `${feedSeconds.toFixed(2)} s feeds`,
      `${pageSeconds.toFixed(1)} s pages after them`,
      `${usage.cpuSeconds.toFixed(1)} s CPU`,
      `${usage.peakMegabytes.toFixed(0)} MB peak`,
      `${log.feedRequestCount} feed requests (${log.notModifiedCount} unchanged)`,
      `${log.pageRequestCount} others`,
    ].join(', '),
  );
  return { name, isHouse, isCold, wallSeconds: usage.wallSeconds, feedSeconds, feedRequestCount: log.feedRequestCount };
}

function printGate({ name, figure, least, isPassed }: PollGate): void {
  const wanted = least === null ? 'told only' : `at least ${least}`;
  const word = least === null ? 'told' : isPassed ? 'pass' : 'FAIL';
  console.log(`${word}  ${name} ${figure === null ? 'not measured' : figure.toFixed(2)}, ${wanted}`);
}

async function readLog(server: ChildProcess): Promise<PollLog> {
  const answer = receive(server, z.object({ log: z.custom<PollLog>() }));
  server.send('log');
  return (await answer).log;
}

async function receive<Message>(server: ChildProcess, schema: z.ZodType<Message>): Promise<Message> {
  const [message] = await once(server, 'message');
  return schema.parse(message);
}

/** Runs a command to its end and reads from /proc what it took; threads count, child processes do not. */
async function run({ command, env, isHouse }: Contender, args: readonly string[]): Promise<Usage> {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    // rss2email tells of each feed that it reads.
    stdio: ['ignore', 'ignore', isHouse ? 'inherit' : 'ignore'],
  });
  let cpuSeconds = 0;
  let peakMegabytes = 0;
  const look = setInterval(() => {
    const stat = readProc(child.pid, 'stat').split(') ')[1]?.split(' ') ?? [];
    const ticks = Number(stat[11] ?? 0) + Number(stat[12] ?? 0);
    cpuSeconds = Math.max(cpuSeconds, ticks / clockTicksPerSecond);
    const peak = /VmHWM:\s+(\d+)/.exec(readProc(child.pid, 'status'))?.[1] ?? 0;
    peakMegabytes = Math.max(peakMegabytes, Number(peak) / pageSizeKilobytes);
  }, lookMs);
  const [code] = await once(child, 'exit');
  clearInterval(look);
  if (code !== 0) console.log(`${command} ended with ${code}`);
  return { wallSeconds: (performance.now() - startedAt) / 1_000, cpuSeconds, peakMegabytes };
}

function readProc(pid: number | undefined, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // The process has just ended.
    return '';
  }
}
