import { HAN_ADVERBIAL, HAN_LEAD, HAN_ROLE_NAME, HAN_SPEAKER_END, SPEAKER_NOUNS } from './words.ts';

// A point or comma inside a number parts nothing.
const CLAUSE_START =
  /[,.](?!\d)|[;:!?，。；：！？、"“”„«»()—–]|\s-\s|^-\s|\s(?:that|but|and that|while|whereas|as|because|dass|que|qui|che|कि)\s/giu;
// "据…报道": the source stands inside what hands over to it.
const HAN_SOURCE = /^据(?<source>\p{Script=Han}{2,10}?)(?:的)?(?:报道|消息)$/u;
// Case marks and "इस ..." end what opens a Hindi clause.
const HINDI_SUBJECT_END = /\s(?:ने|को|का|की|के|में|इस|इन|पर|से)(?=\s|$)/gu;
// "X के अनुसार": whoever stands before it is the source.
const HINDI_SOURCE = /^के\s/u;
const HINDI_WORDS_MAX = 5;
const HINDI_PRONOUN = /^(?:उस|उन|इस|इन|वह|वे|यह|ये|ऐसा|जिस|जो)/u;

/** The text behind the last mark or conjunction that begins a clause. */
export function lastClause(text: string): string {
  let from = 0;
  for (const match of text.matchAll(CLAUSE_START)) from = match.index + match[0].length;
  return text.slice(from);
}

/** Chinese names the speaker first: what stands before time, place and manner, when it is a name or a noun for people; or the source of "据…报道". */
export function hanSpeaker(at: {
  readonly before: string;
  readonly verb: string;
  readonly names: readonly string[];
}): string | null {
  const source = HAN_SOURCE.exec(at.verb)?.groups?.['source'];
  if (source !== undefined) return source;
  const clause = lastClause(at.before).trim().replace(HAN_LEAD, '');
  const cut = clause.search(HAN_ADVERBIAL);
  const phrase = (cut > 0 ? clause.slice(0, cut) : clause).trim();
  const isKnown =
    at.names.some((name) => phrase.endsWith(name)) || HAN_SPEAKER_END.test(phrase) || HAN_ROLE_NAME.test(phrase);
  return isKnown ? phrase : null;
}

/** Hindi names the speaker first too: the few words that open the clause, up to their case mark, when they name a role or somebody known, or are all that stands before "के अनुसार". */
export function hindiSpeaker(at: {
  readonly before: string;
  readonly verb: string;
  readonly names: readonly string[];
}): string | null {
  const { names } = at;
  const clause = lastClause(at.before).trim();
  if (HINDI_PRONOUN.test(clause)) return null;
  const ends = [...clause.matchAll(HINDI_SUBJECT_END)].map(({ index }) => index);
  for (const end of [...ends, clause.length]) {
    const words = clause.slice(0, end).trim().split(/\s+/u);
    if (words.length > HINDI_WORDS_MAX) return null;
    const phrase = words.join(' ');
    if (words.some((word) => SPEAKER_NOUNS.has(word)) || names.some((name) => phrase.endsWith(name))) return phrase;
  }
  return HINDI_SOURCE.test(at.verb) &&
    ends.length === 0 &&
    clause !== '' &&
    clause.split(/\s+/u).length <= HINDI_WORDS_MAX
    ? clause
    : null;
}
