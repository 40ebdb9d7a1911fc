/** Writes the ledger and everything it was read from into one folder that can be checked without us. */
import { type ArchiveWriter, openArchiveWriter, type WrittenRecord } from '#src/io/archive/archive-writer.ts';
import {
  type BundleManifest,
  bundleFiles,
  type LedgerWriter,
  openLedgerWriter,
  sha256Of,
} from '#src/io/archive/bundle-file.ts';
import { fileSize, replaceFolder, writeWhole } from '#src/io/archive/replaced-file.ts';
import { type ArchivePlaces, listBundleRows } from '#src/io/db/bundle-rows.ts';
import { bundleTables } from '#src/io/db/bundle-tables.ts';
import { listArticlesInOrder, listCaptures, listDocumentRows } from '#src/io/db/captures.ts';
import { listMigrations } from '#src/io/db/migrate.ts';
import type { Deps } from '#src/io/deps.ts';
import { articlesPerBatch, type ExportListener } from './export-warc.ts';

/** Where to, and whether mail addresses, mails and the ledger file go with it, as for moving to another machine. */
export type BundleOptions = { readonly folder: string; readonly isWhole: boolean; readonly onProgress: ExportListener };

/** A bundle under way. Its parts know the records that were written since the last rows. */
type Bundle = {
  readonly ledger: LedgerWriter;
  readonly archive: ArchiveWriter;
  readonly isWhole: boolean;
  readonly records: WrittenRecord[];
};

/** A bundle that was written. `fingerprint` stands for all of it: whoever knows it can tell an altered bundle from this one. */
export type WrittenBundle = { readonly manifest: BundleManifest; readonly fingerprint: string };

/** Writes a bundle, also in the place of an earlier one. The folder is there when it is whole, and not before. */
export async function exportBundle(options: BundleOptions, deps: Deps): Promise<WrittenBundle> {
  const write = (part: string) => writeBundle(part, options, deps);
  return await replaceFolder(options.folder, { fileNames: Object.values(bundleFiles), write });
}

async function writeBundle(part: string, options: BundleOptions, deps: Deps): Promise<WrittenBundle> {
  const { isWhole } = options;
  const records: WrittenRecord[] = [];
  let recordCount = 0;
  let sum: ReturnType<LedgerWriter['sum']>;
  {
    await using ledger = await openLedgerWriter(`${part}/${bundleFiles.ledger}`);
    await using archive = await openArchiveWriter(deps.db, {
      file: `${part}/${bundleFiles.archive}`,
      ledgerName: deps.inForce().ledger.name,
      onRecord: (record) => {
        records.push(record);
        recordCount += 1;
      },
    });
    await writeRows({ ledger, archive, isWhole, records }, options.onProgress, deps);
    sum = ledger.sum();
  }
  const manifest: BundleManifest = {
    format: 'claimledger-bundle',
    version: 1,
    ledger: deps.inForce().ledger.name,
    isWhole,
    schema: [...(await listMigrations())],
    ...sum,
    archive: { bytes: await fileSize(`${part}/${bundleFiles.archive}`), records: recordCount },
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeWhole(`${part}/${bundleFiles.manifest}`, text);
  return { manifest, fingerprint: sha256Of(text) };
}

async function writeRows(bundle: Bundle, onProgress: ExportListener, { db }: Deps): Promise<void> {
  const { ledger, isWhole } = bundle;
  for (const table of bundleTables.filter(({ part }) => part === 'once')) {
    for await (const rows of listBundleRows(db, table, { isWhole })) await ledger.write(table.table, rows);
  }
  const ids = await listArticlesInOrder(db);
  for (let at = 0; at < ids.length; at += articlesPerBatch) {
    await writeArticles(bundle, ids.slice(at, at + articlesPerBatch), { db });
    onProgress(Math.min(ids.length, at + articlesPerBatch), ids.length);
  }
  await writeRecords(bundle);
  for (const table of bundleTables.filter(({ part }) => part === 'last')) {
    for await (const rows of listBundleRows(db, table, { isWhole })) await ledger.write(table.table, rows);
  }
}

/** The articles' pages and texts into the archive, then their rows with the places of these. */
async function writeArticles(bundle: Bundle, ids: readonly number[], { db }: Pick<Deps, 'db'>): Promise<void> {
  const places: Record<string, unknown> = {};
  const documents = new Map<string, WrittenRecord | null>();
  for (const capture of await listCaptures(db, ids)) {
    const { answer, text } = await bundle.archive.writeCapture(capture);
    const { documentHash: hash, versionId, isCaptions } = capture;
    places[isCaptions ? `captions ${versionId}` : versionId] = { answer: placeOf(answer), text: placeOf(text) };
    // A revisit says that its document stands at an earlier place, where it has its row.
    if (hash !== null && answer?.type !== 'revisit') documents.set(hash, answer);
  }
  await writeRecords(bundle);
  const rows = await listDocumentRows(db, [...documents.keys()]);
  await bundle.ledger.write(
    'documents',
    rows.map((row) => JSON.stringify({ ...row, archive: placeOf(documents.get(row.hash) ?? null) })),
  );
  const known: ArchivePlaces = places;
  for (const table of bundleTables.filter(({ part }) => part === 'article')) {
    const choice = { isWhole: bundle.isWhole, articles: { ids, places: known } };
    for await (const part of listBundleRows(db, table, choice)) await bundle.ledger.write(table.table, part);
  }
}

/** The places of the records since the last time: with them, any altered byte of the archive has a name. */
async function writeRecords({ ledger, records }: Bundle): Promise<void> {
  await ledger.write(
    'records',
    records.splice(0).map((record) => JSON.stringify(record)),
  );
}

function placeOf(record: WrittenRecord | null): Pick<WrittenRecord, 'recordId' | 'offset'> | null {
  return record === null ? null : { recordId: record.recordId, offset: record.offset };
}
