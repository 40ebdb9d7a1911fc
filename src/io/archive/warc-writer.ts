/** Writes WARC 1.1 (ISO 28500:2017): one gzip member for each record, so that any record can be read by itself. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { WARC_1_1, WARCRecord, WARCSerializer } from 'warcio';

/** One record before it is written. Header names are as given; `date` is RFC 3339. */
export type WarcEntry = {
  readonly type: 'warcinfo' | 'request' | 'response' | 'resource' | 'revisit' | 'conversion';
  /** `<urn:uuid:…>`; whoever writes the record chooses it, so that the same ledger gives the same file. */
  readonly recordId: string;
  readonly url: string | null;
  readonly date: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Request or status line with the headers of the exchange; null for records that are none. */
  readonly http: { readonly startLine: string; readonly headers: Readonly<Record<string, string>> } | null;
  readonly body: Uint8Array;
};

/** Where a record stands in its file: offset and length of its gzip member in bytes, and the SHA-256 of those bytes. */
export type WarcPlace = {
  readonly recordId: string;
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
};

/** An archive that is being written. */
export type WarcWriter = AsyncDisposable & { write(entry: WarcEntry): Promise<WarcPlace> };

/** The id of a record that is made from the same `parts` every time: their hash as a UUID of version 8 (RFC 9562). */
export function recordIdOf(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = (8 + (Number.parseInt(hex.charAt(16), 16) % 4)).toString(16);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20)];
  return `<urn:uuid:${[...groups, hex.slice(20, 32)].join('-')}>`;
}

/** Starts an archive; a file of that name is replaced. */
export async function openWarcWriter(file: string): Promise<WarcWriter> {
  const handle = await open(file, 'w', 0o600);
  let offset = 0;
  return {
    write: async (entry) => {
      const bytes = await packRecord(entry);
      await writeAll(handle, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const place = { recordId: entry.recordId, offset, length: bytes.length, sha256 };
      offset += bytes.length;
      return place;
    },
    [Symbol.asyncDispose]: async () => {
      await handle.sync();
      await handle.close();
    },
  };
}

async function packRecord({ type, recordId, url, date, headers, http, body }: WarcEntry): Promise<Uint8Array> {
  const record = WARCRecord.create(
    {
      type,
      date,
      warcVersion: WARC_1_1,
      warcHeaders: { 'WARC-Record-ID': recordId, ...headers },
      ...(url === null ? {} : { url }),
      ...(http === null ? {} : { statusline: http.startLine, httpHeaders: http.headers }),
    },
    [body],
  );
  return await WARCSerializer.serialize(record, { gzip: true });
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}
