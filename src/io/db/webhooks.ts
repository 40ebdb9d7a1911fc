/** The outbox of the webhooks. */
import { sql } from 'kysely';
import type { WebhookEvent, WebhookMessage } from '#src/core/output/webhook.ts';
import type { Db, Tx } from './store.ts';

/** A delivery with the bytes that will leave. */
export type WebhookDelivery = {
  readonly id: number;
  readonly hook: string;
  readonly event: WebhookEvent;
  readonly body: string;
  readonly attemptCount: number;
};

/** A try that has not ended after this long has died with its process. */
const leaseSeconds = 120;
/** Deliveries listed for the operator. */
const listedMax = 50;

/** Up to when a hook was told; null before its first look. Locked until the transaction ends. */
export async function lockMark(tx: Tx, hook: string): Promise<Temporal.Instant | null> {
  const row = await tx
    .selectFrom('webhook_marks')
    .select('told_until')
    .where('hook', '=', hook)
    .forUpdate()
    .executeTakeFirst();
  return row?.told_until ?? null;
}

/** Puts messages into the outbox and moves the mark; what is there already is not put in twice. */
export async function insertWebhooks(
  tx: Tx,
  hook: string,
  options: { readonly messages: readonly WebhookMessage[]; readonly now: Temporal.Instant },
): Promise<void> {
  const { messages, now } = options;
  const rows = messages.map((message) => ({
    hook,
    event_key: message.key,
    event: message.event,
    body: JSON.stringify({ event: message.event, at: message.at, ...message.data }),
    state: 'pending' as const,
    next_attempt_at: now,
    created_at: now,
  }));
  if (rows.length > 0)
    await tx
      .insertInto('webhook_deliveries')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  await tx
    .insertInto('webhook_marks')
    .values({ hook, told_until: now })
    .onConflict((conflict) => conflict.column('hook').doUpdateSet({ told_until: now }))
    .execute();
}

/** Deliveries that are due, oldest first. */
export async function listDueWebhooks(db: Db, now: Temporal.Instant): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`select id from webhook_deliveries
    where (state = 'pending' and next_attempt_at <= ${now}) or (state = 'sending' and lease_until <= ${now}) order by id`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** Takes a delivery for one try, before anything is sent; null when it is not due or another process has it. */
export async function takeWebhook(db: Db, id: number, now: Temporal.Instant): Promise<WebhookDelivery | null> {
  const { rows } = await sql<WebhookDelivery>`update webhook_deliveries
    set state = 'sending', attempt_count = attempt_count + 1, lease_until = ${now.add({ seconds: leaseSeconds })}
    where id = ${id}
      and ((state = 'pending' and next_attempt_at <= ${now}) or (state = 'sending' and lease_until <= ${now}))
    returning id, hook, event, body, attempt_count as "attemptCount"`.execute(db);
  return rows[0] ?? null;
}

/** Writes how a try ended; nothing when another process has taken it meanwhile. */
export async function finishWebhook(
  db: Db,
  { id, attemptCount }: WebhookDelivery,
  result: {
    readonly state: 'sent' | 'pending' | 'failed';
    readonly nextAttemptAt: Temporal.Instant | null;
    readonly error: string | null;
    readonly now: Temporal.Instant;
  },
): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({
      state: result.state,
      error: result.error,
      next_attempt_at: result.nextAttemptAt,
      lease_until: null,
      finished_at: result.nextAttemptAt === null ? result.now : null,
    })
    .where('id', '=', id)
    .where('attempt_count', '=', attemptCount)
    .where('state', '=', 'sending')
    .execute();
}

/** Makes a delivery due again, unchanged; false when there is none of that id or it is under way. */
export async function requeueWebhook(db: Db, id: number, now: Temporal.Instant): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhook_deliveries')
    .set({ state: 'pending', attempt_count: 0, next_attempt_at: now, finished_at: null, error: null })
    .where('id', '=', id)
    .where('state', '<>', 'sending')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The newest deliveries for the operator, newest first. */
export async function listWebhooks(db: Db) {
  return await db
    .selectFrom('webhook_deliveries')
    .select(['id', 'hook', 'event', 'state', 'attempt_count', 'error', 'created_at'])
    .orderBy('id', 'desc')
    .limit(listedMax)
    .execute();
}

/** A source that used to bring something and brings nothing any more. */
export type SilentSource = {
  readonly id: string;
  readonly name: string;
  readonly lastNewAt: Temporal.Instant;
  readonly usualGapHours: number;
};

/** Entries by which a source's usual gap is told, and how many gaps, and at least how many days, make it silent. */
const entriesLookedAt = 20;
const entriesMin = 5;
const gapsMin = 5;
const daysMin = 3;

/** The listed sources that are silent: nothing new for five of their usual gaps, and three days at least. */
export async function listSilentSources(db: Db, now: Temporal.Instant): Promise<readonly SilentSource[]> {
  const { rows } = await sql<SilentSource>`
    select s.id, s.name, i.last as "lastNewAt", extract(epoch from i.last - i.first)::float8 / 3600 / (i.count - 1) as "usualGapHours"
    from sources s
    join lateral (select max(first_seen_at) as last, min(first_seen_at) as first, count(*) as count
      from (select first_seen_at from items where source_id = s.id order by first_seen_at desc limit ${sql.lit(entriesLookedAt)}) newest) i
      on i.count >= ${sql.lit(entriesMin)}
    where s.is_listed and s.is_enabled and s.paused_at is null
      and ${now}::timestamptz - i.last > greatest(make_interval(days => ${sql.lit(daysMin)}),
        (i.last - i.first) / (i.count - 1) * ${sql.lit(gapsMin)})
    order by s.id`.execute(db);
  return rows;
}
