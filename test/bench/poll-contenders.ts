/** Who takes part in the poll bench, how each is set up in a folder, and the commands of its passes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { buildOpml } from '#src/core/feed/opml.ts';
import { execute, findPostgresProblem, startPostgres } from '#test/support/postgres.ts';
import { riverLedger } from '#test/support/river-ledger.ts';

/** One reader. `prepare` makes its lists and stores in a folder, which no pass counts. */
export type Contender = {
  readonly name: string;
  readonly isHouse: boolean;
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  readonly prepare: (folder: string, urls: readonly string[]) => Promise<void>;
  readonly pass: (folder: string, isCold: boolean) => readonly string[];
};

/** The ledger's highest setting; urlwatch asks on 10 connections and rss2email on one, and neither can be told otherwise. */
export const houseConnections = 64;

const program = fileURLToPath(new URL('../../src/start.ts', import.meta.url));

/** claimledger on each store that can be had; `chosen` = only that one. What is left out is said. */
export async function listHouses(chosen: string | null, closing: AsyncDisposableStack): Promise<readonly Contender[]> {
  const houses = chosen === 'postgres' ? [] : [house('claimledger, embedded store', {})];
  if (chosen === 'embedded') return houses;
  const problem = findPostgresProblem();
  if (problem !== null) {
    console.log(`claimledger, Postgres: skipped, ${problem}`);
    return houses;
  }
  const server = closing.use(await startPostgres());
  const name = `claimledger-bench-${process.pid}`;
  const databaseUrl = await server.createDatabase(name);
  closing.defer(() => execute(server.url, `drop database if exists "${name}" with (force)`));
  return [...houses, house('claimledger, Postgres', { DATABASE_URL: databaseUrl })];
}

function house(name: string, databaseEnv: NodeJS.ProcessEnv): Contender {
  const env = { ...databaseEnv, LOG_LEVEL: 'error' };
  return {
    name,
    isHouse: true,
    command: process.execPath,
    env,
    prepare: async (folder, urls) => {
      const host = new URL(urls[0] ?? '').host;
      const fetch = { allowPrivate: [host], hosts: { [host]: { spacing: '0s', connections: houseConnections } } };
      const ledger = { version: 1, name: 'Bench', ...riverLedger, sources: urls.map((url) => ({ url })), fetch };
      const file = join(folder, 'ledger.yaml');
      writeFileSync(file, stringify(ledger));
      await carryOut(process.execPath, [program, 'migrate', '--config', file], env);
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

/** Readers of the distribution; those that are not installed are named and left out. */
export function listOthers(): readonly Contender[] {
  const installed = [urlwatch, rss2email].filter(({ command }) => isInstalled(command));
  for (const { name } of [urlwatch, rss2email].filter(({ command }) => !isInstalled(command)))
    console.log(`${name}: skipped, it is not installed`);
  return installed;
}

/** Keeps each feed's text in its cache and writes its report of what is new to standard output, as it does by default. */
const urlwatch: Contender = {
  name: 'urlwatch',
  isHouse: false,
  command: 'urlwatch',
  env: {},
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
};

const rss2email: Contender = {
  name: 'rss2email',
  isHouse: false,
  command: 'r2e',
  env: {},
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
    await carryOut('r2e', [...files, 'new', 'me@localhost'], {});
    await carryOut('r2e', [...files, 'opmlimport', list], {});
  },
  pass: (folder) => ['-c', join(folder, 'r2e.cfg'), '-d', join(folder, 'r2e.json'), 'run', '--no-send'],
};

async function carryOut(command: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, argv, { env: { ...process.env, ...env }, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${code}`);
}

function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}
