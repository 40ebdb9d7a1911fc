/** 1,000 feeds of 20 entries behind 20 ms of latency, cold and unchanged: the whole service beside readers that are installed. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { z } from 'zod';
import { buildOpml } from '#src/core/opml.ts';
import { migrate } from '#src/io/db/migrate.ts';
import { openStore } from '#src/io/db/store.ts';
import { execute, findPostgresProblem, startPostgres } from '#test/support/postgres.ts';
import { riverLedger } from '#test/support/river-ledger.ts';
import type { PollLog, PollSite } from './poll-site.ts';

const site: PollSite = { feedCount: 1_000, itemCount: 20, relevantCount: 1, latencyMs: 20 };
/** Nobody is asked twice within a minute, not even by hand. */
const betweenPassesMs = 61_000;
const lookMs = 100;
const clockTicksPerSecond = 100;
const pageSizeKilobytes = 1_024;

/** One reader: how it is set up in a folder, and the commands of its two passes. */
type Contender = {
  readonly name: string;
  readonly command: string;
  readonly prepare: (folder: string, urls: readonly string[]) => Promise<void>;
  readonly pass: (folder: string, isCold: boolean) => readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly pauseMs: number;
};

type Usage = { readonly wallSeconds: number; readonly cpuSeconds: number; readonly peakMegabytes: number };

const program = fileURLToPath(new URL('../../src/start.ts', import.meta.url));

/** Prints one line per reader and pass. `--store embedded` or `--store postgres` in the arguments runs only that house. */
export async function benchPoll(argv: readonly string[] = []): Promise<void> {
  await using closing = new AsyncDisposableStack();
  const contenders = [...(await listHouses(argv, closing)), ...listOthers()];
  console.log(
    `poll: ${site.feedCount} feeds x ${site.itemCount} entries, ${site.latencyMs} ms latency; one entry of each feed is relevant and its page is read`,
  );
  console.log('claimledger keeps no spacing at this host, as the others keep none at any');
  for (const contender of contenders) await measure(contender);
}

async function listHouses(argv: readonly string[], closing: AsyncDisposableStack): Promise<readonly Contender[]> {
  const chosen = argv[argv.indexOf('--store') + 1];
  const isChosen = (store: string) => !argv.includes('--store') || chosen === store;
  const houses = isChosen('embedded') ? [house('claimledger, embedded store', {})] : [];
  if (!isChosen('postgres')) return houses;
  const problem = findPostgresProblem();
  if (problem !== null) {
    console.log(`claimledger, Postgres: skipped, ${problem}`);
    return houses;
  }
  const server = closing.use(await startPostgres());
  const name = `claimledger-bench-${process.pid}`;
  const databaseUrl = await server.createDatabase(name);
  closing.defer(() => execute(server.url, `drop database if exists "${name}" with (force)`));
  await using store = await openStore({ databaseUrl, dataDir: '', onError: () => {} });
  await migrate(store.db);
  return [...houses, house('claimledger, Postgres', { DATABASE_URL: databaseUrl })];
}

function house(name: string, env: NodeJS.ProcessEnv): Contender {
  return {
    name,
    command: process.execPath,
    env: { ...env, LOG_LEVEL: 'error' },
    pauseMs: betweenPassesMs,
    prepare: async (folder, urls) => {
      const host = new URL(urls[0] ?? '').host;
      const fetch = { allowPrivate: [host], hosts: { [host]: { spacing: '0s', connections: 16 } } };
      const ledger = { version: 1, name: 'Bench', ...riverLedger, sources: urls.map((url) => ({ url })), fetch };
      writeFileSync(join(folder, 'ledger.yaml'), stringify(ledger));
    },
    pass: (folder, isCold) => [
      program,
      'run',
      '--until-idle',
      ...(isCold ? [] : ['--all']),
      '--config',
      join(folder, 'ledger.yaml'),
    ],
  };
}

/** Readers of the distribution; those that are not installed are named and skipped. */
function listOthers(): readonly Contender[] {
  const all: readonly Contender[] = [
    {
      name: 'urlwatch',
      command: 'urlwatch',
      env: {},
      pauseMs: 0,
      prepare: async (folder, urls) =>
        writeFileSync(join(folder, 'urls.yaml'), urls.map((url) => `---\nurl: "${url}"\n`).join('')),
      pass: (folder) => [
        '--urls',
        join(folder, 'urls.yaml'),
        '--config',
        join(folder, 'config.yaml'),
        '--cache',
        join(folder, 'cache.db'),
      ],
    },
    {
      name: 'rss2email',
      command: 'r2e',
      env: {},
      pauseMs: 0,
      prepare: async (folder, urls) => {
        const files = ['-c', join(folder, 'r2e.cfg'), '-d', join(folder, 'r2e.json')];
        const list = join(folder, 'list.opml');
        writeFileSync(
          list,
          buildOpml(
            'Bench',
            urls.map((url, index) => ({ url, name: `feed${index}` })),
          ),
        );
        await once(spawn('r2e', [...files, 'new', 'me@localhost'], { stdio: 'ignore' }), 'exit');
        await once(spawn('r2e', [...files, 'opmlimport', list], { stdio: 'ignore' }), 'exit');
      },
      pass: (folder) => ['-c', join(folder, 'r2e.cfg'), '-d', join(folder, 'r2e.json'), 'run', '--no-send'],
    },
  ];
  const isInstalled = ({ command }: Contender) =>
    (process.env['PATH'] ?? '').split(delimiter).some((folder) => canRead(join(folder, command)));
  for (const { name } of all.filter((each) => !isInstalled(each))) console.log(`${name}: skipped, it is not installed`);
  return all.filter(isInstalled);
}

async function measure(contender: Contender): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'claimledger-bench-'));
  const server = fork(fileURLToPath(new URL('./poll-site.ts', import.meta.url)), [JSON.stringify(site)]);
  try {
    const { port } = await receive(server, z.object({ port: z.int() }));
    const urls = Array.from({ length: site.feedCount }, (_, index) => `http://127.0.0.1:${port}/feed${index}`);
    await contender.prepare(folder, urls);
    for (const isCold of [true, false]) {
      await readLog(server);
      const usage = await run(contender, contender.pass(folder, isCold));
      print(`${contender.name}, ${isCold ? 'cold' : 'unchanged'}`, usage, await readLog(server));
      if (isCold) await sleep(contender.pauseMs);
    }
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(name: string, usage: Usage, log: PollLog): void {
  const feedSeconds = ((log.lastFeedAt ?? 0) - (log.firstFeedAt ?? 0)) / 1_000;
  const pageSeconds = log.lastPageAt === null ? 0 : Math.max(0, (log.lastPageAt - (log.lastFeedAt ?? 0)) / 1_000);
  console.log(
    [
      `${name}: ${usage.wallSeconds.toFixed(1)} s wall`,
      `${feedSeconds.toFixed(1)} s feeds`,
      `${pageSeconds.toFixed(1)} s pages after them`,
      `${usage.cpuSeconds.toFixed(1)} s CPU`,
      `${usage.peakMegabytes.toFixed(0)} MB peak`,
      `${log.feedRequestCount} feed requests (${log.notModifiedCount} unchanged)`,
      `${log.pageRequestCount} others`,
    ].join(', '),
  );
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
async function run({ command, env }: Contender, args: readonly string[]): Promise<Usage> {
  const startedAt = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
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

function canRead(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}
