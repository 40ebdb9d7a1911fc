import { readPeople, type StructuredData, type StructuredNode } from './structured.ts';
import { AUTHOR_PATH, type Box, type PageSurvey } from './survey.ts';
import { decodeEntities, readElementText } from './tree.ts';
import { listWords } from './words.ts';

/** A byline with more characters than this is a sentence about somebody. */
const BYLINE_LENGTH_MAX = 120;
const NAME_WORDS_MAX = 8;
/** Text that merely looks like a byline counts only this many elements before or after the headline. */
const NEAR_HEADLINE_BOXES = 60;
const PEOPLE_MAX = 12;

const META_KEYS = [
  'author',
  'article:author',
  'byl',
  'dc.creator',
  'dcterms.creator',
  'parsely-author',
  'sailthru.author',
  'cxenseparse:author',
  'citation_author',
  'og:article:author',
  'article:author_name',
  'twitter:creator:name',
];
/** "By" in the languages of our sources, at the start of a visible byline. */
export const BYLINE_PREFIX =
  /^(?:(?:written|story|words|reported|reporting|posted|published|edited|text|texte|texto|testo) )?(?:by|von|par|por|door|autora?|authors?|auteur|autore|автор|текст|作者|記者|文)(?:\s*[:：]\s*|\s+)/iu;
/** What follows a name in the same element: a role, an address, a date. */
const SUFFIX =
  /(?<!\s)\s*(?:[|•·/]|\s[-–—]\s|\bfor the\b|\(?@|\bupdated\b|\bpublished\b|\bposted\b|\d{1,2}[:.]\d{2}\b|\bis an? \b|\bfollow\b|\bview\b|\bsee more\b|\bmore (?:by|from)\b).*$/iu;

/** A date and all that follows it. */
const DATE_TAIL =
  /(?<!\s)\s*(?:\p{L}{3,9}\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}\.?\s+\p{L}{3,9}\.?\s+\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}).*$/u;
/** Degrees and the like that follow a name. */
const CREDENTIAL = /(?:(?:,|(?<![\s,]))\s+(?:(?![IVX]+\b)[A-Z]{2,4}|Ph\.?D\.?|M\.?D\.?|M\.?Sc\.?))+$/;
/** A part with one of these words tells what somebody is, not who. */
const ROLE =
  /\b(?:editor|reporter|writer|correspondent|officer|director|head of|staff|contributor|journalist|columnist|author|more|updated|redakteurin?|photographer)\b/i;
/** Addresses, numbers, picture credits in brackets, and the editor in charge of a Chinese page. */
const NOT_A_NAME = /https?:|www\.|[@\d([]|编辑|編輯/;
const SEPARATOR = /(?:(?<!\s)\s+)?(?:,|;|、)\s*|(?<!\s)\s+(?:and|und|et|y|e|&|with)\s+/iu;

/** Names that are the site's own, the short lines at the head of the body, and the heading of the article. */
export type BylineContext = {
  readonly siteNames: readonly string[];
  readonly headLines: readonly string[];
  readonly headline: Box | null;
};

/** Reads who wrote the article: names joined by a comma, null when the page does not say. */
export function readByline(survey: PageSurvey, data: StructuredData, context: BylineContext): string | null {
  const main: StructuredNode | null = data.main;
  const isNear = (box: Box): boolean =>
    context.headline !== null && Math.abs(box.index - context.headline.index) <= NEAR_HEADLINE_BOXES;
  const sources: readonly (() => readonly string[])[] = [
    () => (main === null ? [] : readPeople(main['author'], data.nodes)),
    () => META_KEYS.map((key) => survey.metas.get(key) ?? []).find((values) => tidyNames(values).length > 0) ?? [],
    () => listMarked(survey, (box) => /\bauthor\b/.test(box.element.attributes['itemprop'] ?? '')),
    () => listMarked(survey, (box) => /\bauthor\b/.test(box.element.attributes['rel'] ?? '')).slice(0, 1),
    () => listMarked(survey, (box) => box.signs.isByline).slice(0, 1),
    () =>
      listMarked(survey, (box) => isNear(box) && AUTHOR_PATH.test(box.element.attributes['href'] ?? '')).slice(0, 1),
    () => listMarked(survey, (box) => isNear(box) && BYLINE_PREFIX.test(readElementText(box.element))).slice(0, 1),
    () => context.headLines.filter((line) => BYLINE_PREFIX.test(line)).slice(0, 1),
    () => (main === null ? [] : readPeople(main['creator'], data.nodes)),
  ];
  const sites = new Set(context.siteNames.map((name) => listWords(name).join(' ')));
  let organisation: string | null = null;
  for (const read of sources) {
    const names = tidyNames(read());
    const people = names.filter((name) => !sites.has(listWords(name).join(' ')));
    if (people.length > 0) return people.join(', ');
    organisation ??= names[0] ?? null;
  }
  return organisation;
}

/** The texts of the wanted marks that name somebody; of nested ones the innermost, which holds the name alone. */
function listMarked(survey: PageSurvey, isWanted: (box: Box) => boolean): readonly string[] {
  const texts: string[] = [];
  let outer: Box | null = null;
  for (const box of survey.marks) {
    if (box.element.name === 'body' || !isWanted(box)) continue;
    const text = readElementText(box.element);
    if (text === '' || text.length > BYLINE_LENGTH_MAX || tidyNames([text]).length === 0) continue;
    if (outer !== null && box.index < outer.end) texts.pop();
    texts.push(text);
    outer = box;
    if (texts.length > PEOPLE_MAX) break;
  }
  return texts;
}

function tidyNames(raw: readonly string[]): readonly string[] {
  const names: string[] = [];
  const seen = new Set<string>();
  for (const text of raw.slice(0, PEOPLE_MAX)) {
    if (/^https?:/.test(text)) continue;
    const line = decodeEntities(text).replace(BYLINE_PREFIX, '').replace(DATE_TAIL, '').replace(SUFFIX, '');
    for (const part of line.split(SEPARATOR)) {
      const name = tidyName(part);
      const key = listWords(name).join(' ');
      if (seen.has(key) || !isName(name, names.length === 0)) continue;
      seen.add(key);
      names.push(name);
    }
  }
  return names;
}

function tidyName(part: string): string {
  const whole = part.trim().replace(BYLINE_PREFIX, '');
  // In a name that is all capitals the last word is no degree.
  const name = whole === whole.toUpperCase() ? whole : whole.replace(CREDENTIAL, '');
  return name.replace(/(?<![\s,;:-])[\s,;:-]+$/, '').trim();
}

function isName(name: string, isFirst: boolean): boolean {
  const wordCount = listWords(name).length;
  if (wordCount === 0 || wordCount > NAME_WORDS_MAX || NOT_A_NAME.test(name)) return false;
  return isFirst || (!ROLE.test(name) && !CREDENTIAL.test(` ${name}`));
}
