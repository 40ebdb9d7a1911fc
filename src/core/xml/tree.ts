import { resolveHttpUrl } from '#src/core/url.ts';
import { decodeEntities, type Entities, listDeclaredEntities, removeForbidden } from './entity.ts';
import { canonicalName, findVocabulary, type Namespaces, unknownVocabulary } from './name.ts';
import { type RawTag, scanTag } from './tag.ts';

/** An attribute as written, with its value decoded. */
export type XmlAttribute = { readonly name: string; readonly value: string };

/** An element, or decoded text. */
export type XmlNode = XmlElement | string;

/**
 * An element: `name` as known here ("dc:creator"), `tag` as written, `base` the address its relative addresses are resolved
 * against.
 */
export type XmlElement = {
  readonly name: string;
  readonly tag: string;
  readonly attributes: readonly XmlAttribute[];
  readonly namespaces: Namespaces;
  readonly base: string | null;
  readonly children: readonly XmlNode[];
};

/** What was read: the top-level elements, those that the document ended in, and in words what was wrong with it. */
export type XmlDocument = {
  readonly roots: readonly XmlElement[];
  readonly cut: ReadonlySet<XmlElement>;
  readonly problems: readonly string[];
};

// Real feeds stay below 30 levels; what lies deeper is kept as text of the deepest element.
const DEPTH_MAX = 512;
// 2,000 items of 200 elements each; about 100 MB of tree.
const ELEMENT_COUNT_MAX = 400_000;
// Items do not nest: a second one inside the first means that an end tag is missing.
const ITEM_TAGS: ReadonlySet<string> = new Set(['item', 'entry']);
// Fields of plain text do not nest either.
const TEXT_TAGS: ReadonlySet<string> = new Set(['title', 'link', 'guid', 'pubdate', 'description']);
// HTML written straight into a feed: these have no end tag there, and are no field's name.
const VOID_TAGS: ReadonlySet<string> = new Set(['br', 'hr', 'img', 'wbr']);
// A tag ends at the next "<" when its own ">" is missing.
const END_TAG = /<\/\s*([^\s<>]*)[^<>]*>?/y;

// An element that is still being read; `folded` is its tag in lower case.
type OpenElement = { readonly folded: string; readonly element: GrowingElement };
type GrowingElement = XmlElement & { readonly children: XmlNode[] };

type Reading = {
  readonly text: string;
  readonly base: string | null;
  readonly roots: XmlElement[];
  readonly open: OpenElement[];
  readonly problems: Set<string>;
  entities: Entities;
  elementCount: number;
  cdataEnd: number;
};

// htmlparser2's XML mode lost: it knows five entities only, keeps prefixes as text and lets an unclosed item swallow the
// next one, so that it needs a repair pass before it and a naming pass behind it.

/**
 * Reads XML the way feeds write it, in one pass and in linear time: junk around the root, missing or crossed end tags, bare
 * "&" and "<", unquoted attributes, control characters, HTML's entities. Nothing outside the text is read. Never throws.
 */
export function parseXml(text: string, base: string | null): XmlDocument {
  const clean = removeForbidden(text);
  const reading: Reading = {
    text: clean,
    base,
    roots: [],
    open: [],
    problems: new Set(clean.length === text.length ? [] : ['control characters were removed']),
    entities: new Map(),
    elementCount: 0,
    cdataEnd: -1,
  };
  let at = 0;
  while (at < clean.length && reading.elementCount < ELEMENT_COUNT_MAX) {
    const mark = clean.indexOf('<', at);
    addText(reading, clean.slice(at, mark < 0 ? clean.length : mark));
    at = mark < 0 ? clean.length : readMarkup(reading, mark);
  }
  if (at < clean.length)
    reading.problems.add(`the document has more than ${ELEMENT_COUNT_MAX} elements; the rest is left out`);
  if (reading.open.length > 0) reading.problems.add('the document ends before its last end tag');
  const cut = new Set(reading.open.map(({ element }) => element));
  return { roots: reading.roots, cut, problems: [...reading.problems] };
}

/** The value of the attribute known as `name`, in lower case ("rdf:about"); null when there is none. */
export function findAttribute(element: XmlElement, name: string): string | null {
  for (const attribute of element.attributes) {
    const known = attribute.name.includes(':')
      ? canonicalName(attribute.name, element.namespaces)
      : attribute.name.toLowerCase();
    if (known === name) return attribute.value;
  }
  return null;
}

/** The elements directly inside, in document order. */
export function listChildren(element: XmlElement): readonly XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

/** All text inside, markup left out. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

// Gives the offset at which reading goes on.
function readMarkup(reading: Reading, at: number): number {
  const { text } = reading;
  if (text.startsWith('<!--', at)) return skipTo(reading, at + 4, '-->');
  if (text.startsWith('<![CDATA[', at)) return readCdata(reading, at + 9);
  if (text.startsWith('<!', at)) return readDoctype(reading, at);
  if (text.startsWith('<?', at)) return skipTo(reading, at + 2, '>');
  if (text[at + 1] === '/') return readEndTag(reading, at);
  const tag = scanTag(text, at);
  if (tag === null) {
    reading.problems.add('a bare "<" was read as text');
    addRawText(reading, '<');
    return at + 1;
  }
  openElement(reading, tag);
  return tag.end;
}

// An end that is missing once is missing for good, and the reading stops there: no text is searched twice.
function skipTo(reading: Reading, at: number, end: string): number {
  const found = reading.text.indexOf(end, at);
  if (found >= 0) return found + end.length;
  reading.problems.add('a comment or instruction has no end');
  return reading.text.length;
}

// A section without an end would swallow the fields up to the next one's end: it ends with its element instead.
function readCdata(reading: Reading, at: number): number {
  const { text } = reading;
  if (reading.cdataEnd < at) reading.cdataEnd = indexOrEnd(text, ']]>', at);
  const section = text.slice(at, reading.cdataEnd);
  const inner = section.indexOf('<![CDATA[');
  const tag = reading.open.at(-1)?.element.tag ?? '';
  const own = inner < 0 && reading.cdataEnd < text.length ? -1 : section.indexOf(`</${tag}>`);
  const isUnclosed = own >= 0 && (inner < 0 || own < inner);
  if (isUnclosed || reading.cdataEnd === text.length) reading.problems.add('a CDATA section has no end');
  addRawText(reading, isUnclosed ? section.slice(0, own) : section);
  return isUnclosed ? at + own : Math.min(reading.cdataEnd + ']]>'.length, text.length);
}

function indexOrEnd(text: string, part: string, at: number): number {
  const found = text.indexOf(part, at);
  return found < 0 ? text.length : found;
}

function readDoctype(reading: Reading, at: number): number {
  const end = skipTo(reading, at, '>');
  const subset = reading.text.slice(at, end).indexOf('[');
  if (subset < 0) return end;
  const close = skipTo(reading, at + subset, ']');
  reading.entities = listDeclaredEntities(reading.text.slice(at + subset, close));
  return skipTo(reading, close, '>');
}

function readEndTag(reading: Reading, at: number): number {
  END_TAG.lastIndex = at;
  const [whole = '</', name = ''] = END_TAG.exec(reading.text) ?? [];
  const folded = name.toLowerCase();
  const depth = reading.open.findLastIndex((outer) => outer.folded === folded);
  if (depth < reading.open.length - 1) reading.problems.add('end tags are missing or crossed');
  if (depth >= 0) reading.open.length = depth;
  return at + whole.length;
}

function openElement(reading: Reading, tag: RawTag): void {
  const { open } = reading;
  const folded = tag.name.toLowerCase();
  const isParent = !tag.isClosed && !VOID_TAGS.has(folded);
  if (isParent) closeUnfinished(reading, folded);
  if (open.length >= DEPTH_MAX) {
    reading.problems.add(`elements nest deeper than ${DEPTH_MAX}; their text is kept`);
    return;
  }
  const parent = open.at(-1)?.element;
  const element = buildElement(reading, tag, parent);
  reading.elementCount += 1;
  if (parent === undefined) reading.roots.push(element);
  else parent.children.push(element);
  if (isParent) open.push({ folded, element });
}

// Closes what cannot hold the element that begins: its end tag is missing.
function closeUnfinished(reading: Reading, folded: string): void {
  const { open } = reading;
  const depth = ITEM_TAGS.has(folded) ? open.findIndex((outer) => outer.folded === folded) : -1;
  const isInText = TEXT_TAGS.has(folded) && TEXT_TAGS.has(open.at(-1)?.folded ?? '');
  if (depth < 0 && !isInText) return;
  reading.problems.add('end tags are missing or crossed');
  open.length = depth >= 0 ? depth : open.length - 1;
}

function buildElement(reading: Reading, tag: RawTag, parent: XmlElement | undefined): GrowingElement {
  const attributes = tag.attributes.map(({ name, value }) => ({
    name,
    value: decodeEntities(value, reading.entities),
  }));
  const namespaces = extendNamespaces(attributes, parent?.namespaces ?? null, tag.name);
  const outerBase = parent === undefined ? reading.base : parent.base;
  const ownBase = attributes.find(({ name }) => name === 'xml:base')?.value;
  const base = ownBase === undefined ? outerBase : (resolveHttpUrl(ownBase, outerBase) ?? outerBase);
  return { name: canonicalName(tag.name, namespaces), tag: tag.name, attributes, namespaces, base, children: [] };
}

// A root in a vocabulary nobody knows is read as a plain feed: such addresses are misspelt ones.
function extendNamespaces(attributes: readonly XmlAttribute[], outer: Namespaces | null, tag: string): Namespaces {
  const declared = attributes.filter(({ name }) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (declared.length === 0 && outer !== null) return outer;
  const ownPrefix = tag.includes(':') ? tag.slice(0, tag.indexOf(':')) : '';
  const prefixes = new Map<string, string>();
  for (const { name, value } of declared) {
    const prefix = name.slice('xmlns:'.length);
    const isRootPrefix = outer === null && prefix === ownPrefix;
    prefixes.set(prefix, findVocabulary(value) ?? (isRootPrefix ? '' : unknownVocabulary(prefix)));
  }
  return { prefixes, outer, known: new Map() };
}

function addText(reading: Reading, raw: string): void {
  if (raw !== '') addRawText(reading, decodeEntities(raw.replaceAll(']]>', ''), reading.entities));
}

function addRawText(reading: Reading, text: string): void {
  const children = reading.open.at(-1)?.element.children;
  if (children === undefined || text === '') return;
  const last = children.at(-1);
  if (typeof last === 'string') children[children.length - 1] = last + text;
  else children.push(text);
}
