import type { Box, PageSurvey } from './survey.ts';
import { readElementText } from './tree.ts';
import { listWords } from './words.ts';

/** A title longer than this is a paragraph in a heading. */
const TITLE_LENGTH_MAX = 300;
const HEADINGS_MAX = 20;
/** A heading as like the declared title as this (share of common words, see `likeness`) is the headline. */
const LIKENESS_MIN = 0.5;
/** A lone heading that agrees with nothing must have this many words to be taken for the headline. */
const LONE_HEADING_WORDS_MIN = 3;
/** Title and site name stand on either side of one of these. */
const SITE_SEPARATOR =
  /(?<!\s)\s+[|·•»›~]+\s+|(?<!\s)\s+[-–—]+\s+|(?:(?<!\s)\s+)?::\s*|(?<!\s)\s+\/{1,2}\s+|(?<=\s)\\\s+|｜|_(?=[^_]+$)/;

/** The headline of a page; `box` is the heading it was read from, null when only the head tells it. */
export type Headline = { readonly title: string | null; readonly box: Box | null };

/** What the page's head declares, to be weighed against the visible headings. */
export type DeclaredTitles = { readonly structured: string | null; readonly siteName: string | null };

/** Finds the headline: the visible h1 before declared titles, because sites declare another one for social networks. */
export function findHeadline(survey: PageSurvey, declared: DeclaredTitles): Headline {
  const social = survey.metas.get('og:title')?.[0] ?? survey.metas.get('twitter:title')?.[0] ?? null;
  const tag = tidyTitle(survey.titleTag);
  const references = [social, declared.structured, tag]
    .filter((title) => title !== null)
    .map(tidyTitle)
    .filter((title) => title !== '');
  const headings = survey.marks
    .filter((box) => box.element.name === 'h1')
    .slice(0, HEADINGS_MAX)
    .map((box) => ({ box, title: tidyTitle(readElementText(box.element)) }))
    .filter(({ title }) => title !== '' && title.length <= TITLE_LENGTH_MAX && !sameText(title, declared.siteName));
  let best: { box: Box; title: string; shared: number } | null = null;
  for (const heading of headings) {
    const shared = Math.max(0, ...references.map((reference) => likeness(heading.title, reference)));
    const isLone = headings.length === 1 && listWords(heading.title).length >= LONE_HEADING_WORDS_MIN;
    if ((shared >= LIKENESS_MIN || isLone || references.length === 0) && shared > (best?.shared ?? -1)) {
      best = { ...heading, shared };
    }
  }
  if (best !== null)
    return { title: stripSiteName(stripSection(best.title, references), declared.siteName), box: best.box };
  const plain = social ?? declared.structured ?? (tag === '' ? null : tag);
  return { title: plain === null ? null : stripSiteName(tidyTitle(plain), declared.siteName), box: null };
}

/** Cuts the site's name off an end of a title: the declared name, else a short last part behind a separator. */
export function stripSiteName(title: string, siteName: string | null): string {
  const parts = title.split(SITE_SEPARATOR);
  if (parts.length < 2) return title;
  const first = parts[0] ?? '';
  const last = parts[parts.length - 1] ?? '';
  const isName = (part: string): boolean => siteName !== null && sameName(part, siteName);
  if (isName(last))
    return title.slice(0, title.lastIndexOf(last)).replace(/(?<![\s|·•»›~\-–—:/\\｜_])[\s|·•»›~\-–—:/\\｜_]+$/, '');
  if (isName(first)) return title.slice(title.indexOf(first) + first.length).replace(/^[\s|·•»›~\-–—:/\\｜_]+/, '');
  return title;
}

/** Cuts a section's name off the front of a heading when the declared title is the rest of it. */
function stripSection(title: string, references: readonly string[]): string {
  const words = listWords(title).join(' ');
  for (const reference of references) {
    const rest = listWords(reference).join(' ');
    if (rest.includes(' ') && words.length > rest.length && words.endsWith(` ${rest}`)) return reference;
  }
  return title;
}

/** Dice coefficient of the words of two titles: 1 for the same words, 0 for none in common. */
function likeness(left: string, right: string): number {
  const words = new Set(listWords(left));
  const others = new Set(listWords(right));
  let common = 0;
  for (const word of words) if (others.has(word)) common++;
  return (2 * common) / Math.max(1, words.size + others.size);
}

function tidyTitle(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function sameText(text: string, other: string | null): boolean {
  return other !== null && listWords(text).join(' ') === listWords(other).join(' ');
}

function sameName(part: string, siteName: string): boolean {
  const left = listWords(part).join('');
  const right = listWords(siteName).join('');
  return left === right || (left.length > 3 && right.length > 3 && (left.includes(right) || right.includes(left)));
}
