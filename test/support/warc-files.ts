/**
 * A reader of WARC 1.0 and 1.1 by the letter of ISO 28500:2017, for files that our own code or another program wrote. It shares
 * nothing with the program's reader, holds the file in memory, and throws at the first thing that the standard does not allow.
 */
import { createHash } from 'node:crypto';
import { crc32, gzipSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';

/** A record as the standard sees it; header names are in lower case. */
export type StrictRecord = {
  readonly offset: number;
  readonly length: number;
  readonly type: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly block: Buffer;
};

/** What inflating gives with `info`; its type does not say so. */
const inflated = z.object({ buffer: z.instanceof(Uint8Array), engine: z.object({ bytesWritten: z.number() }) });
const mandatory = ['warc-record-id', 'content-length', 'warc-date', 'warc-type'];

/** Every record of a file whose records are gzip members of their own. */
export function readStrictly(file: Buffer): readonly StrictRecord[] {
  const records: StrictRecord[] = [];
  for (let offset = 0; offset < file.length; ) {
    const { content, length } = readMember(file, offset);
    records.push({ offset, length, ...readRecord(content) });
    offset += length;
  }
  return records;
}

/** RFC 1952, without optional fields other than the extra one. */
function readMember(file: Buffer, offset: number): { readonly content: Buffer; readonly length: number } {
  if (file.readUInt16BE(offset) !== 0x1f8b || file[offset + 2] !== 8) throw new Error(`no gzip member at ${offset}`);
  const flags = file[offset + 3] ?? 0;
  if ((flags & ~4) !== 0) throw new Error(`flags ${flags} at ${offset}`);
  const start = offset + 10 + (flags === 4 ? 2 + file.readUInt16LE(offset + 10) : 0);
  const { buffer, engine } = inflated.parse(inflateRawSync(file.subarray(start), { info: true }));
  const content = Buffer.from(buffer);
  const end = start + engine.bytesWritten;
  if (file.readUInt32LE(end) !== crc32(content)) throw new Error(`wrong checksum at ${offset}`);
  if (file.readUInt32LE(end + 4) !== content.length) throw new Error(`wrong length at ${offset}`);
  return { content, length: end + 8 - offset };
}

function readRecord(content: Buffer): Pick<StrictRecord, 'type' | 'headers' | 'block'> {
  const end = content.indexOf('\r\n\r\n');
  const [version, ...lines] = content.toString('utf8', 0, end).split('\r\n');
  if (!/^WARC\/1\.[01]$/.test(version ?? '')) throw new Error(`version "${version}"`);
  const headers = new Map(
    lines.map((line) => {
      const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Error(`header "${line}"`);
      return [name.toLowerCase(), value];
    }),
  );
  if (headers.size !== lines.length) throw new Error('a header stands there twice');
  for (const name of mandatory) if (!headers.has(name)) throw new Error(`no ${name}`);
  const length = Number(headers.get('content-length'));
  const block = content.subarray(end + 4, end + 4 + length);
  if (block.length !== length) throw new Error('the block is shorter than it says');
  if (content.toString('latin1', end + 4 + length) !== '\r\n\r\n') throw new Error('two line breaks must follow');
  const digest = headers.get('warc-block-digest');
  if (digest?.startsWith('sha256:') && digest !== `sha256:${createHash('sha256').update(block).digest('hex')}`) {
    throw new Error('the block has another digest');
  }
  return { type: headers.get('warc-type') ?? '', headers, block };
}

/** The head and the body of a recorded exchange. */
export function splitHttp(block: Buffer): { readonly head: string; readonly body: Buffer } {
  const end = block.indexOf('\r\n\r\n');
  return { head: block.toString('latin1', 0, end), body: block.subarray(end + 4) };
}

/** A record in a file of somebody else's making. */
export function makeRecord(headers: Readonly<Record<string, string>>, block: string | Uint8Array): Buffer {
  const bytes = Buffer.from(block);
  const lines = Object.entries({ 'Content-Length': String(bytes.length), ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`WARC/1.0\r\n${head}\r\n`), bytes, Buffer.from('\r\n\r\n')]);
}

/** A recorded answer. */
export function makeResponse(url: string, block: string | Uint8Array, date = '2025-02-03T09:00:00Z'): Buffer {
  const headers = { 'WARC-Type': 'response', 'WARC-Target-URI': url, 'WARC-Date': date };
  return makeRecord({ ...headers, 'WARC-Record-ID': `<urn:test:${url}>`, 'Content-Type': 'application/http' }, block);
}

/** Records as a `.warc.gz` file. */
export function packRecords(records: readonly Buffer[]): Buffer {
  return Buffer.concat(records.map((record) => gzipSync(record)));
}
