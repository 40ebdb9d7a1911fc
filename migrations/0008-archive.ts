/**
 * Archives in and out. `imports` says how far the reading of a file has come, so that one that was broken off goes on where it
 * was; the same file is read again when the rules have changed, as they may find topics in what they passed over. A document that
 * was thrown away for its age keeps its row: its hash still proves what was read, and nothing is stored in its place.
 */
import { type Kysely, sql } from 'kysely';

/** Creates `imports` and lets documents be without bytes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('imports')
    // The hash of the file's beginning and its length: its name may change, and hashing all of it takes minutes.
    .addColumn('file_key', 'text', (c) => c.notNull())
    .addColumn('rules_key', 'text', (c) => c.notNull())
    .addColumn('file_name', 'text', (c) => c.notNull())
    // Where reading begins again, in bytes.
    .addColumn('read_offset', 'bigint', (c) => c.notNull())
    .addColumn('counts', 'jsonb', (c) => c.notNull())
    .addColumn('started_at', 'timestamptz', (c) => c.notNull())
    .addColumn('finished_at', 'timestamptz')
    .addPrimaryKeyConstraint('imports_pkey', ['file_key', 'rules_key'])
    .execute();

  await sql`alter table documents alter column body_gzip drop not null`.execute(db);
  await sql`alter table documents add column pruned_at timestamptz`.execute(db);
  // Versions of one document, for what is pruned and what an archive writes once.
  await sql`create index versions_by_document on versions (document_hash) where document_hash is not null`.execute(db);
}
