/** The numbers in the quotes that stand for a claim: settled ones, and those of origins that changed since. */
import { type RawBuilder, sql } from 'kysely';
import type { ClaimAmount, SeenNumber } from '#src/core/digest/digest.ts';
import { writeInstant } from './evidence.ts';
import { amongIds, freshRows, listedClaims, type Unsettled } from './standings.ts';
import type { Db, Tx } from './store.ts';

/** Which claims' numbers are asked for, null = all listed, and since when, inclusive. */
export type NumberWindow = {
  readonly claims: readonly string[] | null;
  readonly unsettled: Unsettled;
  readonly from?: Temporal.Instant;
  readonly limit: number;
};

type NumberRow = Omit<SeenNumber, 'claim' | 'articleId' | 'storedAt' | 'firstSeenAt'> & {
  readonly claim_id: string;
  readonly article_id: number;
  readonly origin_id: number;
  readonly number: string;
  readonly stored_at: string;
  readonly first_at: string;
  readonly is_first: boolean;
};

const columns =
  sql.raw(`tagging_id, position, claim_id, origin_id, stance, stored_at, article_id, outlet, speaker, number, written,
  value, min, max, unit, modifier, measure`);

/** The newest sightings of numbers; `hasMore`: there are older ones. */
export type StandingNumbers = { readonly numbers: readonly SeenNumber[]; readonly hasMore: boolean };

/**
 * The newest `limit` sightings of numbers, newest first, one per origin, claim and value, each with the first sighting of its number if
 * that is another one.
 */
export async function listStandingNumbers(db: Db, options: NumberWindow): Promise<StandingNumbers> {
  const { claims, unsettled, from, limit } = options;
  const since = from === undefined ? sql`` : sql`and stored_at >= ${from}`;
  // Claim by claim: only so the newest are read off the index in their order.
  const newest = (table: string): RawBuilder<unknown> => sql`(select own.* from ${listedClaims(claims)} claim
    cross join lateral (select ${columns} from ${sql.raw(table)} where claim_id = claim.id ${since}
      order by stored_at desc, tagging_id desc, position desc limit ${sql.lit(limit)}) own)`;
  const first = (
    table: string,
  ): RawBuilder<unknown> => sql`(select tagging_id, position, stored_at from ${sql.raw(table)}
    where claim_id = newest.claim_id and number = newest.number order by stored_at, tagging_id, position limit 1)`;
  const { rows } = await sql<NumberRow>`with ${withParts(db, unsettled)},
    newest as (select * from (${newest('settled')} union all ${newest('fresh')}) both_parts
      order by stored_at desc, tagging_id desc, position desc limit ${sql.lit(limit)})
    select newest.claim_id, newest.article_id, newest.origin_id, newest.stance, newest.speaker, newest.outlet, newest.number,
      newest.written, newest.value, newest.min, newest.max, newest.unit, newest.modifier, newest.measure,
      ${writeInstant(sql`newest.stored_at`)} as stored_at, ${writeInstant(sql`first.stored_at`)} as first_at,
      (first.tagging_id, first.position) = (newest.tagging_id, newest.position) as is_first
    from newest join lateral (select * from (${first('settled')} union all ${first('fresh')}) both_parts
      order by stored_at, tagging_id, position limit 1) first on true
    order by newest.stored_at, newest.tagging_id, newest.position`.execute(db);
  return { numbers: readSightings(rows), hasMore: rows.length === limit };
}

/** Of each day of a zone the newest number that was seen for the first time and lies outside a claim's amount. */
export async function listOutsideNumbers(
  db: Db,
  options: {
    readonly claim: string;
    readonly amount: ClaimAmount | null;
    readonly zone: string;
    readonly unsettled: Unsettled;
  },
): Promise<readonly { readonly written: string; readonly storedAt: string }[]> {
  const { claim, amount, zone, unsettled } = options;
  if (amount === null) return [];
  const outside = (table: string): RawBuilder<unknown> => sql`select number, written, stored_at, tagging_id, position
    from ${sql.raw(table)} where claim_id = ${claim} and unit = ${amount.unit}
      and (coalesce(max, value) < ${amount.min}::float8 or coalesce(min, value) > ${amount.max}::float8)`;
  const { rows } = await sql<{ written: string; stored_at: string }>`with ${withParts(db, unsettled)},
    firsts as (select distinct on (number) *, date_trunc('day', stored_at at time zone ${zone}::text) as day
      from (${outside('settled')} union all ${outside('fresh')}) both_parts order by number, stored_at, tagging_id, position)
    select distinct on (day) written, ${writeInstant(sql`firsts.stored_at`)} as stored_at
    from firsts order by day, firsts.stored_at desc, tagging_id desc, position desc`.execute(db);
  return rows.map(({ written, stored_at: storedAt }) => ({ written, storedAt }));
}

/** Writes the numbers of the settled rows of these origins anew. */
export async function settleNumbers(tx: Tx, origins: readonly number[]): Promise<void> {
  await sql`delete from standing_numbers where origin_id in ${amongIds(origins)}`.execute(tx);
  const rows = sql`(select * from standings where origin_id in ${amongIds(origins)})`;
  await sql`insert into standing_numbers (${columns}) ${numbersOf(rows)}`.execute(tx);
}

/** The two parts as tables `settled` and `fresh`; the latter is counted once, however often it is read. */
function withParts(db: Db, unsettled: Unsettled): RawBuilder<unknown> {
  const settled = unsettled.length === 0 ? sql`` : sql`where origin_id not in ${amongIds(unsettled)}`;
  const fresh =
    unsettled.length === 0
      ? sql`select ${columns} from standing_numbers where false`
      : numbersOf(freshRows(db, unsettled));
  return sql`settled as not materialized (select ${columns} from standing_numbers ${settled}), fresh as materialized (${fresh})`;
}

function numbersOf(rows: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select s.tagging_id, q.position, s.claim_id, s.origin_id, s.stance, s.stored_at, t.article_id, a.outlet, t.speaker,
      jsonb_build_array(q.unit, q.value, q.min, q.max, q.measure)::text as number, q.written, q.value, q.min, q.max, q.unit,
      q.modifier, q.measure
    from ${rows} s join quantities q on q.tagging_id = s.tagging_id
    join taggings t on t.id = s.tagging_id join articles a on a.id = t.article_id`;
}

/** Rows oldest first: a copy that repeats the number of its original is no other sighting of it. */
function readSightings(rows: readonly NumberRow[]): readonly SeenNumber[] {
  const listed = new Set<string>();
  const numbers: SeenNumber[] = [];
  for (const row of rows) {
    const { claim_id: claim, article_id: articleId, stored_at: storedAt, first_at, is_first, ...rest } = row;
    const { origin_id, number, ...shown } = rest;
    const sighting = `${claim} ${number} ${origin_id}`;
    if (listed.has(sighting)) continue;
    listed.add(sighting);
    numbers.push({ claim, articleId, ...shown, storedAt, firstSeenAt: is_first ? null : first_at });
  }
  return numbers.reverse();
}
