import { parseDate } from '#src/core/date.ts';
import { readText, type StructuredData } from './structured.ts';
import type { Box, PageSurvey } from './survey.ts';
import { readDirectText, readElementText } from './tree.ts';

/** When the page says it was published and last changed: RFC 3339, or YYYY-MM-DD when only the day is known. */
export type PageDates = { readonly publishedAt: string | null; readonly modifiedAt: string | null };

const PUBLISHED_KEYS =
  `article:published_time datepublished article:published og:article:published_time og:published_time
  parsely-pub-date sailthru.date article.published cxenseparse:recs:publishtime dc.date.issued dcterms.issued
  dcterms.created dc.date.created publish-date publish_date published_date pubdate publication_date citation_publication_date
  citation_date datecreated article_date_original date_published rnews:datepublished dc.date dcterms.date
  dc.terms.date date uploaddate video:release_date`.split(/\s+/);
const MODIFIED_KEYS = `article:modified_time og:updated_time datemodified article:modified last-modified lastmod
  dcterms.modified dc.date.modified revision_date article.updated`.split(/\s+/);

const URL_DAY = /[/\-_](20\d\d|19[89]\d)[/\-_]?(0[1-9]|1[0-2])[/\-_]?(0[1-9]|[12]\d|3[01])(?=[/\-_.?]|$)/;
const URL_MONTH_NAME =
  /\/(20\d\d|19[89]\d)\/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\/(\d{1,2})(?=[/\-_.?]|$)/i;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** A page first published longer ago than this, and shown with the day of its update, is a new edition. */
const REISSUE_DAYS_MIN = 90;
/** How many elements around the headline an unnamed date is looked for. */
const NEAR_HEADLINE_BOXES = 40;
/** Later dates belong to other articles that the page lists. */
const SHOWN_DATES_MAX = 5;
const UPDATE = /\b(?:updated|modified|revised|aktualisiert|actualizado|mis à jour|aggiornato|atualizado)\b|更新/i;

type ShownDate = { readonly iso: string; readonly isUpdate: boolean };

/** Visible text longer than this is not a date line. */
const DATE_LINE_LENGTH_MAX = 120;

/** Where the page came from, the short lines at the head of its body, and the heading of the article. */
export type DateContext = {
  readonly url: string | null;
  readonly headLines: readonly string[];
  readonly headline: Box | null;
};

/** Reads the dates of a page: structured data, then meta tags, then time elements, the address, visible text. */
export function readPageDates(survey: PageSurvey, data: StructuredData, context: DateContext): PageDates {
  const { main } = data;
  const declared =
    firstDate([main?.['datePublished'], main?.['uploadDate'], main?.['dateCreated']]) ??
    firstDate(PUBLISHED_KEYS.map((key) => survey.metas.get(key)?.[0])) ??
    readMarkedDate(survey, /datePublished|dateCreated|uploadDate/);
  const modifiedAt =
    firstDate([main?.['dateModified']]) ??
    firstDate(MODIFIED_KEYS.map((key) => survey.metas.get(key)?.[0])) ??
    readMarkedDate(survey, /dateModified/);
  if (declared === null) {
    const publishedAt =
      listShownDates(survey)[0]?.iso ??
      readUrlDate(context.url) ??
      firstDate(context.headLines) ??
      readNearDate(survey, context.headline) ??
      modifiedAt;
    return { publishedAt, modifiedAt };
  }
  const isChanged = modifiedAt !== null && daysBetween(declared, modifiedAt) > 1;
  const publishedAt = (isChanged ? findReissue(declared, modifiedAt, listShownDates(survey)) : null) ?? declared;
  return { publishedAt, modifiedAt };
}

/**
 * A page that shows its readers the day of its last change, and not the day it first appeared, was published again: guides
 * keep an address for years. A line that says "updated" counts only when the first day is long past.
 */
function findReissue(declared: string, modified: string, shown: readonly ShownDate[]): string | null {
  if (shown.some((date) => daysBetween(date.iso, declared) <= 1)) return null;
  const last = shown.find((date) => daysBetween(date.iso, modified) <= 1);
  if (last === undefined || (last.isUpdate && daysBetween(declared, modified) < REISSUE_DAYS_MIN)) return null;
  return modified;
}

function firstDate(values: readonly unknown[]): string | null {
  for (const value of values) {
    const text = readText(value);
    const date = text === null ? null : parseDate(text);
    if (date !== null) return date.iso;
  }
  return null;
}

function readMarkedDate(survey: PageSurvey, itemprops: RegExp): string | null {
  for (const { element } of survey.marks) {
    const { itemprop = '', datetime, content } = element.attributes;
    if (!itemprops.test(itemprop)) continue;
    const date = firstDate([content, datetime, readElementText(element)]);
    if (date !== null) return date;
  }
  return null;
}

/** The dates that time elements and date lines show, in page order. */
function listShownDates(survey: PageSurvey): readonly ShownDate[] {
  const shown: ShownDate[] = [];
  for (const { element, signs } of survey.marks) {
    const isTime = element.name === 'time';
    if (!isTime && !signs.isDate && !signs.isByline) continue;
    const text = readElementText(element).replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
    if (text.length > DATE_LINE_LENGTH_MAX) continue;
    const iso = firstDate(isTime ? [element.attributes['datetime'], text] : [text]);
    if (iso !== null) shown.push({ iso, isUpdate: UPDATE.test(text) });
    if (shown.length >= SHOWN_DATES_MAX) break;
  }
  return shown;
}

/** A date in unnamed text around the headline, nearest after it first. */
function readNearDate(survey: PageSurvey, headline: Box | null): string | null {
  if (headline === null) return null;
  const after = survey.boxes.slice(headline.index + 1, headline.index + NEAR_HEADLINE_BOXES);
  const before = survey.boxes.slice(Math.max(0, headline.index - NEAR_HEADLINE_BOXES), headline.index).reverse();
  const lines = [...after, ...before].map((box) => readDirectText(box.element).replace(/\s+/g, ' ').trim());
  return firstDate(lines.filter((line) => line.length <= DATE_LINE_LENGTH_MAX && /\d/.test(line)));
}

function daysBetween(left: string, right: string): number {
  const days = Temporal.PlainDate.from(left.slice(0, 10)).until(right.slice(0, 10)).total('days');
  return Math.abs(days);
}

function readUrlDate(url: string | null): string | null {
  if (url === null) return null;
  const digits = URL_DAY.exec(url);
  if (digits !== null) return parseDate(`${digits[1]}-${digits[2]}-${digits[3]}`)?.iso ?? null;
  const named = URL_MONTH_NAME.exec(url);
  if (named === null) return null;
  const month = MONTHS.indexOf((named[2] ?? '').toLowerCase()) + 1;
  return parseDate(`${named[1]}-${String(month).padStart(2, '0')}-${(named[3] ?? '').padStart(2, '0')}`)?.iso ?? null;
}
