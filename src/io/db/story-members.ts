/** Where articles stand in their stories. A row is closed and followed, never rewritten. */
import { sql } from 'kysely';
import { siteHost } from '#src/core/feed/entry.ts';
import { appearedAt, type OriginArticle, type PlacedArticle, type StoryRole } from '#src/core/story/origin.ts';
import type { Db, Tx } from './store.ts';

/** One key for all processes: places are given one after the other, so that two workers never begin one story twice. */
const groupingLock = 6_060_842;

/** The current text of an article, as stories read it. */
export type StoryText = OriginArticle & { readonly title: string };

/** An article that has its place, with its text. */
export type PlacedText = { readonly placed: PlacedArticle; readonly text: string; readonly storyId: number };

/** A place to be written. */
export type NewMember = {
  readonly articleId: number;
  readonly storyId: number;
  readonly role: StoryRole;
  readonly originId: number;
  readonly repeatsId: number | null;
  readonly sameWords: number | null;
  readonly credit: string | null;
};

/** Waits until nobody else gives places; held to the end of the transaction. */
export async function lockGrouping(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${groupingLock})`.execute(tx);
}

/** The current texts of these articles, in the order asked for; what has none is absent. */
export async function listStoryTexts(db: Db, ids: readonly number[]): Promise<readonly StoryText[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('articles')
    .innerJoin('versions', 'versions.id', 'articles.current_version_id')
    .select([
      'articles.id',
      'articles.url',
      'articles.outlet',
      'articles.first_seen_at',
      'versions.id as version_id',
      'versions.title',
      'versions.text',
      'versions.byline',
      'versions.published',
    ])
    .where('articles.id', 'in', [...ids])
    .execute();
  const linked = await listLinkedSites(
    db,
    rows.map((row) => row.version_id),
  );
  const texts = new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        title: row.title,
        text: row.text,
        byline: row.byline,
        outlet: row.outlet,
        site: row.url === null ? row.outlet : siteHost(row.url),
        appearedAt: appearedAt(row.published, row.first_seen_at),
        linkedSites: linked.get(row.version_id) ?? new Set<string>(),
      },
    ]),
  );
  return ids.flatMap((id) => texts.get(id) ?? []);
}

async function listLinkedSites(
  db: Db,
  versionIds: readonly number[],
): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  if (versionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('citations')
    .select(['version_id', 'url'])
    .where('version_id', 'in', [...versionIds])
    .execute();
  const byVersion = Map.groupBy(rows, (row) => row.version_id);
  return new Map([...byVersion].map(([id, links]) => [id, new Set(links.map(({ url }) => siteHost(url)))]));
}

/** Those of these articles that have a place, with it, in the order asked for. */
export async function listPlaced(db: Db, ids: readonly number[]): Promise<readonly PlacedText[]> {
  if (ids.length === 0) return [];
  const members = await db
    .selectFrom('story_members')
    .select(['article_id', 'story_id', 'role', 'origin_id', 'repeats_id'])
    .where('article_id', 'in', [...ids])
    .where('until', 'is', null)
    .execute();
  const placeOf = new Map(members.map((member) => [member.article_id, member]));
  return (await listStoryTexts(db, ids)).flatMap(({ title: _, ...article }) => {
    const place = placeOf.get(article.id);
    if (place === undefined) return [];
    const { role, origin_id: originId, repeats_id: repeatsId, story_id: storyId } = place;
    return [{ placed: { ...article, role, originId, repeatsId }, text: article.text, storyId }];
  });
}

/** The place that an article has; null when it has none yet. */
export async function findMember(db: Db, articleId: number): Promise<NewMember | null> {
  const row = await db
    .selectFrom('story_members')
    .selectAll()
    .where('article_id', '=', articleId)
    .where('until', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : toMember(row);
}

/** The places of those whose words go back to an article, its own aside. */
export async function listFollowers(db: Db, originId: number): Promise<readonly NewMember[]> {
  const rows = await db
    .selectFrom('story_members')
    .selectAll()
    .where('origin_id', '=', originId)
    .where('article_id', '<>', originId)
    .where('until', 'is', null)
    .orderBy('article_id')
    .execute();
  return rows.map(toMember);
}

/** Gives an article this place from `now` on; the one it had ends then. A place that says the same is left as it is. */
export async function saveMember(tx: Tx, member: NewMember, now: Temporal.Instant): Promise<void> {
  const known = await findMember(tx, member.articleId);
  if (known !== null && JSON.stringify(known) === JSON.stringify(toOrdered(member))) return;
  if (known !== null) await endMember(tx, member.articleId, now);
  await tx
    .insertInto('story_members')
    .values({
      article_id: member.articleId,
      story_id: member.storyId,
      role: member.role,
      origin_id: member.originId,
      repeats_id: member.repeatsId,
      same_words: member.sameWords,
      credit: member.credit,
      since: now,
    })
    .execute();
}

async function endMember(tx: Tx, articleId: number, now: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('story_members')
    .set({ until: now })
    .where('article_id', '=', articleId)
    .where('until', 'is', null)
    .execute();
}

function toMember(row: {
  readonly article_id: number;
  readonly story_id: number;
  readonly role: StoryRole;
  readonly origin_id: number;
  readonly repeats_id: number | null;
  readonly same_words: number | null;
  readonly credit: string | null;
}): NewMember {
  return {
    articleId: row.article_id,
    storyId: row.story_id,
    role: row.role,
    originId: row.origin_id,
    repeatsId: row.repeats_id,
    sameWords: row.same_words,
    credit: row.credit,
  };
}

function toOrdered({ articleId, storyId, role, originId, repeatsId, sameWords, credit }: NewMember): NewMember {
  return { articleId, storyId, role, originId, repeatsId, sameWords, credit };
}
