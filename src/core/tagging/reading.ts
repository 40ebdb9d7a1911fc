import type { CompiledLedger } from '#src/core/claim/language.ts';
import type { Quantity } from '#src/core/quantity/quantities.ts';
import { CUE_LANGUAGE_DEFAULT, CUE_LANGUAGES, type CueKind } from '#src/core/stance/cues.ts';
import { detectLanguage } from '#src/core/text/language.ts';
import { foldWord, listWords } from '#src/core/text/tokens.ts';
import { listReadSentences, type ReadSentence } from './sentences.ts';
import { TermHits } from './term-hits.ts';

/** The part of an article that offsets refer to. */
export type Field = 'title' | 'text';

/** Words that name or describe an entity, in one sentence. */
export type Mention = {
  readonly entity: string;
  readonly kind: 'name' | 'description';
  readonly first: number;
  readonly last: number;
};

/** Words that tell a stance. */
export type Cue = { readonly kind: CueKind; readonly first: number; readonly last: number };

/** A quantity with the field that its offsets refer to, its sentence, and whether it is a price per something ("$2 an hour"). */
export type ReadQuantity = Quantity & { readonly field: Field; readonly sentence: number; readonly isRate: boolean };

/** What was found in an article: sentences and words of the title, then of the text, numbered over both. */
type ReadParts = {
  readonly title: string;
  readonly text: string;
  readonly lang: string | null;
  readonly sentences: readonly ReadSentence[];
  /** Offsets of each word into its field, `ends` exclusive. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The sentence of each word. */
  readonly sentenceOf: Int32Array;
  readonly hits: TermHits;
  readonly quantities: readonly ReadQuantity[];
};

const CURRENCY = /^[A-Z]{3}$/;
const RATE = /^\s*(?:\/|(?:per|an?|pro|par|por|je)\s|每|प्रति)/iu;
// The words that tell a price per something from a sum follow at once.
const RATE_LOOK_CHARACTERS = 12;
const FIELDS: readonly Field[] = ['title', 'text'];

/** An article as the tagger sees it. What only a claim that may be met asks for is read when it is asked for. */
export class Reading implements ReadParts {
  readonly title: string;
  readonly text: string;
  readonly lang: string | null;
  readonly sentences: readonly ReadSentence[];
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly sentenceOf: Int32Array;
  readonly hits: TermHits;
  readonly quantities: readonly ReadQuantity[];
  readonly #ledger: CompiledLedger;
  #roles: Roles | null = null;

  constructor(ledger: CompiledLedger, parts: ReadParts) {
    this.title = parts.title;
    this.text = parts.text;
    this.lang = parts.lang;
    this.sentences = parts.sentences;
    this.starts = parts.starts;
    this.ends = parts.ends;
    this.sentenceOf = parts.sentenceOf;
    this.hits = parts.hits;
    this.quantities = parts.quantities;
    this.#ledger = ledger;
  }

  /** The words that name or describe an entity, by sentence. */
  get mentions(): Roles['mentions'] {
    this.#roles ??= readRoles(this.#ledger, this);
    return this.#roles.mentions;
  }

  /** The words that tell a stance in the language of the article, by sentence. */
  get cues(): Roles['cues'] {
    this.#roles ??= readRoles(this.#ledger, this);
    return this.#roles.cues;
  }

  /** The folded form of a word; empty when there is no such word. */
  formOf(word: number): string {
    return foldWord(this.textOf({ first: word, last: word }));
  }

  /** A run of words of one field as it is written. */
  textOf(span: { readonly first: number; readonly last: number }): string {
    return this[this.fieldOf(span.first)].slice(this.starts[span.first] ?? 0, this.ends[span.last] ?? 0);
  }

  /** A sentence as it is written. */
  sentenceText({ field, start, end }: ReadSentence): string {
    return this[field].slice(start, end);
  }

  /** The field that a word stands in. */
  fieldOf(word: number): Field {
    return this.sentences[this.sentenceOf[word] ?? 0]?.field ?? 'text';
  }
}

type Article = { readonly title: string; readonly text: string; readonly lang: string | null };

/** Reads an article against a ledger: its language, its words and its amounts. `lang` of the article is what it declares. */
export function readArticle(ledger: CompiledLedger, article: Article): Reading {
  const lang = detectLanguage(`${article.title}\n${article.text}`, article.lang);
  const reading = readWords(ledger, { ...article, lang });
  const quantities = FIELDS.flatMap((field) => readQuantities(ledger, { reading, field }));
  return new Reading(ledger, { ...reading, quantities });
}

/** Reads the words of an article whose language is known, in one pass for all terms; amounts are left out. */
export function readWords(ledger: CompiledLedger, article: Article): Reading {
  const { title, text, lang } = article;
  const hits = new TermHits(ledger.index.termCount);
  const head = readField(ledger, { field: 'title', content: title, lang, hits, wordOffset: 0, sentenceOffset: 0 });
  const body = readField(ledger, {
    field: 'text',
    content: text,
    lang,
    hits,
    wordOffset: head.starts.length,
    sentenceOffset: head.sentences.length,
  });
  return new Reading(ledger, {
    title,
    text,
    lang,
    sentences: [...head.sentences, ...body.sentences],
    starts: joinColumns(head.starts, body.starts),
    ends: joinColumns(head.ends, body.ends),
    sentenceOf: joinColumns(head.sentenceOf, body.sentenceOf),
    hits,
    quantities: [],
  });
}

type FieldRun = {
  readonly field: Field;
  readonly content: string;
  readonly lang: string | null;
  readonly hits: TermHits;
  readonly wordOffset: number;
  readonly sentenceOffset: number;
};

function readField(
  ledger: CompiledLedger,
  run: FieldRun,
): Pick<ReadParts, 'sentences' | 'starts' | 'ends' | 'sentenceOf'> {
  const { field, lang, hits, wordOffset } = run;
  const words = listWords(run.content);
  const sentences = listReadSentences(field, { words, wordOffset });
  const sentenceOf = new Int32Array(words.starts.length);
  for (const [index, { firstToken, endToken }] of sentences.entries())
    sentenceOf.fill(run.sentenceOffset + index, firstToken - wordOffset, endToken - wordOffset);
  ledger.index.find({ words, sentenceOf }, (term, first, last) => {
    if (ledger.isPlain[term] === true || countsHere(ledger, { term, field, lang }))
      hits.add(term, wordOffset + first, wordOffset + last);
  });
  return { sentences, starts: words.starts, ends: words.ends, sentenceOf };
}

function countsHere(
  ledger: CompiledLedger,
  { term, field, lang }: { readonly term: number; readonly field: Field; readonly lang: string | null },
): boolean {
  if (field !== 'title' && ledger.titleOnly.has(term)) return false;
  return lang === null || ledger.langsOf.get(term)?.has(lang) !== false;
}

function joinColumns(head: Int32Array, body: Int32Array): Int32Array {
  const joined = new Int32Array(head.length + body.length);
  joined.set(head);
  joined.set(body, head.length);
  return joined;
}

/** What the words of an article are beside the words of claims, by sentence. */
type Roles = {
  readonly mentions: readonly (readonly Mention[])[];
  readonly cues: readonly (readonly Cue[])[];
};

function readRoles(ledger: CompiledLedger, { hits, lang, sentences, sentenceOf }: ReadParts): Roles {
  const cueLang = lang !== null && CUE_LANGUAGES.has(lang) ? lang : CUE_LANGUAGE_DEFAULT;
  const mentions: Mention[][] = sentences.map(() => []);
  const cues: Cue[][] = sentences.map(() => []);
  for (let number = 0; number < hits.count; number++) {
    const { term, first, last } = hits.at(number);
    if (ledger.isPlain[term] === true) continue;
    const sentence = sentenceOf[first] ?? 0;
    for (const entity of ledger.nameOf.get(term) ?? []) mentions[sentence]?.push({ entity, kind: 'name', first, last });
    for (const entity of ledger.descriptionOf.get(term) ?? [])
      mentions[sentence]?.push({ entity, kind: 'description', first, last });
    for (const cue of ledger.cueOf.get(term) ?? []) {
      if (cue.lang === cueLang) cues[sentence]?.push({ kind: cue.kind, first, last });
    }
  }
  return { mentions, cues };
}

function readQuantities(
  ledger: CompiledLedger,
  { reading, field }: { readonly reading: Reading; readonly field: Field },
): readonly ReadQuantity[] {
  const content = reading[field];
  let sentence = 0;
  const own = reading.sentences.map((value, index) => ({ value, index })).filter((item) => item.value.field === field);
  return ledger.quantityReader.find(content).flatMap((quantity) => {
    while (sentence < own.length - 1 && (own[sentence]?.value.end ?? 0) <= quantity.start) sentence++;
    const index = own[sentence]?.index;
    if (index === undefined) return [];
    const after = content.slice(quantity.end, quantity.end + RATE_LOOK_CHARACTERS);
    return [{ ...quantity, field, sentence: index, isRate: CURRENCY.test(quantity.unit) && RATE.test(after) }];
  });
}
