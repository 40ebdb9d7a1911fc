/** Which articles wait for their place in a story. */
import { sql } from 'kysely';
import type { Db, Tx } from './store.ts';

/** Notes that an article has a text that has no place yet; in the transaction that stores the text. */
export async function noteUngrouped(tx: Tx, articleId: number): Promise<void> {
  await tx
    .insertInto('ungrouped_articles')
    .values({ article_id: articleId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Notes every article that has a text and neither a place nor a turn to be given one. */
export async function noteUnplaced(db: Db): Promise<void> {
  await sql`insert into ungrouped_articles (article_id)
    select id from articles a where current_version_id is not null
      and not exists (select from story_members m where m.article_id = a.id and m.until is null)
    on conflict do nothing`.execute(db);
}

/** Notes that an article has its place; false when another worker was first. */
export async function takeUngrouped(tx: Tx, articleId: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('ungrouped_articles')
    .where('article_id', '=', articleId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Articles that wait, oldest first, at most `limit`; only those with an id behind `after`. */
export async function listUngrouped(
  db: Db,
  { limit, after = 0 }: { readonly limit: number; readonly after?: number },
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('ungrouped_articles')
    .select('article_id')
    .where('article_id', '>', after)
    .orderBy('article_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.article_id);
}
