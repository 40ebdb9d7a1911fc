/** Characters of scripts that are written without spaces; about two of them make a word. */
const UNSPACED_FROM = 0x2e80;
const UNSPACED_TO = 0xd7ff;
const UNSPACED_PER_WORD = 2;

/** The words of a text in lower case, for comparing. */
export function listWords(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * How many words a text has, counted up to `max`: runs between white space, and for Chinese, Japanese and Korean half the
 * characters.
 */
export function countWords(text: string, max: number): number {
  let count = 0;
  let unspaced = 0;
  let isInside = false;
  for (let at = 0; at < text.length && count < max; at++) {
    const code = text.charCodeAt(at);
    if (code >= UNSPACED_FROM && code <= UNSPACED_TO) unspaced++;
    const isSpace = code <= 32 || code === 0xa0;
    if (!isSpace && !isInside) count++;
    isInside = !isSpace;
  }
  return Math.max(count, Math.floor(unspaced / UNSPACED_PER_WORD));
}
