/** Freezes a reader's digest of one local date, and with it the mail that will carry it, in one transaction. */
import { z } from 'zod';
import { buildDigest } from '#src/core/digest.ts';
import { renderDigestMail } from '#src/core/digest-mail.ts';
import { type DigestSlot, findDueDigest } from '#src/core/digest-schedule.ts';
import { gatherDigestFacts } from '#src/io/db/digests.ts';
import { findFirstLookEnd, insertDelivery, insertDigest, listReaders, type Reader } from '#src/io/db/readers.ts';
import type { Deps } from '#src/io/deps.ts';
import { composeMail } from '#src/io/mail.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';

type Payload = { readonly readerId: string };

/** A new ledger tells what it has after this long, even while its first look goes on. */
export const firstLookPatience = Temporal.Duration.from({ minutes: 30 });

export default defineJob<Payload>({
  description: 'Freeze the digest of one reader and date, with its mail',
  payload: z.strictObject({ readerId: z.string() }),
  retryCount: 5,
  expireSeconds: 300,
  concurrency: 1,
  run: buildReaderDigest,
});

/** The readers to whom a digest is due now. */
export async function listDueReaders(
  deps: Pick<Deps, 'db' | 'now'>,
): Promise<readonly { readonly reader: Reader; readonly slot: DigestSlot }[]> {
  const now = deps.now();
  const readers = await listReaders(deps.db);
  const isNewcomer = readers.some((reader) => reader.lastDate === null);
  const firstLookEndedAt = isNewcomer ? await findFirstLookEnd(deps.db, { now, patience: firstLookPatience }) : null;
  return readers.flatMap((reader) => {
    const slot = findDueDigest(reader, { now, firstLookEndedAt });
    return slot === null ? [] : [{ reader, slot }];
  });
}

/** Builds what is due; a second run of the same date changes nothing. */
export async function buildReaderDigest({ readerId }: Payload, deps: Deps): Promise<RunSummary> {
  const due = (await listDueReaders(deps)).find(({ reader }) => reader.id === readerId);
  if (due === undefined) return { reader: readerId, built: false };
  const { reader, slot } = due;
  const { ledger } = deps.inForce();
  const facts = await gatherDigestFacts(deps.db, {
    ledger: ledger.name,
    reader: reader.id,
    date: slot.date,
    zone: reader.zone,
    window: slot.window,
    isStored: true,
    claims: reader.claims,
    rulesKey: deps.inForce().rulesKey,
  });
  const content = buildDigest(facts);
  const mail = await prepareMail({ reader, slot, content }, deps);
  const isBuilt = await deps.db.transaction().execute(async (tx) => {
    const digestId = await insertDigest(tx, content, deps.now());
    if (digestId === null) return false;
    if (mail === null) return true;
    const deliveryId = await insertDelivery(tx, { ...mail, digestId }, deps.now());
    await deps.queue.send({ name: 'send-digest', payload: { deliveryId }, key: String(deliveryId) }, tx);
    return true;
  });
  return { reader: readerId, date: slot.date, built: isBuilt, moved: content.movedCount, quotes: content.quoteCount };
}

type Prepared = {
  readonly readerId: string;
  readonly date: string;
  readonly address: string;
  readonly messageId: string;
  readonly message: Uint8Array;
};

/** The mail as it will leave; null for the house, for a suspended reader, and for an empty day that the reader wants skipped. */
async function prepareMail(
  {
    reader,
    slot,
    content,
  }: { readonly reader: Reader; readonly slot: DigestSlot; readonly content: ReturnType<typeof buildDigest> },
  deps: Deps,
): Promise<Prepared | null> {
  if (reader.address === null || reader.suspendedReason !== null) return null;
  const isEmpty = content.quoteCount === 0 && content.movedCount === 0 && content.sources.length === 0;
  if (isEmpty && reader.empty === 'skip') return null;
  return await composeDigestMail({ ...reader, address: reader.address }, content, { date: slot.dueAt, deps });
}

/** The message that carries a digest to a reader: the same content gives the same bytes. */
export async function composeDigestMail(
  reader: { readonly id: string; readonly address: string },
  content: ReturnType<typeof buildDigest>,
  options: { readonly date: Temporal.Instant; readonly deps: Pick<Deps, 'inForce'> },
): Promise<Prepared> {
  const { digest, web, name } = options.deps.inForce().ledger;
  const domain = digest.from.split('@').at(-1) ?? 'localhost';
  const messageId = `<digest.${content.date}.${reader.id}@${domain}>`;
  const webUrl = web.publicUrl ?? `http://${web.listen}`;
  const mail = renderDigestMail(content, { webUrl, readerId: reader.id });
  const message = await composeMail({
    from: digest.from,
    to: reader.address,
    subject: mail.subject,
    messageId,
    date: options.date,
    text: mail.text,
    html: mail.html,
    headers: {
      'List-Id': `${name.replace(/[^\x20-\x7e]|["<>]/g, '')} <digest.${domain}>`,
      'Auto-Submitted': 'auto-generated',
    },
  });
  return { readerId: reader.id, date: content.date, address: reader.address, messageId, message };
}
