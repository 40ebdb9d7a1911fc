import { decodeText, removeUnstorable } from './charset.ts';
import { findPageBlock, type PageBlock } from './page-block.ts';
import { findBodyBox } from './page-body.ts';
import { readByline } from './page-byline.ts';
import { readPageDates } from './page-date.ts';
import { readFallbackBlocks } from './page-fallback.ts';
import { readBaseUrl, readCanonicalUrl, readLanguage, readSiteName } from './page-head.ts';
import { findListing, readMediaPage, splitPlainText } from './page-media.ts';
import { readStructuredData, readText, type StructuredData } from './page-structured.ts';
import { type PageSurvey, surveyPage } from './page-survey.ts';
import { joinBlocks, type PageLink, renderBlocks, type TextBlock } from './page-text.ts';
import { findHeadline } from './page-title.ts';
import { parsePageTree, readElementText } from './page-tree.ts';
import { findCorrections, listHeadLines, trimBlocks } from './page-trim.ts';
import { countWords, listWords } from './page-words.ts';

/**
 * Grows with every change to what `extractPage` gives for the same bytes: two texts are compared only when one version read
 * both.
 */
export const extractorVersion = '1';

/** Larger pages are cut here: the longest real article seen is under 3 MB of markup. */
const PAGE_BYTES_MAX = 5 * 1024 * 1024;
/** Below this many words our own reading is doubted and the other ways are tried. */
const DOUBTED_WORDS = 60;
/** The same when the container is named as the body: short news is short. */
const DOUBTED_NAMED_WORDS = 25;
/** A declared body replaces the visible one when it holds this many times its words and begins the same. */
const DECLARED_GAIN_MIN = 2.5;
const DECLARED_SHARED_WORDS_MIN = 0.7;

/** No comparison needs more. */
const WORDS_COUNTED_MAX = 100_000;

const ESCAPES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'", amp: '&' };

/** A page as fetched, or as text; `url` is where it came from, against which links resolve. */
export type PageInput =
  | { readonly url: string | null; readonly bytes: Uint8Array; readonly contentType: string | null }
  | { readonly url: string | null; readonly html: string };

/** Where the text came from: our own reading, the page's JSON-LD, @mozilla/readability, or a platform's description. */
export type PageMethod = 'scored' | 'structured' | 'readability' | 'media' | 'none';

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
  readonly kind: 'article' | 'video' | 'audio' | 'other';
  readonly block: PageBlock | null;
  /** Correction and update notes, in page order. */
  readonly corrections: readonly string[];
  readonly problems: readonly string[];
};

/** Reads a news, blog, video or episode page. Never throws; pure and synchronous, so it runs in a worker thread. */
export function extractPage(input: PageInput): ExtractedPage {
  const { html, problems } = readHtml(input);
  const { url } = input;
  const tree = parsePageTree(html);
  const survey = surveyPage(tree.document);
  const data = readStructuredData(survey.structuredData, survey.metas.get('og:type')?.[0] ?? null);
  const siteName = readSiteName(survey, data);
  const media = readMediaPage(survey, data, url);
  const headline = findHeadline(survey, { structured: readText(data.main?.['headline']), siteName });
  const title = media?.title ?? headline.title;
  const box = media?.kind === 'audio' ? findListing(headline.box) : findBodyBox(survey.boxes, headline.box);
  const found = box === null ? [] : renderBlocks(box, survey, media?.kind === 'audio');
  const headLines = listHeadLines(found);
  const siteNames = [siteName, readText(data.main?.['publisher'])].filter((name) => name !== null);
  const byline = media?.byline ?? readByline(survey, data, { siteNames, headLines, headline: headline.box ?? box });
  const dates = readPageDates(survey, data, { url, headLines, headline: headline.box ?? box });
  const own = trimBlocks(found, { title, byline, keepsLinks: media?.kind === 'audio' });
  const body =
    media === null
      ? chooseBody(own, {
          html,
          survey,
          data,
          title,
          byline,
          isNamed: box?.signs.isBody ?? false,
          isWhole: tree.problems.length === 0,
        })
      : chooseDescription(own, { description: media.description, isWhole: hasPlatformText(url) });
  const { text, links } = joinBlocks(body.blocks, readBaseUrl(survey, url));
  const block = media !== null && text !== '' ? null : findBlock({ survey, data, title, url, text });
  return {
    url,
    canonicalUrl: readCanonicalUrl(survey, url),
    title,
    byline,
    publishedAt: media?.publishedAt ?? dates.publishedAt,
    modifiedAt: dates.modifiedAt,
    lang: readLanguage(survey, data),
    text: block === null ? text : '',
    links: block === null ? links : [],
    method: block === null && text !== '' ? body.method : 'none',
    siteName,
    kind:
      media?.kind ??
      (data.kind === 'article' || countWords(text, DOUBTED_WORDS) >= DOUBTED_WORDS ? 'article' : 'other'),
    block,
    corrections: findCorrections(found),
    problems: [...problems, ...tree.problems, ...data.problems],
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

type Body = { readonly blocks: readonly TextBlock[]; readonly method: PageMethod };
type BodyContext = {
  readonly html: string;
  readonly survey: PageSurvey;
  readonly data: StructuredData;
  readonly title: string | null;
  readonly byline: string | null;
  readonly isNamed: boolean;
  readonly isWhole: boolean;
};

/**
 * Weighs our own reading against the page's declared articleBody and, when both are short, against readability. The declared
 * body is often cut short or flattened, so it is taken only for what the page does not show.
 */
function chooseBody(own: readonly TextBlock[], context: BodyContext): Body {
  const declared = readDeclaredBody(context.data);
  const declaredWords = countBlockWords(declared, WORDS_COUNTED_MAX);
  const words = countBlockWords(own, declaredWords === 0 ? DOUBTED_WORDS : WORDS_COUNTED_MAX);
  const isDoubted = words < (context.isNamed ? DOUBTED_NAMED_WORDS : DOUBTED_WORDS);
  if (declaredWords >= Math.max(DOUBTED_WORDS, words * DECLARED_GAIN_MIN) && (isDoubted || continues(declared, own))) {
    return { blocks: declared, method: 'structured' };
  }
  if (!isDoubted) return { blocks: own, method: 'scored' };
  const other = context.isWhole
    ? trimBlocks(readFallbackBlocks(context.html, context.survey), { ...context, keepsLinks: false })
    : [];
  return countBlockWords(other, WORDS_COUNTED_MAX) > words
    ? { blocks: other, method: 'readability' }
    : { blocks: own, method: 'scored' };
}

function readDeclaredBody(data: StructuredData): readonly TextBlock[] {
  const raw = data.main === null ? null : readText(data.main['articleBody']);
  if (raw === null) return [];
  const body = unescapeMarkup(raw);
  if (!/<(?:p|br|div|li)\b/i.test(body)) return splitPlainText(body);
  const survey = surveyPage(parsePageTree(`<body>${body}</body>`).document);
  const root = survey.boxes[0];
  return root === undefined ? [] : renderBlocks(root, survey);
}

/** Declared bodies are often escaped once or twice too often. */
function unescapeMarkup(text: string): string {
  let plain = text;
  for (let round = 0; round < 3 && /&(?:amp|lt|gt|quot|nbsp|#0?39);/.test(plain); round++) {
    plain = plain.replace(
      /&(lt|gt|quot|nbsp|#0?39|amp);/g,
      (_, name: string) => ESCAPES[name.replace('#0', '#')] ?? ' ',
    );
  }
  return plain;
}

/** Whether a longer text holds most of the words of a shorter one. */
function continues(longer: readonly TextBlock[], shorter: readonly TextBlock[]): boolean {
  const known = new Set(longer.flatMap((block) => listWords(block.text)));
  const words = shorter.flatMap((block) => listWords(block.text));
  return words.filter((word) => known.has(word)).length >= words.length * DECLARED_SHARED_WORDS_MIN;
}

/** A media page's text is its description; a show's page may say more in its markup. */
function chooseDescription(own: readonly TextBlock[], media: { description: string | null; isWhole: boolean }): Body {
  const described = media.description === null ? [] : splitPlainText(media.description);
  const isOwnBetter =
    !media.isWhole && countBlockWords(own, WORDS_COUNTED_MAX) > countBlockWords(described, WORDS_COUNTED_MAX);
  return isOwnBetter ? { blocks: own, method: 'scored' } : { blocks: described, method: 'media' };
}

function hasPlatformText(url: string | null): boolean {
  return url !== null && /(?:^|\.)(?:youtube\.com|youtu\.be)$/.test(URL.parse(url)?.hostname ?? '');
}

function countBlockWords(blocks: readonly TextBlock[], max: number): number {
  let count = 0;
  for (const block of blocks) if (count < max) count += countWords(block.text, max);
  return count;
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
