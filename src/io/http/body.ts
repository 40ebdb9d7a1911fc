import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { failed } from '#src/io/http/trouble.ts';

/** Bounds of one body: bytes after decoding, and how often it may be packed. */
export type BodyLimits = { readonly bytesMax: number; readonly encodingCountMax: number };

/** The bytes of a body; cut when there were more than `bytesMax`, then exactly that many. */
export type DecodedBody = { readonly bytes: Uint8Array; readonly isCut: boolean };

/** Seen in the wild for bodies that are not packed at all. */
const plainEncodings = new Set(['', 'identity', 'none', 'utf-8', 'binary']);

/**
 * Reads a body and undoes its Content-Encoding while counting, so that a small bomb never becomes a large buffer.
 * Throws `TroubleError` for encodings we cannot undo, and whatever the stream or a decoder throws.
 */
export async function readBody(stream: Readable, contentEncoding: string, limits: BodyLimits): Promise<DecodedBody> {
  const decoders = buildDecoders(contentEncoding, limits.encodingCountMax);
  const decoded = decoders.at(-1) ?? stream;
  // The last stream reports an error of any of them, so the callback has nothing to add.
  if (decoders.length > 0) pipeline([stream, ...decoders], () => {});
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of decoded) {
    if (!(chunk instanceof Uint8Array)) continue;
    chunks.push(chunk);
    byteCount += chunk.length;
    // Leaving the loop destroys the streams and with them the connection.
    if (byteCount > limits.bytesMax) break;
  }
  const isCut = byteCount > limits.bytesMax;
  return { bytes: joinChunks(chunks, Math.min(byteCount, limits.bytesMax)), isCut };
}

/** Memory of their own: `Buffer.concat` takes small ones from a pool of 64 KB, all of which would go along to another thread. */
function joinChunks(chunks: readonly Uint8Array[], byteCount: number): Uint8Array {
  const bytes = new Uint8Array(byteCount);
  let at = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, byteCount - at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Decoders in the order of undoing: the header lists what was done first to last (RFC 9110 8.4). */
function buildDecoders(contentEncoding: string, countMax: number): readonly Transform[] {
  const names = contentEncoding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !plainEncodings.has(name));
  if (names.length > countMax) throw failed('bad-encoding', `packed ${names.length} times`);
  return names.map(buildDecoder).reverse();
}

function buildDecoder(name: string): Transform {
  switch (name) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return createUnzip();
    case 'br':
      return createBrotliDecompress();
    default:
      throw failed('bad-encoding', name.slice(0, 40));
  }
}
