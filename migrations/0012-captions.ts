/**
 * Words that are said: captions of videos, transcripts of episodes. A track that is offered for an article is an address like any other
 * (`resources`), tied to it by `caption_tracks`; what was read of it is a part of a version's text (`version_captions`), with the second of
 * the recording for each mark, so that the place of a quote gives its second by one search in an array. Entries keep the transcripts that
 * their feed names until their article is kept.
 * Natural keys: caption_tracks (article), version_captions (version).
 */
import { type Kysely, sql } from 'kysely';

/** Creates the tables of captions. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('caption_tracks')
    .addColumn('article_id', 'bigint', (c) => c.primaryKey().references('articles.id').onDelete('cascade'))
    .addColumn('resource_id', 'bigint', (c) => c.notNull().references('resources.id'))
    .addColumn('lang', 'text')
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('manual', 'automatic', 'transcript')`))
    .addColumn('offered_at', 'timestamptz', (c) => c.notNull())
    .execute();
  // A visit asks what the address that it has come to is.
  await sql`create index caption_tracks_by_resource on caption_tracks (resource_id)`.execute(db);

  await db.schema
    .createTable('version_captions')
    .addColumn('version_id', 'bigint', (c) => c.primaryKey().references('versions.id').onDelete('cascade'))
    .addColumn('lang', 'text')
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('manual', 'automatic', 'transcript')`))
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('start_offset', 'integer', (c) => c.notNull())
    .addColumn('end_offset', 'integer', (c) => c.notNull())
    // Offsets in the whole text, ascending, and at the same place the second from which on the words there are said.
    .addColumn('mark_offsets', sql`integer[]`, (c) => c.notNull())
    .addColumn('mark_seconds', sql`integer[]`, (c) => c.notNull())
    .addColumn('document_hash', 'text', (c) => c.notNull().references('documents.hash'))
    .addColumn('response', 'jsonb', (c) => c.notNull())
    .execute();
  // What may be thrown away, and what an archive writes once.
  await sql`create index version_captions_by_document on version_captions (document_hash)`.execute(db);

  await db.schema.alterTable('items').addColumn('transcripts', 'jsonb').execute();
}
