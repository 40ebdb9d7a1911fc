import { chooseStories, storiesPerWordMax, type WordHit } from '#src/core/story/candidates.ts';
import { readForStory } from '#src/core/story/reading.ts';
import {
  anchorWords,
  fitParts,
  fitStory,
  growStory,
  type StoryFit,
  type StoryModel,
  type StoryProfile,
  weighWords,
} from '#src/core/story/topic.ts';
import { fitLogistic } from './train-statement-stance.ts';

/**
 * Added to every score afterwards: one missed join makes a story of its own, which B-cubed punishes more than one article too many.
 * Of 0.9, 1.2, 1.5 and 1.8 it had the best F1 in two orders of arrival.
 */
const joinShift = 1.2;
const l2 = 1e-3;

/** An article whose story is known. */
export type LabelledArticle = { readonly id: string; readonly gold: string; readonly text: string };

/** How an article fitted a story that was looked at for it; it belongs there when both are the same. */
export type LabelledFit = { readonly gold: string; readonly candidate: string; readonly fit: StoryFit };

/** Lets the articles arrive one by one, each put where it belongs, and notes how it fitted there and elsewhere. */
export function collectFits(articles: readonly LabelledArticle[]): readonly LabelledFit[] {
  const stories = new Map<string, StoryProfile>();
  const byWord = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  return articles.flatMap(({ gold, text }, at) => {
    const reading = readForStory({ title: '', text });
    for (const word of reading.uses.keys()) counts.set(word, (counts.get(word) ?? 0) + 1);
    const words = weighWords(reading, { textCount: at + 1, byWord: counts });
    const hits = anchorWords(words).flatMap(({ word, weight }): readonly WordHit<string>[] =>
      [...(byWord.get(word) ?? [])].slice(-storiesPerWordMax).map((id) => ({ id, weight })),
    );
    const fits = chooseStories(hits).flatMap((candidate) => {
      const profile = stories.get(candidate);
      return profile === undefined ? [] : [{ gold, candidate, fit: fitStory(words, profile) }];
    });
    stories.set(gold, growStory(stories.get(gold) ?? { articleCount: 0, weights: new Map() }, words));
    for (const { word } of anchorWords(words)) byWord.set(word, (byWord.get(word) ?? new Set()).add(gold));
    return fits;
  });
}

/** Fits the weights of `core/story/topic.ts`; the same fits give the same weights. */
export function trainStoryModel(fits: readonly LabelledFit[]): StoryModel {
  const { bias, weights } = fitLogistic({
    rows: fits.map(({ fit }) => fit),
    labels: fits.map(({ gold, candidate }) => (gold === candidate ? 1 : 0)),
    classWeights: [1, 1],
    l2,
  });
  const weightOf = (part: string): number => round((weights[part]?.[1] ?? 0) - (weights[part]?.[0] ?? 0));
  const [all, names, namesKnown, lead, logSize] = fitParts;
  return {
    base: round((bias[1] ?? 0) - (bias[0] ?? 0) + joinShift),
    weights: {
      [all]: weightOf(all),
      [names]: weightOf(names),
      [namesKnown]: weightOf(namesKnown),
      [lead]: weightOf(lead),
      [logSize]: weightOf(logSize),
    },
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
