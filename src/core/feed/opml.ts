/** Lists of feeds as other readers write and read them: OPML 1.0 and 2.0 (opml.org/spec2.opml). */
import { Parser } from 'htmlparser2';
import { documentUrl, resolveHttpUrl } from '#src/core/url.ts';

/** A feed of a list; `name` is the list's word for it. */
export type OpmlFeed = { readonly url: string; readonly name: string | null };

/** The feeds of a list in its order, each once, and what could not be taken from it, in words. */
export type OpmlList = { readonly feeds: readonly OpmlFeed[]; readonly problems: readonly string[] };

/** More subscriptions than any reader holds; the rest of a longer list is left out and said. */
const feedCountMax = 5_000;
const nameLengthMax = 500;

/**
 * Reads an OPML document, whatever folders its feeds stand in and however its attributes are cased. Addresses that are not plain
 * http or https are left out and named. Never throws.
 */
export function parseOpml(text: string): OpmlList {
  const feeds = new Map<string, OpmlFeed>();
  const problems: string[] = [];
  let isOpml = false;
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        isOpml ||= tag === 'opml';
        const href = attributes['xmlurl'];
        if (tag !== 'outline' || href === undefined) return;
        const url = resolveHttpUrl(href, null);
        if (url === null) problems.push(`"${href.slice(0, nameLengthMax)}" is no http or https address`);
        else if (feeds.size >= feedCountMax)
          problems.push(`only the first ${feedCountMax} feeds are taken: "${url}" is not`);
        else if (!feeds.has(documentUrl(url))) feeds.set(documentUrl(url), { url, name: nameOf(attributes) });
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true, recognizeSelfClosing: true },
  );
  parser.end(text);
  if (!isOpml) return { feeds: [], problems: ['this is no OPML document'] };
  return { feeds: [...feeds.values()], problems };
}

/** An OPML 2.0 document of feeds, UTF-8 with a line feed at the end. */
export function buildOpml(title: string, feeds: readonly OpmlFeed[]): string {
  const outlines = feeds.map(({ url, name }) => {
    const text = escapeAttribute(name ?? new URL(url).host);
    return `    <outline type="rss" text="${text}" title="${text}" xmlUrl="${escapeAttribute(url)}"/>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<opml version="2.0">',
    '  <head>',
    `    <title>${escapeAttribute(title)}</title>`,
    '  </head>',
    '  <body>',
    ...outlines,
    '  </body>',
    '</opml>',
    '',
  ].join('\n');
}

function nameOf(attributes: Readonly<Record<string, string>>): string | null {
  const name = (attributes['title'] ?? attributes['text'] ?? '').replace(/\s+/g, ' ').trim();
  return name === '' ? null : name.slice(0, nameLengthMax).toWellFormed();
}

/** XML 1.0 has no way to write most control characters, so they are left out. */
function escapeAttribute(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
