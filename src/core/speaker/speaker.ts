import type { Reading } from '#src/core/tagging/reading.ts';
import { hanSpeaker, hindiSpeaker, lastClause } from './first.ts';
import { isPersonName, isRole, trimTitle } from './name.ts';
import { findPronounSpeaker, nameBody } from './reference.ts';
import {
  DETERMINERS,
  DOCUMENT_NOUNS,
  JOINTS,
  NO_NAMES,
  PARTING_WORDS,
  POSSESSIVES,
  SPEAKER_NOUNS,
  TIME_LEADS,
  TIME_WORDS,
  TRAILERS,
} from './words.ts';

// "the two Chinese research labs": more small words between article and noun are a clause, not a name.
const MODIFIERS_MAX = 4;
// Without an article fewer words are sure to belong together: "tech law experts".
const BARE_MODIFIERS_MAX = 2;
// First name, middle name and surname.
const TITLED_NAME_WORDS_MAX = 3;
// A sentence with so many capitalised words is a headline, where a capital tells no name.
const HEADLINE_SHARE = 0.6;
const HEADLINE_LETTERS_MIN = 4;
const HEADLINE_WORDS_MIN = 4;
const SENTENCE_END = /[.!?]["”»’']?\s*$/u;

const PREPOSED =
  /(?:according to|in the words of|in the view of|in the opinion of|laut|nach (?:angaben|einschätzung|ansicht|meinung|auffassung|darstellung|aussagen?|worten|informationen|überzeugung)(?:\s+(?:von|aus))?|aus sicht(?:\s+von)?|selon|d['’]après|à en croire|aux dires d[eu]s?|de l['’]avis d[eu]s?|según|de acuerdo con|(?:a juicio|en opinión|en palabras|a decir) del?|secondo|stando a[dl]?l?[aeo]?|segundo|de acordo com|na opinião d[eoa])\s*$/iu;
const POSTPOSED = /^zufolge/u;
// "Mehrere Fachleute halten die Zahl für falsch": of a verb in two parts the first stands beside its subject.
const SPLIT_VERB =
  /^(?:halten|hält|hielt(?:en)?|sieht|sehen|geht|gehen|ging(?:en)?|weist|wies(?:en)?|räum(?:t|en)|stell(?:t|en)|will|streite[tn]|stritt(?:en)?)\s/iu;
const PARTICIPLE = /^\p{L}+ing\b/iu;
// "Jane Roe, an analyst, (has) said": the comma closes an aside.
const ASIDE_END = /[,，]\s*(?:(?:has|have|had|ha|han|a|ont|hat|haben|hatte)\s+)?$/u;
const BARE_ASIDE_END = /[,，]\s*$/u;
// Whom somebody accuses stands behind the verb, never who accuses.
const TAKES_A_PERSON = /^(?:accus|blam|sue|suspect|acus|denunci|beschuldig)/iu;
// "scholars of law, who said", "Northwell, which alleged": who is meant stands before the comma.
const RELATIVE = /[,，]\s*(?:who|which)\s+(?:(?:has|have|had|recently|also|once)\s+)*$/iu;
// "The panel met after concluding that", "... and asegura que": the verb shares the subject of the sentence.
const SHARED_SUBJECT = /(?:^|\s)(?:after|before|while|by|when)\s*$/iu;
const COORDINATED = /\s(?:and|y|e|et|und)\s+(?:(?:has|have|had|also|ha|han|a|hat|haben|también|aussi|auch)\s+)*$/iu;
// "A graphic shared 40,000 times says": what was done to a document stands between it and the verb.
const DONE_TO =
  /^\s*(?:the|an?|this|that)\s+(?:[\p{L}-]+\s+){1,3}?(?:shared|published|posted|released|leaked|signed|written|sent|seen|obtained|reviewed|submitted|based|dated)\s/iu;
// "People who have seen the letter say": the verb belongs to who opens the clause.
const WITH_RELATIVE = /^\s*\p{L}[\p{L}\s-]{2,40}?\s(?:who|familiar with|close to)\s/iu;
// "Wie die Rundschau berichtet": German names of papers show in nothing but their place.
const INTRODUCED = /^\s*wie\s+((?:[\p{L}-]+\s+){0,3}\p{Lu}[\p{L}-]+)\s*$/iu;
// "A professor of law", "le géant du commerce": the second noun may be any word.
const COMPLEMENT_JOINTS: ReadonlySet<string> = new Set(['of', 'de', 'du', 'des', 'del', 'della', 'do', 'da']);
// "HK" of a ticker is no speaker; neither is what "regarding the plant" begins.
const PHRASE_LETTERS_MIN = 3;
const PASSIVE = /\b(?:is|are|was|were|be|been|being)\s+(?:\p{L}+ly\s+)?$/iu;
const PAST = /^\p{L}+ed\b/iu;
// German puts the verb last: the subject ends at the auxiliary.
const SUBJECT_END = /\s(?:hat|haben|hatte|hatten)\s/u;
// Adjectives follow their noun.
const ROMANCE: ReadonlySet<string> = new Set(['fr', 'es', 'it', 'pt']);
const BY = /^[^,.;:]{0,12}?\bby\s+/iu;
// A point or comma inside a number parts nothing.
const CLAUSE_END = /[,.](?!\d)|[;:!?，。；：！？"“”„«»()—–]|\s-\s/u;
// After "said Jane Roe" the clause ends or goes on with time and place; "said DeepSeek trained" has its speaker elsewhere.
const AFTER_SPEAKER = /^\s*(?:$|[,.;:!?"”»„«()—–]|(?:in|on|at|during|to|last|after|earlier|this|late|who|told)\s)/u;
const WORD = /@?[\p{L}\p{N}][\p{L}\p{M}\p{N}&@_]*(?:['’.-][\p{L}\p{M}\p{N}]+)*/gu;
const POSSESSIVE = /['’]s$/u;
const HAN = /\p{Script=Han}/u;

type Word = { readonly text: string; readonly form: string; readonly start: number; readonly end: number };

// `capitalsTell` is false where a capital letter tells no name.
type Clause = {
  readonly text: string;
  readonly names: readonly string[];
  readonly lang: string | null;
  readonly capitalsTell: boolean;
};

/**
 * Who speaks through a verb of saying: the noun phrase before it, after it in "said Jane Roe" and "accused by Jane Roe", or after "according
 * to". A name or a phrase headed by a noun for people or bodies; an exact slice of the article, or null when the sentence names nobody there.
 */
export function findSpeaker(
  reading: Reading,
  at: { readonly sentence: number; readonly cue: { readonly first: number; readonly last: number } },
): string | null {
  const { sentence } = at;
  const phrase = findPhrase(reading, at);
  if (phrase !== null) return nameBody(reading, { sentence, phrase }) ?? trimTitle(phrase);
  const own = reading.sentences[sentence];
  const before = own === undefined ? '' : reading[own.field].slice(own.start, reading.starts[at.cue.first]);
  return findPronounSpeaker(reading, { sentence, before });
}

function findPhrase(
  reading: Reading,
  at: { readonly sentence: number; readonly cue: { readonly first: number; readonly last: number } },
): string | null {
  const sentence = reading.sentences[at.sentence];
  const start = reading.starts[at.cue.first];
  const end = reading.ends[at.cue.last];
  if (sentence === undefined || start === undefined || end === undefined) return null;
  const text = reading[sentence.field];
  const whole = text.slice(start, end);
  const verbEnd = SPLIT_VERB.test(whole) ? (reading.ends[at.cue.first] ?? end) : end;
  const verb = text.slice(start, verbEnd);
  const before = text.slice(sentence.start, start);
  const after = text.slice(verbEnd, sentence.end);
  const names = (reading.mentions[at.sentence] ?? []).map((mention) => reading.textOf(mention));
  if (HAN.test(verb)) return hanSpeaker({ before, verb, names });
  const { lang } = reading;
  if (lang === 'hi') return hindiSpeaker({ before, verb, names });
  const capitalsTell = lang !== 'de' && !isTitleCase(text.slice(sentence.start, sentence.end));
  const read = (clause: string): Clause => ({ text: clause, names, lang, capitalsTell });
  if (PREPOSED.test(verb)) return phraseAfter(read(after.replace(/^\s*(?:aus|von)\s/u, ' ')));
  if (POSTPOSED.test(verb)) return phraseBefore(read(lastClause(before)));
  if (PAST.test(verb) && PASSIVE.test(before)) {
    const by = BY.exec(after)?.[0];
    return by === undefined ? null : phraseAfter(read(after.slice(by.length)));
  }
  return subject({ before, verb, after }, read);
}

// "Jane Roe, an analyst, said" and "X did this, saying": the subject stands before the aside.
function subject(
  at: { readonly before: string; readonly verb: string; readonly after: string },
  read: (clause: string) => Clause,
): string | null {
  const { before, verb, after } = at;
  const isSetOff = BARE_ASIDE_END.test(before);
  const isParticiple = PARTICIPLE.test(verb);
  if (isParticiple && (isSetOff || SHARED_SUBJECT.test(before))) return phraseAfter(read(afterLabel(before)));
  if (RELATIVE.test(before)) return phraseBefore(read(lastClause(before.replace(RELATIVE, ''))));
  if (ASIDE_END.test(before)) {
    const behind = !TAKES_A_PERSON.test(verb) ? inverted(read(after)) : null;
    return behind ?? beforeAside(before, read);
  }
  if (COORDINATED.test(before)) return phraseAfter(read(lastClause(before.replace(COORDINATED, ''))));
  const clause = lastClause(before);
  if (DONE_TO.test(clause) || WITH_RELATIVE.test(clause)) return phraseAfter(read(clause));
  const introduced = INTRODUCED.exec(clause)?.[1];
  if (introduced !== undefined) return introduced;
  const split = clause.search(SUBJECT_END);
  const named = phraseBefore(read(clause)) ?? (split < 0 ? null : phraseBefore(read(clause.slice(0, split))));
  return named ?? (isParticiple || TAKES_A_PERSON.test(verb) ? null : inverted(read(after)));
}

function beforeAside(before: string, read: (clause: string) => Clause): string | null {
  const parts = before.replace(ASIDE_END, '').split(/[,，]\s/u);
  const [only] = parts;
  const name = parts.at(-1)?.trim() ?? '';
  // "The head of Northwell, Jane Roe, said"
  if (parts.length > 1 && isPersonName(name) && wordsOf(parts.at(-2) ?? '').some(({ form }) => isRole(form)))
    return name;
  if (parts.length === 1) return phraseBefore(read(lastClause(only ?? '')));
  return phraseBefore(read(lastClause(parts.slice(0, -1).join(', '))));
}

function inverted(clause: Clause): string | null {
  const phrase = phraseAfter(clause);
  if (phrase === null) return null;
  const end = clause.text.indexOf(phrase) + phrase.length;
  return AFTER_SPEAKER.test(clause.text.slice(end)) ? phrase : null;
}

function afterLabel(text: string): string {
  return text.replace(/^[^:]{0,80}:\s/u, '');
}

function isTitleCase(text: string): boolean {
  if (SENTENCE_END.test(text)) return false;
  const long = [...text.matchAll(WORD)].filter(([word]) => word.length >= HEADLINE_LETTERS_MIN);
  const capital = long.filter(([word]) => /^\p{Lu}/u.test(word));
  return long.length >= HEADLINE_WORDS_MIN && capital.length >= HEADLINE_SHARE * long.length;
}

function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(WORD)].map((match) => ({
    text: match[0],
    form: match[0].toLowerCase().replace(POSSESSIVE, ''),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function isName(clause: Clause, word: Word): boolean {
  if (clause.names.some((name) => ` ${name} `.includes(` ${word.text} `))) return true;
  if (word.text.startsWith('@')) return true;
  const isCapital = /^\p{Lu}/u.test(word.text) && clause.capitalsTell;
  return isCapital && ![NO_NAMES, TIME_WORDS, DETERMINERS].some((list) => list.has(word.form));
}

function isNoun(word: Word): boolean {
  return [word.form, word.form.replace(/s$/u, ''), word.form.replace(/ies$/u, 'y')].some(
    (form) => SPEAKER_NOUNS.has(form) || DOCUMENT_NOUNS.has(form),
  );
}

function isHead(clause: Clause, word: Word | undefined): boolean {
  return word !== undefined && (isName(clause, word) || isNoun(word));
}

// In German every noun has a capital; behind a role it begins a name: "die Forscherin Eva Lang".
function isTitled(
  clause: Clause,
  { words, index }: { readonly words: readonly Word[]; readonly index: number },
): boolean {
  if (clause.lang !== 'de') return false;
  for (let at = index; index - at < TITLED_NAME_WORDS_MAX; at--) {
    const word = words[at];
    const before = words[at - 1];
    if (word === undefined || before === undefined || !/^\p{Lu}/u.test(word.text) || isNoun(word)) return false;
    // Any other noun behind an article is a role too when two words of a name follow.
    const isRoleNoun = /^\p{Lu}/u.test(before.text) && DETERMINERS.has(words[at - 2]?.form ?? '') && index > at;
    if (isNoun(before) || isRoleNoun) return true;
  }
  return false;
}

function isModifier(word: Word): boolean {
  return (
    /^\p{Ll}/u.test(word.text) &&
    ![NO_NAMES, PARTING_WORDS, JOINTS, TRAILERS, DETERMINERS, TIME_LEADS].some((list) => list.has(word.form))
  );
}

// Walks back from the verb over adverbs and times to a noun, and on to where its phrase begins.
function phraseBefore(clause: Clause): string | null {
  const words = wordsOf(clause.text);
  let last = words.length - 1;
  for (let word = words[last]; word !== undefined; word = words[--last]) {
    const isTime =
      TIME_WORDS.has(word.form) || (TIME_LEADS.has(word.form) && TIME_WORDS.has(words[last + 1]?.form ?? ''));
    if (!isTime && !TRAILERS.has(word.form) && !/^\p{Ll}+ly$/u.test(word.text)) break;
  }
  const head = words[last];
  const noun = words[last - 1];
  const hasAdjective = ROMANCE.has(clause.lang ?? '') && noun !== undefined && isNoun(noun);
  const whose = words[last - 2];
  const isComplement = COMPLEMENT_JOINTS.has(noun?.form ?? '') && whose !== undefined && isNoun(whose);
  const isTitledName = isTitled(clause, { words, index: last });
  if (
    head === undefined ||
    !(isTitledName || isHead(clause, head) || ((hasAdjective || isComplement) && isModifier(head)))
  )
    return null;
  const first = phraseStart(clause, { words, last: isTitledName ? last - 1 : last });
  return slice(clause, { first: words[first], last: head });
}

function phraseStart(clause: Clause, at: { readonly words: readonly Word[]; readonly last: number }): number {
  const { words } = at;
  let first = at.last;
  for (;;) {
    const word = words[first - 1];
    if (word === undefined) return first;
    if (isHead(clause, word)) first--;
    else if (JOINTS.has(word.form) && isHead(clause, words[first - 2])) first -= 2;
    else {
      const opened = openingBefore(clause, { words, first });
      if (opened === first) return first;
      first = opened;
      if (!(JOINTS.has(words[first - 1]?.form ?? '') && isHead(clause, words[first - 2]))) return first;
    }
  }
}

// The article or name that the small words before a noun lead back to; without one they belong to it only at the start of the clause.
function openingBefore(clause: Clause, at: { readonly words: readonly Word[]; readonly first: number }): number {
  const { words, first } = at;
  for (let count = 0; count <= MODIFIERS_MAX; count++) {
    const word = words[first - 1 - count];
    if (word === undefined) return count <= BARE_MODIFIERS_MAX ? first - count : first;
    if (isHead(clause, word)) return first - 1 - count;
    // "the two"
    if (DETERMINERS.has(word.form))
      return first - (DETERMINERS.has(words[first - 2 - count]?.form ?? '') ? 2 : 1) - count;
    if (!isModifier(word)) return first;
  }
  return first;
}

// Reads forward from a preposition or an inverted verb to the end of the noun phrase that begins there.
function phraseAfter(clause: Clause): string | null {
  const end = clause.text.search(CLAUSE_END);
  const words = wordsOf(end < 0 ? clause.text : clause.text.slice(0, end));
  let last = -1;
  let modifierCount = 0;
  for (const [index, word] of words.entries()) {
    if (isHead(clause, word) || (last === index - 1 && isTitled(clause, { words, index }))) {
      last = index;
      modifierCount = 0;
    } else if (DETERMINERS.has(word.form) && (last < 0 || JOINTS.has(words[index - 1]?.form ?? ''))) modifierCount = 0;
    else if (JOINTS.has(word.form) && last === index - 1 && last >= 0 && !POSSESSIVES.has(words[index + 1]?.form ?? ''))
      modifierCount = 0;
    else if (!isModifier(word) || (last >= 0 && !JOINTS.has(words[last + 1]?.form ?? ''))) break;
    else if (++modifierCount > MODIFIERS_MAX) break;
  }
  const head = words[last];
  return head === undefined ? null : slice(clause, { first: words[0], last: head });
}

function slice(clause: Clause, at: { readonly first: Word | undefined; readonly last: Word }): string | null {
  if (at.first === undefined) return null;
  const phrase = clause.text.slice(at.first.start, at.last.end).replace(POSSESSIVE, '');
  const isWord = HAN.test(phrase) || phrase.length >= PHRASE_LETTERS_MIN;
  return !isWord || CLAUSE_END.test(phrase) || PARTICIPLE.test(phrase) ? null : phrase;
}
