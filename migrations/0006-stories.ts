/**
 * Which articles repeat each other, and which tell of one event. `story_members` says where an article stands: never rewritten, a row
 * is closed (`until`) and another follows, so that what was known at an instant is what held then (since <= T < until).
 * `article_sketches`, `shingles`, `stories`, `story_words` and `word_counts` are the index by which the next article finds its place.
 * Whatever waits for its place stands in `ungrouped_articles`, written in the transaction that stores the version.
 * `shingles` has no foreign key: a second index of its rows would cost more than all texts. Rows of a removed article are passed over.
 * Natural keys: story_members (article, since), article_sketches (article), a story by the keys of its members.
 */
import { type Kysely, sql } from 'kysely';

/** Creates the tables of stories and notes every stored article as waiting for its place. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ungrouped_articles')
    .addColumn('article_id', 'bigint', (c) => c.primaryKey().references('articles.id').onDelete('cascade'))
    .execute();
  await sql`insert into ungrouped_articles (article_id)
    select id from articles where current_version_id is not null`.execute(db);

  await db.schema
    .createTable('article_sketches')
    .addColumn('article_id', 'bigint', (c) => c.primaryKey().references('articles.id').onDelete('cascade'))
    .addColumn('site', 'text', (c) => c.notNull())
    .addColumn('appeared_at', 'timestamptz', (c) => c.notNull())
    // What of it stands in `shingles`, so that a new version can take the old ones out.
    .addColumn('sample', sql`integer[]`, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('shingles')
    .addColumn('shingle', 'integer', (c) => c.notNull())
    .addColumn('article_id', 'bigint', (c) => c.notNull())
    // Walked backwards for the newest articles that have a shingle; a GIN index cannot stop after the first forty.
    .addPrimaryKeyConstraint('shingles_pkey', ['shingle', 'article_id'])
    .execute();

  await db.schema
    .createTable('stories')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('last_at', 'timestamptz', (c) => c.notNull())
    .addColumn('article_count', 'integer', (c) => c.notNull())
    .addColumn('words', sql`text[]`, (c) => c.notNull())
    .addColumn('weights', sql`double precision[]`, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('story_words')
    .addColumn('word', 'text', (c) => c.notNull())
    .addColumn('story_id', 'bigint', (c) => c.notNull().references('stories.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('story_words_pkey', ['word', 'story_id'])
    .execute();
  // In how many articles a word stands, copies aside. The empty word stands in all of them.
  await db.schema
    .createTable('word_counts')
    .addColumn('word', 'text', (c) => c.primaryKey())
    .addColumn('article_count', 'integer', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('story_members')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('article_id', 'bigint', (c) => c.notNull().references('articles.id').onDelete('cascade'))
    .addColumn('story_id', 'bigint', (c) => c.notNull().references('stories.id'))
    .addColumn('role', 'text', (c) => c.notNull().check(sql`role in ('original', 'copy', 'derivative', 'spun')`))
    // The original whose words these are, the article itself when it is one; and the article it was found to repeat.
    .addColumn('origin_id', 'bigint', (c) => c.notNull())
    .addColumn('repeats_id', 'bigint')
    .addColumn('same_words', 'double precision')
    .addColumn('credit', 'text')
    .addColumn('since', 'timestamptz', (c) => c.notNull())
    .addColumn('until', 'timestamptz')
    .execute();
  await sql`create unique index story_members_current on story_members (article_id) where until is null`.execute(db);
  await sql`create index story_members_by_article on story_members (article_id, since)`.execute(db);
  await sql`create index story_members_by_story on story_members (story_id)`.execute(db);
  await sql`create index story_members_by_origin on story_members (origin_id) where until is null`.execute(db);
}
