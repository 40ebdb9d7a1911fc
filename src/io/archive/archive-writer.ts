/** Writes readings of articles into an archive, each document once. */
import { type Capture, findDocument, listSharedDocuments } from '#src/io/db/captures.ts';
import type { Db } from '#src/io/db/store.ts';
import { buildCaptureRecords, buildWarcInfo, type WrittenDocument } from './capture-records.ts';
import { openWarcWriter, type WarcEntry, type WarcPlace } from './warc-writer.ts';

/** A record in the file, with what it is. */
export type WrittenRecord = WarcPlace & Pick<WarcEntry, 'type' | 'url'>;

/** The records of one reading; `answer` is null when its bytes are not kept. */
export type WrittenCapture = { readonly answer: WrittenRecord | null; readonly text: WrittenRecord };

/** An archive that readings are written into; `onRecord` hears of every record in the order of the file. */
export type ArchiveWriter = AsyncDisposable & { writeCapture(capture: Capture): Promise<WrittenCapture> };

/** Starts an archive with its head. The date of the head is that of the newest reading: the same ledger gives the same file. */
export async function openArchiveWriter(
  db: Db,
  options: {
    readonly file: string;
    readonly ledgerName: string;
    readonly onRecord: (record: WrittenRecord) => void | Promise<void>;
  },
): Promise<ArchiveWriter> {
  const shared = await listSharedDocuments(db);
  const written = new Map<string, WrittenDocument>();
  const { at } = await db
    .selectFrom('versions')
    .select((eb) => eb.fn.max('seen_at').as('at'))
    .executeTakeFirstOrThrow();
  const writer = await openWarcWriter(options.file);
  const write = async (entry: WarcEntry): Promise<WrittenRecord> => {
    const record = { ...(await writer.write(entry)), type: entry.type, url: entry.url };
    await options.onRecord(record);
    return record;
  };
  await write(buildWarcInfo(options.ledgerName, (at ?? Temporal.Instant.fromEpochMilliseconds(0)).toString()));
  return {
    writeCapture: async (capture) => {
      const { documentHash: hash } = capture;
      const earlier = hash === null ? null : (written.get(hash) ?? null);
      const body = hash === null ? null : await findDocument(db, hash);
      const records = buildCaptureRecords(capture, { body, written: capture.response === null ? null : earlier });
      if (records.request !== null) await write(records.request);
      const answer = records.answer === null ? null : await write(records.answer);
      if (answer !== null && hash !== null && earlier === null && shared.has(hash)) {
        const { recordId, url } = answer;
        written.set(hash, { recordId, url: url ?? '', date: records.answer?.date ?? '' });
      }
      return { answer, text: await write(records.text) };
    },
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}
