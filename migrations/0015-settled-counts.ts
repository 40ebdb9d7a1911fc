/**
 * What a claim's page counts, made when the balance is settled and no longer when a page is read: of a large claim that was all its
 * quotes each time. `standing_days` has the new origins of each claim by day and stance, in the zone that `standings_settled` names;
 * `standing_totals` its quotes, origins and articles; `standing_numbers` repeats the numbers of `standings` with what is shown of them.
 * `number` in it is one text for what makes two numbers the same. All three change with the rows of `standings` and say the same.
 * Natural keys: standing_days (claim, date, stance), standing_totals (claim), standing_numbers (tagging, position).
 */
import { type Kysely, sql } from 'kysely';

/** Creates the tables and fills those that need no zone; the days are counted by the first settling. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('standings_settled').addColumn('zone', 'text').execute();
  await db.schema
    .createTable('standing_days')
    .addColumn('claim_id', 'text', (c) => c.notNull())
    .addColumn('date', 'text', (c) => c.notNull())
    .addColumn('stance', 'text', (c) => c.notNull())
    .addColumn('origin_count', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('standing_days_pkey', ['claim_id', 'date', 'stance'])
    .execute();
  await db.schema
    .createTable('standing_totals')
    .addColumn('claim_id', 'text', (c) => c.primaryKey())
    .addColumn('quote_count', 'integer', (c) => c.notNull())
    .addColumn('origin_count', 'integer', (c) => c.notNull())
    .addColumn('article_count', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('standing_numbers')
    .addColumn('tagging_id', 'bigint', (c) => c.notNull().references('taggings.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('claim_id', 'text', (c) => c.notNull())
    .addColumn('origin_id', 'bigint', (c) => c.notNull())
    .addColumn('stance', 'text', (c) => c.notNull())
    .addColumn('stored_at', 'timestamptz', (c) => c.notNull())
    .addColumn('article_id', 'bigint', (c) => c.notNull())
    .addColumn('outlet', 'text', (c) => c.notNull())
    .addColumn('speaker', 'text')
    .addColumn('number', 'text', (c) => c.notNull())
    .addColumn('written', 'text', (c) => c.notNull())
    .addColumn('value', 'float8')
    .addColumn('min', 'float8')
    .addColumn('max', 'float8')
    .addColumn('unit', 'text', (c) => c.notNull())
    .addColumn('modifier', 'text', (c) => c.notNull())
    .addColumn('measure', 'text')
    .addPrimaryKeyConstraint('standing_numbers_pkey', ['tagging_id', 'position'])
    .execute();
  await sql`insert into standing_totals select claim_id, sum(quotes), count(*), sum(articles)
    from (select claim_id, count(*) as quotes, max(article_count) as articles from standings group by claim_id, origin_id) origins
    group by claim_id`.execute(db);
  await sql`insert into standing_numbers
    select s.tagging_id, q.position, s.claim_id, s.origin_id, s.stance, s.stored_at, t.article_id, a.outlet, t.speaker,
      jsonb_build_array(q.unit, q.value, q.min, q.max, q.measure)::text, q.written, q.value, q.min, q.max, q.unit, q.modifier, q.measure
    from standings s join quantities q on q.tagging_id = s.tagging_id
    join taggings t on t.id = s.tagging_id join articles a on a.id = t.article_id`.execute(db);
  // The newest numbers of a claim, and the first of each.
  await sql`create index standing_numbers_by_claim on standing_numbers (claim_id, stored_at desc, tagging_id desc, position desc)`.execute(
    db,
  );
  await sql`create index standing_numbers_by_number on standing_numbers (claim_id, number, stored_at, tagging_id, position)`.execute(
    db,
  );
  await sql`create index standing_numbers_by_origin on standing_numbers (origin_id)`.execute(db);
}
