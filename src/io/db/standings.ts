/**
 * The balance of every claim as the pages read it. What counts is decided in `evidence.ts`; `standings` repeats it, one row for each quote
 * that speaks for its origin, up to the change that was settled last. What changed after that is counted from the tables, so that a page
 * never waits for the settling and never shows less than the tables hold.
 */
import { type RawBuilder, sql } from 'kysely';
import type { DigestQuote } from '#src/core/digest/digest.ts';
import { listOriginQuotes, readQuotes, type SpeakingQuote } from './evidence.ts';
import type { Stance } from './schema.ts';
import type { Db } from './store.ts';

/** The origins that changes after the settled one are about. */
export type Unsettled = readonly number[];

/** The origins that are not settled yet; few, while the service runs. */
export async function listUnsettled(db: Db): Promise<Unsettled> {
  const { rows } = await sql<{ id: number }>`${affectedBy(sql`select article_id, origin_id from changes
    where seq > coalesce((select max(through) from standings_settled), 0)`)}`.execute(db);
  return rows.map(({ id }) => id);
}

/** The columns of `standings`, as `freshRows` gives them. */
export const standingColumns = sql.raw(
  'tagging_id, claim_id, stance, origin_id, stored_at, article_count, outlet_count, is_first',
);

/** Whose words the changed articles repeat, repeated before, or are. */
export function affectedBy(changed: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`with changed as (${changed})
    select article_id as id from changed
    union select origin_id from changed where origin_id is not null
    union select m.origin_id from story_members m where m.until is null and m.article_id in (select article_id from changed)`;
}

/** These ids as a set that is hashed once. */
export function amongIds(ids: readonly number[]): RawBuilder<unknown> {
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

/** The listed ones of these claims, null = all, as a set. */
export function listedClaims(claims: readonly string[] | null): RawBuilder<unknown> {
  const chosen = claims === null ? sql`` : sql`and id in (${sql.join(['', ...claims])})`;
  return sql`(select id from claims where is_listed ${chosen})`;
}

/** What is settled of these origins. */
export function settledRows(origins: readonly number[]): RawBuilder<unknown> {
  return sql`(select ${standingColumns} from standings where origin_id in ${amongIds(origins)})`;
}

/** What the tables say of these origins, as rows of `standings`. */
export function freshRows(db: Db, origins: readonly number[]): RawBuilder<unknown> {
  return sql`(select ${standingColumns} from (${listOriginQuotes(db, origins)}) speaking)`;
}

/**
 * The quotes that speak for their origins in a window: the settled ones and the others. `order` with its limit is applied to each part, of
 * the settled ones claim by claim: only so they are read off the index in their order.
 */
function standing(db: Db, window: StandingWindow, order: RawBuilder<unknown> = sql``): RawBuilder<unknown> {
  const { claims, from, until, stance, unsettled } = window;
  const conditions = [
    sql`true`,
    ...(from === undefined ? [] : [sql`stored_at >= ${from}`]),
    ...(until === undefined ? [] : [sql`stored_at < ${until}`]),
    ...(stance === undefined ? [] : [sql`stance = ${stance}`]),
  ];
  const where = sql.join(conditions, sql` and `);
  const isSettled = unsettled.length === 0 ? sql`` : sql`and origin_id not in ${amongIds(unsettled)}`;
  const settled = sql`select own.* from ${listedClaims(claims)} claim cross join lateral (select ${standingColumns} from standings
    where claim_id = claim.id and ${where} ${isSettled} ${order}) own`;
  if (unsettled.length === 0) return sql`(${settled}) standing`;
  return sql`(${settled} union all (select ${standingColumns} from ${freshRows(db, unsettled)} fresh
    where claim_id in ${listedClaims(claims)} and ${where} ${order})) standing`;
}

/** The standing quotes, newest first, at most `limit`; `isOldestFirst` turns them round. */
export async function listStandingQuotes(
  db: Db,
  options: StandingWindow & { readonly limit: number; readonly isOldestFirst?: boolean },
): Promise<readonly DigestQuote[]> {
  const direction = sql.raw(options.isOldestFirst === true ? 'asc' : 'desc');
  const order = sql`order by stored_at ${direction}, tagging_id ${direction} limit ${sql.lit(options.limit)}`;
  const { rows } = await sql<SpeakingQuote>`select * from ${standing(db, options, order)} ${order}`.execute(db);
  return await readQuotes(db, rows);
}

/** The origins that came first, at most `limit`. */
export async function listFirstOrigins(
  db: Db,
  options: StandingWindow & { readonly limit: number },
): Promise<readonly number[]> {
  const order = sql`order by stored_at, tagging_id limit ${sql.lit(options.limit)}`;
  const { rows } = await sql<{ id: number }>`select distinct origin_id as id from (
    select origin_id from ${standing(db, options, order)} ${order}) first`.execute(db);
  return rows.map(({ id }) => id);
}

/** How many quotes came in a window. */
export async function countStandingQuotes(db: Db, options: StandingWindow): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${standing(db, options)}`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** When each listed claim was last quoted, for those that were. */
export async function findLastQuotes(
  db: Db,
  options: Pick<StandingWindow, 'unsettled'>,
): Promise<ReadonlyMap<string, string>> {
  const { unsettled } = options;
  const fresh =
    unsettled.length === 0
      ? sql``
      : sql`union all (select claim_id, max(stored_at) from ${freshRows(db, unsettled)} fresh group by 1)`;
  const { rows } = await sql<{ claim: string; last: Temporal.Instant }>`
    select claim_id as claim, max(last) as last from (
      select id as claim_id, (select stored_at from standings s where s.claim_id = claims.id
        and s.origin_id not in ${amongIds(unsettled)} order by stored_at desc limit 1) as last
      from claims ${fresh}) quoted where last is not null and claim_id in ${listedClaims(null)} group by 1`.execute(db);
  return new Map(rows.map(({ claim, last }) => [claim, last.toString()]));
}
