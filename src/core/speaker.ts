import type { Reading } from '#src/core/tagging-reading.ts';

// A name with its office fits in so many characters; more is a clause, not a name.
const SPEAKER_CHARS_MAX = 90;
const PREPOSED = /(?:according to|in the words of|in the view of|laut|selon|d['’]après|según|secondo|segundo|据)\s*$/iu;
// A point or comma inside a number parts nothing.
const CLAUSE_START =
  /[,.](?!\d)|[;:!?，。；：！？"“”„«»()—–]|\s(?:that|but|and that|while|as|because|which|who|whose)\s/giu;
const NAME_START = /^(?:(?:the|an?|its|his|her|two|three|several)\s|\p{Lu}|\p{Script=Han})/u;
const HAS_HEARER = /^(?:told|tell)/i;
// A clause that is only such words names nobody.
const NOBODY =
  /^(?:and|but|it|he|she|they|we|i|this|that|there|also|however|reportedly|is|was|are|were|has|have|been|being|the|a|an|some)?$/iu;
const LEADING =
  /^(?:and|but|however|meanwhile|on \w+day|last \w+|also|as|while|though|although|yet|so|then|still|in \w+)\s+/iu;
const TRAILING =
  /\s+(?:has|have|had|also|is|are|was|were|be|been|that|reportedly|recently|publicly|later|then|now|still|not|itself|once|on \w+day|will|would|could|may|might|to)$/iu;

/**
 * Who speaks through a verb of saying: the words before it in its clause, or after it in "said Jane Roe" and "according to Jane Roe". An exact
 * slice of the article, or null when the clause names nobody.
 */
export function findSpeaker(
  reading: Reading,
  at: { readonly sentence: number; readonly cue: { readonly first: number; readonly last: number } },
): string | null {
  const sentence = reading.sentences[at.sentence];
  const first = reading.tokens[at.cue.first];
  const last = reading.tokens[at.cue.last];
  if (sentence === undefined || first === undefined || last === undefined) return null;
  const text = reading[sentence.field];
  const after = text.slice(last.end, sentence.end);
  if (PREPOSED.test(text.slice(first.start, last.end))) return clean(firstClause(after));
  const before = text.slice(sentence.start, first.start);
  // "Jane Roe, an analyst, said" names her in the first clause.
  const named = clean(lastClause(before));
  // "told the room": who stands after is the hearer.
  const inverted = HAS_HEARER.test(text.slice(first.start, last.end)) ? null : afterVerb(firstClause(after));
  return named ?? inverted ?? clean(firstClause(before));
}

function lastClause(text: string): string {
  let from = 0;
  for (const match of text.matchAll(CLAUSE_START)) from = match.index + match[0].length;
  return text.slice(from);
}

function firstClause(text: string): string {
  const end = text.search(CLAUSE_START);
  return end < 0 ? text : text.slice(0, end);
}

function clean(clause: string): string | null {
  let name = clause.trim();
  for (let previous = ''; previous !== name; ) {
    previous = name;
    name = name.replace(LEADING, '').replace(TRAILING, '').trim();
  }
  return NOBODY.test(name) || name.length > SPEAKER_CHARS_MAX ? null : name;
}

// "said it would" has no speaker after the verb; "said Jane Roe" and "said the mayor" have one.
function afterVerb(clause: string): string | null {
  const name = clean(clause);
  return name !== null && NAME_START.test(name) ? name : null;
}
