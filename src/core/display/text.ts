/** Outside text made fit to be shown. What is stored keeps its raw characters; only what people see passes through here. */
import { splitSentences } from '#src/core/text/sentences.ts';

/** Characters that show nothing and can reorder or hide what stands beside them: controls, bidi marks and overrides, zero width. */
const hidden = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
/** Writing systems stack up to four marks on one letter; more only smears over the lines around. */
const stackedMarks = /(\p{M}{4})\p{M}+/gu;
/** A quote longer than this shows only its first sentences. */
const quoteLengthMax = 400;
/** A single sentence longer than this is no sentence; it is cut at a word so that one page stays one page. */
const sentenceLengthMax = 1_200;

/** Text without characters that hide or reorder; line breaks stay. */
export function showText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(hidden, (character) => (character === '\n' ? '\n' : character === '\t' ? ' ' : ''))
    .replace(stackedMarks, '$1');
}

/** The same on one line, spaces folded: for titles, names, quotes and mail headers. */
export function showLine(text: string): string {
  return showText(text.replace(/[\r\n\t]+/g, ' '))
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The quotation marks around a quote, by the primary subtag of its language; English ones for the rest, Chinese included. */
const quoteMarks: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['de', ['„', '“']],
  ['cs', ['„', '“']],
  ['sk', ['„', '“']],
  ['pl', ['„', '”']],
  ['hu', ['„', '”']],
  ['ro', ['„', '”']],
  ['fr', ['«\u202f', '\u202f»']],
  ['it', ['«', '»']],
  ['es', ['«', '»']],
  ['pt', ['«', '»']],
  ['ru', ['«', '»']],
  ['uk', ['«', '»']],
  ['sv', ['”', '”']],
  ['fi', ['”', '”']],
  ['ja', ['「', '」']],
]);

const wholeQuote = /^(?:“[^“”]*”|"[^"]*"|„[^„“”]*[“”]|«[^«»]*»|「[^「」]*」)$/u;

/** A quote between the marks of its language; words that are one quotation already get no second pair. */
export function quoteText(quote: string, lang: string | null): string {
  if (wholeQuote.test(quote)) return quote;
  const [open, close] = quoteMarks.get(primaryTag(lang)) ?? ['“', '”'];
  return `${open}${quote}${close}`;
}

/** A quote as shown: `text` without marks, and whether sentences are missing at its end (then "[…]" belongs behind it). */
export type ShownQuote = { readonly text: string; readonly isShortened: boolean };

/** A long quote's first sentences, whole; never cut inside a sentence that a person could have written. */
export function shortenQuote(quote: string): ShownQuote {
  const line = showLine(quote);
  if (line.length <= quoteLengthMax) return { text: line, isShortened: false };
  const ends = splitSentences(line).map((sentence) => sentence.end);
  const end = ends.findLast((offset) => offset <= quoteLengthMax) ?? ends[0] ?? line.length;
  const text = end <= sentenceLengthMax ? line.slice(0, end) : cutAtWord(line.slice(0, sentenceLengthMax));
  return { text, isShortened: text.length < line.length };
}

function cutAtWord(text: string): string {
  return text.replace(/\s\S*$/u, '');
}

const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** "German" for `de`; null for English, for no language and for tags that name none. */
export function foreignLanguage(lang: string | null): string | null {
  const tag = primaryTag(lang);
  if (tag === '' || tag === 'en') return null;
  try {
    return languageNames.of(tag) ?? null;
  } catch {
    return null;
  }
}

/** The name of any language: "English" for `en`; the tag itself when it names none. */
export function languageName(lang: string): string {
  return primaryTag(lang) === 'en' ? 'English' : (foreignLanguage(lang) ?? lang);
}

/** A sentence: first letter large, behind an opening mark too, and a stop at its end. */
export function asSentence(words: string): string {
  const line = words.trim().replace(/^[“"]?\p{Ll}/u, (start) => start.toUpperCase());
  return `${line}${/[.!?…]$/u.test(line) ? '' : '.'}`;
}

function primaryTag(lang: string | null): string {
  return (lang ?? '').toLowerCase().split(/[-_]/)[0] ?? '';
}
