/** The index by which a new article finds its place: who has its shingles, which stories have its words, how rare a word is. */
import { sql } from 'kysely';
import { articlesPerShingleMax, type ShingleHit, storiesPerWordMax, type WordHit } from '#src/core/story/candidates.ts';
import type { StoryProfile, TopicWord, WordCounts } from '#src/core/story/topic.ts';
import type { Tx } from './store.ts';

/** Stands in every text, so that its count is the number of texts. */
const everyText = '';

/** A story as it is compared. `lastAt` is in milliseconds since 1970. */
export type StoredStory = { readonly id: number; readonly profile: StoryProfile; readonly lastAt: number };

/** The newest articles that have these shingles, one row a shingle; `articleId` itself is left out. */
export async function listShingleHits(
  tx: Tx,
  sample: readonly number[],
  articleId: number,
): Promise<readonly ShingleHit<number>[]> {
  if (sample.length === 0) return [];
  const { rows } = await sql<ShingleHit<number>>`
    select known.article_id as id, known.site
    from unnest(${[...sample]}::int4[]) as own (shingle)
    cross join lateral (
      select article_id from shingles where shingles.shingle = own.shingle
      order by article_id desc limit ${articlesPerShingleMax}
    ) as holder
    join article_sketches known on known.article_id = holder.article_id
    where known.article_id <> ${articleId}
    order by known.article_id
  `.execute(tx);
  return rows;
}

/** Puts an article's sample in place of the one it had. */
export async function saveSketch(
  tx: Tx,
  sketch: {
    readonly articleId: number;
    readonly site: string;
    readonly appearedAt: number;
    readonly sample: readonly number[];
  },
): Promise<void> {
  const { articleId, site, sample } = sketch;
  const appeared = Temporal.Instant.fromEpochMilliseconds(sketch.appearedAt);
  // One statement: every part of it sees the sample that stood before.
  await sql`with gone as (
      delete from shingles where article_id = ${articleId} and shingle = any (
        select unnest(sample) from article_sketches where article_id = ${articleId}
        except select unnest(${[...sample]}::int4[]))
    ), sketch as (
      insert into article_sketches (article_id, site, appeared_at, sample)
      values (${articleId}, ${site}, ${appeared}, ${[...sample]}::int4[])
      on conflict (article_id) do update
        set site = excluded.site, appeared_at = excluded.appeared_at, sample = excluded.sample
    )
    insert into shingles (shingle, article_id) select unnest(${[...sample]}::int4[]), ${articleId}::bigint
    on conflict do nothing`.execute(tx);
}

/** Counts one more text that has these words. */
export async function countWords(tx: Tx, words: readonly string[]): Promise<void> {
  await sql`insert into word_counts (word, article_count)
    select word, 1 from unnest(${[everyText, ...words]}::text[]) as w (word) order by word
    on conflict (word) do update set article_count = word_counts.article_count + 1`.execute(tx);
}

/** In how many texts each of these words stands. */
export async function readWordCounts(tx: Tx, words: readonly string[]): Promise<WordCounts> {
  const { rows } = await sql<{ word: string; article_count: number }>`
    select word, article_count from word_counts where word = any (${[everyText, ...words]}::text[])`.execute(tx);
  const byWord = new Map(rows.map((row) => [row.word, row.article_count]));
  return { textCount: byWord.get(everyText) ?? 0, byWord };
}

/** The stories that have one of these words and were told around this time: between `from` and `until`, in milliseconds. */
export async function listWordHits(
  tx: Tx,
  words: readonly TopicWord[],
  window: { readonly from: number; readonly until: number },
): Promise<readonly WordHit<number>[]> {
  const { rows } = await sql<WordHit<number>>`
    select stories.id, own.weight
    from unnest(${words.map(({ word }) => word)}::text[], ${words.map(({ weight }) => weight)}::float8[]) as own (word, weight)
    cross join lateral (
      select story_id from story_words where story_words.word = own.word order by story_id desc limit ${storiesPerWordMax}
    ) as holder
    join stories on stories.id = holder.story_id
    where stories.last_at between ${Temporal.Instant.fromEpochMilliseconds(window.from)}
      and ${Temporal.Instant.fromEpochMilliseconds(window.until)}
    order by stories.id
  `.execute(tx);
  return rows;
}

/** These stories, in the order asked for. */
export async function listStories(tx: Tx, ids: readonly number[]): Promise<readonly StoredStory[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom('stories')
    .select(['id', 'last_at', 'article_count', 'words', 'weights'])
    .where('id', 'in', [...ids])
    .execute();
  const stories = new Map(
    rows.map(({ id, last_at, article_count, words, weights }) => {
      const profile = {
        articleCount: article_count,
        weights: new Map(words.map((word, at) => [word, weights[at] ?? 0])),
      };
      return [id, { id, profile, lastAt: last_at.epochMilliseconds }];
    }),
  );
  return ids.flatMap((id) => stories.get(id) ?? []);
}

/** Writes a story, a new one when `id` is null, and the words by which it is looked up; gives its id. */
export async function saveStory(
  tx: Tx,
  story: Omit<StoredStory, 'id'> & { readonly id: number | null; readonly anchors: readonly TopicWord[] },
): Promise<number> {
  const { id, profile, anchors } = story;
  const row = {
    last_at: Temporal.Instant.fromEpochMilliseconds(story.lastAt),
    article_count: profile.articleCount,
    words: [...profile.weights.keys()],
    weights: [...profile.weights.values()],
  };
  const saved =
    id === null
      ? await tx.insertInto('stories').values(row).returning('id').executeTakeFirstOrThrow()
      : await tx.updateTable('stories').set(row).where('id', '=', id).returning('id').executeTakeFirstOrThrow();
  await sql`insert into story_words (word, story_id) select unnest(${anchors.map(({ word }) => word)}::text[]), ${saved.id}
    on conflict do nothing`.execute(tx);
  return saved.id;
}
