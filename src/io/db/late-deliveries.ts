/** Mails that wait for a mail server to take them, and what is written into them meanwhile. */
import type { DigestContent } from '#src/core/digest/digest.ts';
import type { WaitingMail } from '#src/core/mail/lateness.ts';
import type { Db } from './store.ts';

/** A mail of which no server has taken anything, with the digest that it carries. */
export type WaitingDelivery = WaitingMail & { readonly digest: DigestContent };

/** The waiting mails of the reader to whom this one goes, oldest first; none when it does not wait itself. */
export async function listWaitingMails(
  db: Db,
  deliveryId: number,
): Promise<{ readonly readerId: string; readonly mails: readonly WaitingDelivery[] }> {
  const rows = await db
    .selectFrom('deliveries as asked')
    .innerJoin('deliveries', 'deliveries.reader_id', 'asked.reader_id')
    .innerJoin('digests', 'digests.id', 'deliveries.digest_id')
    .select(['deliveries.id', 'deliveries.reader_id', 'deliveries.date', 'deliveries.created_at', 'digests.content'])
    .where('asked.id', '=', deliveryId)
    .where('asked.state', '=', 'pending')
    .where('deliveries.state', '=', 'pending')
    .orderBy('deliveries.date')
    .execute();
  const mails = rows.map((row) => ({ id: row.id, date: row.date, waitingSince: row.created_at, digest: row.content }));
  return { readerId: rows[0]?.reader_id ?? '', mails };
}

/** Replaces the bytes of a mail that still waits. */
export async function renewMessage(db: Db, id: number, message: Uint8Array): Promise<void> {
  await db.updateTable('deliveries').set({ message }).where('id', '=', id).where('state', '=', 'pending').execute();
}

/**
 * Lets the mail `carrierId` carry those of `mergedIds` too, all or nothing: when one of them has left meanwhile, nothing is changed.
 */
export async function mergeDeliveries(
  db: Db,
  merge: {
    readonly carrierId: number;
    readonly carrierDate: string;
    readonly mergedIds: readonly number[];
    readonly message: Uint8Array;
    readonly now: Temporal.Instant;
  },
): Promise<void> {
  const { carrierId, carrierDate, mergedIds, message, now } = merge;
  const ids = [...mergedIds, carrierId];
  await db.transaction().execute(async (tx) => {
    const held = await tx
      .selectFrom('deliveries')
      .select('id')
      .where('id', 'in', ids)
      .where('state', '=', 'pending')
      .orderBy('id')
      .forUpdate()
      .execute();
    if (held.length < ids.length) return;
    await tx
      .updateTable('deliveries')
      .set({ state: 'merged', next_attempt_at: null, finished_at: now, error: `In the mail of ${carrierDate}` })
      .where('id', 'in', [...mergedIds])
      .execute();
    await tx.updateTable('deliveries').set({ message, next_attempt_at: now }).where('id', '=', carrierId).execute();
  });
}
