/** How two texts with shared passages differ between them: words swapped in place, words put in or left out, or whole passages. */
import { type ShingledText, shingleWords } from './shingles.ts';

/** Between two shared passages at most so many words, on either side, are still the same passage; more is a passage of its own. */
const gapWordsMax = 24;
/** A swap replaces at most so many words by at most so many; spinners write "one more" for "another". */
const swapWordsMax = 4;

/** What differs inside shared passages. `alignedCount` are the words of the shorter text that lie in them. */
export type Swaps = {
  readonly alignedCount: number;
  readonly swapCount: number;
  /** Swaps of one word for the same other word that happened before. */
  readonly repeatedCount: number;
};

/** Walks along the shared shingles of two texts; `text` is best the shorter one. */
export function findSwaps(text: ShingledText, other: ShingledText): Swaps {
  let alignedCount = 0;
  let swapCount = 0;
  const timesSwapped = new Map<string, number>();
  let last: { readonly at: number; readonly there: number } | null = null;
  for (const [at, shingle] of text.shingles.entries()) {
    const there = other.firstAt.get(shingle);
    if (there === undefined) continue;
    const steps = last === null ? shingleWords : at - last.at;
    const stepsThere = last === null ? shingleWords : there - last.there;
    const isSamePassage = last !== null && stepsThere > 0 && Math.max(steps, stepsThere) <= gapWordsMax + shingleWords;
    alignedCount += isSamePassage ? steps : shingleWords;
    if (last !== null && isSamePassage && Math.max(steps, stepsThere) > 1) {
      const from = text.words.slice(last.at + shingleWords, at);
      const to = other.words.slice(last.there + shingleWords, there);
      for (const swap of listSwaps(from, to)) {
        swapCount += 1;
        timesSwapped.set(swap, (timesSwapped.get(swap) ?? 0) + 1);
      }
    }
    last = { at, there };
  }
  const repeatedCount = [...timesSwapped.values()].filter((times) => times > 1).reduce((sum, times) => sum + times, 0);
  return { alignedCount, swapCount, repeatedCount };
}

/** The short replacements between two gaps, each as a text; what only was put in or left out is none. */
function listSwaps(from: readonly string[], to: readonly string[]): readonly string[] {
  if (from.length === 0 || to.length === 0) return [];
  const longest = measureCommon(from, to);
  const commonAfter = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  const swaps: string[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length && j < to.length) {
    const start = { i, j };
    while ((i < from.length || j < to.length) && (from[i] === undefined || from[i] !== to[j])) {
      if (i < from.length && (j >= to.length || commonAfter(i + 1, j) >= commonAfter(i, j + 1))) i += 1;
      else j += 1;
    }
    const gone = from.slice(start.i, i);
    const put = to.slice(start.j, j);
    const isSwap = gone.length > 0 && put.length > 0 && Math.max(gone.length, put.length) <= swapWordsMax;
    if (isSwap) swaps.push(`${gone.join(' ')}|${put.join(' ')}`);
    while (i < from.length && from[i] === to[j]) {
      i += 1;
      j += 1;
    }
  }
  return swaps;
}

/** The longest common subsequence of what follows each pair of positions. */
function measureCommon(from: readonly string[], to: readonly string[]): readonly (readonly number[])[] {
  const longest = Array.from({ length: from.length + 1 }, () => new Array<number>(to.length + 1).fill(0));
  for (let i = from.length - 1; i >= 0; i -= 1) {
    const row = longest[i] ?? [];
    const below = longest[i + 1] ?? [];
    for (let j = to.length - 1; j >= 0; j -= 1)
      row[j] = from[i] === to[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
  }
  return longest;
}
