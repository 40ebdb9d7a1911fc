/**
 * What has become of a quote: where a later text has it, with which words, or whether it has left the page. Texts are aligned by
 * sentences; a quote is looked for word for word, then with its typographic marks aside, then by likeness.
 */
import { diffArrays } from 'diff';
import { splitSentences } from '#src/core/text/sentences.ts';
import { tokenize } from '#src/core/text/tokens.ts';
import { type ReadText, settleWords } from './version-change.ts';

/** Where a quote stood: UTF-16 offsets into the field named. */
export type QuotePlace = { readonly field: 'text' | 'title'; readonly start: number; readonly end: number };

/** A later reading. `corrections` are its notes of correction: repeating a quote in one does not keep the quote. */
export type LaterText = ReadText & { readonly corrections: readonly string[] };

/**
 * What a readable page says about a quote. Offsets count in the same field of the later text; `words` of an altered quote are its
 * slice there. `moved` = the same words in another place of the text.
 */
export type QuoteState =
  | { readonly kind: 'present' | 'moved'; readonly start: number; readonly end: number }
  | { readonly kind: 'altered'; readonly start: number; readonly end: number; readonly words: string }
  | { readonly kind: 'gone' };

/** More edits than these make a new text of it; the alignment then only misses what stands between which sentences. */
const sentenceEditsMax = 1_000;
/** Words of a sentence that are compared; a longer one is a list or a table. */
const comparedWordsMax = 200;
/**
 * Share of words in order that two sentences have in common (Dice) for one to be the other, altered. Where the old one stood, half
 * is enough: rewritten sentences keep their names and numbers. Elsewhere more must agree, so that another sentence with the same names
 * and numbers is not taken for the quote.
 */
const alikeInPlaceMin = 0.5;
const alikeElsewhereMin = 0.7;

/** The state of each quote, in their order. */
export function traceQuotes(
  quotes: readonly QuotePlace[],
  versions: { readonly before: ReadText; readonly after: LaterText },
): readonly QuoteState[] {
  const { before, after } = versions;
  const alignment = quotes.some(({ field }) => field === 'text') ? alignTexts(before.text, after) : null;
  return quotes.map((quote) =>
    quote.field === 'title' || alignment === null
      ? traceTitle(before.title.slice(quote.start, quote.end), before.title, after.title)
      : traceInText(quote, before.text, alignment),
  );
}

/** One sentence: its place, its words with typographic marks settled, and whether it can keep or continue a quote. */
type Line = { readonly start: number; readonly end: number; readonly form: string; readonly isNote: boolean };

/** Both texts by sentences; `kept` leads from the index of an old sentence to where it stands now. */
type Alignment = {
  readonly text: string;
  readonly old: readonly Line[];
  readonly now: readonly Line[];
  readonly kept: ReadonlyMap<number, number>;
  readonly oldForms: ReadonlySet<string>;
};

/** A run of sentences of the later text. */
type Run = { readonly from: number; readonly to: number };

function alignTexts(before: string, { text, corrections }: LaterText): Alignment {
  const notes = corrections.flatMap((note) => {
    const start = text.indexOf(note);
    return start < 0 ? [] : [{ start, end: start + note.length }];
  });
  const old = listLines(before, []);
  const oldForms = new Set(old.map(({ form }) => form));
  const lines = listLines(text, notes);
  const changes = diffArrays(
    old.map(({ form }) => form),
    lines.map(({ form }) => form),
    { maxEditLength: sentenceEditsMax },
  );
  const kept = new Map<number, number>();
  let [oldAt, nowAt] = [0, 0];
  for (const { added, removed, count } of changes ?? []) {
    if (!added && !removed) for (let step = 0; step < count; step += 1) kept.set(oldAt + step, nowAt + step);
    if (!added) oldAt += count;
    if (!removed) nowAt += count;
  }
  // A note that the old text had already is a part of it like any other.
  const stayed = new Set(kept.values());
  const now = lines.map((line, index) => ({ ...line, isNote: line.isNote && !stayed.has(index) }));
  return { text, old, now, kept, oldForms };
}

function listLines(text: string, notes: readonly { readonly start: number; readonly end: number }[]): readonly Line[] {
  return splitSentences(text).map(({ start, end }) => ({
    ...{ start, end, form: settleWords(text.slice(start, end)) },
    isNote: notes.some((note) => note.start <= start && end <= note.end),
  }));
}

function traceInText(quote: QuotePlace, before: string, alignment: Alignment): QuoteState {
  const { old, now, text } = alignment;
  const first = old.findIndex(({ end }) => end > quote.start);
  const last = old.findLastIndex(({ start }) => start < quote.end);
  const place = { first, last, ...neighbours(alignment, { first, last }) };
  const words = settleWords(before.slice(quote.start, quote.end));
  const found = findWords(words, last - first + 1, alignment);
  const inPlace = found.find((run) => isBetween(run, place));
  const run = inPlace ?? found[0];
  if (run !== undefined) {
    const [start, end] = sliceOf(before.slice(quote.start, quote.end), run, alignment);
    return { kind: inPlace === undefined ? 'moved' : 'present', start, end };
  }
  const sentence = old.slice(first, last + 1).map(({ form }) => form);
  const altered = findAlike(sentence.join(' '), { ...place, size: sentence.length }, alignment);
  if (altered === null) return { kind: 'gone' };
  const start = now[altered.from]?.start ?? 0;
  const end = now[altered.to]?.end ?? 0;
  return { kind: 'altered', start, end, words: text.slice(start, end) };
}

/** The nearest sentences around a quote that the later text still has, as their indexes there. */
type Neighbours = { readonly after: number; readonly before: number };

function neighbours(
  { kept, old, now }: Alignment,
  quote: { readonly first: number; readonly last: number },
): Neighbours {
  let after = -1;
  for (let at = quote.first - 1; at >= 0 && after < 0; at -= 1) after = kept.get(at) ?? -1;
  let before = now.length;
  for (let at = quote.last + 1; at < old.length && before === now.length; at += 1) before = kept.get(at) ?? now.length;
  return { after, before };
}

function isBetween(run: Run, { after, before }: Neighbours): boolean {
  return run.from > after && run.to < before;
}

/** Every run of sentences that has these words: as many sentences as the quote had, or one more where one was split. */
function findWords(words: string, size: number, { now }: Alignment): readonly Run[] {
  for (const length of [size, size + 1]) {
    const runs = listRuns(now, length).filter((run) => joinForms(now, run).includes(words));
    if (runs.length > 0) return runs;
  }
  return [];
}

/**
 * The run of new sentences that is most like the quote's. A sentence that the old text had as well is another one, however alike:
 * it stood beside the quote and cannot have come from it.
 */
function findAlike(
  sentence: string,
  place: Neighbours & { readonly size: number },
  { now, oldForms }: Alignment,
): Run | null {
  const words = wordsOf(sentence);
  let best: { readonly run: Run; readonly share: number } | null = null;
  for (let length = 1; length <= place.size + 1; length += 1) {
    for (const run of listRuns(now, length)) {
      if (now.slice(run.from, run.to + 1).some(({ form }) => oldForms.has(form))) continue;
      const share = likeness(words, wordsOf(joinForms(now, run)));
      if (share < (isBetween(run, place) ? alikeInPlaceMin : alikeElsewhereMin)) continue;
      if (best === null || share > best.share) best = { run, share };
    }
  }
  return best?.run ?? null;
}

/** Runs of `length` sentences that hold no note of correction. */
function listRuns(now: readonly Line[], length: number): readonly Run[] {
  return now.flatMap((_, from) => {
    const lines = now.slice(from, from + length);
    return lines.length < length || lines.some(({ isNote }) => isNote) ? [] : [{ from, to: from + length - 1 }];
  });
}

function joinForms(now: readonly Line[], { from, to }: Run): string {
  return now
    .slice(from, to + 1)
    .map(({ form }) => form)
    .join(' ');
}

/** The quote's own slice where its words stand letter by letter, else the sentences that have them. */
function sliceOf(quote: string, { from, to }: Run, { now, text }: Alignment): readonly [start: number, end: number] {
  const start = now[from]?.start ?? 0;
  const end = now[to]?.end ?? 0;
  const at = text.slice(start, end).indexOf(quote);
  return at < 0 ? [start, end] : [start + at, start + at + quote.length];
}

function traceTitle(quote: string, before: string, after: string): QuoteState {
  const place = { start: 0, end: after.length };
  if (settleWords(after).includes(settleWords(quote))) return { kind: 'present', ...place };
  return likeness(wordsOf(before), wordsOf(after)) >= alikeInPlaceMin
    ? { kind: 'altered', ...place, words: after }
    : { kind: 'gone' };
}

function wordsOf(text: string): readonly string[] {
  return tokenize(text)
    .slice(0, comparedWordsMax)
    .map(({ form }) => form);
}

/** Twice the longest common subsequence of words, by all words: 1 for equal sentences, 0 for strangers. */
function likeness(one: readonly string[], other: readonly string[]): number {
  if (one.length + other.length === 0) return 0;
  let row = new Array<number>(other.length + 1).fill(0);
  for (const word of one) {
    const next = [0];
    for (const [at, found] of other.entries()) {
      next.push(word === found ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0));
    }
    row = next;
  }
  return (2 * (row[other.length] ?? 0)) / (one.length + other.length);
}
