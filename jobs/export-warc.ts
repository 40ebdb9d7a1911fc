/** Writes every page that the ledger has read as an archive that any tool for web archives opens. */
import { type ArchiveWriter, openArchiveWriter } from '#src/io/archive/archive-writer.ts';
import { replaceFile } from '#src/io/archive/replaced-file.ts';
import { listArticlesInOrder, listCaptures } from '#src/io/db/captures.ts';
import type { Deps } from '#src/io/deps.ts';

/** Hears how many articles are written, of how many. */
export type ExportListener = (doneCount: number, totalCount: number) => void;

/** Articles read at once: their texts are held together. */
export const articlesPerBatch = 50;

/** Writes the archive; gives its number of records. The file is there when it is whole, and not before. */
export async function exportWarc(file: string, listener: ExportListener, deps: Deps): Promise<number> {
  let recordCount = 0;
  await replaceFile(file, async (part) => {
    await using writer = await openArchiveWriter(deps.db, {
      file: part,
      ledgerName: deps.inForce().ledger.name,
      onRecord: () => {
        recordCount += 1;
      },
    });
    await writeArticles(writer, listener, deps);
  });
  return recordCount;
}

async function writeArticles(writer: ArchiveWriter, listener: ExportListener, { db }: Deps): Promise<void> {
  const ids = await listArticlesInOrder(db);
  for (let at = 0; at < ids.length; at += articlesPerBatch) {
    const captures = await listCaptures(db, ids.slice(at, at + articlesPerBatch));
    for (const capture of captures) if (capture.documentHash !== null) await writer.writeCapture(capture);
    listener(Math.min(ids.length, at + articlesPerBatch), ids.length);
  }
}
