import type { Mention, Reading } from '#src/core/tagging-reading.ts';

/** How an entity is referred to at one place, from the surest to the weakest; `weight` 0..1 is its worth in the score. */
export type Reference = {
  readonly kind: ReferenceKind;
  readonly weight: number;
  readonly sentence: number;
  readonly first: number;
  readonly last: number;
};

type ReferenceKind = 'named' | 'described' | 'pronoun' | 'near' | 'topic';

// A local antecedent is nearly as good as the name; the title or the run of the article alone makes most of the false hits
// (measured on labelled excerpts), so it is worth just enough to be a tag when all words of the claim stand there.
const WEIGHTS: Readonly<Record<ReferenceKind, number>> = {
  named: 1,
  described: 0.85,
  pronoun: 0.7,
  near: 0.6,
  topic: 0.45,
};
// "the company", "it": the antecedent is sought so many sentences back.
const ANTECEDENT_SENTENCES_MAX = 3;
const NEAR_SENTENCES_MAX = 3;
// Named so often, an entity is what the article is about.
const TOPIC_NAMES_MIN = 3;
// ... when it is named at least once in so many sentences: a round-up of the week names everything three times.
const TOPIC_SENTENCES_PER_NAME_MAX = 25;
// ... unless something else is named over twice as often.
const TOPIC_RIVAL_FACTOR = 2;

/** The entity references of one article. */
export class Focus {
  readonly #reading: Reading;
  readonly #mentionCounts = new Map<string, number>();
  readonly #known = new Set<string>();

  constructor(reading: Reading) {
    this.#reading = reading;
    for (const mention of reading.mentions.flat()) {
      const share = reading.sentences[reading.sentenceOf[mention.first] ?? 0]?.field === 'title' ? TOPIC_NAMES_MIN : 1;
      this.#mentionCounts.set(mention.entity, (this.#mentionCounts.get(mention.entity) ?? 0) + share);
      if (mention.kind === 'name') this.#known.add(mention.entity);
    }
  }

  /** Every reference to an entity within one sentence: names, descriptions and pronouns that stand for it. */
  within(entity: string, sentence: number): readonly Reference[] {
    const isKnown = this.#known.has(entity);
    const own = (this.#reading.mentions[sentence] ?? []).filter((mention) => mention.entity === entity);
    const direct = own.flatMap((mention): readonly Reference[] => {
      if (mention.kind === 'name') return [refer('named', { ...mention, sentence })];
      return isKnown ? [refer('described', { ...mention, sentence })] : [];
    });
    if (!isKnown || this.#antecedent(entity, sentence) === null) return direct;
    // "Northwell opened the plant that its owner ..." says within itself whose owner it is.
    const rival = Math.min(
      ...this.#named(sentence)
        .filter((mention) => mention.entity !== entity)
        .map((mention) => mention.first),
    );
    const pronouns = (this.#reading.cues[sentence] ?? []).filter((cue) => cue.kind === 'pronoun' && cue.first < rival);
    return [...direct, ...pronouns.map((cue) => refer('pronoun', { ...cue, sentence }))];
  }

  /** Whether the last names before a sentence are all of one entity: then "the company" can mean no other. */
  isSoleAntecedent(entity: string, sentence: number): boolean {
    for (const index of this.#before(sentence, ANTECEDENT_SENTENCES_MAX)) {
      const named = this.#named(index);
      if (named.length > 0) return named.every((mention) => mention.entity === entity);
    }
    return false;
  }

  /** The best reference to an entity that a sentence lives on: in it, just before or after it, or as the subject of the article. */
  around(entity: string, at: { readonly sentence: number; readonly own: ReadonlySet<string> }): Reference | null {
    const [best] = [...this.within(entity, at.sentence)].sort((a, b) => b.weight - a.weight);
    if (best !== undefined && best.kind !== 'pronoun') return best;
    // "Moonshot spent ..." is about Moonshot, whatever the article is about.
    if (this.#namesStranger(at)) return null;
    if (best !== undefined) return best;
    const near = this.#neighbour(entity, at.sentence);
    if (near !== null) return near;
    return this.#isTopic(entity) && !this.#isInItem(at.sentence)
      ? refer('topic', { sentence: at.sentence, first: -1, last: -1 })
      : null;
  }

  #isTopic(entity: string): boolean {
    const count = this.#mentionCounts.get(entity) ?? 0;
    const countMin = Math.max(TOPIC_NAMES_MIN, this.#reading.sentences.length / TOPIC_SENTENCES_PER_NAME_MAX);
    if (!this.#known.has(entity) || count < countMin) return false;
    return [...this.#mentionCounts.values()].every((other) => other <= count * TOPIC_RIVAL_FACTOR);
  }

  // An item of a list with its own label says itself what it is about.
  #isInItem(sentence: number): boolean {
    const { sentences } = this.#reading;
    const own = sentences[sentence];
    const start = sentences[own?.scopeStart ?? 0];
    return start?.hasLabel === true && start.paragraph === own?.paragraph;
  }

  #namesStranger(at: { readonly sentence: number; readonly own: ReadonlySet<string> }): boolean {
    return (this.#reading.mentions[at.sentence] ?? []).some(
      (mention) => mention.kind === 'name' && !at.own.has(mention.entity),
    );
  }

  #neighbour(entity: string, sentence: number): Reference | null {
    const [previous, ...earlier] = this.#before(sentence, NEAR_SENTENCES_MAX);
    for (const index of [previous, sentence + 1, ...earlier]) {
      const mention = index === undefined ? undefined : this.#named(index).find((item) => item.entity === entity);
      if (index !== undefined && mention !== undefined) return refer('near', { ...mention, sentence: index });
    }
    return null;
  }

  // The last sentence before this one that names anything: its names are what a pronoun can stand for.
  #antecedent(entity: string, sentence: number): Mention | null {
    for (const index of this.#before(sentence, ANTECEDENT_SENTENCES_MAX)) {
      const named = this.#named(index);
      if (named.length > 0) return named.find((mention) => mention.entity === entity) ?? null;
    }
    return null;
  }

  // The sentences that a sentence can refer back to, the nearest first.
  #before(sentence: number, countMax: number): readonly number[] {
    const first = Math.max(this.#reading.sentences[sentence]?.scopeStart ?? 0, sentence - countMax);
    return Array.from({ length: Math.max(0, sentence - first) }, (_, offset) => sentence - 1 - offset);
  }

  // The title stands as the sentence before the first of the text.
  #named(index: number): readonly Mention[] {
    return (this.#reading.mentions[index] ?? []).filter((mention) => this.#known.has(mention.entity));
  }
}

function refer(
  kind: ReferenceKind,
  at: { readonly sentence: number; readonly first: number; readonly last: number },
): Reference {
  return { kind, weight: WEIGHTS[kind], sentence: at.sentence, first: at.first, last: at.last };
}
