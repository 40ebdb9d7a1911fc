import { parseInstant } from '#src/core/date.ts';
import { resolveHttpUrl, urlLengthMax } from '#src/core/url.ts';
import { findAttribute, listChildren, textOf, type XmlElement } from '#src/core/xml/tree.ts';
import { collapse, readHtml, readText } from './markup.ts';

const RELATIVE = /^[^\s:/?#]*(?:[/?#]\S*)?$/;

/** The elements directly inside an element, by the name they are known by; each list in document order. */
export type Fields = ReadonlyMap<string, readonly XmlElement[]>;

/**
 * The elements inside by name. Children of the `wrappers` ("media:group") count as the element's own when they are of the
 * wrapper's vocabulary: what else stands there describes the file, not the item.
 */
export function groupFields(element: XmlElement, wrappers: readonly string[] = []): Fields {
  const fields = new Map<string, XmlElement[]>();
  const add = (parent: XmlElement, vocabulary: string): void => {
    for (const child of listChildren(parent)) {
      if (!child.name.startsWith(vocabulary)) continue;
      const named = fields.get(child.name);
      if (named === undefined) fields.set(child.name, [child]);
      else named.push(child);
      if (wrappers.includes(child.name)) add(child, child.name.slice(0, child.name.indexOf(':') + 1));
    }
  };
  add(element, '');
  return fields;
}

/** All elements of these names, in the order of the names and then of the document. */
export function listFields(fields: Fields, names: readonly string[]): readonly XmlElement[] {
  return names.flatMap((name) => fields.get(name) ?? []);
}

/** What `read` makes of the first field, in the order of the names, for which it makes anything. */
export function firstField<T>(
  fields: Fields,
  names: readonly string[],
  read: (element: XmlElement) => T | null,
): T | null {
  for (const name of names) {
    for (const element of fields.get(name) ?? []) {
      const value = read(element);
      if (value !== null && value !== '') return value;
    }
  }
  return null;
}

/** The first of these fields as one line of plain text. */
export function findText(fields: Fields, names: readonly string[]): string | null {
  return firstField(fields, names, readText);
}

/** The first of these fields as HTML. */
export function findHtml(fields: Fields, names: readonly string[]): string | null {
  return firstField(fields, names, readHtml);
}

/** The first of these fields as its characters, for ids and figures: no markup is read in them. */
export function findToken(fields: Fields, names: readonly string[]): string | null {
  return firstField(fields, names, readToken);
}

/** The first of these fields that can be read as a date, as an RFC 3339 instant. */
export function findInstant(fields: Fields, names: readonly string[]): string | null {
  return firstField(fields, names, (element) => parseInstant(textOf(element)));
}

/** The characters of an element on one line. */
export function readToken(element: XmlElement): string {
  return collapse(textOf(element));
}

/** The http(s) address in an element's text, resolved against its base. */
export function readUrl(element: XmlElement): string | null {
  return resolveAddress(readToken(element), element.base);
}

/** The http(s) address in an attribute, resolved against the element's base. */
export function readUrlAttribute(element: XmlElement, name: string): string | null {
  const value = findAttribute(element, name);
  return value === null ? null : resolveAddress(value.trim(), element.base);
}

// Where nobody knows where the feed came from, a relative address stays as written.
function resolveAddress(address: string, base: string | null): string | null {
  const isRelative = address !== '' && address.length <= urlLengthMax && RELATIVE.test(address);
  return resolveHttpUrl(address, base) ?? (base === null && isRelative ? address : null);
}

/** The address of the first link with this `rel`, HTML before other types. */
export function findLink(fields: Fields, rel: string): string | null {
  const links = listLinks(fields, rel);
  const isHtml = (link: XmlElement): boolean => /html|^$/i.test(findAttribute(link, 'type') ?? '');
  const byRank = new Map([['link', [...links.filter(isHtml), ...links]]]);
  return firstField(byRank, ['link'], (link) => readUrlAttribute(link, 'href'));
}

/** All links with this `rel` (RFC 4287 section 4.2.7; none means "alternate") and an `href`. */
export function listLinks(fields: Fields, rel: string): readonly XmlElement[] {
  return (fields.get('link') ?? []).filter((link) => relOf(link) === rel && findAttribute(link, 'href') !== null);
}

// Relations may be written as addresses of the IANA registry.
function relOf(link: XmlElement): string {
  const rel = findAttribute(link, 'rel')?.trim().toLowerCase() ?? '';
  return rel === '' ? 'alternate' : rel.replace(/^https?:\/\/www\.iana\.org\/assignments\/relation\//, '');
}
