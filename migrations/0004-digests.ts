/**
 * What we tell. A digest is frozen and stands once per reader and local date; a delivery is one sending of it and carries the
 * message as it will leave, so that every retry sends the same bytes under the same Message-ID. Job runs say what happened.
 */
import { type Kysely, sql } from 'kysely';

/** Creates the tables of digests, mail and job runs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('readers')
    .addColumn('id', 'text', (c) => c.primaryKey())
    // The house itself is a reader without an address: its digests are the ones on the pages.
    .addColumn('address', 'text')
    .addColumn('local_time', 'text', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('claims', 'jsonb')
    .addColumn('empty', 'text', (c) => c.notNull().check(sql`empty in ('send', 'skip')`))
    .addColumn('is_listed', 'boolean', (c) => c.notNull())
    .addColumn('suspended_at', 'timestamptz')
    .addColumn('suspended_reason', 'text')
    .addColumn('added_at', 'timestamptz', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('digests')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('reader_id', 'text', (c) => c.notNull().references('readers.id'))
    .addColumn('date', 'date', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('window_start', 'timestamptz', (c) => c.notNull())
    .addColumn('window_end', 'timestamptz', (c) => c.notNull())
    .addColumn('content', 'jsonb', (c) => c.notNull())
    .addColumn('created_at', 'timestamptz', (c) => c.notNull())
    .addUniqueConstraint('digests_once_a_date', ['reader_id', 'date'])
    .execute();

  await db.schema
    .createTable('deliveries')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('digest_id', 'bigint', (c) => c.notNull().references('digests.id'))
    .addColumn('reader_id', 'text', (c) => c.notNull().references('readers.id'))
    .addColumn('date', 'date', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('message_id', 'text', (c) => c.notNull().unique())
    .addColumn('message', 'bytea', (c) => c.notNull())
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('pending', 'sending', 'in-doubt', 'sent', 'written', 'failed')`),
    )
    .addColumn('attempt_count', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('lease_until', 'timestamptz')
    .addColumn('next_attempt_at', 'timestamptz')
    .addColumn('finished_at', 'timestamptz')
    .addColumn('reply', 'text')
    .addColumn('error', 'text')
    .addColumn('created_at', 'timestamptz', (c) => c.notNull())
    .addUniqueConstraint('deliveries_once_a_date', ['reader_id', 'date'])
    .execute();

  await db.schema
    .createTable('job_runs')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('job', 'text', (c) => c.notNull())
    .addColumn('worker', 'text', (c) => c.notNull())
    .addColumn('started_at', 'timestamptz', (c) => c.notNull())
    .addColumn('duration_ms', 'integer', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull().check(sql`outcome in ('done', 'failed')`))
    .addColumn('summary', 'jsonb', (c) => c.notNull())
    .addColumn('error', 'text')
    .execute();
  await sql`create index job_runs_by_job on job_runs (job, started_at desc)`.execute(db);
  await sql`create index job_runs_by_time on job_runs (started_at)`.execute(db);
}
