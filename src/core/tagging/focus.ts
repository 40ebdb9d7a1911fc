import type { Mention, Reading } from './reading.ts';
import { opensItem } from './sentences.ts';

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

/** The entities with a name in the article, and how often each is mentioned; the title counts more. */
type Entities = { readonly known: ReadonlySet<string>; readonly counts: ReadonlyMap<string, number> };

/** From which sentence on pronouns can look back, and whether that one opens an item of a list with a label. */
type Scope = { readonly start: number; readonly hasLabel: boolean };

const WHOLE_ARTICLE: Scope = { start: 0, hasLabel: false };

/** The entity references of one article; what they need is read when a claim asks for the first one. */
export class Focus {
  readonly #reading: Reading;
  #entities: Entities | null = null;
  #scopes: readonly Scope[] | null = null;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** Every reference to an entity within one sentence: names, descriptions and pronouns that stand for it. */
  within(entity: string, sentence: number): readonly Reference[] {
    const isKnown = this.#entitiesOf().known.has(entity);
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
    const { known, counts } = this.#entitiesOf();
    const count = counts.get(entity) ?? 0;
    const countMin = Math.max(TOPIC_NAMES_MIN, this.#reading.sentences.length / TOPIC_SENTENCES_PER_NAME_MAX);
    if (!known.has(entity) || count < countMin) return false;
    return [...counts.values()].every((other) => other <= count * TOPIC_RIVAL_FACTOR);
  }

  // An item of a list with its own label says itself what it is about.
  #isInItem(sentence: number): boolean {
    const { sentences } = this.#reading;
    const scope = this.#scopeOf(sentence);
    return scope.hasLabel && sentences[scope.start]?.paragraph === sentences[sentence]?.paragraph;
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
    const first = Math.max(this.#scopeOf(sentence).start, sentence - countMax);
    return Array.from({ length: Math.max(0, sentence - first) }, (_, offset) => sentence - 1 - offset);
  }

  // The title stands as the sentence before the first of the text.
  #named(index: number): readonly Mention[] {
    return (this.#reading.mentions[index] ?? []).filter((mention) => this.#entitiesOf().known.has(mention.entity));
  }

  #entitiesOf(): Entities {
    this.#entities ??= countEntities(this.#reading);
    return this.#entities;
  }

  #scopeOf(sentence: number): Scope {
    this.#scopes ??= listScopes(this.#reading);
    return this.#scopes[sentence] ?? WHOLE_ARTICLE;
  }
}

function countEntities(reading: Reading): Entities {
  const known = new Set<string>();
  const counts = new Map<string, number>();
  for (const { entity, kind, first } of reading.mentions.flat()) {
    const share = reading.fieldOf(first) === 'title' ? TOPIC_NAMES_MIN : 1;
    counts.set(entity, (counts.get(entity) ?? 0) + share);
    if (kind === 'name') known.add(entity);
  }
  return { known, counts };
}

// The text can look back to the title, an item of a list with its own label to nothing before it.
function listScopes(reading: Reading): readonly Scope[] {
  let scope = WHOLE_ARTICLE;
  return reading.sentences.map((sentence, index) => {
    const previous = reading.sentences[index - 1];
    const paragraph = previous?.field === sentence.field ? previous.paragraph : 0;
    if (previous?.field !== sentence.field) scope = WHOLE_ARTICLE;
    if (sentence.paragraph > paragraph && opensItem(reading.sentenceText(sentence)))
      scope = { start: index, hasLabel: true };
    return scope;
  });
}

function refer(
  kind: ReferenceKind,
  at: { readonly sentence: number; readonly first: number; readonly last: number },
): Reference {
  return { kind, weight: WEIGHTS[kind], sentence: at.sentence, first: at.first, last: at.last };
}
