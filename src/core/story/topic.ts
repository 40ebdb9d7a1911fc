/** Which story an article belongs to: its words, weighed by their rarity, against the words of each story so far. */
import { anchorWordsMax } from './candidates.ts';
import type { StoryReading, WordUse } from './reading.ts';

/** A story is over when nothing came for so long, in milliseconds: three days. What comes later tells another event. */
export const storyPauseMs = 72 * 3_600_000;
/** Heaviest words kept of an article, and of a story. */
const articleWordsMax = 100;
const storyWordsMax = 400;

/** The parts of a fit. */
export const fitParts = ['all', 'names', 'namesKnown', 'lead', 'logSize'] as const;
type FitPart = (typeof fitParts)[number];

/**
 * What each part of a fit says, by logistic regression on 1,683 labelled articles (`npm run eval -- stories` fits it again, without
 * a fifth of the stories each time). A lone article is easier to resemble than the mean of many, hence the size.
 */
export type StoryModel = { readonly base: number; readonly weights: Readonly<Record<FitPart, number>> };
export const storyModel: StoryModel = {
  base: -3.74,
  weights: { all: 9.46, names: 1.25, namesKnown: 1.6, lead: 6.43, logSize: -0.34 },
};

/** In how many texts of the archive a word stands, the new one included; `textCount` are all of them. */
export type WordCounts = { readonly textCount: number; readonly byWord: ReadonlyMap<string, number> };

/** An article as a vector of length 1: heaviest word first. */
export type TopicWord = { readonly word: string; readonly weight: number } & Pick<WordUse, 'isName' | 'isLead'>;

/** A story as the sum of its articles' vectors. */
export type StoryProfile = { readonly articleCount: number; readonly weights: ReadonlyMap<string, number> };

/** How an article lies to a story, each 0 to 1 but the size: cosines of all words, names and lead, and the share of its names the story knows. */
export type StoryFit = Readonly<Record<FitPart, number>>;

/** The vector of an article. A word that stands in every text weighs nothing and is left out. */
export function weighWords(reading: StoryReading, counts: WordCounts): readonly TopicWord[] {
  const weighed = [...reading.uses].flatMap(([word, { count, isName, isLead }]) => {
    const rarity = Math.log((counts.textCount + 1) / (counts.byWord.get(word) ?? 1));
    return rarity <= 0 ? [] : [{ word, weight: (1 + Math.log(count)) * rarity, isName, isLead }];
  });
  const kept = weighed.sort((a, b) => b.weight - a.weight || (a.word < b.word ? -1 : 1)).slice(0, articleWordsMax);
  const length = Math.hypot(...kept.map(({ weight }) => weight)) || 1;
  return kept.map((each) => ({ ...each, weight: each.weight / length }));
}

/** The words by which stories are looked up. */
export function anchorWords(words: readonly TopicWord[]): readonly TopicWord[] {
  return words.slice(0, anchorWordsMax);
}

/** How well an article fits a story. */
export function fitStory(words: readonly TopicWord[], story: StoryProfile): StoryFit {
  const storyLength = Math.hypot(...story.weights.values()) || 1;
  const cosine = (part: readonly TopicWord[]): number => {
    const length = Math.hypot(...part.map(({ weight }) => weight));
    const product = part.reduce((sum, { word, weight }) => sum + weight * (story.weights.get(word) ?? 0), 0);
    return length === 0 ? 0 : product / length / storyLength;
  };
  const names = words.filter(({ isName }) => isName);
  return {
    all: cosine(words),
    names: cosine(names),
    namesKnown: names.filter(({ word }) => story.weights.has(word)).length / Math.max(1, names.length),
    lead: cosine(words.filter(({ isLead }) => isLead)),
    logSize: Math.log(Math.max(1, story.articleCount)),
  };
}

/** How sure it is that an article with this fit belongs to the story; above 0 it does. */
export function scoreFit(fit: StoryFit, model: StoryModel = storyModel): number {
  return fitParts.reduce((sum, part) => sum + model.weights[part] * fit[part], model.base);
}

/** The story that an article belongs to; null when it begins one. A story that is over takes nothing more. */
export function chooseStory<Id>(
  article: { readonly words: readonly TopicWord[]; readonly appearedAt: number },
  stories: readonly { readonly id: Id; readonly profile: StoryProfile; readonly lastAt: number }[],
  model: StoryModel = storyModel,
): Id | null {
  let best: { readonly id: Id; readonly score: number } | null = null;
  for (const { id, profile, lastAt } of stories) {
    if (Math.abs(article.appearedAt - lastAt) > storyPauseMs) continue;
    const score = scoreFit(fitStory(article.words, profile), model);
    if (score > (best?.score ?? 0)) best = { id, score };
  }
  return best?.id ?? null;
}

/** A story with one more article. Its lightest words go when there are too many. */
export function growStory(story: StoryProfile, words: readonly TopicWord[]): StoryProfile {
  const weights = new Map(story.weights);
  for (const { word, weight } of words) weights.set(word, (weights.get(word) ?? 0) + weight);
  const kept = [...weights].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, storyWordsMax);
  return { articleCount: story.articleCount + 1, weights: new Map(kept) };
}
