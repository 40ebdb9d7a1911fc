/** Stories of articles that arrive one by one, held in memory: what the service does with tables, for the command `group` and for measuring. */
import { articlesPerShingleMax, chooseCompared, chooseStories, storiesPerWordMax, type WordHit } from './candidates.ts';
import { compareTexts, type Likeness } from './copy.ts';
import { findOrigin, type OriginArticle, type PlacedArticle, type StoryPair, type StoryRole } from './origin.ts';
import { readForStory, type StoryReading } from './reading.ts';
import {
  anchorWords,
  chooseStory,
  growStory,
  type StoryModel,
  type StoryProfile,
  storyModel,
  type TopicWord,
  weighWords,
} from './topic.ts';

/** An article as it arrives. */
export type ArrivingArticle = OriginArticle & { readonly title: string };

/** Where an arrived article stands. `pairs` are all stored articles whose words it has, `story` is numbered from 1. */
export type ArchivePlace = {
  readonly story: number;
  readonly role: StoryRole;
  readonly repeatsId: number | null;
  readonly originId: number;
  readonly pairs: readonly { readonly id: number; readonly kind: 'copy' | 'spun'; readonly sameWords: number }[];
};

type Stored = { readonly reading: StoryReading; readonly place: PlacedArticle; readonly story: number };
type StoredStory = { readonly profile: StoryProfile; readonly lastAt: number };

/** All that arrived so far. */
export class StoryArchive {
  readonly #model: StoryModel;
  readonly #articles = new Map<number, Stored>();
  readonly #byShingle = new Map<number, number[]>();
  readonly #stories = new Map<number, StoredStory>();
  readonly #byWord = new Map<string, Set<number>>();
  readonly #counts = new Map<string, number>();
  #textCount = 0;

  constructor(model: StoryModel = storyModel) {
    this.#model = model;
  }

  /** Places one article; ids are those of the caller and must not come twice. */
  add(article: ArrivingArticle): ArchivePlace {
    const reading = readForStory(article);
    const pairs = this.#compare(article, reading);
    const origin = findOrigin(article, pairs);
    // Copies say nothing about how rare a word is: forty of one report would make its own words common.
    if (origin.repeatsId === null) this.#count(reading);
    const words = weighWords(reading, { textCount: this.#textCount, byWord: this.#counts });
    const kin = this.#articles.get(origin.repeatsId ?? origin.followers[0]?.id ?? article.id)?.story ?? null;
    const story = kin ?? this.#chooseStory(words, article.appearedAt) ?? this.#stories.size + 1;
    this.#grow(story, { words, appearedAt: article.appearedAt });
    this.#store(article, { reading, story, place: { ...article, ...origin } });
    for (const { id, role } of origin.followers)
      this.#follow(id, { role, repeatsId: article.id, originId: origin.originId });
    return {
      story,
      role: origin.role,
      repeatsId: origin.repeatsId,
      originId: origin.originId,
      pairs: listCopies(pairs),
    };
  }

  /** The original whose words an article has; itself when it is one. */
  originOf(id: number): number {
    return this.#articles.get(id)?.place.originId ?? id;
  }

  #compare(article: ArrivingArticle, reading: StoryReading): readonly StoryPair[] {
    const hits = reading.sample.flatMap((shingle) =>
      (this.#byShingle.get(shingle) ?? []).slice(-articlesPerShingleMax).map((id) => ({ id, site: this.#siteOf(id) })),
    );
    return chooseCompared(hits).flatMap((id) => {
      const stored = this.#articles.get(id);
      if (stored === undefined) return [];
      const likeness = compareTexts(
        { site: article.site, text: reading.text },
        { site: stored.place.site, text: stored.reading.text },
      );
      return [{ placed: stored.place, likeness }];
    });
  }

  #count(reading: StoryReading): void {
    this.#textCount += 1;
    for (const word of reading.uses.keys()) this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }

  #siteOf(id: number): string {
    return this.#articles.get(id)?.place.site ?? '';
  }

  #chooseStory(words: readonly TopicWord[], appearedAt: number): number | null {
    const hits = anchorWords(words).flatMap(({ word, weight }): readonly WordHit<number>[] =>
      [...(this.#byWord.get(word) ?? [])].slice(-storiesPerWordMax).map((id) => ({ id, weight })),
    );
    const stories = chooseStories(hits).flatMap((id) => {
      const story = this.#stories.get(id);
      return story === undefined ? [] : [{ id, ...story }];
    });
    return chooseStory({ words, appearedAt }, stories, this.#model);
  }

  #grow(id: number, article: { readonly words: readonly TopicWord[]; readonly appearedAt: number }): void {
    const known = this.#stories.get(id) ?? {
      profile: { articleCount: 0, weights: new Map() },
      lastAt: article.appearedAt,
    };
    this.#stories.set(id, {
      profile: growStory(known.profile, article.words),
      lastAt: Math.max(known.lastAt, article.appearedAt),
    });
    for (const { word } of anchorWords(article.words)) {
      const stories = this.#byWord.get(word) ?? new Set();
      this.#byWord.set(word, stories.add(id));
    }
  }

  #store({ id }: ArrivingArticle, stored: Stored): void {
    this.#articles.set(id, stored);
    for (const shingle of stored.reading.sample) {
      const ids = this.#byShingle.get(shingle) ?? [];
      ids.push(id);
      this.#byShingle.set(shingle, ids);
    }
  }

  #follow(id: number, to: Pick<PlacedArticle, 'role' | 'repeatsId' | 'originId'>): void {
    for (const [otherId, stored] of this.#articles) {
      if (otherId === id) this.#articles.set(id, { ...stored, place: { ...stored.place, ...to } });
      else if (stored.place.originId === id)
        this.#articles.set(otherId, { ...stored, place: { ...stored.place, originId: to.originId } });
    }
  }
}

function listCopies(pairs: readonly StoryPair[]): ArchivePlace['pairs'] {
  return pairs.flatMap(({ placed, likeness }) => {
    const { kind, sameWords }: Likeness = likeness;
    return kind === 'none' ? [] : [{ id: placed.id, kind, sameWords }];
  });
}
