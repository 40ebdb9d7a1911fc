/**
 * The balance of every claim as the pages read it. What counts is decided in `evidence.ts`; `standings` repeats it, one row for each quote
 * that speaks for its origin, up to the change that was settled last. What changed after that is counted from the tables, so that a page
 * never waits for the settling and never shows less than the tables hold.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Tally } from '#src/core/digest/balance.ts';
import type { DayTally } from '#src/core/digest/claim-history.ts';
import type { DigestQuote, SeenNumber } from '#src/core/digest/digest.ts';
import {
  isBefore,
  listOriginQuotes,
  type NumberRow,
  readNumbers,
  readQuotes,
  type SpeakingQuote,
  writeInstant,
} from './evidence.ts';
import type { Stance } from './schema.ts';
import type { Db, Tx } from './store.ts';

/** Changes settled in one transaction. */
const changesPerBatch = 2_000;
/** Any number that no other lock of ours has: two processes would settle the same changes twice. */
const settlingLock = 7_250_113;

/** The origins that changes after the settled one are about. */
export type Unsettled = readonly number[];

/** The origins that are not settled yet; few, while the service runs. */
export async function listUnsettled(db: Db): Promise<Unsettled> {
  const { rows } = await sql<{ id: number }>`${affectedBy(sql`select article_id, origin_id from changes
    where seq > coalesce((select max(through) from standings_settled), 0)`)}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Whether anything changed since the last settling. */
export async function hasUnsettled(db: Db): Promise<boolean> {
  const { rows } = await sql<{ is_due: boolean }>`select coalesce((select max(seq) from changes), 0) >
    coalesce((select max(through) from standings_settled), 0) as is_due`.execute(db);
  return rows[0]?.is_due === true;
}

/** Settles the oldest changes that are not; gives how many, 0 when there were none or another process is at it. */
export async function settleStandings(tx: Tx): Promise<number> {
  const { rows: locks } = await sql<{ is_mine: boolean }>`
    select pg_try_advisory_xact_lock(${settlingLock}) as is_mine`.execute(tx);
  if (locks[0]?.is_mine !== true) return 0;
  const { rows } = await sql<{ through: number | null; count: number }>`
    select max(seq) as through, count(*)::int as count from (select seq from changes
      where seq > coalesce((select max(through) from standings_settled), 0) order by seq limit ${changesPerBatch}) batch`.execute(
    tx,
  );
  const { through = null, count = 0 } = rows[0] ?? {};
  if (through === null) return 0;
  const affected = await sql<{ id: number }>`${affectedBy(sql`select article_id, origin_id from changes
    where seq > coalesce((select max(through) from standings_settled), 0) and seq <= ${through}`)}`.execute(tx);
  const origins = affected.rows.map(({ id }) => id);
  await sql`delete from standings where origin_id in ${amongIds(origins)}`.execute(tx);
  await sql`insert into standings (${columns}) select ${columns} from (${listOriginQuotes(tx, origins)}) speaking`.execute(
    tx,
  );
  await tx.deleteFrom('standings_settled').execute();
  await tx.insertInto('standings_settled').values({ through }).execute();
  return count;
}

const columns = sql.raw('tagging_id, claim_id, stance, origin_id, stored_at, article_count, outlet_count, is_first');

/** Whose words the changed articles repeat, repeated before, or are. */
function affectedBy(changed: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`with changed as (${changed})
    select article_id as id from changed
    union select origin_id from changed where origin_id is not null
    union select m.origin_id from story_members m where m.until is null and m.article_id in (select article_id from changed)`;
}

function amongIds(ids: readonly number[]): RawBuilder<unknown> {
  return sql`(select unnest(${[...ids]}::int8[]))`;
}

/** Which claims and which time are asked for; `claims` null = all listed, `from` is inclusive, `until` is not. */
export type StandingWindow = {
  readonly claims: readonly string[] | null;
  readonly from?: Temporal.Instant;
  readonly until?: Temporal.Instant;
  readonly stance?: Stance;
  readonly unsettled: Unsettled;
};

/** The quotes that speak for their origins in a window: the settled ones and the others. */
function standing(db: Db, { claims, from, until, stance, unsettled }: StandingWindow): RawBuilder<unknown> {
  const all =
    unsettled.length === 0
      ? sql`select ${columns} from standings`
      : sql`select ${columns} from standings where origin_id not in ${amongIds(unsettled)}
          union all (${listOriginQuotes(db, unsettled)})`;
  const chosen = claims === null ? sql`is_listed` : sql`is_listed and id in (${sql.join(['', ...claims])})`;
  const conditions = [
    sql`claim_id in (select id from claims where ${chosen})`,
    ...(from === undefined ? [] : [sql`stored_at >= ${from}`]),
    ...(until === undefined ? [] : [sql`stored_at < ${until}`]),
    ...(stance === undefined ? [] : [sql`stance = ${stance}`]),
  ];
  return sql`(select * from (${all}) speaking where ${sql.join(conditions, sql` and `)}) standing`;
}

/** The standing quotes, newest first, at most `limit`; `isOldestFirst` turns them round. */
export async function listStandingQuotes(
  db: Db,
  options: StandingWindow & { readonly limit: number; readonly isOldestFirst?: boolean },
): Promise<readonly DigestQuote[]> {
  const direction = sql.raw(options.isOldestFirst === true ? 'asc' : 'desc');
  const { rows } = await sql<SpeakingQuote>`select * from ${standing(db, options)}
    order by stored_at ${direction}, tagging_id ${direction} limit ${sql.lit(options.limit)}`.execute(db);
  return await readQuotes(db, rows);
}

/** The origins that came first, at most `limit`. */
export async function listFirstOrigins(
  db: Db,
  options: StandingWindow & { readonly limit: number },
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`select distinct origin_id as id from (
    select origin_id from ${standing(db, options)} order by stored_at, tagging_id limit ${sql.lit(options.limit)}) first`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** How many quotes stand for a claim, of how many origins, in how many articles with those that repeat them. */
export type StandingCounts = {
  readonly quoteCount: number;
  readonly originCount: number;
  readonly articleCount: number;
};

/** Counts the quotes in a window. */
export async function countStanding(db: Db, options: StandingWindow): Promise<StandingCounts> {
  const { rows } = await sql<StandingCounts>`
    select coalesce(sum(quotes), 0)::int as "quoteCount", count(*)::int as "originCount",
      coalesce(sum(articles), 0)::int as "articleCount"
    from (select count(*) as quotes, max(article_count) as articles from ${standing(db, options)} group by origin_id) origins`.execute(
    db,
  );
  return rows[0] ?? { quoteCount: 0, originCount: 0, articleCount: 0 };
}

/** The new origins of each claim by day in a zone, oldest first; claims without any are absent. */
export async function countStandingDays(
  db: Db,
  options: StandingWindow & { readonly zone: string },
): Promise<ReadonlyMap<string, readonly DayTally[]>> {
  const { rows } = await sql<{ claim: string; date: string; stance: Stance; count: number }>`
    select claim_id as claim, to_char(stored_at at time zone ${options.zone}, 'YYYY-MM-DD') as date, stance, count(*)::int as count
    from ${standing(db, options)} where is_first group by 1, 2, 3 order by 2`.execute(db);
  return new Map([...Map.groupBy(rows, ({ claim }) => claim)].map(([claim, own]) => [claim, sumDays(own)]));
}

function sumDays(
  rows: readonly { readonly date: string; readonly stance: Stance; readonly count: number }[],
): readonly DayTally[] {
  return [...Map.groupBy(rows, ({ date }) => date)].map(([date, own]) => ({
    date,
    added: toTally(own),
  }));
}

/** Independent origins per listed claim and stance. Claims without evidence are absent. */
export async function tallyStanding(db: Db, options: StandingWindow): Promise<ReadonlyMap<string, Tally>> {
  const { rows } = await sql<{ claim: string; stance: Stance; count: number }>`
    select claim_id as claim, stance, count(*)::int as count from ${standing(db, options)} where is_first group by 1, 2`.execute(
    db,
  );
  return new Map([...Map.groupBy(rows, ({ claim }) => claim)].map(([claim, own]) => [claim, toTally(own)]));
}

function toTally(rows: readonly { readonly stance: Stance; readonly count: number }[]): Tally {
  const count = (stance: Stance): number => rows.find((row) => row.stance === stance)?.count ?? 0;
  return { supports: count('supports'), reports: count('reports'), disputes: count('disputes') };
}

/** The numbers in the quotes of a window, newest first, one per origin, claim and value, each with its earlier sighting if there is one. */
export async function listStandingNumbers(db: Db, options: StandingWindow): Promise<readonly SeenNumber[]> {
  const { rows } = await sql<NumberRow>`
    select s.claim_id, t.article_id, t.speaker, ${writeInstant(sql`s.stored_at`)} as stored_at,
      ${isBefore(sql`s.stored_at`, options.from ?? null)} as is_before, a.outlet, q.written, q.value, q.min, q.max, q.unit,
      q.modifier, q.measure, s.origin_id, s.stance
    from (select * from ${standing(db, { claims: options.claims, unsettled: options.unsettled })}) s
    join quantities q on q.tagging_id = s.tagging_id
    join taggings t on t.id = s.tagging_id join articles a on a.id = t.article_id
    order by s.stored_at, s.tagging_id, q.position`.execute(db);
  return readNumbers(rows);
}

/** When each claim was last quoted, for those in the window that were. */
export async function findLastQuotes(db: Db, options: StandingWindow): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ claim: string; last: Temporal.Instant }>`
    select claim_id as claim, max(stored_at) as last from ${standing(db, options)} group by 1`.execute(db);
  return new Map(rows.map(({ claim, last }) => [claim, last.toString()]));
}
