import { eld } from 'eld/extrasmall';

// A language shows in its first lines; the rest of a long page only costs time.
const SAMPLE_CHARACTERS = 1500;
// Below this many letters n-grams guess: 14 headlines of news were read 13 times right, and the wrong one looked sure.
const LETTERS_MIN = 80;
// A declared language stands when the text scores at least this share of the best language: Danish against Norwegian is
// 0.93 or more, Spanish against Portuguese 0.89, German against English 0.55.
const PLAUSIBLE_SHARE = 0.92;
// Chinese, Japanese and Korean articles are full of Latin names; a Latin article holds a quoted name or two.
const CJK_SHARE_MIN = 0.2;
const KANA_SHARE_MIN = 0.1;
const SCRIPT_SHARE_MIN = 0.5;
// Declared languages that the detector does not know, and the one that it takes for them.
const NEAREST_KNOWN: Readonly<Record<string, string>> = { id: 'ms', gl: 'pt', af: 'nl', nb: 'no', nn: 'no', bs: 'hr' };

const LETTERS = /\p{L}/gu;
// Every letter of the scripts below stands in one of these ranges; most texts hold none of them.
const FAR_LETTER = /[\u0900-\u1fff\u2e80-\u{10ffff}]/u;
const ASCII = /[\0-\x7f]+/g;
const HAN = /\p{Script=Han}/gu;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const HANGUL = /\p{Script=Hangul}/gu;
const DEVANAGARI = /\p{Script=Devanagari}/gu;
const DEVANAGARI_LANGUAGES = ['hi', 'mr', 'ne', 'sa'];

/**
 * The ISO 639-1 code of the language of a text, or null when nothing tells. `hint` is the declared language of the feed or
 * page ("en-GB"); it stands when the text makes it plausible, and decides alone for short text. Script decides for Chinese,
 * Japanese, Korean and Devanagari.
 */
export function detectLanguage(text: string, hint: string | null): string | null {
  const sample = text.slice(0, SAMPLE_CHARACTERS);
  const declared = parseDeclared(hint);
  const letterCount = countLetters(sample);
  if (letterCount === 0) return declared;
  const byScript = languageOfScript(sample, { letterCount, declared });
  if (byScript !== null) return byScript;
  if (declared !== null && letterCount < LETTERS_MIN) return declared;
  const result = eld.detect(sample);
  if (result.language === '') return declared;
  if (declared === null) return result.language;
  const scores = result.getScores();
  const declaredScore = scores[declared] ?? scores[NEAREST_KNOWN[declared] ?? ''] ?? 0;
  return declaredScore >= PLAUSIBLE_SHARE * (scores[result.language] ?? 1) ? declared : result.language;
}

function languageOfScript(
  sample: string,
  { letterCount, declared }: { readonly letterCount: number; readonly declared: string | null },
): string | null {
  if (!FAR_LETTER.test(sample)) return null;
  const hanCount = count(sample, HAN);
  const kanaCount = count(sample, KANA);
  const hangulCount = count(sample, HANGUL);
  if (hanCount + kanaCount + hangulCount >= CJK_SHARE_MIN * letterCount) {
    if (hangulCount > hanCount + kanaCount) return 'ko';
    return kanaCount >= KANA_SHARE_MIN * (hanCount + kanaCount) ? 'ja' : 'zh';
  }
  if (count(sample, DEVANAGARI) < SCRIPT_SHARE_MIN * letterCount) return null;
  if (declared !== null && DEVANAGARI_LANGUAGES.includes(declared)) return declared;
  return eld.detect(sample).language === 'mr' && letterCount >= LETTERS_MIN ? 'mr' : 'hi';
}

/** The two-letter code of a declared language tag ("en_US", "zh-Hant", "deu"), or null when it has none. */
function parseDeclared(hint: string | null): string | null {
  const primary = /^\s*([a-z]{2,3})(?:[-_]|\s*$)/i.exec(hint ?? '')?.[1];
  if (primary === undefined) return null;
  const { language } = new Intl.Locale(primary);
  return language.length === 2 ? language : null;
}

// A list of all ASCII letters costs more than everything else here but the detector.
function countLetters(text: string): number {
  let asciiCount = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at) | 0x20;
    if (letter >= 0x61 && letter <= 0x7a) asciiCount++;
  }
  return asciiCount + count(text.replace(ASCII, ' '), LETTERS);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
