import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { LedgerError } from '#src/core/ledger-error.ts';

/**
 * Lets `write` make a file or folder under another name and puts it in its place when it is whole, so that nobody takes half an
 * export for one. Throws `not-found` when the place cannot be written.
 */
export async function replaceFile<Value>(path: string, write: (part: string) => Promise<Value>): Promise<Value> {
  const part = `${path}.part`;
  try {
    await rm(part, { recursive: true, force: true });
    const value = await write(part);
    await rename(part, path);
    return value;
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new LedgerError('not-found', `Cannot write "${path}": ${cause.message}`, { cause });
  }
}

/** Makes a folder that only its owner can open. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 });
}

/** The length of a file in bytes. */
export async function fileSize(path: string): Promise<number> {
  return (await stat(path)).size;
}

/** Writes a short text file. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flush: true });
}
