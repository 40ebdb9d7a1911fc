/**
 * A backup: lines of JSON, packed. The first says what it is, then each table is announced and followed by its rows, and the last line
 * counts the rows, so that a file that was cut short is known.
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { LedgerError } from '#src/core/ledger-error.ts';

const headSchema = z.strictObject({
  format: z.literal('claimledger-backup'),
  version: z.literal(1),
  madeAt: z.string(),
  /** The migrations that the store had. */
  migrations: z.array(z.string()).min(1),
});
const tableSchema = z.strictObject({ table: z.string() });
const endSchema = z.strictObject({ rows: z.int() });

/** What a backup says of itself. */
export type BackupHead = z.output<typeof headSchema>;
/** One row of a table, as JSON. */
type Row = { readonly table: string; readonly json: string };

/** Writes a backup; gives how many rows are in it. */
export async function writeBackup(
  path: string,
  head: Omit<BackupHead, 'format' | 'version'>,
  fill: (take: (row: Row) => Promise<void>) => Promise<void>,
): Promise<number> {
  const gzip = createGzip();
  const file = createWriteStream(path, { mode: 0o600, flush: true });
  const written = pipeline(gzip, file);
  let rowCount = 0;
  let table: string | null = null;
  try {
    await writeLine(gzip, JSON.stringify({ format: 'claimledger-backup', version: 1, ...head }));
    await fill(async (row) => {
      if (row.table !== table) await writeLine(gzip, JSON.stringify({ table: row.table }));
      table = row.table;
      rowCount += 1;
      // A row begins with a blank, by which it is told from the lines about it.
      await writeLine(gzip, ` ${row.json}`);
    });
    await writeLine(gzip, JSON.stringify({ rows: rowCount }));
    gzip.end();
    await written;
  } catch (error) {
    gzip.destroy();
    await written.catch(() => undefined);
    throw error;
  }
  return rowCount;
}

async function writeLine(to: Writable, line: string): Promise<void> {
  if (to.write(`${line}\n`)) return;
  await once(to, 'drain');
}

/** Reads the first line. Throws `not-found` when the file is no backup. */
export async function readBackupHead(path: string): Promise<BackupHead> {
  for await (const line of readLines(path)) {
    const head = headSchema.safeParse(parseJson(line));
    if (head.success) return head.data;
    break;
  }
  throw new LedgerError('not-found', `Cannot read "${path}": it is no backup of claimledger`);
}

/** Gives the rows of a backup in its order. Throws `not-found` when the file is cut short or was altered. */
export async function* readBackup(path: string): AsyncGenerator<Row> {
  let table: string | null = null;
  let rowCount = 0;
  let isWhole = false;
  let isHead = true;
  for await (const line of readLines(path)) {
    if (isHead) {
      isHead = false;
      continue;
    }
    if (line.startsWith(' ') && table !== null) {
      rowCount += 1;
      yield { table, json: line.slice(1) };
      continue;
    }
    const value = parseJson(line);
    const announced = tableSchema.safeParse(value);
    if (announced.success) table = announced.data.table;
    else isWhole = endSchema.safeParse(value).data?.rows === rowCount;
  }
  if (!isWhole) throw new LedgerError('not-found', `Cannot read "${path}": it ends before its last row`);
}

async function* readLines(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  try {
    let held: string[] = [];
    const text = createGunzip().setEncoding('utf8');
    file.on('error', (error) => text.destroy(error));
    for await (const chunk of file.pipe(text)) {
      const [first = '', ...rest] = String(chunk).split('\n');
      held.push(first);
      for (const next of rest) {
        yield held.join('');
        held = [next];
      }
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LedgerError('not-found', `Cannot read "${path}": ${reason}`, { cause });
  } finally {
    file.destroy();
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
