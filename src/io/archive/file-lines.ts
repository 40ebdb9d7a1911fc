/** Reads a file of lines, one JSON value on each, without ever holding more than one of them. */
import { open } from 'node:fs/promises';
import { readBytes } from './gzip-members.ts';

/** One line without its line feed; `offset` is its first byte. `bytes` is null when it is over the limit. */
export type FileLine = { readonly offset: number; readonly bytes: Uint8Array | null };

const chunkBytes = 64 * 1024;
const lineFeed = 10;

/** The lines of a file from `offset` on; those over `lineBytesMax` are passed over and said to be. */
export async function* readLines(
  file: string,
  options: { readonly offset: number; readonly lineBytesMax: number },
): AsyncGenerator<FileLine> {
  await using handle = await open(file, 'r');
  let start = options.offset;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const close = (): FileLine => {
    const isTooLong = heldBytes > options.lineBytesMax;
    const line = { offset: start, bytes: isTooLong ? null : Buffer.concat(held) };
    held = [];
    heldBytes = 0;
    return line;
  };
  for (let at = options.offset; ; ) {
    const chunk = await readBytes(handle, at, chunkBytes);
    if (chunk.length === 0) break;
    for (let from = 0; from < chunk.length; ) {
      const end = chunk.indexOf(lineFeed, from);
      const part = chunk.subarray(from, end === -1 ? chunk.length : end);
      heldBytes += part.length;
      if (heldBytes <= options.lineBytesMax) held.push(part);
      from += part.length;
      if (end === -1) continue;
      yield close();
      from += 1;
      start = at + from;
    }
    at += chunk.length;
  }
  if (heldBytes > 0) yield close();
}
