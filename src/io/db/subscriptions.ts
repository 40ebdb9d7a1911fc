/** What readers decide themselves: who asked for the mail on the pages, who stopped it, and who wants it again. */
import { sql } from 'kysely';
import { SUBSCRIBED_PREFIX } from '#src/config/schema.ts';
import type { Db, Tx } from './store.ts';

/** What a reader chooses about the daily mail; `claims` null = all of them. */
export type MailChoices = {
  readonly localTime: string;
  readonly zone: string;
  readonly dateLanguage: string;
  readonly claims: readonly string[] | null;
  readonly empty: 'send' | 'skip';
};

/** A wish for the daily mail, from an address that has to confirm it. */
export type Subscription = MailChoices & {
  readonly id: number;
  /** Names this wish in its confirmation link: a later wish, or one of another store, has another name. */
  readonly linkId: string;
  readonly address: string;
  readonly requestedAt: Temporal.Instant;
  readonly confirmedAt: Temporal.Instant | null;
  readonly attemptCount: number;
};

/** A reader with an address. `isSubscribed` = by their own wish; the others stand in the ledger file. */
export type MailReader = MailChoices & {
  readonly id: string;
  readonly address: string;
  readonly isSubscribed: boolean;
  readonly stoppedAt: Temporal.Instant | null;
};

/** Nobody is written to more often than this because somebody, perhaps another one, types their address into the form. */
const requestGapHours = 6;
/** Wishes of one hour that are not confirmed; more are a program that tries out addresses. */
const openRequestsMax = 100;
/** A confirmation mail whose server does not take it is tried after 15 min, 30, 60 ... and given up after eight tries, within two days. */
const firstRetryMinutes = 15;
const attemptsMax = 8;

/**
 * Keeps a wish until it is confirmed. `kept` = a confirmation mail is due; `known` = this address asked within the last hours or
 * gets the mail by the ledger file, and is not written to; `crowded` = too many wishes are open.
 */
export async function upsertSubscription(
  tx: Tx,
  wish: MailChoices & { readonly address: string },
  now: Temporal.Instant,
): Promise<'kept' | 'known' | 'crowded'> {
  const { count } = await tx
    .selectFrom('subscriptions')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('confirmed_at', 'is', null)
    .where('requested_at', '>', now.subtract({ hours: 1 }))
    .executeTakeFirstOrThrow();
  if (Number(count) >= openRequestsMax) return 'crowded';
  if (await getsMailByLedger(tx, wish.address)) return 'known';
  const asked = {
    local_time: wish.localTime,
    zone: wish.zone,
    date_language: wish.dateLanguage,
    claims: wish.claims === null ? null : JSON.stringify(wish.claims),
    empty: wish.empty,
    requested_at: now,
    attempt_count: 0,
    next_attempt_at: now,
  };
  const row = await tx
    .insertInto('subscriptions')
    .values({ address: wish.address, ...asked })
    .onConflict((conflict) =>
      conflict
        .expression(sql`lower(address)`)
        .doUpdateSet(asked)
        .where('subscriptions.requested_at', '<=', now.subtract({ hours: requestGapHours })),
    )
    .returning('id')
    .executeTakeFirst();
  return row === undefined ? 'known' : 'kept';
}

/** Whether the ledger file sends mail to an address, and its reader did not stop it. */
async function getsMailByLedger(db: Db, address: string): Promise<boolean> {
  const row = await db
    .selectFrom('readers')
    .leftJoin('mail_stops', (join) =>
      join.onRef('mail_stops.reader_id', '=', 'readers.id').onRef('mail_stops.address', '=', 'readers.address'),
    )
    .select('readers.id')
    .where('readers.is_listed', '=', true)
    .where(sql`lower(readers.address)`, '=', address.toLowerCase())
    .where('mail_stops.stopped_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Confirmation mails that are due, by the number of their subscription. */
export async function listDueConfirmations(db: Db, now: Temporal.Instant): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('subscriptions')
    .select('id')
    .where('next_attempt_at', '<=', now)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Takes a confirmation mail for one try and books the next one before anything is sent; null when it is not due. */
export async function takeConfirmation(db: Db, id: number, now: Temporal.Instant): Promise<Subscription | null> {
  const found = await findSubscription(db, id);
  if (found === null) return null;
  const isLast = found.attemptCount + 1 >= attemptsMax;
  const minutes = firstRetryMinutes * 2 ** found.attemptCount;
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .set({ attempt_count: found.attemptCount + 1, next_attempt_at: isLast ? null : now.add({ minutes }) })
    .where('id', '=', id)
    .where('attempt_count', '=', found.attemptCount)
    .where('next_attempt_at', '<=', now)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? { ...found, attemptCount: found.attemptCount + 1 } : null;
}

/** Nothing more is to be sent for this try: the mail is out, or its address is refused for good. */
export async function closeConfirmation(db: Db, { id, attemptCount }: Subscription): Promise<void> {
  await db
    .updateTable('subscriptions')
    .set({ next_attempt_at: null })
    .where('id', '=', id)
    .where('attempt_count', '=', attemptCount)
    .execute();
}

/** One wish, by its number; null when it is not there or was deleted unconfirmed. */
export async function findSubscription(db: Db, id: number): Promise<Subscription | null> {
  const row = await db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  return {
    id: row.id,
    linkId: `${SUBSCRIBED_PREFIX}${row.id}-${row.requested_at.epochMilliseconds}`,
    address: row.address,
    localTime: row.local_time,
    zone: row.zone,
    dateLanguage: row.date_language,
    claims: row.claims,
    empty: row.empty,
    requestedAt: row.requested_at,
    confirmedAt: row.confirmed_at,
    attemptCount: row.attempt_count,
  };
}

/** The wish that a confirmation link names; null when it was deleted, or the address has asked again since. */
export async function findSubscriptionOf(db: Db, linkId: string): Promise<Subscription | null> {
  const number = /^self-([1-9]\d{0,14})-\d+$/.exec(linkId)?.[1];
  const wish = number === undefined ? null : await findSubscription(db, Number(number));
  return wish?.linkId === linkId ? wish : null;
}

/** Makes a confirmed wish a reader, or gives the reader its new choices; whatever they stopped starts again. Gives the reader's id. */
export async function upsertSubscribedReader(tx: Tx, wish: Subscription, now: Temporal.Instant): Promise<string> {
  const id = await chooseReaderId(tx, wish);
  const row = { address: wish.address, ...columnsOf(wish), is_listed: false, is_subscribed: true };
  await tx
    .insertInto('readers')
    .values({ id, added_at: now, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  await tx
    .updateTable('subscriptions')
    .set({ confirmed_at: now, next_attempt_at: null })
    .where('id', '=', wish.id)
    .execute();
  await deleteMailStop(tx, id, now);
  return id;
}

/** The reader who subscribed with this address before, else a free id: readers of another store may have come with their own. */
async function chooseReaderId(tx: Tx, wish: Subscription): Promise<string> {
  const known = await tx
    .selectFrom('readers')
    .select(['id', 'address'])
    .where('id', 'like', `${SUBSCRIBED_PREFIX}%`)
    .where((eb) =>
      eb.or([
        eb('id', '=', `${SUBSCRIBED_PREFIX}${wish.id}`),
        eb(sql`lower(address)`, '=', wish.address.toLowerCase()),
      ]),
    )
    .orderBy('id')
    .execute();
  const own = known.find(({ address }) => address?.toLowerCase() === wish.address.toLowerCase());
  return own?.id ?? (known.length === 0 ? `${SUBSCRIBED_PREFIX}${wish.id}` : wish.linkId);
}

/** Gives a reader who subscribed other choices; false when there is no such reader. */
export async function updateSubscribedReader(db: Db, readerId: string, choices: MailChoices): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('readers')
    .set(columnsOf(choices))
    .where('id', '=', readerId)
    .where('is_subscribed', '=', true)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function columnsOf(choices: MailChoices) {
  return {
    local_time: choices.localTime,
    zone: choices.zone,
    date_language: choices.dateLanguage,
    claims: choices.claims === null ? null : JSON.stringify(choices.claims),
    empty: choices.empty,
  };
}

/** The reader of mails under an id, stopped or not; null when there is none, or they are in the ledger no more. */
export async function findMailReader(db: Db, readerId: string): Promise<MailReader | null> {
  const row = await db
    .selectFrom('readers')
    .leftJoin('mail_stops', (join) =>
      join.onRef('mail_stops.reader_id', '=', 'readers.id').onRef('mail_stops.address', '=', 'readers.address'),
    )
    .selectAll('readers')
    .select('mail_stops.stopped_at')
    .where('readers.id', '=', readerId)
    .where((eb) => eb.or([eb('readers.is_listed', '=', true), eb('readers.is_subscribed', '=', true)]))
    .executeTakeFirst();
  if (row === undefined || row.address === null) return null;
  return {
    id: row.id,
    address: row.address,
    localTime: row.local_time,
    zone: row.zone,
    dateLanguage: row.date_language,
    claims: row.claims,
    empty: row.empty,
    isSubscribed: row.is_subscribed,
    stoppedAt: row.stopped_at,
  };
}

/** Stops every mail to a reader, those that wait in the outbox too. A second stop changes nothing. */
export async function insertMailStop(
  tx: Tx,
  reader: Pick<MailReader, 'id' | 'address'>,
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('mail_stops')
    .values({ reader_id: reader.id, address: reader.address, stopped_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx
    .updateTable('deliveries')
    .set({ state: 'failed', error: 'The reader stopped the mail', next_attempt_at: null, finished_at: now })
    .where('reader_id', '=', reader.id)
    .where('address', '=', reader.address)
    .where('state', 'in', ['pending', 'in-doubt'])
    .execute();
}

/** Lets mails to a reader go again. Of the time in which they were stopped nothing is told but the last day. */
export async function deleteMailStop(tx: Tx, readerId: string, now: Temporal.Instant): Promise<void> {
  const { numDeletedRows } = await tx.deleteFrom('mail_stops').where('reader_id', '=', readerId).executeTakeFirst();
  if (numDeletedRows === 0n) return;
  await tx
    .updateTable('readers')
    .set({ told_from: now.subtract({ hours: 24 }) })
    .where('id', '=', readerId)
    .execute();
}

/** Deletes addresses that never confirmed; gives how many. */
export async function deleteUnconfirmed(db: Db, before: Temporal.Instant): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('subscriptions')
    .where('confirmed_at', 'is', null)
    .where('requested_at', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/**
 * Notes which secret signs the links. A service (`isAuthority`) may bring a new one; false when another process is told that its
 * secret is not the service's.
 */
export async function upsertLinkKey(
  db: Db,
  key: { readonly fingerprint: string; readonly isAuthority: boolean },
  now: Temporal.Instant,
): Promise<boolean> {
  const known = await db.selectFrom('link_keys').select('fingerprint').execute();
  if (known.some(({ fingerprint }) => fingerprint === key.fingerprint)) return true;
  if (known.length > 0 && !key.isAuthority) return false;
  await db
    .insertInto('link_keys')
    .values({ fingerprint: key.fingerprint, first_used_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return true;
}
