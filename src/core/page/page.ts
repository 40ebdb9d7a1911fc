import type { CaptionTrack } from '#src/core/caption/track.ts';
import { decodeText, removeUnstorable } from '#src/core/charset.ts';
import { findPageBlock, type PageBlock } from './block.ts';
import { findBodyBox } from './body.ts';
import { readByline } from './byline.ts';
import { chooseBody, chooseDescription, DOUBTED_WORDS, type PageMethod } from './choice.ts';
import { readPageDates } from './date.ts';
import { readBaseUrl, readCanonicalUrl, readIsFree, readLanguage, readSection, readSiteName } from './head.ts';
import { findListing, type MediaPage, readMediaPage } from './media.ts';
import { type DeclaredReview, listDeclaredReviews } from './reviews.ts';
import { readStructuredData, readText, type StructuredData } from './structured.ts';
import { type Box, type PageSurvey, surveyPage } from './survey.ts';
import { joinBlocks, type PageLink, renderBlocks } from './text.ts';
import { findHeadline, type Headline } from './title.ts';
import { parsePageTree, readElementText } from './tree.ts';
import { findCorrections, listHeadLines, trimBlocks } from './trim.ts';
import { countWords } from './words.ts';

/** Larger pages are cut here: the longest real article seen is under 3 MB of markup. */
const PAGE_BYTES_MAX = 5 * 1024 * 1024;
/** A page as fetched, or as text; `url` is where it came from, against which links resolve. */
export type PageInput =
  | { readonly url: string | null; readonly bytes: Uint8Array; readonly contentType: string | null }
  | { readonly url: string | null; readonly html: string };

/**
 * What a page says. `text` has a blank line between paragraphs and a line break before list items, table rows and single-`br`
 * lines; it is empty for a blocked page. Dates are RFC 3339 in UTC, or YYYY-MM-DD when only the day is known.
 */
export type ExtractedPage = {
  readonly url: string | null;
  readonly canonicalUrl: string | null;
  readonly title: string | null;
  readonly byline: string | null;
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
  readonly lang: string | null;
  readonly text: string;
  readonly links: readonly PageLink[];
  readonly method: PageMethod;
  readonly siteName: string | null;
  /** The part of the site that it stands in; whether the page says that everybody may read it. */
  readonly section: string | null;
  readonly isFree: boolean | null;
  readonly kind: 'article' | 'video' | 'audio' | 'other';
  /** The tracks of words that a video offers; they are read apart. */
  readonly captions: readonly CaptionTrack[];
  readonly block: PageBlock | null;
  /** Correction and update notes, in page order. */
  readonly corrections: readonly string[];
  readonly reviews: readonly DeclaredReview[];
  readonly problems: readonly string[];
};

/** Reads a news, blog, video or episode page. Never throws; pure and synchronous, so it runs in a worker thread. */
export function extractPage(input: PageInput): ExtractedPage {
  const { html, problems } = readHtml(input);
  const { url } = input;
  const tree = parsePageTree(html);
  const survey = surveyPage(tree.root);
  const pageType = survey.metas.get('og:type')?.[0] ?? null;
  const data = readStructuredData(survey.structuredData, pageType);
  const media = readMediaPage(survey, data, url);
  const siteName = readSiteName(survey, data);
  const headline = findHeadline(survey, { structured: readText(data.main?.['headline']), siteName });
  const isListing = media?.kind === 'audio';
  const box = isListing ? findListing(headline.box) : findBodyBox(survey.boxes, headline.box);
  const found = box === null ? [] : renderBlocks(box, survey, isListing);
  const head = readHead({ url, survey, data, media, headline, siteName, box, headLines: listHeadLines(found) });
  const own = trimBlocks(found, { ...head, keepsLinks: isListing });
  const isWhole = tree.problems.length === 0;
  const isNamed = box?.signs.isBody ?? false;
  const body =
    media === null
      ? chooseBody(own, { html, survey, data, title: head.title, byline: head.byline, isNamed, isWhole })
      : chooseDescription(own, media);
  const { text, links } = joinBlocks(body.blocks, readBaseUrl(survey, url));
  const block = media !== null && text !== '' ? null : findBlock({ survey, data, title: head.title, url, text });
  const isDeclared = data.kind === 'article' || (pageType === 'article' && text !== '');
  const isArticle = isDeclared || countWords(text, DOUBTED_WORDS) >= DOUBTED_WORDS;
  return {
    url,
    ...head,
    text: block === null ? text : '',
    links: block === null ? links : [],
    method: block === null && text !== '' ? body.method : 'none',
    kind: media?.kind ?? (isArticle ? 'article' : 'other'),
    block,
    captions: media?.captions ?? [],
    corrections: findCorrections(found),
    reviews: listDeclaredReviews(data),
    problems: [...problems, ...tree.problems, ...data.problems],
  };
}

type HeadSources = {
  readonly url: string | null;
  readonly survey: PageSurvey;
  readonly data: StructuredData;
  readonly media: MediaPage | null;
  readonly headline: Headline;
  readonly siteName: string | null;
  readonly box: Box | null;
  readonly headLines: readonly string[];
};
type Head = Pick<
  ExtractedPage,
  'canonicalUrl' | 'title' | 'byline' | 'publishedAt' | 'modifiedAt' | 'lang' | 'siteName' | 'section' | 'isFree'
>;

function readHead(sources: HeadSources): Head {
  const { url, survey, data, media, headline, siteName, headLines } = sources;
  const siteNames = [siteName, readText(data.main?.['publisher'])].filter((name) => name !== null);
  const near = headline.box ?? sources.box;
  const dates = readPageDates(survey, data, { url, headLines, headline: near });
  return {
    canonicalUrl: readCanonicalUrl(survey, url),
    title: media?.title ?? headline.title,
    byline: media?.byline ?? readByline(survey, data, { siteNames, headLines, headline: near }),
    publishedAt: media?.publishedAt ?? dates.publishedAt,
    modifiedAt: dates.modifiedAt,
    lang: readLanguage(survey, data),
    siteName,
    section: readSection(survey, data),
    isFree: readIsFree(survey, data),
  };
}

function readHtml(input: PageInput): { html: string; problems: readonly string[] } {
  const tooLong = `page is over ${PAGE_BYTES_MAX} bytes: the rest was not read`;
  if ('html' in input) {
    const isLong = input.html.length > PAGE_BYTES_MAX;
    return { html: removeUnstorable(input.html.slice(0, PAGE_BYTES_MAX)), problems: isLong ? [tooLong] : [] };
  }
  const isLong = input.bytes.length > PAGE_BYTES_MAX;
  const bytes = isLong ? input.bytes.subarray(0, PAGE_BYTES_MAX) : input.bytes;
  const { text, problems } = decodeText(bytes, { contentType: input.contentType, kind: 'html' });
  return { html: text, problems: isLong ? [...problems, tooLong] : problems };
}

function findBlock(page: {
  readonly survey: PageSurvey;
  readonly data: StructuredData;
  readonly title: string | null;
  readonly url: string | null;
  readonly text: string;
}): PageBlock | null {
  const body = page.survey.boxes.find((box) => box.element.name === 'body') ?? page.survey.boxes[0];
  const readPageText = (): string => (body === undefined ? '' : readElementText(body.element));
  return findPageBlock({ ...page, titleTag: page.survey.titleTag, readPageText });
}
