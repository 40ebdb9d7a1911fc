/**
 * Checks a bundle without store, network or the program that wrote it: every row and record against its hash, the chain over all of
 * them, each quote against the text it was taken from, and each page and text against the archive.
 */
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type BundleManifest,
  bundleFiles,
  bundleLineSchema,
  chainStart,
  manifestSchema,
  sealOf,
  sha256Of,
  splitSeal,
} from './bundle-file.ts';
import { bundleLineBytesMax, readRecordAt } from './bundle-reader.ts';
import { readLines } from './file-lines.ts';
import { readBytes } from './gzip-members.ts';

/** What a check found. `fingerprint` is the SHA-256 of the manifest, which stands for the whole bundle. */
export type BundleCheck = {
  readonly manifest: BundleManifest | null;
  readonly fingerprint: string | null;
  readonly problemCount: number;
};

/** Where a check tells what it finds, and how far it has come in bytes of the ledger. */
export type CheckListener = {
  readonly onProblem: (words: string) => void;
  readonly onProgress: (done: number, total: number) => void;
};

const place = z.object({ recordId: z.string(), offset: z.int() }).nullable();
const rowSchemas = {
  records: z.object({
    recordId: z.string(),
    offset: z.int().nonnegative(),
    length: z.int().positive(),
    sha256: z.string(),
    type: z.string(),
    url: z.string().nullable(),
  }),
  documents: z.object({ hash: z.string(), archive: place }),
  versions: z.object({
    article: z.string(),
    number: z.int(),
    title: z.string(),
    text: z.string(),
    text_hash: z.string(),
    archive: z.object({ answer: place, text: place }).nullable(),
  }),
  version_captions: z.object({
    version: z.object({ article: z.string(), number: z.int(), text: z.string() }),
    start_offset: z.int(),
    end_offset: z.int(),
    archive: z.object({ answer: place, text: place }).nullable(),
  }),
  evidence: z.object({
    tagging: z.object({
      article: z.string(),
      number: z.int(),
      text: z.string(),
      claim: z.string(),
      stance: z.string(),
    }),
    position: z.int(),
    field: z.enum(['text', 'title']),
    start_offset: z.int(),
    end_offset: z.int(),
    quote: z.string(),
  }),
} as const;

/** What the check remembers of the articles it is at; a new part of the archive begins it anew. */
type Memory = { readonly payloads: Map<string, string>; readonly texts: Map<string, { title: string; text: string }> };

/** Checks the bundle in a folder. Never throws for what is wrong with it: each problem is named in words. */
export async function checkBundle(folder: string, listener: CheckListener): Promise<BundleCheck> {
  let problemCount = 0;
  const tell = (words: string): void => {
    problemCount += 1;
    listener.onProblem(words);
  };
  const { manifest, fingerprint } = await readManifest(folder, tell);
  try {
    const sum = await checkFiles(folder, tell, listener.onProgress);
    if (manifest !== null) compareSums(manifest, sum, tell);
  } catch (error) {
    tell(`the files cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { manifest, fingerprint, problemCount };
}

/** Reads what a bundle says of itself; null when it says nothing that can be read. */
export async function readManifest(
  folder: string,
  tell: (words: string) => void,
): Promise<Pick<BundleCheck, 'manifest' | 'fingerprint'>> {
  try {
    const bytes = await readFile(join(folder, bundleFiles.manifest));
    return { manifest: manifestSchema.parse(JSON.parse(bytes.toString())), fingerprint: sha256Of(bytes) };
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    tell(`${bundleFiles.manifest} cannot be read: ${reason}`);
    return { manifest: null, fingerprint: null };
  }
}

type Sum = Pick<BundleManifest, 'rows' | 'lines' | 'chain' | 'archive'>;

/** Where the check stands. */
type Walk = {
  readonly archive: FileHandle;
  readonly memory: Memory;
  readonly tell: (words: string) => void;
  readonly rows: Record<string, number>;
  lines: number;
  /** The chain as it should be, and as the last line has it: after an altered one the next may follow either. */
  chain: { readonly known: string; readonly told: string };
  /** Where the last record ends, in bytes of the archive. */
  end: number;
  records: number;
  lastTable: string;
};

async function checkFiles(
  folder: string,
  tell: (words: string) => void,
  onProgress: CheckListener['onProgress'],
): Promise<Sum> {
  const file = join(folder, bundleFiles.ledger);
  const ledgerBytes = (await stat(file)).size;
  await using archive = await open(join(folder, bundleFiles.archive), 'r');
  const walk: Walk = {
    archive,
    memory: { payloads: new Map(), texts: new Map() },
    tell,
    rows: {},
    lines: 0,
    chain: { known: chainStart, told: chainStart },
    end: 0,
    records: 0,
    lastTable: '',
  };
  for await (const line of readLines(file, { offset: 0, lineBytesMax: bundleLineBytesMax })) {
    walk.lines += 1;
    await checkLine(line.bytes, walk);
    onProgress(line.offset, ledgerBytes);
  }
  const { rows, lines, chain, end, records } = walk;
  const { size } = await archive.stat();
  if (size > end) tell(`${bundleFiles.archive}: ${size - end} bytes behind the last record`);
  return { rows, lines, chain: chain.told, archive: { bytes: size, records } };
}

async function checkLine(line: Uint8Array | null, walk: Walk): Promise<void> {
  const { memory, tell } = walk;
  const split = line === null ? null : splitSeal(line);
  const row = line === null ? null : readRow(line);
  const name = `${bundleFiles.ledger} line ${walk.lines} (${row === null ? 'unreadable' : nameRow(row.table, row.row)})`;
  if (split === null) tell(`${name}: it does not end as a row does`);
  else checkSeal(split, name, walk);
  if (row === null) return;
  walk.rows[row.table] = (walk.rows[row.table] ?? 0) + 1;
  if (row.table !== 'records') for (const words of checkRow(row.table, row.row, memory)) tell(`${name}: ${words}`);
  else {
    if (walk.lastTable !== 'records') forget(memory);
    const record = rowSchemas.records.safeParse(row.row).data;
    if (record === undefined) tell(`${name}: it is not what a record says`);
    else {
      if (record.offset !== walk.end) tell(`${name}: it does not follow the record before it`);
      walk.end = record.offset + record.length;
      walk.records += 1;
      await checkRecord(record, walk);
    }
  }
  walk.lastTable = row.table;
}

function checkSeal({ content, seal }: NonNullable<ReturnType<typeof splitSeal>>, name: string, walk: Walk): void {
  const computed = sealOf(content, walk.chain.known);
  const follows = [computed.chain, sealOf(content, walk.chain.told).chain].includes(seal.chain);
  if (computed.sha256 !== seal.sha256) walk.tell(`${name}: the row was altered`);
  else if (!follows) walk.tell(`${name}: it was altered, or a row before it is missing, added or moved`);
  walk.chain = { known: computed.chain, told: seal.chain };
}

function compareSums(manifest: BundleManifest, sum: Sum, tell: (words: string) => void): void {
  if (manifest.lines !== sum.lines)
    tell(`${bundleFiles.ledger}: it has ${sum.lines} rows, the manifest says ${manifest.lines}`);
  if (manifest.chain !== sum.chain) tell(`${bundleFiles.manifest}: its chain is not that of the last row`);
  for (const [table, count] of Object.entries(manifest.rows)) {
    const found = sum.rows[table] ?? 0;
    if (found !== count) tell(`${bundleFiles.ledger}: it has ${found} rows of ${table}, the manifest says ${count}`);
  }
  if (manifest.archive.bytes !== sum.archive.bytes || manifest.archive.records !== sum.archive.records)
    tell(
      `${bundleFiles.manifest}: the archive has ${sum.archive.records} records in ${sum.archive.bytes} bytes, not what it says`,
    );
}

/** A record against its hash; its payload is remembered for the rows that speak of it. */
async function checkRecord(
  record: z.output<typeof rowSchemas.records>,
  { archive, memory, tell }: Walk,
): Promise<void> {
  const { recordId, offset, length, type, url, sha256 } = record;
  const name = `${bundleFiles.archive} record at byte ${offset} (${type} ${url ?? ''})`;
  if (sha256Of(await readBytes(archive, offset, length)) !== sha256) {
    tell(`${name}: the record was altered`);
    return;
  }
  const read = await readRecordAt(archive, offset);
  if (read.recordId !== recordId) tell(`${name}: it has another id than its row`);
  memory.payloads.set(recordId, sha256Of(read.block));
}

function* checkRow(table: string, row: unknown, memory: Memory): Generator<string> {
  if (table === 'documents') yield* checkDocument(row, memory);
  if (table === 'versions') yield* checkVersion(row, memory);
  if (table === 'version_captions') yield* checkCaptions(row, memory);
  if (table === 'evidence') yield* checkEvidence(row, memory);
}

function* checkDocument(row: unknown, { payloads }: Memory): Generator<string> {
  const { data } = rowSchemas.documents.safeParse(row);
  if (data === undefined) yield 'it is not what a document says';
  else if (data.archive !== null && payloads.get(data.archive.recordId) !== data.hash)
    yield 'the archive has other bytes for it';
}

function* checkVersion(row: unknown, { payloads, texts }: Memory): Generator<string> {
  const { data } = rowSchemas.versions.safeParse(row);
  if (data === undefined) {
    yield 'it is not what a version says';
    return;
  }
  texts.set(`${data.article} ${data.number} ${data.text_hash}`, data);
  const text = data.archive?.text ?? null;
  if (text !== null && payloads.get(text.recordId) !== sha256Of(data.text)) yield 'the archive has another text for it';
}

function* checkCaptions(row: unknown, { payloads, texts }: Memory): Generator<string> {
  const { data } = rowSchemas.version_captions.safeParse(row);
  if (data === undefined) {
    yield 'it is not what captions say';
    return;
  }
  const { version, start_offset: start, end_offset: end } = data;
  const whole = texts.get(`${version.article} ${version.number} ${version.text}`);
  const text = data.archive?.text ?? null;
  if (whole === undefined) yield 'the text that they are a part of is not in the bundle';
  else if (text !== null && payloads.get(text.recordId) !== sha256Of(whole.text.slice(start, end)))
    yield 'the archive has other words for them';
}

function* checkEvidence(row: unknown, { texts }: Memory): Generator<string> {
  const { data } = rowSchemas.evidence.safeParse(row);
  if (data === undefined) {
    yield 'it is not what evidence says';
    return;
  }
  const { tagging, field, start_offset: start, end_offset: end, quote } = data;
  const version = texts.get(`${tagging.article} ${tagging.number} ${tagging.text}`);
  if (version === undefined) yield 'the text it was taken from is not in the bundle';
  else if (version[field].slice(start, end) !== quote) yield 'the quote is not in the text where it says';
}

function forget({ payloads, texts }: Memory): void {
  payloads.clear();
  texts.clear();
}

function readRow(line: Uint8Array): z.output<typeof bundleLineSchema> | null {
  try {
    return bundleLineSchema.parse(JSON.parse(Buffer.from(line).toString()));
  } catch {
    return null;
  }
}

/** What a row is about, in its own words. */
const namingFields = [
  'url',
  'key',
  'article',
  'version',
  'tagging',
  'id',
  'host',
  'hash',
  'number',
  'position',
] as const;

function nameRow(table: string, row: Readonly<Record<string, unknown>>): string {
  const parts = namingFields.flatMap((name) => {
    const value = row[name];
    if (typeof value === 'string' || typeof value === 'number') return [String(value)];
    return typeof value === 'object' && value !== null ? Object.values(value).map(String) : [];
  });
  return [table, ...parts].join(' ').slice(0, 300);
}
