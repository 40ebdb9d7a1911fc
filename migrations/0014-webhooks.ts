/**
 * What other programs are told. A delivery is one event for one hook of the ledger file, with the bytes that will leave; its key makes it
 * one however often the window is looked at. `webhook_marks` says up to when a hook was told: nothing before its first look is.
 * Natural keys: webhook_deliveries (hook, event key), webhook_marks (hook).
 */
import { type Kysely, sql } from 'kysely';

/** Creates the outbox of the webhooks. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('webhook_marks')
    .addColumn('hook', 'text', (c) => c.primaryKey())
    .addColumn('told_until', 'timestamptz', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('webhook_deliveries')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('hook', 'text', (c) => c.notNull())
    .addColumn('event_key', 'text', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('pending', 'sending', 'sent', 'failed')`))
    .addColumn('attempt_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('next_attempt_at', 'timestamptz')
    .addColumn('lease_until', 'timestamptz')
    .addColumn('finished_at', 'timestamptz')
    .addColumn('error', 'text')
    .addColumn('created_at', 'timestamptz', (c) => c.notNull())
    .addUniqueConstraint('webhook_deliveries_once', ['hook', 'event_key'])
    .execute();
  // Each tick asks for what is due; what is done is far more.
  await sql`create index webhook_deliveries_open on webhook_deliveries (id) where state in ('pending', 'sending')`.execute(
    db,
  );
}
