/**
 * Gives each stored article its place: whose words it repeats, and which story it tells. Articles take their turn one after the other,
 * under one lock of the store, each in a transaction of its own: a run that dies has lost nothing, and two runs share the work.
 */
import { z } from 'zod';
import { chooseCompared, chooseStories } from '#src/core/story/candidates.ts';
import { compareTexts } from '#src/core/story/copy.ts';
import { findOrigin, nameCredit, type OriginPlace } from '#src/core/story/origin.ts';
import { readForStory, type StoryReading } from '#src/core/story/reading.ts';
import { shingleText } from '#src/core/story/shingles.ts';
import {
  anchorWords,
  chooseStory,
  growStory,
  storyPauseMs,
  type TopicWord,
  weighWords,
} from '#src/core/story/topic.ts';
import { listStoryWords } from '#src/core/story/words.ts';
import type { Tx } from '#src/io/db/store.ts';
import {
  countWords,
  listShingleHits,
  listStories,
  listWordHits,
  readWordCounts,
  saveSketch,
  saveStory,
} from '#src/io/db/story-index.ts';
import {
  findMember,
  listFollowers,
  listPlaced,
  listStoryTexts,
  lockGrouping,
  type PlacedText,
  type StoryText,
  saveMember,
} from '#src/io/db/story-members.ts';
import { listUngrouped, takeUngrouped } from '#src/io/db/story-waiting.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';

/** Articles placed in one run; the next tick puts the next run in. */
export const articlesPerRun = 500;

export default defineJob<Record<string, never>>({
  description: 'Find copies and stories among new articles',
  payload: z.strictObject({}),
  retryCount: 3,
  expireSeconds: 600,
  concurrency: 1,
  run: groupStories,
});

/**
 * Puts the placing of articles into the queue, in the transaction that stores a text and as its last statement: whoever stores another
 * text at this moment waits for its end. Where others wait already, so does the job; asking again costs 1.4 ms a text.
 */
export async function askForPlaces(tx: Tx, { queue }: Pick<Deps, 'queue'>): Promise<void> {
  const waiting = await listUngrouped(tx, { limit: 2 });
  if (waiting.length === 1) await queue.send({ name: 'group-story', payload: {}, key: 'all' }, tx);
}

/** Places what waits, oldest first. An article that cannot be placed stops no other; its error is thrown when all had their turn. */
export async function groupStories(_payload: object, deps: Pick<Deps, 'db' | 'now' | 'signal'>): Promise<RunSummary> {
  const errors: unknown[] = [];
  let articleCount = 0;
  let placedCount = 0;
  let after = 0;
  while (articleCount < articlesPerRun && !deps.signal.aborted) {
    // Looked for again at the end: who came meanwhile did not ask for another run.
    const [articleId] = await listUngrouped(deps.db, { limit: 1, after });
    if (articleId === undefined) break;
    after = articleId;
    articleCount += 1;
    try {
      if (await deps.db.transaction().execute((tx) => placeArticle(tx, articleId, deps.now()))) placedCount += 1;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return { articles: articleCount, placed: placedCount };
}

/** Places one article; false when it no longer waits. */
export async function placeArticle(tx: Tx, articleId: number, now: Temporal.Instant): Promise<boolean> {
  await lockGrouping(tx);
  if (!(await takeUngrouped(tx, articleId))) return false;
  const [article] = await listStoryTexts(tx, [articleId]);
  if (article === undefined) return false;
  const reading = readForStory(article);
  const compared = await listPlaced(tx, chooseCompared(await listShingleHits(tx, reading.sample, articleId)));
  const origin = findOrigin(
    article,
    compared.map(({ placed, text }) => ({ placed, likeness: compareWith(article, reading, { placed, text }) })),
  );
  const known = await findMember(tx, articleId);
  const kinId = origin.repeatsId ?? origin.followers[0]?.id ?? null;
  const kin = compared.find(({ placed }) => placed.id === kinId) ?? null;
  // An edited article stays in its story: it is counted and weighed there already.
  const storyId =
    known?.storyId ?? (await joinStory(tx, { article, reading, origin, kinStoryId: kin?.storyId ?? null }));
  await saveSketch(tx, toSketch(article, reading));
  const repeated = compared.find(({ placed }) => placed.id === origin.repeatsId)?.placed ?? null;
  const { role, originId, repeatsId, sameWords } = origin;
  const credit = nameCredit(article, repeated);
  await saveMember(tx, { articleId, storyId, role, originId, repeatsId, sameWords, credit }, now);
  await moveFollowers(tx, { article, origin, compared }, now);
  return true;
}

/** By what later articles find this one. */
export function toSketch(article: StoryText, { sample } = readForStory(article)) {
  return { articleId: article.id, site: article.site, appearedAt: article.appearedAt, sample };
}

function compareWith(article: StoryText, reading: StoryReading, { placed, text }: Pick<PlacedText, 'placed' | 'text'>) {
  const other = shingleText(listStoryWords(text).map(({ form }) => form));
  return compareTexts({ site: article.site, text: reading.text }, { site: placed.site, text: other });
}

/** The story of a new article: that of whom it repeats, else one it fits, else a new one. */
async function joinStory(
  tx: Tx,
  joining: {
    readonly article: StoryText;
    readonly reading: StoryReading;
    readonly origin: OriginPlace;
    readonly kinStoryId: number | null;
  },
): Promise<number> {
  const { article, reading, origin, kinStoryId } = joining;
  const forms = [...reading.uses.keys()];
  // Copies say nothing about how rare a word is: forty of one report would make its own words common.
  if (origin.repeatsId === null) await countWords(tx, forms);
  const words = weighWords(reading, await readWordCounts(tx, forms));
  const stories = await listStories(tx, kinStoryId === null ? await findStories(tx, words, article) : [kinStoryId]);
  const chosen = kinStoryId ?? chooseStory({ words, appearedAt: article.appearedAt }, stories);
  const story = stories.find(({ id }) => id === chosen);
  return await saveStory(tx, {
    id: story?.id ?? null,
    lastAt: Math.max(story?.lastAt ?? 0, article.appearedAt),
    profile: growStory(story?.profile ?? { articleCount: 0, weights: new Map() }, words),
    anchors: anchorWords(words),
  });
}

async function findStories(tx: Tx, words: readonly TopicWord[], { appearedAt }: StoryText): Promise<readonly number[]> {
  const window = { from: appearedAt - storyPauseMs, until: appearedAt + storyPauseMs };
  return chooseStories(await listWordHits(tx, anchorWords(words), window));
}

/** Originals that turned out to repeat the article follow it now, and with them whoever repeats them. */
async function moveFollowers(
  tx: Tx,
  at: { readonly article: StoryText; readonly origin: OriginPlace; readonly compared: readonly PlacedText[] },
  now: Temporal.Instant,
): Promise<void> {
  const { article, origin, compared } = at;
  const { originId } = origin;
  for (const { id, role, sameWords } of origin.followers) {
    const follower = compared.find(({ placed }) => placed.id === id);
    if (follower === undefined) continue;
    for (const member of await listFollowers(tx, id)) {
      const isSpun = role === 'spun' && member.role === 'copy';
      await saveMember(tx, { ...member, originId, role: isSpun ? 'spun' : member.role }, now);
    }
    const credit = nameCredit(follower.placed, article);
    const { storyId } = follower;
    await saveMember(tx, { articleId: id, storyId, role, originId, repeatsId: article.id, sameWords, credit }, now);
  }
  // An article that was an original itself takes along those who repeat it.
  if (originId === article.id) return;
  for (const member of await listFollowers(tx, article.id)) await saveMember(tx, { ...member, originId }, now);
}
