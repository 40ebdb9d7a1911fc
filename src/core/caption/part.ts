/** Captions as the last part of an article's text: the words of its page come first and keep their offsets. */
import type { CaptionMark } from './captions.ts';

/** Where captions stand in a text (UTF-16), and their marks; offsets count in the whole text. */
export type CaptionPart = { readonly start: number; readonly end: number; readonly marks: readonly CaptionMark[] };

/** Words of captions by themselves; the offsets of their marks count from their first character. */
export type CaptionWords = { readonly text: string; readonly marks: readonly CaptionMark[] };

const SEPARATOR = '\n\n';

/** A text with captions behind it, a blank line between. */
export function appendCaptions(own: string, words: CaptionWords): CaptionPart & { readonly text: string } {
  const start = own === '' ? 0 : own.length + SEPARATOR.length;
  const text = own === '' ? words.text : `${own}${SEPARATOR}${words.text}`;
  return { text, start, end: text.length, marks: shiftMarks(words.marks, start) };
}

/** A text without its captions; the whole of it when it has none. */
export function ownTextOf(text: string, part: Pick<CaptionPart, 'start'> | null): string {
  return part === null ? text : text.slice(0, Math.max(0, part.start - SEPARATOR.length));
}

/** The captions of a text by themselves. */
export function captionWordsOf(text: string, part: CaptionPart): CaptionWords {
  return { text: text.slice(part.start, part.end), marks: shiftMarks(part.marks, -part.start) };
}

function shiftMarks(marks: readonly CaptionMark[], by: number): readonly CaptionMark[] {
  return by === 0 ? marks : marks.map(({ offset, second }) => ({ offset: offset + by, second }));
}
