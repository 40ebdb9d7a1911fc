/** Whether two articles are the same text again. Order does not matter: who repeats whom is decided in `origin.ts`. */
import { type ShingledText, shingleText } from './shingles.ts';
import { findSwaps } from './swaps.ts';

/** An article as it is compared. `site` says whose furniture (menus, notices) may stand in the text: a host or an outlet. */
export type ComparedText = { readonly site: string; readonly text: ShingledText };

/** What two texts have in common. `sameWords` is the share, 0 to 1, of the shorter one's shingles that the longer one has. */
export type Likeness = { readonly kind: 'copy' | 'spun' | 'none'; readonly sameWords: number };

/**
 * Share of the shorter text from which on two texts are one. Measured on 3,690 texts: copies cut, lengthened, edited and spun share .34
 * and more; unrelated articles up to .21, own reports of one event up to .25.
 */
const sameWordsMin = 0.3;
/** So many shared shingles more: in 90 words two own reports of one event shared .30 by chance. */
const sharedExtra = 8;
/** Shared shingles that are needed at least: a headline or a stock phrase is no copy. */
const sharedMin = 20;
/**
 * Share of words swapped in place from which on a machine wrote the copy. Spun copies have .05 to .18 (half of them .11 and more);
 * edited copies of people up to .03, copies with one word in twenty changed at random up to .06.
 */
const swapRateMin = 0.07;
/** From this share on, swaps of the same word for the same other tell a spinner: people and chance hardly repeat them. */
const repeatingSwapRateMin = 0.045;
const repeatedShareMin = 0.1;
/** Furniture leaves at least this share of a text; what two texts of one site share beyond that is the text itself. */
const bodyShareMin = 0.3;

/** Compares two texts. On one site, what both begin or end with is furniture and is left out first. */
export function compareTexts(a: ComparedText, b: ComparedText): Likeness {
  const [left, right] = a.site === b.site ? withoutFurniture(a.text, b.text) : [a.text, b.text];
  const [shorter, longer] = left.firstAt.size <= right.firstAt.size ? [left, right] : [right, left];
  let sharedCount = 0;
  for (const shingle of shorter.firstAt.keys()) if (longer.firstAt.has(shingle)) sharedCount += 1;
  const sameWords = shorter.firstAt.size === 0 ? 0 : sharedCount / shorter.firstAt.size;
  if (sharedCount < sharedMin || sharedCount < sameWordsMin * shorter.firstAt.size + sharedExtra)
    return { kind: 'none', sameWords };
  return { kind: isSpun(shorter, longer) ? 'spun' : 'copy', sameWords };
}

function isSpun(shorter: ShingledText, longer: ShingledText): boolean {
  const { alignedCount, swapCount, repeatedCount } = findSwaps(shorter, longer);
  const rate = swapCount / Math.max(1, alignedCount);
  return rate >= swapRateMin || (rate >= repeatingSwapRateMin && repeatedCount >= repeatedShareMin * swapCount);
}

/** Both texts without the words that both begin and end with, unless that is most of the shorter one. */
function withoutFurniture(a: ShingledText, b: ShingledText): readonly [ShingledText, ShingledText] {
  const wordCount = Math.min(a.words.length, b.words.length);
  let head = 0;
  while (head < wordCount && a.words[head] === b.words[head]) head += 1;
  let foot = 0;
  while (foot < wordCount - head && a.words.at(-1 - foot) === b.words.at(-1 - foot)) foot += 1;
  if (head + foot === 0 || wordCount - head - foot < bodyShareMin * wordCount) return [a, b];
  return [cut(a, { head, foot }), cut(b, { head, foot })];
}

function cut(text: ShingledText, { head, foot }: { readonly head: number; readonly foot: number }): ShingledText {
  return shingleText(text.words.slice(head, text.words.length - foot));
}
