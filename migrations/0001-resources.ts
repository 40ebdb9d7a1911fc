/**
 * What we may request, and when. One row per address (`resources`), one per host (`hosts`): every due time, validator and
 * back-off of the polite fetch lives here, so that a restart or a second node causes no extra request.
 * `sources` are the feeds of the ledger, `pages` the cited pages that we watch, `fetches` the log behind `sources why`.
 */
import { type Kysely, sql } from 'kysely';

/** Creates the tables of fetching. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ledger_revisions')
    .addColumn('revision', 'integer', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('content', 'jsonb', (c) => c.notNull())
    .addColumn('stored_at', 'timestamptz', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('hosts')
    .addColumn('host', 'text', (c) => c.primaryKey())
    .addColumn('next_start_at', 'timestamptz')
    .addColumn('blocked_until', 'timestamptz')
    .addColumn('crawl_delay_ms', 'integer')
    .addColumn('robots_text', 'text')
    .addColumn('robots_state', 'text')
    .addColumn('robots_fetched_at', 'timestamptz')
    .addColumn('robots_due_at', 'timestamptz')
    .addColumn('robots_failure_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'timestamptz')
    .execute();

  await db.schema
    .createTable('resources')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('url', 'text', (c) => c.notNull().unique())
    .addColumn('host', 'text', (c) => c.notNull().references('hosts.host'))
    .addColumn('first_seen_at', 'timestamptz', (c) => c.notNull())
    .addColumn('etag', 'text')
    .addColumn('last_modified', 'text')
    // The address that gave the validators: they mean nothing at another one.
    .addColumn('validators_url', 'text')
    .addColumn('body_hash', 'text')
    .addColumn('failure_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('unchanged_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('parse_failure_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('last_fetched_at', 'timestamptz')
    .addColumn('last_changed_at', 'timestamptz')
    .addColumn('next_due_at', 'timestamptz')
    .addColumn('due_rule', 'text', (c) => c.notNull())
    .addColumn('gone_at', 'timestamptz')
    .addColumn('set_aside_at', 'timestamptz')
    // A permanent redirect on trial, and the address that is asked once it has proved itself (the row keeps its own).
    .addColumn('moved', 'jsonb')
    .addColumn('moved_to', 'text')
    .addColumn('hints', 'jsonb')
    .addColumn('last_outcome', 'text')
    .addColumn('last_reason', 'text')
    .addColumn('last_status', 'integer')
    .addColumn('last_error', 'text')
    .addColumn('failing_since', 'timestamptz')
    .execute();
  // The tick asks "which hosts have something due"; rows that wait for nobody (gone, read for good) have no due time.
  await sql`create index resources_due on resources (next_due_at, host) where next_due_at is not null`.execute(db);

  await db.schema
    .createTable('sources')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('resource_id', 'bigint', (c) => c.notNull().unique().references('resources.id'))
    // The ledger's name for it, else the feed's own title, else its host.
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('is_named', 'boolean', (c) => c.notNull())
    .addColumn('read', 'text', (c) => c.notNull().check(sql`read in ('topics', 'all')`))
    .addColumn('every_seconds', 'integer')
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('is_listed', 'boolean', (c) => c.notNull())
    .addColumn('is_enabled', 'boolean', (c) => c.notNull())
    .addColumn('paused_at', 'timestamptz')
    .addColumn('title', 'text')
    .addColumn('link', 'text')
    .addColumn('language', 'text')
    .addColumn('problems', 'jsonb')
    .addColumn('added_at', 'timestamptz', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('pages')
    .addColumn('resource_id', 'bigint', (c) => c.primaryKey().references('resources.id'))
    .addColumn('is_listed', 'boolean', (c) => c.notNull())
    .addColumn('is_watched', 'boolean', (c) => c.notNull())
    .addColumn('note', 'text')
    .addColumn('added_at', 'timestamptz', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('fetches')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('resource_id', 'bigint', (c) => c.notNull().references('resources.id').onDelete('cascade'))
    .addColumn('started_at', 'timestamptz', (c) => c.notNull())
    .addColumn('duration_ms', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('status', 'integer')
    .addColumn('words', 'text')
    .addColumn('is_conditional', 'boolean', (c) => c.notNull())
    .addColumn('byte_count', 'integer')
    .addColumn('final_url', 'text')
    .addColumn('next_due_at', 'timestamptz')
    .addColumn('due_rule', 'text')
    .execute();
  // `sources why` reads the newest rows of one resource; the digest counts a window.
  await sql`create index fetches_by_resource on fetches (resource_id, started_at desc)`.execute(db);
  await sql`create index fetches_by_time on fetches (started_at)`.execute(db);
}
