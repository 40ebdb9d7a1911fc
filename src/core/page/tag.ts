import { decodeHTMLAttribute } from 'entities';

/** The attributes of an element that pages are read by; others are not kept. */
export type PageAttributes = { readonly [name: string]: string | undefined };

/** Where a reader of markup stands. */
export type MarkupCursor = { readonly html: string; at: number };

/** What a start tag says; `isCut` when it has more attributes than are read. */
export type StartTag = {
  readonly attributes: PageAttributes;
  readonly isSelfClosing: boolean;
  readonly isCut: boolean;
};

/** Most attributes serve a page's scripts and styles: keeping none of those saves half of the work on a tag. */
const KEPT =
  `aria-hidden class content datetime hidden href http-equiv id itemprop kind lang name property rel role src srclang
  style title type xml:lang`.split(/\s+/);
/** No two of them share length and first letter, so that these find the one name to compare with. */
const KEPT_BY_SHAPE = new Map(KEPT.map((name) => [shapeOf(name.charCodeAt(0), name.length), name]));
/** No real element carries more attributes. */
export const ATTRIBUTE_COUNT_MAX = 1_000;
const NO_ATTRIBUTES: PageAttributes = {};

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const CLOSE = 0x3e;

/**
 * Reads a start tag from behind its name to behind its ">", as a browser does (HTML standard, 13.2.5.32 and following): of two
 * attributes with one name the first counts. Null when the page ends inside the tag. Takes time linear in the tag's length.
 */
export function readStartTag(cursor: MarkupCursor): StartTag | null {
  const { html } = cursor;
  let attributes: Record<string, string | undefined> | null = null;
  let count = 0;
  let isSelfClosing = false;
  for (;;) {
    skipSpace(cursor);
    const code = html.charCodeAt(cursor.at);
    if (Number.isNaN(code)) return null;
    if (code === CLOSE) break;
    isSelfClosing = code === SLASH;
    if (isSelfClosing) {
      cursor.at++;
      continue;
    }
    const start = cursor.at;
    skipName(cursor);
    const name = ++count <= ATTRIBUTE_COUNT_MAX ? findKept(html, { start, end: cursor.at }) : null;
    const value = readValue(cursor, name !== null);
    if (name !== null) {
      attributes ??= {};
      attributes[name] ??= value;
    }
  }
  cursor.at++;
  return { attributes: attributes ?? NO_ATTRIBUTES, isSelfClosing, isCut: count > ATTRIBUTE_COUNT_MAX };
}

/** Whether a character is white space in HTML. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d || code === 0x0c;
}

function findKept(html: string, at: { readonly start: number; readonly end: number }): string | null {
  const name = KEPT_BY_SHAPE.get(shapeOf(html.charCodeAt(at.start), at.end - at.start));
  if (name === undefined) return null;
  return html.startsWith(name, at.start) || html.slice(at.start, at.end).toLowerCase() === name ? name : null;
}

function shapeOf(firstCode: number, length: number): number {
  return length * 256 + (firstCode | 0x20);
}

function skipSpace(cursor: MarkupCursor): void {
  while (isSpace(cursor.html.charCodeAt(cursor.at))) cursor.at++;
}

/** The first character of a name may be anything: `<a ="x">` has an attribute `="x"`. */
function skipName(cursor: MarkupCursor): void {
  const { html } = cursor;
  let at = cursor.at + 1;
  for (; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (code === EQUALS || code === CLOSE || code === SLASH || isSpace(code)) break;
  }
  cursor.at = at;
}

/** The value behind a name, '' when there is none; one that is not wanted is only read past. */
function readValue(cursor: MarkupCursor, isWanted: boolean): string {
  const { html } = cursor;
  skipSpace(cursor);
  if (html.charCodeAt(cursor.at) !== EQUALS) return '';
  cursor.at++;
  skipSpace(cursor);
  const code = html.charCodeAt(cursor.at);
  const isQuoted = code === QUOTE || code === APOSTROPHE;
  const start = isQuoted ? cursor.at + 1 : cursor.at;
  const end = isQuoted ? html.indexOf(code === QUOTE ? '"' : "'", start) : findBareEnd(html, start);
  cursor.at = end === -1 ? html.length : isQuoted ? end + 1 : end;
  if (!isWanted || end === -1) return '';
  const value = html.slice(start, end);
  return value.includes('&') ? decodeHTMLAttribute(value) : value;
}

function findBareEnd(html: string, start: number): number {
  let at = start;
  while (at < html.length && html.charCodeAt(at) !== CLOSE && !isSpace(html.charCodeAt(at))) at++;
  return at;
}
