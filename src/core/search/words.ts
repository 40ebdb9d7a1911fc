/**
 * The words by which a text is found. The index, a query and the marks in a hit are all cut here, so that they cannot disagree: accents,
 * case and Han variants are folded; scripts that are written without spaces give every two neighbouring characters as one word.
 */
import { foldWord, type Token, tokenize } from '#src/core/text/tokens.ts';

/** One word of a text by which it is found; UTF-16 offsets into the text given. */
export type SearchWord = { readonly word: string; readonly start: number; readonly end: number };

/** One word that is looked for; a single character of a script without spaces may go on. */
export type SoughtWord = { readonly word: string; readonly isPrefix: boolean };

/** The number of the rules above: an index that was written by earlier ones is written anew. */
export const searchRules = 1;

/** Longest text that is cut, in characters, and most words of it that are indexed: a tsvector ends at 1 MB, these stay below. */
export const searchTextMax = 200_000;
const wordsMax = 50_000;
/** Letters of a word that count; what is longer is no word. */
const wordLengthMax = 60;
/** Words between headline and text, so that no phrase spans both. */
const gapWords = 10;
/** Postgres counts the places of words no further. */
const placeMax = 16_383;

/** Han and kana come as single characters; of these the run is one token that has to be parted. Korean joins particles to its words. */
const joined = /[\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Hangul}]/u;
const unspaced =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Hangul}]/u;

type Part = SearchWord & { readonly isUnspaced: boolean };

/** The words by which a text is found, in reading order. Of a run without spaces: each character with the next, the last alone. */
export function cutSearchWords(text: string): readonly SearchWord[] {
  const parts = cutParts(text);
  return parts.map((part, index) => {
    const next = parts[index + 1];
    if (next === undefined || !isRun(part, next)) return { word: part.word, start: part.start, end: part.end };
    return { word: part.word + next.word, start: part.start, end: next.end };
  });
}

/** What is looked for when these words shall stand side by side; empty when there is no word among them. */
export function cutSoughtWords(phrase: string): readonly SoughtWord[] {
  const parts = cutParts(phrase);
  return parts.flatMap((part, index): readonly SoughtWord[] => {
    const next = parts[index + 1];
    const before = parts[index - 1];
    if (next !== undefined && isRun(part, next)) return [{ word: part.word + next.word, isPrefix: false }];
    // The last character of a run stands in the word before; by itself it would only say that the run ends there.
    if (next === undefined && before !== undefined && isRun(before, part)) return [];
    return [{ word: part.word, isPrefix: part.isUnspaced && next === undefined }];
  });
}

/** Where the words stand side by side in a text that was cut: UTF-16 offsets, in reading order, never overlapping. */
export function findSought(
  words: readonly SearchWord[],
  sought: readonly SoughtWord[],
): readonly { readonly start: number; readonly end: number }[] {
  const [first] = sought;
  if (first === undefined) return [];
  const found: { readonly start: number; readonly end: number }[] = [];
  for (let at = 0; at + sought.length <= words.length; at += 1) {
    const hit = words[at];
    const last = words[at + sought.length - 1];
    if (hit === undefined || last === undefined || !sought.every((word, index) => isSame(words[at + index], word)))
      continue;
    const { word } = sought.at(-1) ?? first;
    // A single character was found as the beginning of a pair: the pair is more than was looked for.
    const end = sought.at(-1)?.isPrefix === true ? Math.min(last.end, last.start + word.length) : last.end;
    if (hit.start >= (found.at(-1)?.end ?? 0)) found.push({ start: hit.start, end });
  }
  return found;
}

/** The index entry of a headline and a text, as Postgres reads a tsvector. */
export function writeSearchVector(title: string, text: string): string {
  const places = new Map<string, number[]>();
  const headline = cutSearchWords(title.slice(0, searchTextMax));
  const body = cutSearchWords(text.slice(0, searchTextMax));
  const from = headline.length + gapWords;
  for (const [index, { word }] of headline.entries()) notePlace(places, word, index + 1);
  for (const [index, { word }] of body.slice(0, wordsMax).entries()) notePlace(places, word, from + index + 1);
  return [...places].map(([word, at]) => (at.length === 0 ? quote(word) : `${quote(word)}:${at.join(',')}`)).join(' ');
}

/** A phrase as Postgres reads a tsquery; empty when there is no word in it. */
export function writePhraseQuery(phrase: string): string {
  return cutSoughtWords(phrase)
    .map(({ word, isPrefix }) => `${quote(word)}${isPrefix ? ':*' : ''}`)
    .join(' <-> ');
}

function notePlace(places: Map<string, number[]>, word: string, place: number): void {
  const known = places.get(word);
  const at = place > placeMax ? [] : [place];
  if (known === undefined) places.set(word, at);
  else known.push(...at);
}

function cutParts(text: string): readonly Part[] {
  return tokenize(text).flatMap((token) => (joined.test(token.spelling) ? partToken(token) : [toPart(token)]));
}

/** The characters of a run, each folded by itself. */
function partToken({ spelling, start }: Token): readonly Part[] {
  let at = start;
  return [...spelling].flatMap((character) => {
    const place = { start: at, end: at + character.length };
    at = place.end;
    const word = foldWord(character);
    return word === '' ? [] : [{ word, ...place, isUnspaced: unspaced.test(word) }];
  });
}

function toPart({ form, start, end }: Token): Part {
  const isUnspaced = unspaced.test(form);
  return { word: form.slice(0, wordLengthMax), start, end, isUnspaced };
}

function isRun(one: Part, next: Part): boolean {
  return one.isUnspaced && next.isUnspaced && one.end === next.start;
}

function isSame(word: SearchWord | undefined, sought: SoughtWord): boolean {
  if (word === undefined) return false;
  return sought.isPrefix ? word.word.startsWith(sought.word) : word.word === sought.word;
}

function quote(word: string): string {
  return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
