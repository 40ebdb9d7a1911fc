/** The command line: one program, the same whether a terminal or a running service carries a command out. */
import { Command, CommanderError } from 'commander';
import { LedgerError } from '#src/core/ledger-error.ts';
import { articleCommands } from './articles.ts';
import { backupCommands } from './backup.ts';
import { claimCommands } from './claims.ts';
import { digestCommands } from './digest.ts';
import { doctorCommands } from './doctor.ts';
import { exportCommands } from './export.ts';
import { importCommands } from './import.ts';
import { reviewCommands } from './review.ts';
import { serveCommands } from './serve.ts';
import type { CommandGroup, Program, Session } from './session.ts';
import { sourceCommands } from './sources.ts';
import { stageCommands } from './stages.ts';
import { webhookCommands } from './webhooks.ts';

export type { BareStore, House, HouseOptions, OpenHouse, Program, Session } from './session.ts';

/** Every command, in the order of the help. */
export const commandGroups: readonly CommandGroup[] = [
  serveCommands,
  digestCommands,
  articleCommands,
  claimCommands,
  reviewCommands,
  sourceCommands,
  importCommands,
  exportCommands,
  webhookCommands,
  stageCommands,
  doctorCommands,
  backupCommands,
];

/** Carries out the command line of a terminal and gives its exit code: 0 done, 1 could not be done, 2 asked wrongly. */
export async function runProgram(program: Program): Promise<number> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A reader that closed its end (`| head`) wants no more.
  process.stdout.on('error', () => process.exit(0));
  const isTerminal = process.stderr.isTTY === true;
  return await runSession({
    ...program,
    house: null,
    carryOut: runSession,
    stdin: process.stdin,
    signal: stopping.signal,
    columns: isTerminal ? (process.stderr.columns ?? 80) : null,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

/** Carries out one command in a session. Never throws: mistakes and failures are said on `err`, one clear line each. */
export async function runSession(session: Session): Promise<number> {
  let exitCode = 0;
  const root = new Command('claimledger')
    .description('Keeps a ledger of who said what about each tracked claim, in which exact words')
    .version(session.version);
  for (const command of commandGroups.flatMap((group) => group(session, (code) => (exitCode = code))))
    root.addCommand(command);
  settle(root, session);
  try {
    await root.parseAsync([...session.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, session);
  }
}

/** No command ends the process or prints past the session, however deep it is nested: it may run inside a service. */
function settle(command: Command, session: Session): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: session.out, writeErr: session.err })
    .showHelpAfterError('(see --help)');
  for (const part of command.commands) settle(part, session);
}

function explain(error: unknown, session: Session): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof LedgerError) {
    session.err(`claimledger: ${error.message}\n`);
    return error.exitCode;
  }
  session.err(`claimledger: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}
