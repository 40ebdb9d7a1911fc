import { resolveHttpUrl } from '#src/core/url.ts';
import { decodeEntities, escapeXml } from '#src/core/xml/entity.ts';
import { scanTag } from '#src/core/xml/tag.ts';
import { findAttribute, listChildren, textOf, type XmlElement, type XmlNode } from '#src/core/xml/tree.ts';

// Attributes with an address that means nothing away from its page. `srcset` is not among them: pictures are not shown.
const URL_ATTRIBUTES = setOf('href src cite poster longdesc action data background');
const ABSOLUTE = /^\s*[a-z][a-z0-9+.-]*:/i;
// Text counts as HTML where nothing declares its type when it holds an HTML tag or a reference: "1 < 2" and "<x, y>" do not.
const HTML_TAG =
  /<\/?(?:a|abbr|b|big|blockquote|br|cite|code|div|em|figure|font|h[1-6]|hr|i|img|li|ol|p|pre|q|s|small|span|strike|strong|sub|sup|table|td|tr|tt|u|ul)(?:\s[^<>]{0,2000})?\/?>/i;
const HTML_REFERENCE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/i;
const BREAKING_TAGS = setOf('br p div li tr td h1 h2 h3 h4 hr');
const SILENT_TAGS = setOf('script style');
const SILENT_END = /<\/(?:script|style)/gi;
const VOID_TAGS = setOf('br hr img input wbr source col area embed track');

// These mean text where no type is declared (RFC 4287 section 3.1, Media RSS, Apple's podcast tags); all others mean HTML.
const TEXT_FIELDS = setOf('content summary subtitle tagline media:description itunes:summary itunes:subtitle');

type TextKind = 'text' | 'html' | 'xhtml' | 'mixed' | 'unknown';

/** The element's content as one line of text, by its declared type (RFC 4287 section 3.1, Atom 0.3 `mode`); '' when empty. */
export function readText(element: XmlElement): string {
  const kind = kindOf(element);
  if (kind === 'xhtml' || kind === 'mixed') return collapse(htmlToText(renderChildren(element, kind)));
  const text = textOf(element);
  const isHtml = kind === 'html' || (kind === 'unknown' && looksLikeHtml(text));
  return collapse(isHtml ? htmlToText(text) : text);
}

/** The element's content as HTML, whatever its declared type, with relative addresses resolved; '' when empty. */
export function readHtml(element: XmlElement): string {
  const kind = kindOf(element);
  if (kind === 'xhtml' || kind === 'mixed') return renderChildren(unwrapDiv(element), kind).trim();
  const text = textOf(element).trim();
  const isHtml = kind === 'html' || (kind === 'unknown' && (!TEXT_FIELDS.has(element.name) || looksLikeHtml(text)));
  return isHtml ? resolveLinks(text, element.base) : escapeXml(text);
}

/** The text of HTML: tags dropped, scripts and styles silent, references decoded, a space where a block or line ends. */
export function htmlToText(html: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < html.length) {
    const mark = html.indexOf('<', at);
    parts.push(decodeEntities(html.slice(at, mark < 0 ? html.length : mark)));
    if (mark < 0) break;
    const isEnd = html[mark + 1] === '/';
    const tag = scanTag(html, isEnd ? mark + 1 : mark);
    at = tag?.end ?? endOfDeclaration(html, mark) ?? mark + 1;
    const name = tag?.name.toLowerCase() ?? '';
    if (at === mark + 1) parts.push('<');
    else if (BREAKING_TAGS.has(name)) parts.push(' ');
    else if (SILENT_TAGS.has(name) && !isEnd) at = endOfSilent(html, at);
  }
  return parts.join('');
}

// What never ends takes the rest with it, as in a browser, so that no text is searched twice.
function endOfDeclaration(html: string, at: number): number | null {
  if (html[at + 1] !== '!' && html[at + 1] !== '?') return null;
  const end = html.startsWith('<!--', at) ? '-->' : '>';
  const found = html.indexOf(end, at);
  return found < 0 ? html.length : found + end.length;
}

function endOfSilent(html: string, at: number): number {
  SILENT_END.lastIndex = at;
  return SILENT_END.exec(html)?.index ?? html.length;
}

/** Text with every run of white space made one space. */
export function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** HTML with the relative addresses in its tags made absolute; everything else stays as written, character by character. */
export function resolveLinks(html: string, base: string | null): string {
  if (base === null || !html.includes('<')) return html;
  const parts: string[] = [];
  let copied = 0;
  for (let at = html.indexOf('<'); at >= 0; ) {
    const tag = scanTag(html, at);
    for (const attribute of tag?.attributes ?? []) {
      const url = resolveAttribute(attribute.name, attribute.value, base);
      if (url === null) continue;
      parts.push(html.slice(copied, attribute.start), `"${escapeXml(url)}"`);
      copied = attribute.end;
    }
    at = html.indexOf('<', tag?.end ?? at + 1);
  }
  return parts.join('') + html.slice(copied);
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

// Whether a reader would see markup rather than characters.
function looksLikeHtml(text: string): boolean {
  return HTML_TAG.test(text) || HTML_REFERENCE.test(text);
}

function kindOf(element: XmlElement): TextKind {
  const type = findAttribute(element, 'type')?.trim().toLowerCase() ?? '';
  if (type === 'xhtml' || type === 'application/xhtml+xml') return 'xhtml';
  if (listChildren(element).length > 0) return 'mixed';
  if (type === 'html' || type === 'text/html') return 'html';
  const isEscaped = findAttribute(element, 'mode')?.trim().toLowerCase() === 'escaped';
  return type === 'text' || type === 'plain' || (type === 'text/plain' && !isEscaped) ? 'text' : 'unknown';
}

// The div around Atom's XHTML is a container and no part of the content (RFC 4287 section 3.1.1.3).
function unwrapDiv(element: XmlElement): XmlElement {
  const [only, ...others] = element.children.filter((child) => typeof child !== 'string' || child.trim() !== '');
  const isDiv = only !== undefined && typeof only !== 'string' && others.length === 0 && tagOf(only) === 'div';
  return isDiv ? only : element;
}

// Markup written straight into a feed, as HTML. In mixed content an escaped or CDATA part can be markup as well.
function renderChildren(element: XmlElement, kind: 'xhtml' | 'mixed'): string {
  return element.children.map((child) => renderNode(child, kind)).join('');
}

function renderNode(node: XmlNode, kind: 'xhtml' | 'mixed'): string {
  if (typeof node === 'string') return kind === 'mixed' && looksLikeHtml(node) ? node : escapeXml(node);
  const tag = tagOf(node);
  const attributes = node.attributes
    .filter(({ name }) => !/^xml(?:ns)?(?::|$)/i.test(name))
    .map(({ name, value }) => ` ${name}="${escapeXml(resolveAttribute(name, value, node.base) ?? value)}"`);
  const start = `<${tag}${attributes.join('')}>`;
  return VOID_TAGS.has(tag) ? start : `${start}${renderChildren(node, kind)}</${tag}>`;
}

function tagOf(element: XmlElement): string {
  return element.name.startsWith('xhtml:') ? element.name.slice('xhtml:'.length) : element.tag;
}

// Null: the attribute holds no relative address, or one that means nothing here.
function resolveAttribute(name: string, rawValue: string, base: string | null): string | null {
  if (base === null || !URL_ATTRIBUTES.has(name.toLowerCase()) || ABSOLUTE.test(rawValue)) return null;
  return resolveHttpUrl(decodeEntities(rawValue), base);
}
