/**
 * Which rules said what about a version, and when. A judgement stands until the next one of the same version; `versions` repeats
 * the one that stands. Rules that change judge the archive again only in a run that a person asked for (`retag_runs`); a tagging
 * names the run that made it and the run that closed it, so that the run can be taken back. `opinions` is what an optional judge
 * said about one tagging, beside our own reading; `judge_calls` are its answers, kept so that nothing is asked twice and so that
 * a day's calls can be counted. Quantities learn what they measure.
 */
import { type Kysely, sql } from 'kysely';

/** Adds the history of judgements, runs over the archive, and the judge's opinions. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('retag_runs')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('rules_key', 'text', (c) => c.notNull())
    .addColumn('started_at', 'timestamptz', (c) => c.notNull())
    .addColumn('finished_at', 'timestamptz')
    .addColumn('undo_started_at', 'timestamptz')
    .addColumn('undone_at', 'timestamptz')
    .execute();
  // One run at a time: two would take each other's quotes back.
  await sql`create unique index retag_runs_open on retag_runs ((true))
    where finished_at is null or (undo_started_at is not null and undone_at is null)`.execute(db);

  await db.schema
    .createTable('judgements')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('version_id', 'bigint', (c) => c.notNull().references('versions.id').onDelete('cascade'))
    .addColumn('judged_at', 'timestamptz', (c) => c.notNull())
    .addColumn('superseded_at', 'timestamptz')
    .addColumn('rules_key', 'text', (c) => c.notNull())
    .addColumn('is_kept', 'boolean', (c) => c.notNull())
    .addColumn('is_relevant', 'boolean', (c) => c.notNull())
    .addColumn('topics', sql`text[]`, (c) => c.notNull())
    .addColumn('run_id', 'bigint', (c) => c.references('retag_runs.id'))
    .execute();
  await sql`create unique index judgements_current on judgements (version_id) where superseded_at is null`.execute(db);
  await sql`create index judgements_by_version on judgements (version_id, judged_at)`.execute(db);
  await sql`create index judgements_by_run on judgements (run_id, version_id) where run_id is not null`.execute(db);
  // An article is kept exactly when its text mentions a topic.
  await sql`insert into judgements (version_id, judged_at, rules_key, is_kept, is_relevant, topics)
    select id, coalesce(tagged_at, seen_at), tagged_with, cardinality(topics) > 0, is_relevant, topics
    from versions where tagged_with is not null`.execute(db);
  // "Which versions did other rules judge" reads both sides of one key; with none, both are empty.
  await sql`create index versions_by_rules on versions (tagged_with, id) where tagged_with is not null`.execute(db);

  await db.schema
    .alterTable('taggings')
    .addColumn('run_id', 'bigint', (c) => c.references('retag_runs.id'))
    .addColumn('closed_run_id', 'bigint', (c) => c.references('retag_runs.id'))
    .execute();
  await sql`create index taggings_by_run on taggings (run_id) where run_id is not null`.execute(db);
  await sql`create index taggings_closed_by_run on taggings (closed_run_id, version_id) where closed_run_id is not null`.execute(
    db,
  );
  // The review lists what waits; most taggings do not.
  await sql`create index taggings_waiting on taggings (first_stored_at desc, id desc)
    where closed_at is null and status = 'candidate'`.execute(db);
  // "Undo last answer" and the export read the newest.
  await sql`create index verdicts_by_time on verdicts (given_at desc, id desc)`.execute(db);

  await db.schema.alterTable('quantities').addColumn('measure', 'text').execute();

  await db.schema
    .createTable('judge_calls')
    .addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('asked_at', 'timestamptz', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull().check(sql`outcome in ('answered', 'failed')`))
    .addColumn('is_about', 'boolean')
    .addColumn('stance', 'text', (c) => c.check(sql`stance in ('supports', 'reports', 'disputes')`))
    .addColumn('error', 'text')
    .execute();
  await sql`create unique index judge_calls_answered on judge_calls (key) where outcome = 'answered'`.execute(db);
  await sql`create index judge_calls_by_time on judge_calls (asked_at)`.execute(db);

  await db.schema
    .createTable('opinions')
    .addColumn('tagging_id', 'bigint', (c) => c.primaryKey().references('taggings.id').onDelete('cascade'))
    .addColumn('is_about', 'boolean', (c) => c.notNull())
    .addColumn('stance', 'text', (c) => c.notNull().check(sql`stance in ('supports', 'reports', 'disputes')`))
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('given_at', 'timestamptz', (c) => c.notNull())
    .execute();
}
