/**
 * What readers decide themselves. The ledger file is the authority for the readers that it lists; a stop is a word of the reader
 * and outlives every revision of the file, for as long as the entry names the same address. Readers who subscribed on the pages
 * are rows beside those of the file. An address that never answered the confirmation mail is deleted again.
 */
import { type Kysely, sql } from 'kysely';

/** Creates the tables of subscriptions, and what a reader has beside the ledger file. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('readers')
    // The language in which dates are written in this reader's mail.
    .addColumn('date_language', 'text', (c) => c.notNull().defaultTo('en'))
    // Set while a reader gets mail because of their own confirmed wish and not because of the file.
    .addColumn('is_subscribed', 'boolean', (c) => c.notNull().defaultTo(false))
    // Nothing is told of the time before it: a mail that was stopped for a month starts again with a day.
    .addColumn('told_from', 'timestamptz')
    .execute();

  await db.schema
    .createTable('mail_stops')
    .addColumn('reader_id', 'text', (c) => c.notNull().references('readers.id'))
    // A stop is the word of whoever read that address; another address under the same name is another person.
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('stopped_at', 'timestamptz', (c) => c.notNull())
    .addPrimaryKeyConstraint('mail_stops_once', ['reader_id', 'address'])
    .execute();

  await db.schema
    .createTable('subscriptions')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('local_time', 'text', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('date_language', 'text', (c) => c.notNull())
    .addColumn('claims', 'jsonb')
    .addColumn('empty', 'text', (c) => c.notNull().check(sql`empty in ('send', 'skip')`))
    .addColumn('requested_at', 'timestamptz', (c) => c.notNull())
    .addColumn('confirmed_at', 'timestamptz')
    // The confirmation mail: how often it was tried, and when it is tried next; null when there is nothing to send.
    .addColumn('attempt_count', 'integer', (c) => c.notNull())
    .addColumn('next_attempt_at', 'timestamptz')
    .execute();
  // One person does not get two subscriptions by writing an address in capitals.
  await sql`create unique index subscriptions_by_address on subscriptions (lower(address))`.execute(db);
  await sql`create index subscriptions_due on subscriptions (next_attempt_at) where next_attempt_at is not null`.execute(
    db,
  );

  // Which secret signs the links, by its hash: a process with another one would send links that lead nowhere.
  await db.schema
    .createTable('link_keys')
    .addColumn('fingerprint', 'text', (c) => c.primaryKey())
    .addColumn('first_used_at', 'timestamptz', (c) => c.notNull())
    .execute();
}
