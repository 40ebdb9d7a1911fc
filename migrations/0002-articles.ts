/**
 * What we read. An item is one feed entry as seen; a document is bytes as received, keyed by their hash; an article is a page
 * (or an entry without one) that mentions a topic; a version is its text at one moment and never changes. Citations are the
 * links in a version's body. The body, its version and the version's citations are written in one transaction.
 */
import { type Kysely, sql } from 'kysely';

/** Creates the tables of reading. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('documents')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('body_gzip', 'bytea', (c) => c.notNull())
    .addColumn('byte_count', 'integer', (c) => c.notNull())
    .addColumn('stored_at', 'timestamptz', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('articles')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    // The address without scheme, fragment and tracking parameters; entries without an address have one made of source and id.
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('resource_id', 'bigint', (c) => c.references('resources.id'))
    .addColumn('source_id', 'text', (c) => c.references('sources.id'))
    .addColumn('url', 'text')
    .addColumn('canonical_url', 'text')
    .addColumn('outlet', 'text', (c) => c.notNull())
    .addColumn('first_seen_at', 'timestamptz', (c) => c.notNull())
    .addColumn('current_version_id', 'bigint')
    // The columns below repeat the current version, so that lists and search read one table.
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('lang', 'text')
    .addColumn('published', 'text')
    .addColumn('published_at', 'timestamptz')
    .addColumn('text_from', 'text', (c) => c.notNull().check(sql`text_from in ('page', 'feed', 'headline')`))
    .addColumn('is_kept', 'boolean', (c) => c.notNull())
    .addColumn('is_relevant', 'boolean', (c) => c.notNull())
    .addColumn('topics', sql`text[]`, (c) => c.notNull())
    .addColumn('search', sql`tsvector`, (c) => c.notNull())
    .execute();
  await sql`create index articles_by_time on articles (first_seen_at desc, id desc) where is_kept`.execute(db);
  await sql`create index articles_by_resource on articles (resource_id)`.execute(db);
  // fastupdate off: nothing cleans the pending list on the embedded store, and an uncleaned list makes search sequential.
  await sql`create index articles_by_words on articles using gin (search) with (fastupdate = off)`.execute(db);

  await db.schema
    .createTable('items')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('source_id', 'text', (c) => c.notNull().references('sources.id'))
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('guid', 'text')
    .addColumn('url', 'text')
    .addColumn('resource_id', 'bigint', (c) => c.references('resources.id'))
    .addColumn('article_id', 'bigint', (c) => c.references('articles.id'))
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('summary', 'text')
    .addColumn('content_html', 'text')
    .addColumn('authors', 'jsonb', (c) => c.notNull())
    .addColumn('outlet', 'text')
    .addColumn('lang', 'text')
    .addColumn('published_at', 'timestamptz')
    .addColumn('updated_at', 'timestamptz')
    .addColumn('first_seen_at', 'timestamptz', (c) => c.notNull())
    .addColumn('last_seen_at', 'timestamptz', (c) => c.notNull())
    .addColumn('is_wanted', 'boolean', (c) => c.notNull())
    // The text we can judge without the page (the entry's own) waits here until it was judged.
    .addColumn('is_judged', 'boolean', (c) => c.notNull())
    .addUniqueConstraint('items_once_per_source', ['source_id', 'key'])
    .execute();
  await sql`create index items_by_resource on items (resource_id)`.execute(db);
  await sql`create index items_by_article on items (article_id)`.execute(db);
  // Each tick asks for entries that wait for judgement; they are few.
  await sql`create index items_waiting on items (id) where is_wanted and not is_judged`.execute(db);

  await db.schema
    .createTable('versions')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('article_id', 'bigint', (c) => c.notNull().references('articles.id').onDelete('cascade'))
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull().check(sql`reason in ('page', 'reader')`))
    .addColumn('text_from', 'text', (c) => c.notNull().check(sql`text_from in ('page', 'feed', 'headline')`))
    .addColumn('seen_at', 'timestamptz', (c) => c.notNull())
    .addColumn('document_hash', 'text', (c) => c.references('documents.hash'))
    .addColumn('response', 'jsonb')
    .addColumn('extractor', 'text', (c) => c.notNull())
    .addColumn('method', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('byline', 'text')
    .addColumn('published', 'text')
    .addColumn('modified', 'text')
    .addColumn('canonical_url', 'text')
    .addColumn('lang', 'text')
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('text_hash', 'text', (c) => c.notNull())
    .addColumn('problems', 'jsonb', (c) => c.notNull())
    .addColumn('corrections', 'jsonb', (c) => c.notNull())
    .addColumn('topics', sql`text[]`, (c) => c.notNull())
    .addColumn('is_relevant', 'boolean', (c) => c.notNull())
    // Which rules spoke last; null = not yet tagged, which is what makes a version due.
    .addColumn('tagged_with', 'text')
    .addColumn('tagged_at', 'timestamptz')
    .addUniqueConstraint('versions_numbered', ['article_id', 'number'])
    .execute();
  await sql`create index versions_untagged on versions (id) where tagged_with is null`.execute(db);
  await sql`alter table articles add constraint articles_current_version
    foreign key (current_version_id) references versions (id) deferrable initially deferred`.execute(db);

  await db.schema
    .createTable('citations')
    .addColumn('version_id', 'bigint', (c) => c.notNull().references('versions.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('anchor', 'text', (c) => c.notNull())
    .addColumn('start_offset', 'integer', (c) => c.notNull())
    .addColumn('end_offset', 'integer', (c) => c.notNull())
    .addColumn('resource_id', 'bigint', (c) => c.references('resources.id'))
    .addPrimaryKeyConstraint('citations_pkey', ['version_id', 'position'])
    .execute();
  await sql`create index citations_by_url on citations (url)`.execute(db);
}
