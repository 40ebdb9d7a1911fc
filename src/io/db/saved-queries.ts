/** Searches that somebody saved, or that the ledger file lists: each has a feed of its own. */
import type { Db, Tx } from './store.ts';

/** A saved search. `addedBy` is the name of whoever saved it on the pages; null for those of the ledger file. */
export type SavedQuery = {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly isFromLedger: boolean;
  readonly addedBy: string | null;
  readonly addedAt: string;
};

/** Saved searches that can be listed at once; more would be a second index of the archive. */
export const savedQueriesMax = 200;

/** The saved searches by name. */
export async function listSavedQueries(db: Db): Promise<readonly SavedQuery[]> {
  const rows = await db.selectFrom('saved_queries').selectAll().where('is_listed', '=', true).orderBy('name').execute();
  return rows.map(toSavedQuery);
}

/** One of them; null when there is none of that id. */
export async function findSavedQuery(db: Db, id: string): Promise<SavedQuery | null> {
  const row = await db
    .selectFrom('saved_queries')
    .selectAll()
    .where('id', '=', id)
    .where('is_listed', '=', true)
    .executeTakeFirst();
  return row === undefined ? null : toSavedQuery(row);
}

/** Saves a search. False when there is one of that id already, or as many as there may be. */
export async function insertSavedQuery(
  tx: Tx,
  query: { readonly id: string; readonly name: string; readonly query: string; readonly addedBy: string },
  now: Temporal.Instant,
): Promise<boolean> {
  if ((await listSavedQueries(tx)).length >= savedQueriesMax) return false;
  const { addedBy, ...rest } = query;
  const row = { ...rest, added_by: addedBy, added_at: now, is_from_ledger: false, is_listed: true };
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('saved_queries')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row).where('saved_queries.is_listed', '=', false))
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

/** Takes a search that was saved on the pages away; false when there is none. Those of the ledger file go with their line. */
export async function deleteSavedQuery(db: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('saved_queries')
    .where('id', '=', id)
    .where('is_from_ledger', '=', false)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Makes the searches of the ledger file the listed ones of it; what left the file is listed no longer. */
export async function storeLedgerQueries(
  tx: Tx,
  queries: readonly { readonly id: string; readonly name: string; readonly query: string }[],
  now: Temporal.Instant,
): Promise<void> {
  await tx.updateTable('saved_queries').set({ is_listed: false }).where('is_from_ledger', '=', true).execute();
  for (const { id, name, query } of queries) {
    const row = { name, query, is_from_ledger: true, is_listed: true };
    await tx
      .insertInto('saved_queries')
      .values({ id, ...row, added_by: null, added_at: now })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
  }
}

function toSavedQuery(row: {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly is_from_ledger: boolean;
  readonly added_by: string | null;
  readonly added_at: Temporal.Instant;
}): SavedQuery {
  const { is_from_ledger: isFromLedger, added_by: addedBy, added_at: addedAt, id, name, query } = row;
  return { id, name, query, isFromLedger, addedBy, addedAt: addedAt.toString() };
}
