/** Readers, their digests and their deliveries. */
import { type ExpressionBuilder, sql } from 'kysely';
import { HOUSE_READER } from '#src/config/schema.ts';
import type { DigestContent } from '#src/core/digest/digest.ts';
import type { DigestPlan } from '#src/core/digest/schedule.ts';
import type { DeliveryState, Schema } from './schema.ts';
import type { Db, Tx } from './store.ts';

/** A reader with what was last told to them. `address` null = the house, whose digests are the ones on the pages. */
export type Reader = DigestPlan & {
  readonly id: string;
  readonly address: string | null;
  readonly claims: readonly string[] | null;
  readonly empty: 'send' | 'skip';
  /** The language of dates in their mail (BCP 47). */
  readonly dateLanguage: string;
  readonly suspendedReason: string | null;
  /** Since when they want no mail; null = they get it. */
  readonly stoppedAt: Temporal.Instant | null;
  /** They asked for the mail themselves; the others stand in the ledger file. */
  readonly isSubscribed: boolean;
};

/** A mail with the bytes that will leave. `isDoubtful` = an earlier try may have arrived. */
export type Delivery = {
  readonly id: number;
  readonly readerId: string;
  readonly date: string;
  readonly address: string;
  readonly messageId: string;
  readonly message: Uint8Array;
  readonly attemptCount: number;
  readonly isDoubtful: boolean;
};

/** A try that has not ended after this long has died with its process. */
const sendingLeaseSeconds = 120;

/** The readers of the ledger and those who subscribed, the house first; also those who stopped their mail. */
export async function listReaders(db: Db): Promise<readonly Reader[]> {
  const rows = await db
    .selectFrom('readers')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('digests')
          .select(['digests.date', 'digests.window_end'])
          .whereRef('digests.reader_id', '=', 'readers.id')
          .orderBy('digests.date', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .leftJoin('mail_stops', (join) =>
      join.onRef('mail_stops.reader_id', '=', 'readers.id').onRef('mail_stops.address', '=', 'readers.address'),
    )
    .selectAll('readers')
    .select(['last.date', 'last.window_end', 'mail_stops.stopped_at'])
    .where((eb) => eb.or([eb('readers.is_listed', '=', true), eb('readers.is_subscribed', '=', true)]))
    .orderBy(sql`readers.address is not null`)
    .orderBy('readers.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    claims: row.claims,
    empty: row.empty,
    dateLanguage: row.date_language,
    suspendedReason: row.suspended_reason,
    stoppedAt: row.stopped_at,
    isSubscribed: row.is_subscribed,
    localTime: row.local_time,
    zone: row.zone,
    addedAt: row.added_at,
    lastDate: row.date,
    lastEnd: laterOf(row.window_end, row.told_from),
  }));
}

function laterOf(one: Temporal.Instant | null, other: Temporal.Instant | null): Temporal.Instant | null {
  if (one === null || other === null) return one ?? other;
  return Temporal.Instant.compare(one, other) < 0 ? other : one;
}

/**
 * When the first look at everything the ledger names was over; null while it goes on. The look is over when nothing that was
 * never visited is due, or after `patience`, whichever comes first; once the house has told of it, that instant stands.
 */
export async function findFirstLookEnd(
  db: Db,
  options: { readonly now: Temporal.Instant; readonly patience: Temporal.Duration },
): Promise<Temporal.Instant | null> {
  const told = await db
    .selectFrom('digests')
    .select('window_end')
    .where('reader_id', '=', HOUSE_READER)
    .orderBy('date')
    .limit(1)
    .executeTakeFirst();
  if (told !== undefined) return told.window_end;
  const { rows } = await sql<{ is_waiting: boolean; began_at: Temporal.Instant | null }>`
    select
      exists (
        select from resources r
        join hosts h on h.host = r.host
        left join sources s on s.resource_id = r.id
        where r.last_fetched_at is null and r.next_due_at is not null and r.citation_depth = 0
          and (h.blocked_until is null or h.blocked_until <= ${options.now})
          and (s.id is null or (s.is_listed and s.is_enabled and s.paused_at is null))
      ) or exists (
        select from items i left join resources r on r.id = i.resource_id
        where i.is_wanted and not i.is_judged
          and (i.resource_id is null or r.last_outcome is not null)
      ) as is_waiting,
      (select min(stored_at) from ledger_revisions) as began_at`.execute(db);
  const [row] = rows;
  if (row === undefined || row.began_at === null) return null;
  const isPatienceOver = Temporal.Instant.compare(row.began_at.add(options.patience), options.now) <= 0;
  return !row.is_waiting || isPatienceOver ? options.now : null;
}

/** Freezes a digest. False when the reader has one of that date already: then nothing is written. */
export async function insertDigest(tx: Tx, content: DigestContent, now: Temporal.Instant): Promise<number | null> {
  const row = await tx
    .insertInto('digests')
    .values({
      reader_id: content.reader,
      date: content.date,
      zone: content.zone,
      window_start: Temporal.Instant.from(content.window.start),
      window_end: Temporal.Instant.from(content.window.end),
      content: JSON.stringify(content),
      created_at: now,
    })
    .onConflict((conflict) => conflict.columns(['reader_id', 'date']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Puts a finished message into the outbox. */
export async function insertDelivery(
  tx: Tx,
  delivery: Pick<Delivery, 'readerId' | 'date' | 'address' | 'messageId' | 'message'> & { readonly digestId: number },
  now: Temporal.Instant,
): Promise<number> {
  const { id } = await tx
    .insertInto('deliveries')
    .values({
      digest_id: delivery.digestId,
      reader_id: delivery.readerId,
      date: delivery.date,
      address: delivery.address,
      message_id: delivery.messageId,
      message: delivery.message,
      state: 'pending',
      next_attempt_at: now,
      created_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Deliveries that are due: waiting for a try, or left in the middle of one by a process that died. */
export async function listDueDeliveries(db: Db, now: Temporal.Instant): Promise<readonly number[]> {
  const rows = await dueDeliveries(db, now)
    .select('deliveries.id')
    .orderBy('deliveries.date')
    .orderBy('deliveries.id')
    .execute();
  return rows.map((row) => row.id);
}

/** Takes a delivery for one try under a lease, before anything is sent; null when it is not due, stopped, or another process has it. */
export async function takeDelivery(db: Db, id: number, now: Temporal.Instant): Promise<Delivery | null> {
  const { rows } = await sql<{
    id: number;
    reader_id: string;
    date: string;
    address: string;
    message_id: string;
    message: Uint8Array;
    attempt_count: number;
    was: DeliveryState;
  }>`
    update deliveries d set state = 'sending', attempt_count = d.attempt_count + 1, lease_until = ${now.add({ seconds: sendingLeaseSeconds })}
    from (select id, state as was from deliveries where id = ${id} for update) before
    where d.id = before.id
      and not exists (select from mail_stops s where s.reader_id = d.reader_id and s.address = d.address)
      and not exists (select from deliveries e where e.reader_id = d.reader_id and e.date < d.date and e.state in ('pending', 'sending'))
      and (
      (before.was in ('pending', 'in-doubt') and d.next_attempt_at <= ${now}) or (before.was = 'sending' and d.lease_until <= ${now})
    )
    returning d.id, d.reader_id, d.date, d.address, d.message_id, d.message, d.attempt_count, before.was`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id: row.id,
    readerId: row.reader_id,
    date: row.date,
    address: row.address,
    messageId: row.message_id,
    message: row.message,
    attemptCount: row.attempt_count,
    isDoubtful: row.was !== 'pending',
  };
}

/** Writes how a try ended. False when the lease was lost meanwhile: another process decides. */
export async function finishDelivery(
  db: Db,
  id: number,
  result: {
    readonly state: DeliveryState;
    readonly attemptCount: number;
    readonly reply: string | null;
    readonly error: string | null;
    readonly nextAttemptAt: Temporal.Instant | null;
    readonly now: Temporal.Instant;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set({
      state: result.state,
      reply: result.reply,
      error: result.error,
      next_attempt_at: result.nextAttemptAt,
      lease_until: null,
      finished_at: result.nextAttemptAt === null ? result.now : null,
    })
    .where('id', '=', id)
    .where('state', '=', 'sending')
    .where('attempt_count', '=', result.attemptCount)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Makes the mails of a date due again, unchanged; gives their ids. Mails under way, and those of readers who stopped them, are left alone. */
export async function requeueDelivery(
  db: Db,
  options: { readonly date: string; readonly readerId: string | null; readonly now: Temporal.Instant },
): Promise<readonly number[]> {
  const rows = await db
    .updateTable('deliveries')
    .set({ state: 'pending', next_attempt_at: options.now, finished_at: null, error: null })
    .where('date', '=', options.date)
    .where('state', '<>', 'sending')
    .where((eb) => eb.not(eb.exists(stopOfDelivery(eb))))
    .$if(options.readerId !== null, (query) => query.where('reader_id', '=', options.readerId))
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Stops sending to a reader whose server refuses for good; the reason is shown to the operator. */
export async function suspendReader(db: Db, readerId: string, reason: string, now: Temporal.Instant): Promise<void> {
  await db
    .updateTable('readers')
    .set({ suspended_at: now, suspended_reason: reason })
    .where('id', '=', readerId)
    .execute();
}

/** The stop that forbids a delivery, if there is one. */
function stopOfDelivery(eb: ExpressionBuilder<Schema, 'deliveries'>) {
  return eb
    .selectFrom('mail_stops')
    .select('mail_stops.reader_id')
    .whereRef('mail_stops.reader_id', '=', 'deliveries.reader_id')
    .whereRef('mail_stops.address', '=', 'deliveries.address');
}

/** A mail of an earlier date that waits too: a reader gets the days in their order. */
function earlierOfReader(eb: ExpressionBuilder<Schema, 'deliveries'>) {
  return eb
    .selectFrom('deliveries as earlier')
    .select('earlier.id')
    .whereRef('earlier.reader_id', '=', 'deliveries.reader_id')
    .whereRef('earlier.date', '<', 'deliveries.date')
    .where('earlier.state', 'in', ['pending', 'sending']);
}

function dueDeliveries(db: Db, now: Temporal.Instant) {
  return db
    .selectFrom('deliveries')
    .where((eb) => eb.not(eb.exists(stopOfDelivery(eb))))
    .where((eb) => eb.not(eb.exists(earlierOfReader(eb))))
    .where((eb) =>
      eb.or([
        eb.and([eb('state', 'in', ['pending', 'in-doubt']), eb('next_attempt_at', '<=', now)]),
        eb.and([eb('state', '=', 'sending'), eb('lease_until', '<=', now)]),
      ]),
    );
}
