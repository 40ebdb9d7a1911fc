import { SPEAKER_NOUNS } from './words.ts';

// "Jane Roe", "Jane van der Roe", "J. Roe": a person's name has two words at least and seldom more than four.
const NAME = /^\p{Lu}[\p{L}.'’-]*(?:\s+(?:(?:van|von|de|der|den|la|le|bin|al)\s+)*\p{Lu}[\p{L}'’-]*){1,3}$/u;
const WORD_START = /(?<=[\s-])(?=\p{L})/u;
const POSSESSIVE = /['’]s$/u;
const ELISION = /^[ld]['’]/u;

/** The person whom a phrase ends with, behind a title: "Northwell chief executive Jane Roe" is "Jane Roe"; other phrases stay as they are. */
export function trimTitle(phrase: string): string {
  const words = phrase.split(WORD_START);
  const last = words.findLastIndex((word) => isRole(word));
  if (last < 0) return phrase;
  const name = words.slice(last + 1).join('');
  return isPersonName(name) ? name : phrase;
}

/** Whether words are a person's name and hold no title. */
export function isPersonName(words: string): boolean {
  return NAME.test(words) && !words.split(/\s+/).some(isRole);
}

/** Whether a word names a role that a person can have, or a kind of body. */
export function isRole(word: string): boolean {
  const form = word.trim().toLowerCase().replace(ELISION, '').replace(POSSESSIVE, '').replace(/-$/u, '');
  return [form, form.replace(/s$/u, ''), form.replace(/ies$/u, 'y')].some((item) => SPEAKER_NOUNS.has(item));
}
