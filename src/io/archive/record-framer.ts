/** Cuts the content of an archive into its records by their own Content-Length (ISO 28500:2017, section 4). */

/** A record as bytes, or one that could not be had and why. `offset` is where it begins in the content. */
export type FramedRecord =
  | { readonly kind: 'record'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'broken'; readonly offset: number; readonly reason: string };

/** Largest record kept in memory, in bytes: a page is at most 5 MB, films and images are passed over. */
export const recordBytesMax = 16 * 1024 * 1024;
/** Longest head of a record; those seen are under 2 KB. */
const headBytesMax = 64 * 1024;
const carriageReturn = 13;
const lineFeed = 10;

/** Takes content in chunks of any size and gives its records. A class, because it has a lifetime. */
export class RecordFramer {
  #head: Uint8Array = new Uint8Array();
  #block: Uint8Array[] = [];
  #leftBytes = 0;
  #start = 0;
  #position = 0;
  #state: 'head' | 'block' | 'too-long' = 'head';

  /** The records that these bytes complete. */
  *push(chunk: Uint8Array): Generator<FramedRecord> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#state === 'head') {
        const { found, left } = this.#takeHead(rest);
        rest = left;
        if (found !== null) yield found;
      } else {
        const taken = rest.subarray(0, this.#leftBytes);
        if (this.#state === 'block') this.#block.push(taken);
        this.#leftBytes -= taken.length;
        this.#position += taken.length;
        rest = rest.subarray(taken.length);
      }
      if (this.#state !== 'head' && this.#leftBytes === 0) yield this.#close();
    }
  }

  /** What is left when the content ends: nothing, or one record that was cut off. */
  *end(): Generator<FramedRecord> {
    if (this.#state !== 'head' || this.#head.length > 0) yield this.#breakOff('it is cut off');
  }

  #takeHead(chunk: Uint8Array): { readonly found: FramedRecord | null; readonly left: Uint8Array } {
    let skipped = 0;
    // Between records stand two line breaks; some writers leave more or fewer.
    if (this.#head.length === 0) while (isLineBreak(chunk[skipped])) skipped += 1;
    this.#position += skipped;
    if (skipped === chunk.length) return { found: null, left: chunk.subarray(skipped) };
    if (this.#head.length === 0) this.#start = this.#position;
    const before = this.#head.length;
    const bytes = Buffer.concat([this.#head, chunk.subarray(skipped)]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end === -1 && bytes.length <= headBytesMax) {
      this.#head = bytes;
      this.#position += chunk.length - skipped;
      return { found: null, left: new Uint8Array() };
    }
    const length = end === -1 || end > headBytesMax ? null : readLength(bytes.toString('latin1', 0, end));
    if (length === null) return this.#skipStray(bytes, before);
    const headLength = end + 4;
    this.#position += headLength - before;
    this.#head = new Uint8Array();
    this.#state = headLength + length > recordBytesMax ? 'too-long' : 'block';
    this.#block = this.#state === 'block' ? [bytes.subarray(0, headLength)] : [];
    this.#leftBytes = length;
    return { found: length === 0 ? this.#close() : null, left: bytes.subarray(headLength) };
  }

  /** Bytes that are no record: passed over up to the next line that begins one. */
  #skipStray(bytes: Buffer, before: number): { readonly found: FramedRecord; readonly left: Uint8Array } {
    const next = bytes.indexOf('\nWARC/1.', 1);
    const skipped = next === -1 ? bytes.length : next + 1;
    this.#position += skipped - before;
    this.#head = new Uint8Array();
    return { found: this.#breakOff('it is no record'), left: bytes.subarray(skipped) };
  }

  #close(): FramedRecord {
    const isTooLong = this.#state === 'too-long';
    const bytes = Buffer.concat(this.#block);
    if (isTooLong) return this.#breakOff(`it is over ${recordBytesMax / 1024 / 1024} MB long`);
    this.#reset();
    return { kind: 'record', offset: this.#start, bytes };
  }

  #breakOff(reason: string): FramedRecord {
    this.#reset();
    return { kind: 'broken', offset: this.#start, reason };
  }

  #reset(): void {
    this.#state = 'head';
    this.#head = new Uint8Array();
    this.#block = [];
    this.#leftBytes = 0;
  }
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === carriageReturn || byte === lineFeed;
}

/** The length of the block behind a head; null when this is no head of a record. */
function readLength(head: string): number | null {
  if (!head.startsWith('WARC/1.')) return null;
  const length = /^content-length:[ \t]*(\d{1,15})[ \t]*$/im.exec(head)?.[1];
  return length === undefined ? null : Number(length);
}
