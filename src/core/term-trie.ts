import { TermVocabulary } from '#src/core/term-vocabulary.ts';
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
  const steps = terms.flatMap((term) => term.phrases.flat());
  const vocabulary = new TermVocabulary(steps.map((step) => step.word));
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
  return {
    find: (tokens, sentenceOf) => walk(root, { sentenceOf, symbols: tokens.map((token) => vocabulary.read(token)) }),
  };
}

function childOf(node: Node, edge: { readonly gap: number; readonly symbol: number }): Node {
  const bySymbol = node.next.get(edge.gap) ?? new Map<number, Node>();
  node.next.set(edge.gap, bySymbol);
  const child = bySymbol.get(edge.symbol) ?? { next: new Map(), terms: [] };
  bySymbol.set(edge.symbol, child);
  return child;
}

const NO_SYMBOLS: readonly number[] = [];

type Reading = { readonly sentenceOf: readonly number[]; readonly symbols: readonly (readonly number[])[] };

type Run = { readonly reading: Reading; readonly hits: TermHit[] };

function walk(root: Node, reading: Reading): readonly TermHit[] {
  const run: Run = { reading, hits: [] };
  const first = root.next.get(0);
  if (first === undefined) return run.hits;
  for (let index = 0; index < reading.symbols.length; index++) {
    for (const symbol of reading.symbols[index] ?? NO_SYMBOLS) {
      const node = first.get(symbol);
      if (node !== undefined) visit(node, { first: index, last: index }, run);
    }
  }
  return run.hits;
}

function visit(node: Node, at: { readonly first: number; readonly last: number }, run: Run): void {
  const { first, last } = at;
  for (const term of node.terms) run.hits.push({ term, first, last });
  if (node.next.size > 0) descend(node, at, run);
}

// A phrase never crosses a sentence end: the second word would belong to another thought.
function descend(node: Node, at: { readonly first: number; readonly last: number }, run: Run): void {
  const { symbols, sentenceOf } = run.reading;
  for (const [gap, bySymbol] of node.next) {
    for (let index = at.last + 1; index <= at.last + 1 + gap; index++) {
      if (sentenceOf[index] === undefined || sentenceOf[index] !== sentenceOf[at.first]) break;
      for (const symbol of symbols[index] ?? NO_SYMBOLS) {
        const child = bySymbol.get(symbol);
        if (child !== undefined) visit(child, { first: at.first, last: index }, run);
      }
    }
  }
}
