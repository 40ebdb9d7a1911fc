/** What the command line offers, asked of the program itself: files that mention a command are held to it. */
import { Readable } from 'node:stream';
import { runSession } from '#src/cli/program.ts';

/**
 * The help text of the command that these words start with (`sources why ID` is `sources why`), null when the program does not
 * know it. Words after the command are its arguments.
 */
export async function helpOf(words: readonly string[]): Promise<string | null> {
  const names = words.slice(0, words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word)) >>> 0);
  for (let length = names.length; length > 0; length -= 1) {
    const help = await askHelp(names.slice(0, length));
    if (help !== null) return help;
  }
  return null;
}

/** A command's own help starts with its usage line; for an unknown part the program shows the help of what is around it. */
async function askHelp(names: readonly string[]): Promise<string | null> {
  let printed = '';
  const exitCode = await runSession({
    argv: [...names, '--help'],
    cwd: '/',
    env: {},
    version: '0',
    openHouse: () => Promise.reject(new Error('help opens no store')),
    house: null,
    stdin: Readable.from([]),
    signal: new AbortController().signal,
    columns: null,
    out: (text) => {
      printed += text;
    },
    err: () => {},
  });
  return exitCode === 0 && printed.startsWith(`Usage: claimledger ${names.join(' ')}`) ? printed : null;
}
