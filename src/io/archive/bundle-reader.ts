/** Reads the rows and pages of a bundle that was checked before. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LedgerError } from '#src/core/ledger-error.ts';
import { bundleFiles, splitSeal } from './bundle-file.ts';
import { readLines } from './file-lines.ts';
import { readMember } from './gzip-members.ts';
import { RecordFramer } from './record-framer.ts';
import { parseRecord, type WarcRecord } from './warc-reader.ts';

/** Longest line, in bytes: the longest text of a page with all that is said of it. */
export const bundleLineBytesMax = 32 * 1024 * 1024;

/** One row as JSON text. `offset` is where its line begins, in bytes. */
export type BundleRow = { readonly table: string; readonly row: string; readonly offset: number };

/** An open bundle. */
export type BundleReader = AsyncDisposable & {
  /** The length of all rows in bytes. */
  readonly rowBytes: number;
  readonly rows: () => AsyncGenerator<BundleRow>;
  /** The bytes that the record at an offset holds. */
  readonly readBody: (offset: number) => Promise<Uint8Array>;
};

/** Opens a bundle. */
export async function openBundle(folder: string): Promise<BundleReader> {
  const ledger = join(folder, bundleFiles.ledger);
  const rowBytes = (await stat(ledger)).size;
  const archive = await open(join(folder, bundleFiles.archive), 'r');
  return {
    rowBytes,
    rows: () => readRows(ledger),
    readBody: async (offset) => (await readRecordAt(archive, offset)).block,
    [Symbol.asyncDispose]: () => archive.close(),
  };
}

/** The record at an offset of an archive. Throws when there is none. */
export async function readRecordAt(archive: FileHandle, offset: number): Promise<WarcRecord> {
  const framer = new RecordFramer();
  for await (const chunk of readMember(archive, offset)) {
    for (const found of framer.push(chunk)) if (found.kind === 'record') return await parseRecord(found.bytes);
  }
  throw new Error(`there is no record at byte ${offset}`);
}

const rowPattern = /^\{"table":"([a-z_]+)","row":/;

async function* readRows(file: string): AsyncGenerator<BundleRow> {
  for await (const line of readLines(file, { offset: 0, lineBytesMax: bundleLineBytesMax })) {
    const content = line.bytes === null ? null : splitSeal(line.bytes)?.content;
    const text = content === null || content === undefined ? '' : Buffer.from(content).toString();
    const [head = '', table] = rowPattern.exec(text) ?? [];
    if (table === undefined)
      throw new LedgerError('parse-failed', `Cannot read "${file}": no row at byte ${line.offset}`);
    yield { table, row: text.slice(head.length), offset: line.offset };
  }
}
