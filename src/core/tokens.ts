import { foldHan } from '#src/core/han-variants.ts';

/** One word of a text: its folded form for comparing, its spelling, and where it stands (UTF-16 offsets into the text given). */
export type Token = { readonly form: string; readonly spelling: string; readonly start: number; readonly end: number };

// Han and kana have no spaces: every character is a word, and a term of several is a phrase.
const WORD =
  /https?:\/\/\S+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[[\p{L}\p{N}\p{M}\u00ad\u200b-\u200d]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]]+/gv;
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
  for (const match of text.matchAll(WORD)) {
    const word = match[0];
    if (word.startsWith('http') && word.includes('://')) continue;
    const isPossessive = (word === 's' || word === 'S') && APOSTROPHES.includes(text.charAt(match.index - 1) || ' ');
    const form = isPossessive ? '' : foldWord(word);
    if (form !== '') tokens.push({ form, spelling: word, start: match.index, end: match.index + word.length });
  }
  return tokens;
}
