/** The places of articles, for whoever shows an article. */
import type { StoryRole } from '#src/core/story/origin.ts';
import type { Db } from './store.ts';

/** The place of an article beside the article. `copyCount` are those whose words go back to the same original, itself aside. */
export type ArticlePlace = {
  readonly id: number;
  readonly role: StoryRole;
  readonly originId: number;
  readonly copyCount: number;
};

/** The current places of these articles. */
export async function listPlaces(db: Db, articleIds: readonly number[]): Promise<ReadonlyMap<number, ArticlePlace>> {
  if (articleIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('story_members')
    .select(['article_id', 'story_id', 'role', 'origin_id'])
    .select((eb) =>
      eb
        .selectFrom('story_members as other')
        .select((inner) => inner.cast<number>(inner.fn.countAll(), 'integer').as('count'))
        .whereRef('other.origin_id', '=', 'story_members.origin_id')
        .whereRef('other.article_id', '<>', 'other.origin_id')
        .where('other.until', 'is', null)
        .as('copies'),
    )
    .where('article_id', 'in', [...articleIds])
    .where('until', 'is', null)
    .execute();
  return new Map(
    rows.map((row) => [
      row.article_id,
      { id: row.story_id, role: row.role, originId: row.origin_id, copyCount: row.copies ?? 0 },
    ]),
  );
}
