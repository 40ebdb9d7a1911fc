/**
 * Search by words of our own. `articles.search` is written by the program (`core/search/words.ts`) and no longer by the server's parser,
 * which cuts words by its locale and leaves Chinese whole; `search_rules` names the rules that wrote it, and 0 those of before: such rows
 * are written anew a part at a time while the service runs. A version that another one follows keeps its entry, for searches of the past.
 * Languages, outlets and sources get the indexes that a search by them alone walks. `saved_queries` are searches with a feed of their
 * own: from the ledger file (`is_listed` while they stand there), or saved on the pages. Natural key: saved_queries (id).
 */
import { type Kysely, sql } from 'kysely';

/** Adds the rules of index entries, the entries of older versions, and saved queries. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('articles')
    .addColumn('search_rules', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('versions').addColumn('search', sql`tsvector`).execute();
  await sql`create index articles_by_search_rules on articles (search_rules, id)`.execute(db);
  await sql`create index articles_by_language on articles (lower(split_part(lang, '-', 1)), first_seen_at desc, id desc)
    where is_kept`.execute(db);
  await sql`create index articles_by_outlet on articles (lower(outlet), first_seen_at desc, id desc) where is_kept`.execute(
    db,
  );
  await sql`create index articles_by_source on articles (source_id, first_seen_at desc, id desc) where is_kept`.execute(
    db,
  );

  await db.schema
    .createTable('saved_queries')
    // Part of the address of its feed: it never changes, whatever becomes of the name.
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('query', 'text', (c) => c.notNull())
    .addColumn('is_from_ledger', 'boolean', (c) => c.notNull())
    .addColumn('is_listed', 'boolean', (c) => c.notNull())
    .addColumn('added_by', 'text')
    .addColumn('added_at', 'timestamptz', (c) => c.notNull())
    .execute();
}
