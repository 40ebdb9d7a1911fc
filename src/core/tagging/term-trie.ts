import { tokenize, type WordSpans } from '#src/core/text/tokens.ts';
import { WordMemory } from '#src/core/text/word-memory.ts';
import type { TermHit } from './term-hits.ts';
import { TermVocabulary } from './term-vocabulary.ts';

/** Told of a term in a text: which one, and its first and last word (both included). */
export type HitListener = (term: number, first: number, last: number) => void;

/** One word of a phrase, and how many other words may stand before it. */
export type TermStep = { readonly word: string; readonly gap: number };

/** One parsed term: the phrases that it stands for. */
export type Term = { readonly phrases: readonly (readonly TermStep[])[] };

/** Where a phrase has come to: the terms that end here, and the words that lead on, by how many others may stand before them. */
type Node = { readonly terms: number[]; readonly edges: Edge[] };

type Edge = { readonly gap: number; readonly bySymbol: Map<number, Node> };

/** Words allowed between two words of a phrase at most; wider needs are groups with a window. */
export const TERM_GAP_MAX = 8;
// Alternatives multiply: "a|b c|d" is four phrases. Past this a set and a window are the better tool.
const TERM_PHRASES_MAX = 400;
const GAP = /^~(\d+)$/;

/**
 * Reads a term. `word` matches its regular English forms, `word*` every word that begins so, `=Word` only this spelling, `a|b` either; several
 * words are a phrase in this order, and `~2` between two of them lets up to two other words stand there. Returns a message instead when it
 * cannot be read.
 */
export function parseTerm(source: string): Term | string {
  let phrases: (readonly TermStep[])[] = [[]];
  let gap = 0;
  for (const piece of source.trim().split(/\s+/)) {
    const gapText = GAP.exec(piece)?.[1];
    if (gapText !== undefined) {
      gap = Number(gapText);
      if (gap > TERM_GAP_MAX) return `gap ${piece} of term "${source}" is over ~${TERM_GAP_MAX}`;
      continue;
    }
    const choices = piece.split('|').map((choice) => readChoice(choice, gap));
    if (choices.some((choice) => choice.length === 0)) return `no word in "${piece}" of term "${source}"`;
    phrases = phrases.flatMap((phrase) => choices.map((choice) => [...phrase, ...choice]));
    if (phrases.length > TERM_PHRASES_MAX) return `term "${source}" stands for over ${TERM_PHRASES_MAX} phrases`;
    gap = 0;
  }
  return { phrases };
}

// A choice such as "GPT-4o" is several words; a wildcard belongs to the last, exact spelling to all.
function readChoice(choice: string, gap: number): readonly TermStep[] {
  const isExact = choice.startsWith('=');
  const isPrefix = choice.endsWith('*');
  const tokens = tokenize(choice.replace(/^=/, '').replace(/\*$/, ''));
  return tokens.map((token, index) => {
    const word = isExact
      ? `=${token.spelling}`
      : isPrefix && index === tokens.length - 1
        ? `${token.form}*`
        : token.form;
    return { word, gap: index === 0 ? gap : 0 };
  });
}

/**
 * What a word means to an index: the patterns that it satisfies, and the nodes that they lead to from the root. Most words begin no
 * phrase: then `terms` are all that is found.
 */
type WordSense = {
  readonly symbols: readonly number[];
  readonly terms: readonly number[];
  readonly opened: readonly Node[];
};

/** All terms of a ledger as one trie over words; a text is read once, whatever the number of terms. */
export class TermIndex {
  readonly termCount: number;
  readonly #root: Node = { terms: [], edges: [] };
  readonly #memory: WordMemory<WordSense>;

  /** The place of a term in `terms` is its number. */
  constructor(terms: readonly Term[]) {
    this.termCount = terms.length;
    const vocabulary = new TermVocabulary(terms.flatMap((term) => term.phrases.flat().map((step) => step.word)));
    for (const [term, { phrases }] of terms.entries()) {
      for (const phrase of phrases) this.#add(phrase, { term, vocabulary });
    }
    this.#memory = new WordMemory((spelling) => this.#readSense(vocabulary.read(spelling)));
  }

  /** Tells of every term in the words of a text. No phrase crosses from one sentence to the next: its words would belong to two thoughts. */
  find({ words, sentenceOf }: SentencedWords, listener: HitListener): void {
    const senses = this.#readSenses(words);
    for (let word = 0; word < senses.length; word++) {
      const { terms, opened } = senses[word] ?? NO_SENSE;
      for (let at = 0; at < terms.length; at++) listener(terms[at] ?? 0, word, word);
      for (let at = 0; at < opened.length; at++)
        visit(opened[at] ?? this.#root, { senses, sentenceOf, listener, first: word, last: word });
    }
  }

  #add(phrase: readonly TermStep[], at: { readonly term: number; readonly vocabulary: TermVocabulary }): void {
    const node = phrase.reduce(
      (parent, { gap, word }) => childOf(parent, { gap, symbol: at.vocabulary.symbolOf(word) }),
      this.#root,
    );
    if (!node.terms.includes(at.term)) node.terms.push(at.term);
  }

  /** The terms in the words of one sentence. */
  list(words: WordSpans): readonly TermHit[] {
    const hits: TermHit[] = [];
    const sentenceOf = new Int32Array(words.starts.length);
    this.find({ words, sentenceOf }, (term, first, last) => hits.push({ term, first, last }));
    return hits;
  }

  #readSenses({ text, starts, ends, hashes }: WordSpans): readonly WordSense[] {
    const senses: WordSense[] = [];
    for (let word = 0; word < starts.length; word++) {
      const [start = 0, end = 0, hash = 0] = [starts[word], ends[word], hashes[word]];
      senses.push(this.#memory.read({ text, start, end, hash }));
    }
    return senses;
  }

  #readSense(symbols: readonly number[]): WordSense {
    const opening = this.#root.edges.find(({ gap }) => gap === 0);
    const opened = symbols.flatMap((symbol) => opening?.bySymbol.get(symbol) ?? []);
    if (opened.some((node) => node.edges.length > 0)) return { symbols, terms: [], opened };
    return symbols.length === 0 ? NO_SENSE : { symbols, terms: opened.flatMap((node) => node.terms), opened: [] };
  }
}

/** The words of a text and the number of the sentence that each stands in. */
export type SentencedWords = { readonly words: WordSpans; readonly sentenceOf: Int32Array };

type Walk = {
  readonly senses: readonly WordSense[];
  readonly sentenceOf: Int32Array;
  readonly listener: HitListener;
  readonly first: number;
  readonly last: number;
};

const NO_SENSE: WordSense = { symbols: [], terms: [], opened: [] };

function visit(node: Node, walk: Walk): void {
  const { senses, sentenceOf, first, last } = walk;
  for (const term of node.terms) walk.listener(term, first, last);
  for (const { gap, bySymbol } of node.edges) {
    for (let word = last + 1; word <= last + 1 + gap; word++) {
      if (sentenceOf[word] !== sentenceOf[first]) break;
      for (const symbol of senses[word]?.symbols ?? NO_SENSE.symbols) {
        const child = bySymbol.get(symbol);
        if (child !== undefined) visit(child, { ...walk, last: word });
      }
    }
  }
}

function childOf(node: Node, step: { readonly gap: number; readonly symbol: number }): Node {
  let edge = node.edges.find(({ gap }) => gap === step.gap);
  if (edge === undefined) {
    edge = { gap: step.gap, bySymbol: new Map() };
    node.edges.push(edge);
  }
  const child = edge.bySymbol.get(step.symbol) ?? { terms: [], edges: [] };
  edge.bySymbol.set(step.symbol, child);
  return child;
}
