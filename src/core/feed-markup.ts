import { Parser } from 'htmlparser2';
import { resolveHttpUrl } from '#src/core/url.ts';
import { decodeEntities, escapeXml } from '#src/core/xml-entity.ts';
import { scanTag } from '#src/core/xml-tag.ts';
import { findAttribute, listChildren, textOf, type XmlElement, type XmlNode } from '#src/core/xml-tree.ts';

// Attributes whose relative addresses would break away from the page they came from.
const URL_ATTRIBUTES: ReadonlySet<string> = new Set([
  'href',
  'src',
  'cite',
  'poster',
  'longdesc',
  'action',
  'data',
  'background',
]);
const ABSOLUTE = /^\s*[a-z][a-z0-9+.-]*:/i;
// Text counts as HTML where nothing declares its type when it holds an HTML tag or a reference: "1 < 2" and "<x, y>" do not.
const HTML_TAG =
  /<\/?(?:a|abbr|b|big|blockquote|br|cite|code|div|em|figure|font|h[1-6]|hr|i|img|li|ol|p|pre|q|s|small|span|strike|strong|sub|sup|table|td|tr|tt|u|ul)(?:\s[^<>]{0,2000})?\/?>/i;
const HTML_REFERENCE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});/i;
const BREAKING_TAGS: ReadonlySet<string> = new Set(['br', 'p', 'div', 'li', 'tr', 'td', 'h1', 'h2', 'h3', 'hr']);
const SILENT_TAGS: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'template']);
const VOID_TAGS: ReadonlySet<string> = new Set([
  'br',
  'hr',
  'img',
  'input',
  'wbr',
  'source',
  'col',
  'area',
  'embed',
  'track',
]);

// Where Atom declares no type it means text; every other field holds HTML.
const ATOM_TEXTS: ReadonlySet<string> = new Set(['content', 'summary', 'subtitle', 'tagline']);

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
  const isHtml = kind === 'html' || (kind === 'unknown' && (!ATOM_TEXTS.has(element.name) || looksLikeHtml(text)));
  return isHtml ? resolveLinks(text, element.base) : escapeXml(text);
}

/** The text of HTML: tags dropped, scripts and styles silent, references decoded, a space where a block or line ends. */
export function htmlToText(html: string): string {
  if (!/[<&]/.test(html)) return html;
  const parts: string[] = [];
  let silentDepth = 0;
  const onTag = (name: string, step: number): void => {
    if (SILENT_TAGS.has(name)) silentDepth = Math.max(0, silentDepth + step);
    else if (BREAKING_TAGS.has(name)) parts.push(' ');
  };
  const parser = new Parser({
    onopentagname: (name) => onTag(name, 1),
    onclosetag: (name) => onTag(name, -1),
    ontext: (text) => {
      if (silentDepth === 0) parts.push(text);
    },
  });
  parser.end(html);
  return parts.join('');
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
      const value = decodeEntities(attribute.value);
      const resolved = resolveAttribute(attribute.name, value, base);
      if (resolved === value) continue;
      parts.push(html.slice(copied, attribute.start), `"${escapeXml(resolved)}"`);
      copied = attribute.end;
    }
    at = html.indexOf('<', tag?.end ?? at + 1);
  }
  return parts.join('') + html.slice(copied);
}

/** Whether a reader would see markup rather than characters: an HTML tag or a character reference. */
function looksLikeHtml(text: string): boolean {
  return HTML_TAG.test(text) || HTML_REFERENCE.test(text);
}

function kindOf(element: XmlElement): TextKind {
  const type = findAttribute(element, 'type')?.trim().toLowerCase() ?? '';
  if (type === 'xhtml' || type === 'application/xhtml+xml') return 'xhtml';
  if (listChildren(element).length > 0) return 'mixed';
  if (type === 'html' || type === 'text/html') return 'html';
  const isEscaped = findAttribute(element, 'mode')?.trim().toLowerCase() === 'escaped';
  return type === 'text' || (type === 'text/plain' && !isEscaped) ? 'text' : 'unknown';
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
    .map(({ name, value }) => ` ${name}="${escapeXml(resolveAttribute(name, value, node.base))}"`);
  const start = `<${tag}${attributes.join('')}>`;
  return VOID_TAGS.has(tag) ? start : `${start}${renderChildren(node, kind)}</${tag}>`;
}

function tagOf(element: XmlElement): string {
  return element.name.startsWith('xhtml:') ? element.name.slice('xhtml:'.length) : element.tag;
}

function resolveAttribute(name: string, value: string, base: string | null): string {
  if (base === null || !URL_ATTRIBUTES.has(name.toLowerCase()) || ABSOLUTE.test(value)) return value;
  return resolveHttpUrl(value, base) ?? value;
}
