/** The sentences around a quote, for people who have to judge it. */
import { splitSentences } from '#src/core/text/sentences.ts';

/** Longest text looked at on each side, in characters: a sentence and the start of the one beyond it. */
const reachMax = 600;

/** The sentence before and the one after a place, within its paragraph; empty where there is none. */
export type Context = { readonly before: string; readonly after: string };

/** The neighbours of `text.slice(start, end)`. */
export function findContext(text: string, { start, end }: { readonly start: number; readonly end: number }): Context {
  const before = text.slice(Math.max(0, start - reachMax), start);
  const after = text.slice(end, end + reachMax);
  const left = before.slice(before.lastIndexOf('\n') + 1);
  const lineEnd = after.indexOf('\n');
  const right = lineEnd < 0 ? after : after.slice(0, lineEnd);
  return { before: sentenceOf(left, -1), after: sentenceOf(right, 0) };
}

function sentenceOf(text: string, index: -1 | 0): string {
  const found = splitSentences(text).at(index);
  return found === undefined ? '' : text.slice(found.start, found.end).trim();
}
