/** The whole house in a folder of its own: commands in this process on a clock that can be moved, or as processes that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runSession } from '#src/cli/program.ts';
import type { House, OpenHouse } from '#src/cli/session.ts';
import type { Environment } from '#src/config/load.ts';
import { type Db, openImage, openStore, postgresDir } from '#src/io/db/store.ts';
import { openBareStore, openHouse } from '#src/main.ts';
import { migratedImage } from './store.ts';

/** A ledger file and a data directory, gone when disposed. `env` is all that a command is told. */
export type HouseFolder = AsyncDisposable & {
  readonly path: string;
  readonly ledgerFile: string;
  readonly dataDir: string;
  readonly env: Environment;
};

/** What a command did. */
export type CommandResult = { readonly code: number; readonly out: string; readonly err: string };

/** A clock that is ahead of the real one by as much as it was moved. */
export type MovableClock = {
  readonly now: () => Temporal.Instant;
  move(by: Temporal.DurationLike): void;
};

const program = fileURLToPath(new URL('../../src/start.ts', import.meta.url));

/** Makes a folder with this ledger in it. The embedded store in it has its tables already, unless there is a database. */
export async function makeHouseFolder(ledger: string, databaseUrl: string | null): Promise<HouseFolder> {
  const path = mkdtempSync(join(tmpdir(), 'claimledger-house-'));
  const ledgerFile = join(path, 'ledger.yaml');
  const dataDir = join(path, 'data');
  writeFileSync(ledgerFile, ledger);
  if (databaseUrl === null) {
    const store = await openImage(await migratedImage(), postgresDir(dataDir));
    await store[Symbol.asyncDispose]();
  }
  return {
    path,
    ledgerFile,
    dataDir,
    env: { LOG_LEVEL: 'error', ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) },
    [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Reads the store of a folder in which no command runs. */
export async function readHouse<Value>(folder: HouseFolder, read: (db: Db) => Promise<Value>): Promise<Value> {
  const { env, dataDir } = folder;
  await using store = await openStore({ databaseUrl: env['DATABASE_URL'] ?? null, dataDir, onError: () => {} });
  return await read(store.db);
}

/** A clock that shows the real time until it is moved. */
export function startClock(): MovableClock {
  let ahead = new Temporal.Duration();
  return {
    now: () => Temporal.Now.instant().add(ahead),
    move: (by) => {
      ahead = ahead.add(by);
    },
  };
}

/** Carries out one command in this process, on an open house as a service does or on one opened for it. */
export async function runCommand(
  folder: HouseFolder,
  argv: readonly string[],
  clock: MovableClock = startClock(),
  house: House | null = null,
): Promise<CommandResult> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runSession({
    argv,
    cwd: folder.path,
    env: folder.env,
    version: '0.0.0',
    openHouse: openHouseAt(clock),
    openBareStore: async (config) => ({ ...(await openBareStore(config)), now: clock.now }),
    house,
    carryOut: runSession,
    stdin: Readable.from([]),
    signal: new AbortController().signal,
    columns: null,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out: out.join(''), err: err.join('') };
}

/** The house of the composition root with another clock. */
export function openHouseAt(clock: MovableClock): OpenHouse {
  return async (config, options) => {
    const house = await openHouse(config, options);
    return { ...house, deps: { ...house.deps, now: clock.now } };
  };
}

/** A command that runs as a process of its own. */
export type StartedCommand = AsyncDisposable & {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
  /** Ends when the process has said these words on standard error; throws when it ends before. */
  untilSaid(words: string): Promise<void>;
};

/** Starts a command as a process of its own; disposing kills it. */
export function startCommand(folder: HouseFolder, argv: readonly string[], env: Environment = {}): StartedCommand {
  const child = spawn(process.execPath, [program, ...argv], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'], ...folder.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: string[] = [];
  const err: string[] = [];
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk) => out.push(String(chunk)));
  child.stderr.on('data', (chunk) => {
    err.push(String(chunk));
    for (const listener of listeners) listener();
  });
  const ended = once(child, 'close').then(([code]) => ({
    code: code === null ? -1 : Number(code),
    out: out.join(''),
    err: err.join(''),
  }));
  const untilSaid = async (words: string): Promise<void> => {
    const said = Promise.withResolvers<void>();
    const look = (): void => {
      if (err.join('').includes(words)) said.resolve();
    };
    listeners.add(look);
    look();
    const early = ended.then(({ code, err }) => {
      throw new Error(`"${argv.join(' ')}" ended with ${code} and did not say "${words}": ${err}`);
    });
    await Promise.race([said.promise, early]);
    early.catch(() => {});
    listeners.delete(look);
  };
  return {
    child,
    ended,
    untilSaid,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
