/** Reads rows out of a store as texts that mean the same in any other, and writes such rows into one. */
import { type RawBuilder, sql } from 'kysely';
import { type BundleTable, findBy, nameOf } from './bundle-tables.ts';
import { writeSearch } from './search-index.ts';
import type { Db, Tx } from './store.ts';

/** Where the readings of versions stand in the archive, by the version's id in this store. */
export type ArchivePlaces = Readonly<Record<string, unknown>>;

const rowsPerRead = 500;

/** Which rows: those that hang on some articles, or a whole table; `isWhole` takes in what is private. */
export type RowChoice = {
  readonly isWhole: boolean;
  readonly articles?: { readonly ids: readonly number[]; readonly places: ArchivePlaces };
};

/** The rows of a table as JSON texts, in an order that is the same in any store that holds the same. */
export async function* listBundleRows(
  db: Db,
  table: BundleTable,
  choice: RowChoice,
): AsyncGenerator<readonly string[]> {
  if (table.isPrivate === true && !choice.isWhole) return;
  if (table.isLong !== true) {
    yield await readRows(db, table, choice, null);
    return;
  }
  const { rows: ids } = await sql<{ id: number }>`select id from ${sql.table(table.table)} t
    where ${sql.raw(table.orderBy ?? 'id')} is not null order by ${sql.raw(orderOf(table))}`.execute(db);
  for (let at = 0; at < ids.length; at += rowsPerRead) {
    const part = ids.slice(at, at + rowsPerRead).map(({ id }) => id);
    yield await readRows(db, table, choice, part);
  }
}

async function readRows(
  db: Db,
  table: BundleTable,
  choice: RowChoice,
  ids: readonly number[] | null,
): Promise<readonly string[]> {
  const { articles } = choice;
  const places = sql`${JSON.stringify(articles?.places ?? {})}::jsonb`;
  const left = [...(table.leftOut ?? []), ...table.references.map(({ column }) => column), ...surrogate(table)];
  const named = [
    ...table.references.map(({ as, to, column }) => sql`${sql.lit(as)}, ${sql.raw(nameOf(to, `t.${column}`))}`),
    ...Object.entries(table.extras ?? {}).map(([name, value]) => sql`${sql.lit(name)}, ${withPlaces(value, places)}`),
  ];
  const isOf = articles === undefined ? sql`true` : isAnyOf(sql.raw(table.articleId ?? 'null'), articles.ids);
  const isPart = ids === null ? sql`true` : isAnyOf(sql`t.id`, ids);
  const isPublic = choice.isWhole || table.publicRows === undefined ? sql`true` : sql.raw(table.publicRows);
  return await db.transaction().execute(async (tx) => {
    // Instants are written in the zone of the session, which is the server's own business.
    await sql`set local time zone 'UTC'`.execute(tx);
    const { rows } = await sql<{ row: string }>`
      select (to_jsonb(t) - ${left}::text[] || jsonb_build_object(${sql.join(named)}))::text as row
      from ${sql.table(table.table)} t where ${isOf} and ${isPart} and ${isPublic}
      order by ${sql.raw(orderOf(table))}`.execute(tx);
    return rows.map(({ row }) => row);
  });
}

/** Writes rows that are not there yet; gives how many were new or taken over. Rows that point at what is not there are left out. */
export async function insertBundleRows(
  tx: Tx,
  table: BundleTable,
  rows: readonly string[],
  options: { readonly withoutColumns: readonly string[] },
): Promise<number> {
  if (rows.length === 0) return 0;
  const columns = await listColumns(tx, table, rows[0] ?? '{}');
  const plain = columns.filter((name) => !options.withoutColumns.includes(name));
  const set = new Map([
    ...plain.map((name) => [name, sql.ref(`p.${name}`)] as const),
    ...Object.entries(table.newValues ?? {}).map(([name, value]) => [name, sql.raw(value)] as const),
    ...table.references.map(({ column, as }) => [column, sql.ref(`${as}_row.id`)] as const),
  ]);
  const joins = table.references.map(
    ({ as, to }) =>
      sql`left join lateral (${sql.raw(findBy(to, `(e.row -> '${as}')`))}) ${sql.ref(`${as}_row`)} on true`,
  );
  const isComplete = table.references.map(
    ({ as }) => sql`(e.row -> ${sql.lit(as)} = 'null' or ${sql.ref(`${as}_row.id`)} is not null)`,
  );
  const isKnown = table.key.map((name) => sql`k.${sql.ref(name)} = ${set.get(name) ?? sql.ref(`p.${name}`)}`);
  const conflict = table.onConflict?.replace('$all', plain.map((name) => `${name} = excluded.${name}`).join(', '));
  const { numAffectedRows = 0n } = await sql`
    insert into ${sql.table(table.table)} (${sql.join([...set.keys()].map((name) => sql.ref(name)))})
    overriding system value
    select ${sql.join([...set.values()])}
    from jsonb_array_elements(${`[${rows.join(',')}]`}::jsonb) with ordinality as e (row, place)
    cross join lateral jsonb_populate_record(null::${sql.table(table.table)}, e.row) as p
    ${sql.join(joins, sql` `)}
    where ${sql.join([sql.raw(table.mayEnter ?? 'true'), ...isComplete], sql` and `)}
      and (${sql.lit(conflict !== undefined)} or not exists (select from ${sql.table(table.table)} k
        where ${sql.join(isKnown, sql` and `)}))
    order by e.place
    on conflict ${conflict === undefined ? sql`do nothing` : sql.raw(conflict)}`.execute(tx);
  return Number(numAffectedRows);
}

/** Lets the version that spoke for each article speak for it here, where none does yet; `needsPlaces` = their places are to be found. */
export async function showBundleVersions(
  tx: Tx,
  articleRows: readonly string[],
  { needsPlaces }: { readonly needsPlaces: boolean },
): Promise<void> {
  const { rows } = await sql<{ id: number }>`with shown as (
    update articles a set current_version_id = v.id
    from jsonb_array_elements(${`[${articleRows.join(',')}]`}::jsonb) as e (row)
    join versions v on v.number = (e.row ->> 'current')::int
    where a.key = e.row ->> 'key' and v.article_id = a.id and a.current_version_id is null
    returning a.id), noted as (
    insert into ungrouped_articles (article_id) select id from shown where ${needsPlaces} on conflict do nothing)
    select id from shown`.execute(tx);
  await writeSearch(
    tx,
    rows.map(({ id }) => id),
  );
}

/** Whether the runs over the archive that these rows tell of can keep their numbers here: nobody else has them. */
export async function areRunsFree(db: Db, rows: readonly string[]): Promise<boolean> {
  const { rows: taken } = await sql`
    select r.id from retag_runs r join jsonb_array_elements(${`[${rows.join(',')}]`}::jsonb) as e (row)
      on (e.row ->> 'id')::bigint = r.id and (e.row ->> 'started_at')::timestamptz <> r.started_at`.execute(db);
  return taken.length === 0;
}

/** Puts the counter of a table whose ids came with its rows behind the last of them. */
export async function settleIds(tx: Tx, table: string): Promise<void> {
  await sql`select setval(pg_get_serial_sequence(${table}, 'id'), greatest((select max(id) from ${sql.table(table)}), 1))`.execute(
    tx,
  );
}

/** The columns of the store that the rows of a bundle have a value for. */
async function listColumns(tx: Tx, table: BundleTable, row: string): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name = ${table.table} and ${row}::jsonb ? column_name
    order by ordinal_position`.execute(tx);
  return rows.map(({ name }) => name);
}

/** Our own number of a row, unless it is the row's name. */
function surrogate({ key }: BundleTable): readonly string[] {
  return key.includes('id') ? [] : ['id'];
}

function isAnyOf(id: RawBuilder<unknown>, ids: readonly number[]) {
  return sql`${id} in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`;
}

function withPlaces(value: string, places: RawBuilder<unknown>) {
  const parts = value.split('$places').map((part) => sql.raw(part));
  return sql.join(parts, places);
}

/** By what a row is called elsewhere, byte for byte: our ids and the server's alphabet differ between stores. */
function orderOf({ key, references, orderBy }: BundleTable): string {
  if (orderBy !== undefined) return orderBy;
  return key
    .map((name) => {
      const reference = references.find(({ column }) => column === name);
      const value = reference === undefined ? `t.${name}` : nameOf(reference.to, `t.${name}`);
      // Numbers by their value: an article's newest reading comes last.
      return `case when jsonb_typeof(to_jsonb(${value})) = 'number' then lpad((${value})::text, 20, '0')
        else (${value})::text end collate "C"`;
    })
    .join(', ');
}
