import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
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

/**
 * The same for a folder. One that stands there is replaced when it holds nothing but files of these names, so that an export that died
 * just behind its end can be made again; of anybody else's folder nothing is touched. Throws `not-found` for that one, before it writes.
 */
export async function replaceFolder<Value>(
  path: string,
  options: { readonly fileNames: readonly string[]; readonly write: (part: string) => Promise<Value> },
): Promise<Value> {
  const foreign = (await listFolder(path)).find((name) => !options.fileNames.includes(name));
  if (foreign !== undefined)
    throw new LedgerError('not-found', `Cannot write "${path}": the folder holds "${foreign}", which is not ours`);
  return await replaceFile(path, async (part) => {
    await mkdir(part, { mode: 0o700 });
    const value = await options.write(part);
    // A folder takes the place of an empty one only. Whoever dies here leaves the new one whole under its other name.
    if ((await listFolder(path)).length > 0) await rm(path, { recursive: true });
    return value;
  });
}

/** The names in a folder; none where there is no folder. */
async function listFolder(path: string): Promise<readonly string[]> {
  return await readdir(path).catch(() => []);
}

/** The length of a file in bytes. */
export async function fileSize(path: string): Promise<number> {
  return (await stat(path)).size;
}

/** Writes a short text file. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flush: true });
}
