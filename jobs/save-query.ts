/** Saves searches on behalf of people at the pages. */

import { LedgerError } from '#src/core/ledger-error.ts';
import { parseArticleQuery } from '#src/core/search/article-query.ts';
import { deleteSavedQuery, insertSavedQuery, savedQueriesMax } from '#src/io/db/saved-queries.ts';
import type { Deps } from '#src/io/deps.ts';

/** Longest name of a saved search and longest query, in characters. */
export const savedNameLengthMax = 80;
export const savedQueryLengthMax = 500;

/**
 * Saves a search under a name; gives its id, which is the name in plain letters. Throws `usage` for a query that asks for nothing, and when
 * the name is taken or there are too many.
 */
export async function saveQuery(
  search: { readonly name: string; readonly query: string; readonly by: string },
  deps: Pick<Deps, 'db' | 'now'>,
): Promise<string> {
  const name = search.name.trim();
  if (parseArticleQuery(search.query).clauses.length === 0)
    throw new LedgerError('usage', `Cannot save the search "${search.query}": it asks for nothing`);
  const id = idOf(name);
  const saved = { id, name, query: search.query, addedBy: search.by };
  const isNew = await deps.db.transaction().execute((tx) => insertSavedQuery(tx, saved, deps.now()));
  if (isNew) return id;
  throw new LedgerError(
    'usage',
    `Cannot save the search "${name}": the name is taken, or there are ${savedQueriesMax} already`,
  );
}

/** Takes a saved search away. Throws `not-found` when there is none that was saved on the pages. */
export async function removeQuery(id: string, deps: Pick<Deps, 'db'>): Promise<void> {
  if (!(await deleteSavedQuery(deps.db, id)))
    throw new LedgerError('not-found', `There is no search "${id}" that was saved on the pages`);
}

/** "Training cost, Asia" becomes `training-cost-asia`; what has no such letters keeps its own. */
function idOf(name: string): string {
  const plain = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '');
  return plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'search';
}
