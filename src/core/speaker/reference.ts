import type { Mention, Reading } from '#src/core/tagging/reading.ts';
import { isPersonName, isRole } from './name.ts';

// "She said": who was named so few sentences before, in the same paragraph.
const LOOK_BACK_SENTENCES = 3;
const PRONOUN =
  /(?:^|[\s,"“”«»„])(he|she|they|er|sie|il|elle|ils|elles|él|ella|ellos|ellas|lui|lei|ele|ela)\s+(?:\p{Ll}+ly\s+|also\s+|later\s+|then\s+|auch\s+|a\s+|ha\s+|hat\s+)?$/iu;
const PLURAL = /^(?:they|ils|elles|ellos|ellas)$/iu;
// "The company", "la société", "das Unternehmen": one word before the kind of body at most.
const BODY =
  /^(?:the|this|that|le|la|l['’]|el|das|die|der|il|lo|o|a)\s*(?:[\p{L}-]+\s+){0,2}(?:company|firm|startup|start-up|group|lab|laboratory|maker|giant|developer|unternehmen|firma|konzern|startup|entreprise|société|groupe|géant|laboratoire|empresa|compañía|firma|grupo|laboratorio|azienda|società|gruppo)\b/iu;
// A sentence that opens with a person: "Jane Roe, an analyst, ...", "A litigator I called ...".
const OPENING_NAME = /^["“„«]?((?:\p{Lu}[\p{L}'’-]+\s+){1,3}\p{Lu}[\p{L}'’-]+)(?=\s+\p{Ll}|,)/u;
const OPENING_ROLE = /^((?:an?|the|one)\s+(?:[\p{Ll}-]+\s+){0,3}?)([\p{Ll}-]+)\b/iu;
const OPENING_ROLES =
  /^((?:[\p{L}-]+\s+){0,3}?)([\p{L}-]+s)\b(?:\s+(?:at|from|of|in)\s+(?:an?\s+|the\s+)?(?:[\p{L}-]+\s+){0,4}?\p{Lu}[\p{L}-]+)?/u;

/**
 * Whom a pronoun before a verb of saying stands for ("she said"): the one person, or for "they" the people, with whom one of the last sentences of
 * the paragraph opens. A name or phrase of the article, or null when there is no pronoun or nobody is sure to be meant.
 */
export function findPronounSpeaker(
  reading: Reading,
  at: { readonly sentence: number; readonly before: string },
): string | null {
  const pronoun = PRONOUN.exec(at.before)?.[1];
  const own = reading.sentences[at.sentence];
  if (pronoun === undefined || own === undefined) return null;
  const isPlural = PLURAL.test(pronoun);
  for (let index = at.sentence - 1; index >= Math.max(0, at.sentence - LOOK_BACK_SENTENCES); index--) {
    const other = reading.sentences[index];
    if (other === undefined || other.field !== own.field || other.paragraph !== own.paragraph) return null;
    const text = reading[other.field].slice(other.start, other.end);
    const opening = isPlural ? openingPeople(text) : openingPerson(text);
    if (opening !== null) return opening;
    // Somebody else may be meant as soon as others act.
    if (OPENING_NAME.test(text)) return null;
  }
  return null;
}

/** The name of the company for which "the company" stands: the one that the sentence, or the last one before it with any name, names alone; null when in doubt. */
export function nameBody(reading: Reading, at: { readonly sentence: number; readonly phrase: string }): string | null {
  const { sentence, phrase } = at;
  if (isEntity(reading, at)) return null;
  const described = (reading.mentions[sentence] ?? []).find(
    (mention) => mention.kind === 'description' && reading.textOf(mention).toLowerCase() === phrase.toLowerCase(),
  );
  if (described === undefined && !BODY.test(phrase)) return null;
  const own = reading.sentences[sentence];
  for (let index = sentence; index >= Math.max(0, sentence - LOOK_BACK_SENTENCES); index--) {
    if (reading.sentences[index]?.field !== own?.field) return null;
    const names = (reading.mentions[index] ?? []).filter(
      (mention) => mention.kind === 'name' && !follows(reading, { index, mention, at }),
    );
    if (described !== undefined) {
      const known = names.find((mention) => mention.entity === described.entity);
      if (known !== undefined) return reading.textOf(known);
    } else if (names.length > 0 && index < sentence) {
      const [first] = names;
      return first !== undefined && names.every((mention) => mention.entity === first.entity)
        ? reading.textOf(first)
        : null;
    }
  }
  return null;
}

// What is named behind "the company" in its own sentence cannot be what it stands for.
function follows(
  reading: Reading,
  {
    index,
    mention,
    at,
  }: {
    readonly index: number;
    readonly mention: Mention;
    readonly at: { readonly sentence: number; readonly phrase: string };
  },
): boolean {
  const own = reading.sentences[at.sentence];
  if (index !== at.sentence || own === undefined) return false;
  const place = reading[own.field].indexOf(at.phrase, own.start);
  return (reading.starts[mention.first] ?? 0) > place;
}

function openingPerson(text: string): string | null {
  const name = OPENING_NAME.exec(text)?.[1];
  if (name !== undefined) return isPersonName(name) ? name : null;
  const role = OPENING_ROLE.exec(text);
  return role?.[2] !== undefined && isRole(role[2]) ? role[0] : null;
}

function openingPeople(text: string): string | null {
  const people = OPENING_ROLES.exec(text);
  return people?.[2] !== undefined && isRole(people[2]) ? people[0] : null;
}

function isEntity(reading: Reading, at: { readonly sentence: number; readonly phrase: string }): boolean {
  const names = (reading.mentions[at.sentence] ?? []).filter((mention) => mention.kind === 'name');
  return names.some((mention) => at.phrase.includes(reading.textOf(mention)));
}
