import { foldHan } from '#src/core/han-variants.ts';

/** One word of a text: its folded form for comparing, its spelling, and where it stands (UTF-16 offsets into the text given). */
export type Token = { readonly form: string; readonly spelling: string; readonly start: number; readonly end: number };

// Han and kana have no spaces: every character is a word, and a term of several is a phrase.
const WORD =
  /https?:\/\/\S+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[[\p{L}\p{N}\p{M}\u00ad\u200b-\u200d]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]]+/gv;
const ASCII_END = 0x80;
const PLAIN_ASCII = /^[a-z0-9]+$/i;
// Accents and the Devanagari nukta are left out by many writers; joiners and soft hyphens are invisible.
const IGNORED_MARKS = /[\u0300-\u036f\u093c\u00ad\u200b-\u200d]/g;
const APOSTROPHES = "'’ʼ`";

/** Folds one word for comparing: compatibility forms, case, accents and Han variants. Never throws. */
export function foldWord(word: string): string {
  if (PLAIN_ASCII.test(word)) return word.toLowerCase();
  return foldHan(word.normalize('NFKC').toLowerCase().normalize('NFD').replace(IGNORED_MARKS, '').normalize('NFC'));
}

/**
 * Splits text into words in reading order; web addresses are left out. An apostrophe parts words ("l'accord", "didn't"), and the `s` of an
 * English possessive is dropped, so that "OpenAI's terms" and "OpenAI terms" read alike.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const end = findPlainEnd(text, at);
    if (end === at && text.charCodeAt(at) < ASCII_END) {
      at++;
      continue;
    }
    // The pattern reads the rest: letters outside ASCII, words that go on with one, and addresses.
    const isPlain = end > at && !(text.charCodeAt(end) >= ASCII_END) && !text.startsWith('://', end);
    const word = isPlain ? { start: at, end } : findWord(text, at);
    if (word === null) break;
    addToken(tokens, text, word);
    at = word.end;
  }
  return tokens;
}

/** The end of the run of ASCII letters and digits at an offset: most words are that and need no pattern, which takes three times as long. */
function findPlainEnd(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const letter = code | 0x20;
    if (!((letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39))) break;
  }
  return at;
}

type Span = { readonly start: number; readonly end: number };

function findWord(text: string, from: number): Span | null {
  WORD.lastIndex = from;
  const match = WORD.exec(text);
  return match === null ? null : { start: match.index, end: match.index + match[0].length };
}

function addToken(tokens: Token[], text: string, { start, end }: Span): void {
  const spelling = text.slice(start, end);
  if (spelling.startsWith('http') && spelling.includes('://')) return;
  const isPossessive = (spelling === 's' || spelling === 'S') && APOSTROPHES.includes(text.charAt(start - 1) || ' ');
  const form = isPossessive ? '' : foldWord(spelling);
  if (form !== '') tokens.push({ form, spelling, start, end });
}
