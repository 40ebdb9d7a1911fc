/** Reads archives that anybody wrote: one record at a time, in bounded memory, and on behind those that are broken. */
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { AsyncIterReader, WARCParser } from 'warcio';
import { readBody } from '#src/io/http/body.ts';
import { findMember, isGzipHead, readBytes, readMember } from './gzip-members.ts';
import { type FramedRecord, RecordFramer } from './record-framer.ts';

/** One record, or a place where none can be read. `offset` counts bytes of the file: reading can begin there again. */
export type RawRecord = FramedRecord;

/** A record with its headers read; names are compared without case. `block` is what follows the heads, as recorded. */
export type WarcRecord = {
  readonly type: string;
  readonly recordId: string;
  readonly url: string | null;
  readonly date: string | null;
  readonly headers: ReadonlyMap<string, string>;
  readonly http: {
    readonly startLine: string;
    readonly status: number;
    readonly headers: ReadonlyMap<string, string>;
  } | null;
  readonly block: Uint8Array;
};

const chunkBytes = 64 * 1024;

/**
 * The records of a `.warc` or `.warc.gz` file from `offset` on, which must be where one begins. A broken record is given as such,
 * and the reading goes on behind it. Throws when the file cannot be read at all.
 */
export async function* readRecords(file: string, offset = 0): AsyncGenerator<RawRecord> {
  await using handle = await open(file, 'r');
  const isPacked = isGzipHead(await readBytes(handle, 0, 4));
  yield* isPacked ? readPacked(handle, offset) : readPlain(handle, offset);
}

async function* readPacked(handle: FileHandle, from: number): AsyncGenerator<RawRecord> {
  for (let offset: number | null = from; offset !== null; ) {
    const start: number = offset;
    try {
      const next = yield* readOneMember(handle, start);
      offset = (await readBytes(handle, next, 1)).length === 0 ? null : next;
    } catch (error) {
      yield { kind: 'broken', offset: start, reason: error instanceof Error ? error.message : String(error) };
      offset = await findMember(handle, start + 1);
    }
  }
}

/** The records of one member, usually a single one; gives where the next member begins. */
async function* readOneMember(handle: FileHandle, offset: number): AsyncGenerator<RawRecord, number> {
  const framer = new RecordFramer();
  // The checksum stands behind the last record, so that one is held back until it is known to be what was written.
  let held: RawRecord | null = null;
  await using member = readMember(handle, offset);
  for (;;) {
    const { done, value } = await member.next();
    for (const record of done === true ? framer.end() : framer.push(value)) {
      if (held !== null) yield held;
      held = { ...record, offset };
    }
    if (done !== true) continue;
    if (held !== null) yield held;
    return value;
  }
}

async function* readPlain(handle: FileHandle, from: number): AsyncGenerator<RawRecord> {
  const framer = new RecordFramer();
  for (let at = from; ; ) {
    const bytes = await readBytes(handle, at, chunkBytes);
    if (bytes.length === 0) break;
    for (const record of framer.push(bytes)) yield { ...record, offset: record.offset + from };
    at += bytes.length;
  }
  for (const record of framer.end()) yield { ...record, offset: record.offset + from };
}

/** Reads the heads of one whole record. Throws when they cannot be read. */
export async function parseRecord(bytes: Uint8Array): Promise<WarcRecord> {
  const parser = new WARCParser(new AsyncIterReader([bytes], null));
  const record = await parser.parse();
  if (record === null) throw new Error('it has no head');
  const { warcType, httpHeaders } = record;
  const block = await record.readFully(false);
  return {
    type: warcType,
    recordId: record.warcHeader('WARC-Record-ID') ?? '',
    url: record.warcTargetURI ?? null,
    date: record.warcDate ?? null,
    headers: new Map(record.warcHeaders.headers),
    http:
      httpHeaders === null
        ? null
        : {
            startLine: httpHeaders.statusline,
            status: Number(httpHeaders.statusCode),
            headers: new Map(httpHeaders.headers),
          },
    block,
  };
}

/**
 * The body of a recorded answer without its transfer and content encodings, cut at `bytesMax`. Archives keep headers of encodings
 * that they have undone themselves, so a body that does not unpack and reads as markup is taken as it is. Throws otherwise.
 */
export async function readPayload(record: WarcRecord, bytesMax: number): Promise<Uint8Array> {
  const { http, block } = record;
  if (http === null) return block.subarray(0, bytesMax);
  const isChunked = /\bchunked\b/i.test(http.headers.get('transfer-encoding') ?? '');
  const body = isChunked ? await new AsyncIterReader([block], null, true).readFully() : block;
  const encoding = http.headers.get('content-encoding') ?? '';
  try {
    return (await readBody(Readable.from([body]), encoding, { bytesMax, encodingCountMax: 5 })).bytes;
  } catch (error) {
    if (/^(?:\uFEFF)?\s*</.test(new TextDecoder().decode(body.subarray(0, 200)))) return body.subarray(0, bytesMax);
    throw error;
  }
}
