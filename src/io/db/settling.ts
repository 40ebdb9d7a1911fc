/** Brings the balance that the pages read up to the newest change. */
import { sql } from 'kysely';
import { addToCounts, recountDays } from './standing-counts.ts';
import { settleNumbers } from './standing-numbers.ts';
import { affectedBy, amongIds, freshRows, standingColumns } from './standings.ts';
import type { Db, Tx } from './store.ts';

/** Changes settled in one transaction. */
const changesPerBatch = 2_000;
/** Any number that no other lock of ours has: two processes would settle the same changes twice. */
const settlingLock = 7_250_113;

/** Whether anything changed since the last settling, or days begin in another zone than they were counted in. */
export async function hasUnsettled(db: Db, zone: string): Promise<boolean> {
  const { rows } = await sql<{ is_due: boolean }>`select coalesce((select max(seq) from changes), 0) >
    coalesce((select max(through) from standings_settled), 0)
    or exists (select from standings_settled where zone is distinct from ${zone}) as is_due`.execute(db);
  return rows[0]?.is_due === true;
}

/** Settles the oldest changes that are not; gives how many, 0 when there were none or another process is at it. */
export async function settleStandings(tx: Tx, zone: string): Promise<number> {
  const { rows: locks } = await sql<{ is_mine: boolean }>`
    select pg_try_advisory_xact_lock(${settlingLock}) as is_mine`.execute(tx);
  if (locks[0]?.is_mine !== true) return 0;
  const settled = await tx.selectFrom('standings_settled').select(['through', 'zone']).executeTakeFirst();
  if (settled?.zone !== zone) await recountDays(tx, zone);
  const after = settled?.through ?? 0;
  const { rows } = await sql<{ through: number | null; count: number }>`
    select max(seq) as through, count(*)::int as count
    from (select seq from changes where seq > ${after} order by seq limit ${changesPerBatch}) batch`.execute(tx);
  const { through, count = 0 } = rows[0] ?? {};
  if (through != null) await settleThrough(tx, { after, through, zone });
  await tx.deleteFrom('standings_settled').execute();
  await tx
    .insertInto('standings_settled')
    .values({ through: through ?? after, zone })
    .execute();
  return count;
}

async function settleThrough(
  tx: Tx,
  { after, through, zone }: { readonly after: number; readonly through: number; readonly zone: string },
): Promise<void> {
  const affected = await sql<{ id: number }>`${affectedBy(sql`select article_id, origin_id from changes
    where seq > ${after} and seq <= ${through}`)}`.execute(tx);
  const origins = affected.rows.map(({ id }) => id);
  await addToCounts(tx, { origins, zone, sign: -1 });
  await sql`delete from standings where origin_id in ${amongIds(origins)}`.execute(tx);
  await sql`insert into standings (${standingColumns}) select ${standingColumns} from ${freshRows(tx, origins)} speaking`.execute(
    tx,
  );
  await addToCounts(tx, { origins, zone, sign: 1 });
  await settleNumbers(tx, origins);
}
