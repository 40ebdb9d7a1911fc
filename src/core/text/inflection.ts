import { COMMON_WORDS } from './common-words.ts';

const VOWEL = /[aeiou]/;
// "plan" doubles its last letter, "visit" and "open" do not; one-syllable words only, a wrong extra form matches no real word.
const DOUBLING = /^[^aeiou]*[aeiou][bdgklmnprtz]$/;
const INFLECTED = /^[a-z]{3,}$/;

/**
 * The regular English forms of a plain word, itself first: plural, past and -ing. Needs no stemming of the text and cannot confuse "universal"
 * with "university"; irregular forms ("spent") are listed by whoever writes the term. Words of other alphabets come back alone.
 */
export function inflect(word: string): readonly string[] {
  // "noted" is no form of "not".
  if (!INFLECTED.test(word) || COMMON_WORDS.has(word)) return [word];
  if (word.endsWith('e')) return [word, `${word}s`, `${word}d`, `${word.slice(0, -1)}ing`];
  if (word.endsWith('y') && !VOWEL.test(word.charAt(word.length - 2))) {
    const base = word.slice(0, -1);
    return [word, `${base}ies`, `${base}ied`, `${word}ing`];
  }
  const plural = /(?:s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
  const doubled = DOUBLING.test(word) ? [`${word}${word.slice(-1)}ed`, `${word}${word.slice(-1)}ing`] : [];
  return [word, plural, `${word}ed`, `${word}ing`, ...doubled];
}
