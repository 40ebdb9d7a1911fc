/**
 * Reads a gzip file member by member (RFC 1952). An archive has a member for each record; the readers of `node:zlib` join them, and
 * then nobody knows where a record begins, nor how to go on behind a broken one.
 */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';

const chunkBytes = 64 * 1024;
const headBytes = 10;
const trailerBytes = 8;
/** Longest optional fields of a head: names and comments are short, wget adds twelve bytes. */
const optionalBytesMax = 4 * 1024;
const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/** Whether bytes begin as a gzip member does: magic, deflate, and no flag that the RFC reserves. */
export function isGzipHead(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && ((bytes[3] ?? 0xff) & flag.reserved) === 0;
}

/** Up to `length` bytes from a place in a file; fewer at its end. */
export async function readBytes(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  const { bytesRead } = await handle.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

/**
 * The content of the member at `offset`, in chunks; its return value is where the next one begins. Throws what is wrong with the
 * member, in words, when it is cut off, damaged or none.
 */
export async function* readMember(handle: FileHandle, offset: number): AsyncGenerator<Uint8Array, number> {
  const start = offset + (await measureHead(handle, offset));
  const inflate = createInflateRaw();
  const source = Readable.from(readChunks(handle, start));
  source.on('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  let checksum = 0;
  let byteCount = 0;
  try {
    for await (const chunk of inflate) {
      if (!(chunk instanceof Uint8Array)) continue;
      checksum = crc32(chunk, checksum);
      byteCount += chunk.length;
      yield chunk;
    }
  } finally {
    source.destroy();
  }
  // What was consumed, not what was offered: behind the end of this member stands the next one.
  const end = start + inflate.bytesWritten;
  const trailer = await readBytes(handle, end, trailerBytes);
  if (trailer.length < trailerBytes) throw new Error('it is cut off');
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailerBytes);
  if (view.getUint32(0, true) !== checksum || view.getUint32(4, true) !== byteCount % 2 ** 32)
    throw new Error('its checksum is wrong');
  return end + trailerBytes;
}

/** Where the next thing that looks like a member begins at or behind `offset`; null when there is none. */
export async function findMember(handle: FileHandle, offset: number): Promise<number | null> {
  for (let at = offset; ; ) {
    const bytes = await readBytes(handle, at, chunkBytes);
    for (let found = bytes.indexOf(0x1f); found !== -1; found = bytes.indexOf(0x1f, found + 1)) {
      if (isGzipHead(bytes.subarray(found, found + 4))) return at + found;
    }
    if (bytes.length < chunkBytes) return null;
    // The magic may lie across two chunks.
    at += chunkBytes - 3;
  }
}

async function* readChunks(handle: FileHandle, offset: number): AsyncGenerator<Uint8Array> {
  for (let at = offset; ; ) {
    const bytes = await readBytes(handle, at, chunkBytes);
    if (bytes.length === 0) return;
    yield bytes;
    at += bytes.length;
  }
}

/** The length of a member's head with its optional fields. */
async function measureHead(handle: FileHandle, offset: number): Promise<number> {
  const bytes = await readBytes(handle, offset, headBytes + optionalBytesMax);
  if (bytes.length < headBytes) throw new Error('it is cut off');
  if (!isGzipHead(bytes)) throw new Error('it is no gzip member');
  const flags = bytes[3] ?? 0;
  let at = headBytes;
  if (flags & flag.extra) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const field of [flag.name, flag.comment]) if (flags & field) at = bytes.indexOf(0, at) + 1 || bytes.length;
  if (flags & flag.headerCrc) at += 2;
  if (at >= bytes.length) throw new Error('its head is too long');
  return at;
}
