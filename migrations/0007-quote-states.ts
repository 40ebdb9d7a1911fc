/**
 * What became of a quote after it was shown. A quote is a slice of an immutable version; a row says what a later look at the page
 * found in its place (`moved`, `altered`, `gone`), from `seen_at` until `closed_at`, and that it was last there at `last_there_at`.
 * No open row = the quote stands as it was. Rows hang on the slice, not on a tagging, so that they outlive a change of rules.
 * Whether a page could be looked at is a fact of the page: `unseen_spans`, one row from the first visit in vain to the next good one.
 * Citations gain the sentence they stand in and the key of the article they lead to; pages, why they are watched.
 * Natural keys: quote_states (version, field, start, end, seen_at), unseen_spans (resource, began_at).
 */
import { type Kysely, sql } from 'kysely';

/** Creates the tables of watching. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('resources')
    // The last visit whose answer could be read: "still there at".
    .addColumn('last_read_at', 'timestamptz')
    // How many citations lead here from an article of a feed or a listed page; 0 for those themselves.
    .addColumn('citation_depth', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`update resources set last_read_at = coalesce(
    (select max(started_at) from fetches where resource_id = resources.id and outcome in ('fresh', 'unmodified', 'moved')),
    last_changed_at)`.execute(db);

  await db.schema
    .alterTable('pages')
    .addColumn('reason', 'text', (c) =>
      c.notNull().defaultTo('listed').check(sql`reason in ('listed', 'evidence', 'cited')`),
    )
    .execute();

  await db.schema
    .alterTable('citations')
    .addColumn('sentence_start', 'integer')
    .addColumn('sentence_end', 'integer')
    .addColumn('target_key', 'text')
    .execute();
  // "Who cites this article" asks by the key of the article.
  await sql`create index citations_by_target on citations (target_key)`.execute(db);
  await sql`create index citations_by_resource on citations (resource_id) where resource_id is not null`.execute(db);

  await db.schema
    .createTable('quote_states')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('version_id', 'bigint', (c) => c.notNull().references('versions.id').onDelete('cascade'))
    .addColumn('field', 'text', (c) => c.notNull().check(sql`field in ('text', 'title')`))
    .addColumn('start_offset', 'integer', (c) => c.notNull())
    .addColumn('end_offset', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('moved', 'altered', 'gone')`))
    // The version that was looked at, and the slice of it that stands for the quote now; no slice when it is gone.
    .addColumn('found_version_id', 'bigint', (c) => c.notNull().references('versions.id').onDelete('cascade'))
    .addColumn('found_start', 'integer')
    .addColumn('found_end', 'integer')
    .addColumn('words', 'text')
    .addColumn('last_there_at', 'timestamptz', (c) => c.notNull())
    .addColumn('seen_at', 'timestamptz', (c) => c.notNull())
    .addColumn('closed_at', 'timestamptz')
    .execute();
  await sql`create unique index quote_states_current on quote_states (version_id, field, start_offset, end_offset)
    where closed_at is null`.execute(db);
  // The digest asks for what changed in a window.
  await sql`create index quote_states_by_time on quote_states (seen_at) where closed_at is null`.execute(db);

  await db.schema
    .createTable('unseen_spans')
    .addColumn('resource_id', 'bigint', (c) => c.notNull().references('resources.id').onDelete('cascade'))
    .addColumn('began_at', 'timestamptz', (c) => c.notNull())
    .addColumn('ended_at', 'timestamptz')
    .addColumn('reason', 'text')
    .addColumn('status', 'integer')
    .addColumn('words', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('unseen_spans_pkey', ['resource_id', 'began_at'])
    .execute();
  await sql`create unique index unseen_spans_current on unseen_spans (resource_id) where ended_at is null`.execute(db);
}
