/**
 * The form of a bundle: a folder with `archive.warc.gz`, `ledger.jsonl` and `manifest.json`. Each line of the ledger carries the
 * SHA-256 of its own content, so that an altered row is found, and a chain over all lines up to it, so that one that is missing,
 * added or moved is found. The manifest holds the end of the chain; its own hash stands for the whole bundle.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';

/** The files of a bundle, by what they hold. */
export const bundleFiles = {
  archive: 'archive.warc.gz',
  ledger: 'ledger.jsonl',
  manifest: 'manifest.json',
} as const;

/** What a bundle says of itself. `schema` names the migrations that its rows were written under. */
export const manifestSchema = z.strictObject({
  format: z.literal('claimledger-bundle'),
  version: z.literal(1),
  ledger: z.string(),
  isWhole: z.boolean(),
  schema: z.array(z.string()),
  rows: z.record(z.string(), z.int().nonnegative()),
  lines: z.int().nonnegative(),
  chain: z.string(),
  archive: z.strictObject({ bytes: z.int().nonnegative(), records: z.int().nonnegative() }),
});

export type BundleManifest = z.output<typeof manifestSchema>;

/** One row of a bundle, whatever table it is of. */
export const bundleLineSchema = z.strictObject({
  table: z.string(),
  row: z.record(z.string(), z.unknown()),
  sha256: z.string(),
  chain: z.string(),
});

/** The chain before the first line. */
export const chainStart = sha256Of('');

const sealPattern = /^,"sha256":"([0-9a-f]{64})","chain":"([0-9a-f]{64})"\}$/;
const sealLength = ',"sha256":"","chain":""}'.length + 128;

/** What closes a line: the hash of its content and the chain up to it. */
export type Seal = { readonly sha256: string; readonly chain: string };

/** The seal of a line by its content, which is the line without its seal and its last brace. */
export function sealOf(content: Uint8Array | string, chainBefore: string): Seal {
  const sha256 = sha256Of(content);
  return { sha256, chain: sha256Of(chainBefore + sha256) };
}

/** Takes a line apart; null when its end is no seal. */
export function splitSeal(line: Uint8Array): { readonly content: Uint8Array; readonly seal: Seal } | null {
  const at = line.length - sealLength;
  const [, sha256, chain] = sealPattern.exec(Buffer.from(line.subarray(Math.max(0, at))).toString('latin1')) ?? [];
  return sha256 === undefined || chain === undefined
    ? null
    : { content: line.subarray(0, at), seal: { sha256, chain } };
}

/** The SHA-256 of bytes or text, in hex. */
export function sha256Of(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The ledger of a bundle that is being written. */
export type LedgerWriter = AsyncDisposable & {
  /** Adds rows, given as JSON texts. */
  write(table: string, rows: readonly string[]): Promise<void>;
  /** What the manifest says of the lines so far. */
  sum(): Pick<BundleManifest, 'rows' | 'lines' | 'chain'>;
};

/** Starts the ledger of a bundle. */
export async function openLedgerWriter(file: string): Promise<LedgerWriter> {
  const handle: FileHandle = await open(file, 'w', 0o600);
  const rowCounts = new Map<string, number>();
  let chain = chainStart;
  let lines = 0;
  return {
    write: async (table, rows) => {
      const sealed = rows.map((row) => {
        const content = `{"table":${JSON.stringify(table)},"row":${row}`;
        const seal = sealOf(content, chain);
        chain = seal.chain;
        return `${content},"sha256":"${seal.sha256}","chain":"${seal.chain}"}\n`;
      });
      if (sealed.length > 0) await handle.appendFile(sealed.join(''));
      lines += rows.length;
      rowCounts.set(table, (rowCounts.get(table) ?? 0) + rows.length);
    },
    sum: () => ({ rows: Object.fromEntries(rowCounts), lines, chain }),
    [Symbol.asyncDispose]: async () => {
      await handle.sync();
      await handle.close();
    },
  };
}
