/** The index entries by which articles are found, for those that earlier rules wrote or that came without one. */
import { sql } from 'kysely';
import { searchRules, searchTextMax, writeSearchVector } from '#src/core/search/words.ts';
import { jsonRows } from './json-rows.ts';
import type { Db, Tx } from './store.ts';

/** Articles whose entry earlier rules wrote, at most `limit`. */
export async function listOutdatedSearch(db: Db, limit: number): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('articles')
    .select('id')
    .where('search_rules', '<', searchRules)
    .where('current_version_id', 'is not', null)
    .orderBy('search_rules')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Writes the entries of articles anew, also those of their older versions; an article that is read anew meanwhile waits. */
export async function writeSearch(tx: Tx, articleIds: readonly number[]): Promise<void> {
  if (articleIds.length === 0) return;
  const held = await tx
    .selectFrom('articles')
    .select(['id', 'current_version_id'])
    .where('id', 'in', [...articleIds])
    .orderBy('id')
    .forUpdate()
    .execute();
  const current = new Set(held.map((row) => row.current_version_id));
  const texts = await tx
    .selectFrom('versions')
    .select(['id', 'article_id', 'title', sql<string>`left(text, ${sql.lit(searchTextMax)})`.as('text')])
    .where('article_id', 'in', [...articleIds])
    .execute();
  const entries = texts.map(({ id, article_id, title, text }) => ({
    id,
    article_id,
    is_current: current.has(id),
    search: writeSearchVector(title, text),
  }));
  const rows = sql`json_to_recordset(${jsonRows(entries)}::json)
    as e (id bigint, article_id bigint, is_current boolean, search text)`;
  await sql`update articles a set search = e.search::tsvector, search_rules = ${searchRules} from ${rows}
    where e.is_current and a.id = e.article_id`.execute(tx);
  await sql`update versions v set search = e.search::tsvector from ${rows}
    where not e.is_current and v.id = e.id`.execute(tx);
}
