/**
 * Every row of the store as text that any store of the same schema takes in again. Numbers and bytes stay text all the way, so that
 * nothing is rounded. The queue is left out: it holds nothing that is not computed anew.
 */
import { sql } from 'kysely';
import type { Db, Tx } from './store.ts';

/** One row of a table as JSON. */
export type BackupRow = { readonly table: string; readonly json: string };

/** About so much text is held at once; a row with the bytes of a page is up to 10 MB by itself. */
const batchCharactersMax = 4_000_000;
const rowsPerBatchMax = 1_000;
const firstBatch = 20;

/** The tables in the order of their names, without those of the migrations. */
async function listTables(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'kysely%'
    order by c.relname collate "C"`.execute(db);
  return rows.map(({ name }) => name);
}

/** Gives all rows to `take`, as they stood at one instant. */
export async function readBackupRows(db: Db, take: (row: BackupRow) => Promise<void>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set transaction isolation level repeatable read`.execute(tx);
    await sql`set local statement_timeout = 0`.execute(tx);
    for (const table of await listTables(tx)) await readTable(tx, table, take);
  });
}

async function readTable(tx: Tx, table: string, take: (row: BackupRow) => Promise<void>): Promise<void> {
  await sql`declare backup no scroll cursor for select row_to_json(r)::text as json from ${sql.table(table)} r`.execute(
    tx,
  );
  for (let count = firstBatch; ; ) {
    const { rows } = await sql<{ json: string }>`fetch ${sql.raw(String(count))} from backup`.execute(tx);
    for (const { json } of rows) await take({ table, json });
    if (rows.length < count) break;
    const characters = rows.reduce((sum, { json }) => sum + json.length, 0);
    const fitting = Math.floor((batchCharactersMax * count) / Math.max(characters, 1));
    count = Math.min(Math.max(fitting, 1), rowsPerBatchMax);
  }
  await sql`close backup`.execute(tx);
}

/** Writes rows into an empty store. */
export type RowWriter = { write(rows: readonly BackupRow[]): Promise<void> };

/**
 * Lets `fill` write all rows of a backup, in one transaction and without what a living store does when rows come: what points from
 * table to table is checked when all are there, and no change is numbered twice.
 */
export async function fillStore(db: Db, fill: (writer: RowWriter) => Promise<void>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx);
    const tables = await listTables(tx);
    const references = await dropReferences(tx);
    for (const table of tables) await sql`alter table ${sql.table(table)} disable trigger user`.execute(tx);
    // Some tables have rows from their first migration on.
    await sql`truncate ${sql.join(tables.map((table) => sql.table(table)))}`.execute(tx);
    await fill({ write: (rows) => writeRows(tx, rows) });
    for (const table of tables) {
      await sql`alter table ${sql.table(table)} enable trigger user`.execute(tx);
      await restartNumbers(tx, table);
    }
    for (const { table, name, definition } of references)
      await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(tx);
  });
}

type Reference = { readonly table: string; readonly name: string; readonly definition: string };

async function dropReferences(tx: Tx): Promise<readonly Reference[]> {
  const { rows } = await sql<Reference>`
    select c.relname as "table", k.conname as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'public'::regnamespace and k.contype = 'f'`.execute(tx);
  for (const { table, name } of rows)
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(tx);
  return rows;
}

async function writeRows(tx: Tx, rows: readonly BackupRow[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const { table } = first;
  const { rows: columns } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' order by ordinal_position`.execute(
    tx,
  );
  const names = sql.join(columns.map(({ name }) => sql.ref(name)));
  const json = `[${rows.map((row) => row.json).join(',')}]`;
  await sql`insert into ${sql.table(table)} (${names}) overriding system value
    select ${names} from json_populate_recordset(null::${sql.table(table)}, ${json}::json)`.execute(tx);
}

/** Numbers go on behind the highest one that was given out. */
async function restartNumbers(tx: Tx, table: string): Promise<void> {
  const { rows } = await sql<{ column: string; sequence: string }>`
    select a.attname as "column", pg_get_serial_sequence(format('public.%I', ${table}::text), a.attname) as sequence
    from pg_attribute a
    where a.attrelid = format('public.%I', ${table}::text)::regclass and a.attnum > 0 and not a.attisdropped
      and pg_get_serial_sequence(format('public.%I', ${table}::text), a.attname) is not null`.execute(tx);
  for (const { column, sequence } of rows)
    await sql`select setval(${sequence}::regclass, coalesce((select max(${sql.ref(column)}) from ${sql.table(table)}), 0) + 1, false)`.execute(
      tx,
    );
}

/** Whether a store holds nothing that was ever watched, kept or told. */
export async function isEmptyStore(db: Db): Promise<boolean> {
  const { rows } = await sql<{
    found: boolean;
  }>`select exists (select from ledger_revisions) or exists (select from readers)
    or exists (select from resources) or exists (select from articles) as found`.execute(db);
  return rows[0]?.found === false;
}

/**
 * After an older state of the store was brought back: what may have been told meanwhile is not told again. Mails that waited are in
 * doubt, and the next window of each reader with an address begins now. Gives the dates of the mails in doubt with their readers.
 */
export async function settleRestored(
  db: Db,
  now: Temporal.Instant,
): Promise<readonly { readonly reader: string; readonly date: string }[]> {
  return await db.transaction().execute(async (tx) => {
    await tx.updateTable('readers').set({ told_from: now }).where('address', 'is not', null).execute();
    return await tx
      .updateTable('deliveries')
      .set({
        state: 'in-doubt',
        next_attempt_at: null,
        lease_until: null,
        finished_at: now,
        error: 'the store was restored; it may have been sent before',
      })
      .where((eb) => eb.or([eb('state', 'in', ['pending', 'sending']), eb('next_attempt_at', 'is not', null)]))
      .returning(['reader_id as reader', 'date'])
      .execute();
  });
}
