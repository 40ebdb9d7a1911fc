/** What the command line offers, asked of the commands themselves: files that mention a command are held to it. */
import { Readable } from 'node:stream';
import { Command } from 'commander';
import { commandGroups } from '#src/cli/program.ts';
import type { Session } from '#src/cli/session.ts';

/** A session in which nothing is carried out. */
const idle: Session = {
  argv: [],
  cwd: '/',
  env: {},
  version: '0.0.0',
  openHouse: () => Promise.reject(new Error('no store is opened for help')),
  openBareStore: () => Promise.reject(new Error('no store is opened for help')),
  house: null,
  carryOut: () => Promise.reject(new Error('nothing is carried out for help')),
  stdin: Readable.from([]),
  signal: new AbortController().signal,
  columns: null,
  out: () => {},
  err: () => {},
};

const root = new Command('claimledger');
for (const command of commandGroups.flatMap((group) => group(idle, () => {}))) root.addCommand(command);

/** Whether a command does nothing without one of its parts; `articles` searches for words too. */
function needsPart(command: Command): boolean {
  return command.commands.length > 0 && command.registeredArguments.length === 0;
}

/** The help text of the command that these words start with (`sources why ID` is `sources why`); null when there is none. */
export function helpOf(words: readonly string[]): string | null {
  let found = root;
  for (const word of words) {
    const next = found.commands.find((command) => command.name() === word);
    if (next !== undefined) found = next;
    else if (found === root || (needsPart(found) && /^[a-z]/.test(word))) return null;
    else break;
  }
  return found === root ? null : found.helpInformation();
}
