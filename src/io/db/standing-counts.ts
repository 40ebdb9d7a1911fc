/**
 * How often a claim was taken up: settled sums, less what the settled rows of changed origins said, plus what the tables say of these
 * origins now. Days are settled in one zone; asked for another, and of the past, they are counted row by row.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Stance, Tally } from '#src/core/digest/balance.ts';
import type { DayTally } from '#src/core/digest/claim-history.ts';
import { freshRows, listedClaims, settledRows, type Unsettled } from './standings.ts';
import type { Db, Tx } from './store.ts';

/** Which claims are counted, null = all listed, and in which zone their days begin. */
export type CountedClaims = {
  readonly claims: readonly string[] | null;
  readonly zone: string;
  readonly unsettled: Unsettled;
};

/** How many quotes stand for a claim, of how many origins, in how many articles with those that repeat them. */
export type StandingCounts = {
  readonly quoteCount: number;
  readonly originCount: number;
  readonly articleCount: number;
};

/** Counts what stands for one claim. */
export async function countClaim(db: Db, claim: string, unsettled: Unsettled): Promise<StandingCounts> {
  const parts = [
    sql`select claim_id, quote_count, origin_count, article_count from standing_totals`,
    ...(unsettled.length === 0
      ? []
      : [
          sql`select claim_id, -quote_count, -origin_count, -article_count from ${totalsOf(settledRows(unsettled))} settled`,
          sql`select claim_id, quote_count, origin_count, article_count from ${totalsOf(freshRows(db, unsettled))} fresh`,
        ]),
  ];
  const { rows } = await sql<StandingCounts>`
    select coalesce(sum(quote_count), 0)::int as "quoteCount", coalesce(sum(origin_count), 0)::int as "originCount",
      coalesce(sum(article_count), 0)::int as "articleCount"
    from (${sql.join(parts, sql` union all `)}) parts where claim_id in ${listedClaims([claim])}`.execute(db);
  return rows[0] ?? { quoteCount: 0, originCount: 0, articleCount: 0 };
}

/** The new origins of each claim by day, oldest first; `from` is the first day that is wanted. Claims without any are absent. */
export async function countStandingDays(
  db: Db,
  options: CountedClaims & { readonly from?: string },
): Promise<ReadonlyMap<string, readonly DayTally[]>> {
  const { claims, from = '' } = options;
  const { rows } = await sql<{ claim: string; date: string; stance: Stance; count: number }>`
    select claim_id as claim, date, stance, sum(origin_count)::int as count from ${await findDays(db, options)} days
    where date >= ${from} and claim_id in ${listedClaims(claims)} group by 1, 2, 3 having sum(origin_count) > 0 order by 2`.execute(
    db,
  );
  return new Map([...Map.groupBy(rows, ({ claim }) => claim)].map(([claim, own]) => [claim, sumDays(own)]));
}

/** Independent origins per claim and stance, up to the day `before`, exclusive. Claims without evidence are absent. */
export async function tallyStanding(
  db: Db,
  options: CountedClaims & { readonly before?: string },
): Promise<ReadonlyMap<string, Tally>> {
  const { claims, before } = options;
  const { rows } = await sql<{ claim: string; stance: Stance; count: number }>`
    select claim_id as claim, stance, sum(origin_count)::int as count from ${await findDays(db, options)} days
    where claim_id in ${listedClaims(claims)} ${before === undefined ? sql`` : sql`and date < ${before}`}
    group by 1, 2 having sum(origin_count) > 0`.execute(db);
  return new Map([...Map.groupBy(rows, ({ claim }) => claim)].map(([claim, own]) => [claim, toTally(own)]));
}

/** Takes what the settled rows of these origins say out of the sums, before these rows change, or adds it after they did. */
export async function addToCounts(
  tx: Tx,
  change: { readonly origins: readonly number[]; readonly zone: string; readonly sign: 1 | -1 },
): Promise<void> {
  const { origins, zone } = change;
  const sign = sql.lit(change.sign);
  const rows = settledRows(origins);
  await sql`insert into standing_days (claim_id, date, stance, origin_count)
    select claim_id, date, stance, ${sign} * origin_count from ${daysOf(rows, zone)} days
    on conflict (claim_id, date, stance) do update set origin_count = standing_days.origin_count + excluded.origin_count`.execute(
    tx,
  );
  await sql`insert into standing_totals (claim_id, quote_count, origin_count, article_count)
    select claim_id, ${sign} * quote_count, ${sign} * origin_count, ${sign} * article_count from ${totalsOf(rows)} totals
    on conflict (claim_id) do update set quote_count = standing_totals.quote_count + excluded.quote_count,
      origin_count = standing_totals.origin_count + excluded.origin_count,
      article_count = standing_totals.article_count + excluded.article_count`.execute(tx);
}

/** Counts all days anew, for a zone in which they were not counted before. */
export async function recountDays(tx: Tx, zone: string): Promise<void> {
  await tx.deleteFrom('standing_days').execute();
  await sql`insert into standing_days (claim_id, date, stance, origin_count)
    select claim_id, date, stance, origin_count from ${daysOf(sql`(select * from standings)`, zone)} days`.execute(tx);
}

/** The days as rows of claim, date, stance and a count that may be negative: they have to be summed. */
async function findDays(db: Db, { zone, unsettled }: CountedClaims): Promise<RawBuilder<unknown>> {
  const { rows } = await sql<{ zone: string | null }>`select zone from standings_settled`.execute(db);
  const fresh = sql`select * from ${daysOf(freshRows(db, unsettled), zone)} fresh`;
  if (rows[0]?.zone !== zone) {
    const settled = sql`(select * from standings where not (origin_id = any(${[...unsettled]}::int8[])))`;
    return sql`(select * from ${daysOf(settled, zone)} settled union all ${fresh})`;
  }
  if (unsettled.length === 0) return sql`standing_days`;
  return sql`(select claim_id, date, stance, origin_count from standing_days
    union all select claim_id, date, stance, -origin_count from ${daysOf(settledRows(unsettled), zone)} settled
    union all ${fresh})`;
}

function daysOf(rows: RawBuilder<unknown>, zone: string): RawBuilder<unknown> {
  return sql`(select claim_id, to_char(stored_at at time zone ${zone}::text, 'YYYY-MM-DD') as date, stance, count(*)::int as origin_count
    from ${rows} speaking where is_first group by 1, 2, 3)`;
}

function totalsOf(rows: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select claim_id, sum(quotes)::int as quote_count, count(*)::int as origin_count, sum(articles)::int as article_count
    from (select claim_id, count(*) as quotes, max(article_count) as articles from ${rows} speaking group by claim_id, origin_id) origins
    group by claim_id)`;
}

function sumDays(
  rows: readonly { readonly date: string; readonly stance: Stance; readonly count: number }[],
): readonly DayTally[] {
  return [...Map.groupBy(rows, ({ date }) => date)].map(([date, own]) => ({ date, added: toTally(own) }));
}

function toTally(rows: readonly { readonly stance: Stance; readonly count: number }[]): Tally {
  const count = (stance: Stance): number => rows.find((row) => row.stance === stance)?.count ?? 0;
  return { supports: count('supports'), reports: count('reports'), disputes: count('disputes') };
}
