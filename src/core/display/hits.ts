/** Shows why a text was found: the searched words in it, marked by the same rules that the index goes by. */
import { cutSearchWords, cutSoughtWords, findSought } from '#src/core/search/words.ts';

/** Characters of an excerpt, and how many of them stand before the first hit. */
const excerptLengthMax = 240;
const leadLengthMax = 60;

/** A part of a shown text; `isHit` = the searched words. */
export type ExcerptPart = { readonly text: string; readonly isHit: boolean };

/** A line with all hits of these phrases in it. */
export function markHits(line: string, phrases: readonly string[]): readonly ExcerptPart[] {
  const parts: ExcerptPart[] = [];
  let at = 0;
  for (const { start, end } of findHits(line, phrases)) {
    if (start < at) continue;
    parts.push({ text: line.slice(at, start), isHit: false }, { text: line.slice(start, end), isHit: true });
    at = end;
  }
  return [...parts, { text: line.slice(at), isHit: false }].filter((part) => part.text !== '');
}

/** The place in a text where searched phrases first stand, with all hits in it; the beginning when none does. */
export function excerpt(text: string, phrases: readonly string[]): readonly ExcerptPart[] {
  const line = text.replace(/\s+/gu, ' ').trim();
  const first = findHits(line, phrases)[0]?.start ?? 0;
  const from = first <= leadLengthMax ? 0 : wordStart(line, first - leadLengthMax);
  const to = from + excerptLengthMax >= line.length ? line.length : wordStart(line, from + excerptLengthMax);
  return markHits(`${from > 0 ? '… ' : ''}${line.slice(from, to).trim()}${to < line.length ? ' …' : ''}`, phrases);
}

function findHits(
  line: string,
  phrases: readonly string[],
): readonly { readonly start: number; readonly end: number }[] {
  if (phrases.length === 0) return [];
  const words = cutSearchWords(line);
  return phrases
    .flatMap((phrase) => findSought(words, cutSoughtWords(phrase)))
    .sort((a, b) => a.start - b.start || b.end - a.end);
}

/** The start of the word at an offset; the offset itself where no space is near (text written without spaces). */
function wordStart(line: string, offset: number): number {
  const space = line.lastIndexOf(' ', offset);
  return offset - space < leadLengthMax ? space + 1 : offset;
}
