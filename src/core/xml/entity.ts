import { Parser } from 'htmlparser2';

/** Entities that a document declares itself, name to replacement text. */
export type Entities = ReadonlyMap<string, string>;

// A name needs its semicolon: "?a=1&copy=2" in an unescaped address is no copyright sign.
const REFERENCE = /&(#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][\w.-]{0,31});/g;
// Entities a document may declare, and how long each may be: enough for a publisher's name. What refers to another
// entity or holds markup is not kept, so that expansion cannot grow and nothing outside the document is read.
const DECLARED_COUNT_MAX = 100;
const DECLARED_CHARS_MAX = 200;
const DECLARATION = /<!ENTITY\s+([\w.-]+)\s+(?:"([^"<%]*)"|'([^'<%]*)')\s*>/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 forbids.
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+/g;
const XML_NAMES: Entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const NONE: Entities = new Map();

/**
 * The text with character references and entities replaced once: XML's five, HTML's by name, the document's own. References
 * into the C1 range mean windows-1252, as in HTML. Unknown names and a bare "&" stay as they are.
 */
export function decodeEntities(text: string, declared: Entities = NONE): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (reference, name: string) => {
    const known = XML_NAMES.get(name) ?? declared.get(name);
    return known ?? decodeHtmlReference(reference);
  });
}

/** The short plain entities that a DOCTYPE declares; anything nested, external or long is left out. */
export function listDeclaredEntities(doctype: string): Entities {
  const declared = new Map<string, string>();
  for (const [, name = '', double, single] of doctype.matchAll(DECLARATION)) {
    if (declared.size >= DECLARED_COUNT_MAX) break;
    const value = decodeEntities(double ?? single ?? '');
    if (value.length <= DECLARED_CHARS_MAX && !/&[\w.-]+;/.test(value)) declared.set(name, value);
  }
  return declared;
}

/** The text without the characters that XML forbids: control characters other than tab and line ends, U+FFFE, U+FFFF. */
export function removeForbidden(text: string): string {
  return text.replace(FORBIDDEN, '');
}

/** Text made safe to stand between tags and inside double quotes. */
export function escapeXml(text: string): string {
  if (!/[&<>"]/.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

// The HTML parser holds the table of HTML's names and the rules for odd numbers.
function decodeHtmlReference(reference: string): string {
  let text = '';
  const parser = new Parser({ ontext: (part) => (text += part) }, { decodeEntities: true });
  parser.end(reference);
  return removeForbidden(text);
}
