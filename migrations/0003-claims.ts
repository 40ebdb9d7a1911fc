/**
 * What was said. A tagging belongs to one immutable version, one claim and one stance, made by one definition of the claim and
 * one engine; it is never rewritten: a later reading closes it and adds another. Evidence and quantities hang on it with their
 * offsets. People's verdicts stand apart and are never overwritten.
 */
import { type Kysely, sql } from 'kysely';

const STANCES = sql`stance in ('supports', 'reports', 'disputes')`;

/** Creates the tables of judging. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('claims')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('short', 'text', (c) => c.notNull())
    .addColumn('statement', 'text', (c) => c.notNull())
    .addColumn('definition', 'jsonb', (c) => c.notNull())
    .addColumn('definition_hash', 'text', (c) => c.notNull())
    .addColumn('is_listed', 'boolean', (c) => c.notNull())
    .addColumn('added_at', 'timestamptz', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('claim_definitions')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('claim_id', 'text', (c) => c.notNull().references('claims.id'))
    .addColumn('definition', 'jsonb', (c) => c.notNull())
    .addColumn('first_used_at', 'timestamptz', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('taggings')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('version_id', 'bigint', (c) => c.notNull().references('versions.id').onDelete('cascade'))
    .addColumn('article_id', 'bigint', (c) => c.notNull().references('articles.id').onDelete('cascade'))
    .addColumn('claim_id', 'text', (c) => c.notNull().references('claims.id'))
    .addColumn('stance', 'text', (c) => c.notNull().check(STANCES))
    .addColumn('status', 'text', (c) => c.notNull().check(sql`status in ('tag', 'candidate')`))
    .addColumn('score', 'double precision', (c) => c.notNull())
    .addColumn('speaker', 'text')
    .addColumn('definition_hash', 'text', (c) => c.notNull().references('claim_definitions.hash'))
    .addColumn('engine', 'text', (c) => c.notNull())
    .addColumn('explain', 'jsonb', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull())
    // When this article first took this stance on this claim: a later version does not make it news again.
    .addColumn('first_stored_at', 'timestamptz', (c) => c.notNull())
    .addColumn('closed_at', 'timestamptz')
    .execute();
  await sql`create unique index taggings_current on taggings (version_id, claim_id, stance) where closed_at is null`.execute(
    db,
  );
  await sql`create index taggings_by_claim on taggings (claim_id, first_stored_at desc) where closed_at is null`.execute(
    db,
  );
  await sql`create index taggings_by_time on taggings (first_stored_at) where closed_at is null`.execute(db);
  await sql`create index taggings_by_article on taggings (article_id, claim_id, stance)`.execute(db);

  await db.schema
    .createTable('evidence')
    .addColumn('tagging_id', 'bigint', (c) => c.notNull().references('taggings.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('field', 'text', (c) => c.notNull().check(sql`field in ('text', 'title')`))
    .addColumn('start_offset', 'integer', (c) => c.notNull())
    .addColumn('end_offset', 'integer', (c) => c.notNull())
    .addColumn('quote', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('evidence_pkey', ['tagging_id', 'position'])
    .execute();

  await db.schema
    .createTable('quantities')
    .addColumn('tagging_id', 'bigint', (c) => c.notNull().references('taggings.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('field', 'text', (c) => c.notNull().check(sql`field in ('text', 'title')`))
    .addColumn('value', 'double precision')
    .addColumn('min', 'double precision')
    .addColumn('max', 'double precision')
    .addColumn('unit', 'text', (c) => c.notNull())
    .addColumn('modifier', 'text', (c) =>
      c.notNull().check(sql`modifier in ('exact', 'about', 'under', 'over', 'range')`),
    )
    .addColumn('start_offset', 'integer', (c) => c.notNull())
    .addColumn('end_offset', 'integer', (c) => c.notNull())
    .addColumn('written', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('quantities_pkey', ['tagging_id', 'position'])
    .execute();

  await db.schema
    .createTable('verdicts')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('version_id', 'bigint', (c) => c.notNull().references('versions.id').onDelete('cascade'))
    .addColumn('claim_id', 'text', (c) => c.notNull().references('claims.id'))
    .addColumn('stance', 'text', (c) => c.notNull().check(STANCES))
    .addColumn('verdict', 'text', (c) => c.notNull().check(sql`verdict in ('confirm', 'reject', 'stance')`))
    .addColumn('new_stance', 'text')
    .addColumn('given_by', 'text', (c) => c.notNull())
    .addColumn('given_at', 'timestamptz', (c) => c.notNull())
    .addColumn('undone_at', 'timestamptz')
    .execute();
  await sql`create unique index verdicts_current on verdicts (version_id, claim_id, stance) where undone_at is null`.execute(
    db,
  );
}
