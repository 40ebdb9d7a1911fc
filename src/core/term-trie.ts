import { inflect } from '#src/core/inflection.ts';
import { type Token, tokenize } from '#src/core/tokens.ts';

/** A term found in a text: which one, and its first and last token (both included). */
export type TermHit = { readonly term: number; readonly first: number; readonly last: number };

/** All terms of a ledger as one index; a text is read once, whatever the number of terms. */
export type TermIndex = {
  readonly find: (tokens: readonly Token[], sentenceOf: readonly number[]) => readonly TermHit[];
};

/** One word of a phrase, and how many other words may stand before it. */
export type TermStep = { readonly word: string; readonly gap: number };

/** One parsed term: the phrases that it stands for. */
export type Term = { readonly phrases: readonly (readonly TermStep[])[] };

type Node = { readonly next: Map<number, Map<number, Node>>; readonly terms: number[] };

/** Words allowed between two words of a phrase at most; wider needs are groups with a window. */
export const TERM_GAP_MAX = 8;
// Alternatives multiply: "a|b c|d" is four phrases. Past this a set and a window are the better tool.
const TERM_PHRASES_MAX = 400;
const PREFIX_LETTERS_MIN = 2;
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

/** Builds the index; a hit's `term` is the position in `terms`. */
export function buildTermIndex(terms: readonly Term[]): TermIndex {
  const vocabulary = buildVocabulary(terms);
  const root: Node = { next: new Map(), terms: [] };
  terms.forEach((term, id) => {
    for (const phrase of term.phrases) {
      const node = phrase.reduce(
        (at, step) => childOf(at, { gap: step.gap, symbol: vocabulary.symbolOf(step.word) }),
        root,
      );
      if (!node.terms.includes(id)) node.terms.push(id);
    }
  });
  return { find: (tokens, sentenceOf) => walk(root, { sentenceOf, symbols: vocabulary.read(tokens) }) };
}

function childOf(node: Node, edge: { readonly gap: number; readonly symbol: number }): Node {
  const bySymbol = node.next.get(edge.gap) ?? new Map<number, Node>();
  node.next.set(edge.gap, bySymbol);
  const child = bySymbol.get(edge.symbol) ?? { next: new Map(), terms: [] };
  bySymbol.set(edge.symbol, child);
  return child;
}

type Vocabulary = {
  readonly symbolOf: (word: string) => number;
  readonly read: (tokens: readonly Token[]) => readonly (readonly number[])[];
};

const NO_SYMBOLS: readonly number[] = [];

// Each distinct word pattern of the ledger is a number; a text word stands for every pattern it satisfies.
function buildVocabulary(terms: readonly Term[]): Vocabulary {
  const symbols = new Map<string, number>();
  const byForm = new Map<string, number[]>();
  const byPrefix = new Map<string, number[]>();
  const bySpelling = new Map<string, number[]>();
  const add = (map: Map<string, number[]>, key: string, symbol: number) => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [symbol]);
    else known.push(symbol);
  };
  let prefixLettersMax = 0;
  for (const word of terms.flatMap((term) => term.phrases.flatMap((phrase) => phrase.map((step) => step.word)))) {
    if (symbols.has(word)) continue;
    const symbol = symbols.size;
    symbols.set(word, symbol);
    if (word.startsWith('=')) add(bySpelling, word.slice(1), symbol);
    else if (word.endsWith('*')) {
      add(byPrefix, word.slice(0, -1), symbol);
      prefixLettersMax = Math.max(prefixLettersMax, word.length - 1);
    } else for (const form of new Set(inflect(word))) add(byForm, form, symbol);
  }
  const lookUp = (form: string): readonly number[] => {
    const found = [...(byForm.get(form) ?? NO_SYMBOLS)];
    const lettersMax = Math.min(form.length, prefixLettersMax);
    for (let letters = Math.min(PREFIX_LETTERS_MIN, form.length); letters <= lettersMax; letters++) {
      const prefixed = byPrefix.get(form.slice(0, letters));
      if (prefixed !== undefined) found.push(...prefixed);
    }
    return found.length === 0 ? NO_SYMBOLS : found;
  };
  return {
    symbolOf: (word) => symbols.get(word) ?? -1,
    read: (tokens) => {
      const known = new Map<string, readonly number[]>();
      return tokens.map((token) => {
        const cached = known.get(token.form);
        const folded = cached ?? lookUp(token.form);
        if (cached === undefined) known.set(token.form, folded);
        const spelled = bySpelling.size === 0 ? undefined : bySpelling.get(token.spelling);
        return spelled === undefined ? folded : [...folded, ...spelled];
      });
    },
  };
}

type Reading = { readonly sentenceOf: readonly number[]; readonly symbols: readonly (readonly number[])[] };

function walk(root: Node, reading: Reading): readonly TermHit[] {
  const hits: TermHit[] = [];
  const first = root.next.get(0);
  if (first === undefined) return hits;
  reading.symbols.forEach((symbols, index) => {
    for (const symbol of symbols) {
      const node = first.get(symbol);
      if (node !== undefined) descend(node, { first: index, last: index }, { reading, hits });
    }
  });
  return hits;
}

// A phrase never crosses a sentence end: the second word would belong to another thought.
function descend(
  node: Node,
  at: { readonly first: number; readonly last: number },
  run: { readonly reading: Reading; readonly hits: TermHit[] },
): void {
  for (const term of node.terms) run.hits.push({ term, first: at.first, last: at.last });
  const { symbols, sentenceOf } = run.reading;
  for (const [gap, bySymbol] of node.next) {
    for (let index = at.last + 1; index <= at.last + 1 + gap; index++) {
      if (sentenceOf[index] === undefined || sentenceOf[index] !== sentenceOf[at.first]) break;
      for (const symbol of symbols[index] ?? NO_SYMBOLS) {
        const child = bySymbol.get(symbol);
        if (child !== undefined) descend(child, { first: at.first, last: index }, run);
      }
    }
  }
}
