import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { LedgerError } from '#src/core/ledger-error.ts';

/** What a file is known by: `key` stays the same when it is renamed, and changes when it grows. */
export type NamedFile = { readonly key: string; readonly name: string; readonly byteCount: number };

/** The beginning of a file names it, in bytes: archives begin with a record that has a number of its own. */
const namingBytes = 1024 * 1024;

/** Names a file by its beginning and its length. Throws `not-found` when it cannot be read. */
export async function nameFile(file: string): Promise<NamedFile> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, namingBytes)), 0, undefined, 0);
    const key = createHash('sha256').update(buffer.subarray(0, bytesRead)).update(` ${size}`).digest('hex');
    return { key, name: basename(file), byteCount: size };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LedgerError('not-found', `Cannot read "${file}": ${reason}`, { cause });
  }
}
