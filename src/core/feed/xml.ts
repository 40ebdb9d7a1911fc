import { resolveHttpUrl } from '#src/core/url.ts';
import { findAttribute, listChildren, textOf, type XmlElement } from '#src/core/xml/tree.ts';
import {
  type Fields,
  findHtml,
  findInstant,
  findLink,
  findText,
  findToken,
  firstField,
  groupFields,
  listFields,
  listLinks,
  readToken,
  readUrl,
  readUrlAttribute,
} from './field.ts';
import {
  countProblem,
  type FeedDirections,
  type FeedEnclosure,
  type FeedItem,
  type FeedSource,
  type FeedTranscript,
  ITEM_COUNT_MAX,
  LIST_COUNT_MAX,
  parseCount,
  type RawFeed,
  TITLE_CHARS_MAX,
  textOrNull,
  uniqueNames,
} from './item.ts';
import { readText } from './markup.ts';

// Where each fact may stand, best first. Core names are those of RSS and Atom alike.
const TITLE = ['title', 'dc:title', 'media:title', 'itunes:title'];
const FEED_DESCRIPTION = ['description', 'subtitle', 'tagline', 'dc:description', 'itunes:summary', 'itunes:subtitle'];
const SUMMARY = [
  'description',
  'summary',
  'abstract',
  'dc:description',
  'dcterms:abstract',
  'media:description',
  'itunes:summary',
  'itunes:subtitle',
];
const CONTENT = ['content:encoded', 'encoded', 'content', 'xhtml:body', 'body', 'fullitem', 'xhtml:div'];
const PUBLISHED = [
  'pubdate',
  'published',
  'issued',
  'dcterms:issued',
  'dc:date',
  'dcterms:date',
  'created',
  'dcterms:created',
];
const UPDATED = ['updated', 'modified', 'dcterms:modified'];
const ID = ['guid', 'id'];
// The first kind that names anyone wins: podcasts repeat the show's name where the others hold the person.
const AUTHOR_KINDS = [
  ['author', 'dc:creator', 'creator', 'dc:author'],
  ['itunes:author'],
  ['media:credit'],
  ['dc:contributor', 'contributor'],
];
const FEED_AUTHOR_KINDS = [...AUTHOR_KINDS, ['managingeditor'], ['dc:publisher']];
const CATEGORY = ['category', 'dc:subject', 'media:category', 'itunes:category'];
const KEYWORDS = ['itunes:keywords', 'media:keywords'];
const MEDIA_WRAPPERS = ['media:group', 'media:content', 'itunes:category'];
const PERIOD_SECONDS: ReadonlyMap<string, number> = new Map([
  ['hourly', 3600],
  ['daily', 86_400],
  ['weekly', 604_800],
  ['monthly', 2_592_000],
  ['yearly', 31_536_000],
]);

const MAIL_THEN_NAME = /^[^\s@]+@[^\s()]+ ?\((.+)\)$/;
const NAME_THEN_MAIL = /^(.+?) ?[<(] ?(?:mailto:)?[^\s<>()@]+@[^\s<>()@]+ ?[>)]$/;

/** A feed's facts as its XML states them, with its hints for readers. */
export type XmlFeed = {
  readonly content: RawFeed;
  readonly hints: FeedDirections;
  readonly problems: readonly string[];
};

/** Reads an RSS 0.9x-2.0, RDF or Atom 0.3/1.0 tree from its root element; `cut` are the elements that the document ended in. */
export function readXmlFeed(root: XmlElement, cut: ReadonlySet<XmlElement>): XmlFeed {
  const channels = root.name === 'channel' ? [root] : listChildren(root).filter(({ name }) => name === 'channel');
  const channel = channels[0] ?? root;
  const fields = groupFields(channel);
  const elements = [...channels, ...(root.name === 'channel' ? [] : [root])].flatMap((parent) =>
    listChildren(parent).filter(({ name }) => name === 'item' || name === 'entry'),
  );
  const filled = elements.filter((element) => listChildren(element).length > 0);
  // A document that ends inside a field of its last item has lost a part of it: the next fetch brings it whole.
  const isCut = filled.length > 1 && listChildren(filled.at(-1) ?? root).some((child) => cut.has(child));
  const whole = isCut ? filled.slice(0, -1) : filled;
  const problems = isCut ? ['the last item is cut off and was left out'] : [];
  if (whole.length > ITEM_COUNT_MAX) problems.push(countProblem(whole.length));
  const authors = listAuthors(fields, FEED_AUTHOR_KINDS);
  const items = whole
    .values()
    .take(ITEM_COUNT_MAX)
    .map((element) => readItem(element, authors));
  return {
    content: {
      title: findText(fields, TITLE),
      link: firstField(fields, ['link'], readUrl) ?? findLink(fields, 'alternate'),
      description: findHtml(fields, FEED_DESCRIPTION),
      language:
        findToken(fields, ['language', 'dc:language']) ??
        findAttribute(channel, 'xml:lang') ??
        findAttribute(root, 'xml:lang'),
      items,
    },
    hints: readHints(fields),
    problems,
  };
}

function readItem(element: XmlElement, feedAuthors: readonly string[]): FeedItem {
  const fields = groupFields(element, MEDIA_WRAPPERS);
  const source = fields.get('source')?.[0];
  const url = findItemUrl(element, fields);
  const authors = listAuthors(fields, AUTHOR_KINDS);
  const sourceAuthors = source === undefined ? [] : listAuthors(groupFields(source), FEED_AUTHOR_KINDS);
  const updatedAt = findInstant(fields, UPDATED);
  // With both, the description is the longer text.
  const hasBoth = fields.has('summary') && fields.has('description');
  const enclosures = listEnclosures(fields);
  return {
    id: findItemId(element, fields) ?? url ?? enclosures[0]?.url ?? null,
    title: findText(fields, TITLE),
    url,
    publishedAt: findInstant(fields, PUBLISHED) ?? updatedAt,
    updatedAt,
    summary: findHtml(fields, hasBoth ? ['summary'] : SUMMARY),
    contentHtml: findHtml(fields, hasBoth ? [...CONTENT, 'description'] : CONTENT),
    authors: [authors, sourceAuthors, feedAuthors].find((names) => names.length > 0) ?? [],
    categories: listCategories(fields),
    enclosures,
    transcripts: listTranscripts(fields),
    source: readSource(source) ?? dcSource(fields),
  };
}

function findItemId(element: XmlElement, fields: Fields): string | null {
  const own = findToken(fields, ID);
  // Atom's id is an IRI: one written as a path means an address on the feed's own site.
  if (own?.startsWith('/')) return resolveHttpUrl(own, element.base) ?? own;
  return own ?? findAttribute(element, 'rdf:about') ?? findToken(fields, ['dc:identifier']);
}

// A guid that denies being a permalink never becomes an address.
function findItemUrl(element: XmlElement, fields: Fields): string | null {
  const permalink = (guid: XmlElement): string | null =>
    findAttribute(guid, 'ispermalink')?.trim().toLowerCase() === 'false' ? null : resolveHttpUrl(readToken(guid), null);
  return (
    firstField(fields, ['link'], readUrl) ??
    findLink(fields, 'alternate') ??
    firstField(fields, ID, permalink) ??
    resolveHttpUrl(findAttribute(element, 'rdf:about') ?? '', element.base) ??
    firstField(fields, ['feedburner:origlink'], readUrl)
  );
}

function listAuthors(fields: Fields, kinds: readonly (readonly string[])[]): readonly string[] {
  for (const kind of kinds) {
    const names = uniqueNames(listFields(fields, kind).map(readPerson));
    if (names.length > 0) return names;
  }
  return [];
}

function readPerson(element: XmlElement): string {
  const parts = groupFields(element);
  const name = findText(parts, ['name', 'title']) ?? findToken(parts, ['email']);
  const text = textOrNull(name ?? (listChildren(element).length > 0 ? '' : readText(element)), TITLE_CHARS_MAX) ?? '';
  return (MAIL_THEN_NAME.exec(text) ?? NAME_THEN_MAIL.exec(text))?.[1] ?? text;
}

function listCategories(fields: Fields): readonly string[] {
  const named = listFields(fields, CATEGORY).map(
    (element) =>
      findAttribute(element, 'term') ??
      findAttribute(element, 'text') ??
      (readToken(element) || findAttribute(element, 'label') || ''),
  );
  const keywords = listFields(fields, KEYWORDS).flatMap((element) => textOf(element).split(','));
  return uniqueNames([...named, ...keywords].map((name) => name.trim()));
}

function listEnclosures(fields: Fields): readonly FeedEnclosure[] {
  const elements = [...listFields(fields, ['enclosure', 'media:content']), ...listLinks(fields, 'enclosure')];
  const found = new Map<string, FeedEnclosure>();
  for (const element of elements) {
    const url = findEnclosureUrl(element);
    if (url === null || found.has(url) || found.size >= LIST_COUNT_MAX) continue;
    const length = parseCount(findAttribute(element, 'length') ?? findAttribute(element, 'filesize'));
    found.set(url, { url, type: findAttribute(element, 'type'), length });
  }
  return [...found.values()];
}

function listTranscripts(fields: Fields): readonly FeedTranscript[] {
  const found = listFields(fields, ['podcast:transcript']).map((element) => ({
    url: readUrlAttribute(element, 'url'),
    type: findAttribute(element, 'type'),
    lang: findAttribute(element, 'language'),
  }));
  return found.flatMap(({ url, ...rest }) => (url === null ? [] : [{ url, ...rest }])).slice(0, LIST_COUNT_MAX);
}

// Some write the address between the tags; there it must be a whole one.
function findEnclosureUrl(element: XmlElement): string | null {
  const own = readUrlAttribute(element, 'url') ?? readUrlAttribute(element, 'href');
  return own ?? resolveHttpUrl(readToken(element), null);
}

// RSS names the origin in the element's text and `url`, Atom as a small feed of its own.
function readSource(source: XmlElement | undefined): FeedSource | null {
  if (source === undefined) return null;
  const parts = groupFields(source);
  const title = findText(parts, TITLE) ?? (listChildren(source).length > 0 ? null : readText(source));
  const url = readUrlAttribute(source, 'url') ?? findLink(parts, 'alternate');
  return title === null && url === null ? null : { title, url };
}

function dcSource(fields: Fields): FeedSource | null {
  const text = findText(fields, ['dc:source']);
  const url = resolveHttpUrl(text ?? '', null);
  return text === null ? null : { title: url === null ? text : null, url };
}

function readHints(fields: Fields): FeedDirections {
  const listTokens = (name: string, part: string): readonly string[] =>
    listFields(fields, [name]).flatMap((element) =>
      listChildren(element)
        .filter((child) => child.name === part)
        .map(readToken),
    );
  const period = PERIOD_SECONDS.get(findToken(fields, ['sy:updateperiod'])?.toLowerCase() ?? '') ?? null;
  const frequency = Math.max(1, parseCount(findToken(fields, ['sy:updatefrequency'])) ?? 1);
  return {
    ttlMinutes: parseCount(findToken(fields, ['ttl'])),
    skipHours: listTokens('skiphours', 'hour')
      .map(parseCount)
      .filter((hour) => hour !== null)
      .filter((hour) => hour <= 24),
    skipDays: uniqueNames(listTokens('skipdays', 'day')),
    updatePeriodSeconds: period === null ? null : Math.round(period / frequency),
    hubs: listLinks(fields, 'hub')
      .map((link) => readUrlAttribute(link, 'href'))
      .filter((url) => url !== null)
      .slice(0, LIST_COUNT_MAX),
    selfUrl: findLink(fields, 'self'),
    nextUrl: findLink(fields, 'next'),
  };
}
