/** What a command gets from the process that carries it out, and how it comes to the store. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type Config, type Environment, loadConfig } from '#src/config/load.ts';
import type { Ledger } from '#src/config/schema.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { handOver } from '#src/io/control.ts';
import type { Deps } from '#src/io/deps.ts';
import type { NamedJob } from '#src/io/queue.ts';

/**
 * How a store is opened: whether it may be brought up to date, whether the file or the stored revision speaks, and whether this is
 * a service, which logs what it does on stdout, or a command, which logs only trouble and beside its output.
 */
export type HouseOptions = {
  readonly kind: 'service' | 'command';
  readonly schema: 'migrate' | 'check';
  readonly ledger: 'file' | 'stored';
  readonly signal: AbortSignal;
};

/** Everything opened: what jobs and commands work with. */
export type House = AsyncDisposable & {
  readonly deps: Deps;
  readonly jobs: readonly NamedJob[];
  /** The numbers of this process as Prometheus reads them; null in a command. */
  readonly renderMetrics: (() => Promise<string>) | null;
  /** Puts another ledger in force. */
  reload(ledger: Ledger): Promise<void>;
};

/** Only a store, whatever schema it has, for what comes before a house can be opened on it. */
export type BareStore = AsyncDisposable & Pick<Deps, 'db' | 'now'>;

export type OpenHouse = (config: Config, options: HouseOptions) => Promise<House>;

/** What the composition root hands in. */
export type Program = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  readonly version: string;
  readonly openHouse: OpenHouse;
  readonly openBareStore: (config: Config) => Promise<BareStore>;
};

/** One command under way. `house` is set inside a running service; `columns` is null when nobody watches. */
export type Session = Program & {
  readonly house: House | null;
  /** Carries out another command, as a service does for those that are handed to it. */
  readonly carryOut: (session: Session) => Promise<number>;
  readonly stdin: NodeJS.ReadableStream;
  readonly signal: AbortSignal;
  readonly columns: number | null;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
};

/** A group of commands; `exit` sets the exit code of a command that did its work and says no. */
export type CommandGroup = (session: Session, exit: (code: number) => void) => readonly Command[];

/** A service that is just starting holds the lock before it listens; it gets this long. */
const startingMsMax = 15_000;
const retryMs = 250;

/** A command with the option that every command has. */
export function command(name: string, description: string): Command {
  return new Command(name).description(description).option('--config <file>', 'the ledger file (default: ledger.yaml)');
}

/** Reads the config that a command's `--config` names. Throws `LedgerError` `config` with every mistake. */
export function configOf(session: Session, options: { readonly config?: string }): Config {
  const file = options.config ?? defaultLedger(session.cwd);
  const config = loadConfig({ file, env: session.env, cwd: session.cwd });
  for (const warning of config.warnings) session.err(`claimledger: ${warning}\n`);
  return config;
}

/** The ledger of the folder, else the one that came with the program. */
function defaultLedger(cwd: string): string {
  const shipped = fileURLToPath(new URL('../../ledger.yaml', import.meta.url));
  return existsSync(resolve(cwd, 'ledger.yaml')) ? 'ledger.yaml' : shipped;
}

/**
 * Runs `work` on the store: on the running service's, which then carries out the whole command and prints for us, else on one
 * opened for this command alone. Gives null when the service has done it.
 */
export async function withHouse<Value>(
  session: Session,
  options: {
    readonly config?: string;
    readonly ledger?: HouseOptions['ledger'];
    readonly onHandedOver: (code: number) => void;
  },
  work: (house: House) => Promise<Value>,
): Promise<Value | null> {
  if (session.house !== null) return await work(session.house);
  const config = configOf(session, options);
  const opened = await openOrHandOver(session, config, options.ledger ?? 'stored');
  if (typeof opened === 'number') {
    options.onHandedOver(opened);
    return null;
  }
  await using house = opened;
  return await work(house);
}

async function openOrHandOver(
  session: Session,
  config: Config,
  ledger: HouseOptions['ledger'],
): Promise<House | number> {
  for (let waitedMs = 0; ; waitedMs += retryMs) {
    if (config.databaseUrl === null) {
      const handover = { argv: [...session.argv], cwd: session.cwd, columns: session.columns };
      const code = await handOver(config.dataDir, handover, session);
      if (code !== null) return code;
    }
    try {
      return await session.openHouse(config, { kind: 'command', schema: 'check', ledger, signal: session.signal });
    } catch (error) {
      const isStarting = error instanceof LedgerError && error.code === 'store-locked' && waitedMs < startingMsMax;
      if (!isStarting) throw error;
      await sleep(retryMs);
    }
  }
}
