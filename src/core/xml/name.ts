/** Prefixes declared at one place, to the vocabulary each stands for, and the places around it; `known` remembers names. */
export type Namespaces = {
  readonly prefixes: ReadonlyMap<string, string>;
  readonly outer: Namespaces | null;
  readonly known: Map<string, string>;
};

// Vocabularies that feeds use, under the prefix their fields have in this house. Atom, RSS 0.9-2.0 and the bare core share
// the empty prefix: their element names never mean different things. Addresses are compared folded (foldAddress).
const VOCABULARIES: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['w3.org/2005/atom', ''],
  ['purl.org/atom/ns', ''],
  ['purl.org/net/rss1.1', ''],
  ['purl.org/rss/1.0', ''],
  ['my.netscape.com/rdf/simple/0.9', ''],
  ['my.netscape.com/publish/formats/rss-0.91.dtd', ''],
  ['channel.netscape.com/rdf/simple/0.9', ''],
  ['backend.userland.com/rss', ''],
  ['backend.userland.com/rss2', ''],
  ['blogs.law.harvard.edu/tech/rss', ''],
  ['cyber.law.harvard.edu/rss', ''],
  ['rssboard.org/rss-specification', ''],
  ['sitemaps.org/schemas/sitemap/0.9', ''],
  ['google.com/schemas/sitemap/0.9', ''],
  ['w3.org/1999/02/22-rdf-syntax-ns', 'rdf'],
  ['w3.org/1999/xhtml', 'xhtml'],
  ['w3.org/xml/1998/namespace', 'xml'],
  ['purl.org/dc/elements/1.0', 'dc'],
  ['purl.org/dc/elements/1.1', 'dc'],
  ['purl.org/dc/terms', 'dcterms'],
  ['purl.org/rss/1.0/modules/content', 'content'],
  ['purl.org/rss/1.0/modules/syndication', 'sy'],
  ['podcastindex.org/namespace/1.0', 'podcast'],
  ['itunes.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['itunes.com/dtds/podcast-1.0', 'itunes'],
  ['search.yahoo.com/mrss', 'media'],
  ['video.search.yahoo.com/mrss', 'media'],
  ['rssnamespace.org/feedburner/ext/1.0', 'feedburner'],
  ['google.com/schemas/sitemap-news/0.9', 'news'],
]);

const CORE_PREFIXES = ['atom', 'atom10', 'atom03', 'a10', 'rss', 'rss1', 'rss09', 'rss11'];
// What a prefix means where nothing declares it.
const USUAL_PREFIXES: ReadonlyMap<string, string> = new Map([
  ...[...VOCABULARIES.values()].map((prefix): [string, string] => [prefix, prefix]),
  ...CORE_PREFIXES.map((prefix): [string, string] => [prefix, '']),
]);

/** The vocabulary that a namespace address means: the prefix used here, or null when it is none that feeds use. */
export function findVocabulary(address: string): string | null {
  return VOCABULARIES.get(foldAddress(address)) ?? null;
}

/** What a prefix means whose address is not known: a misspelt address under a usual prefix still means that vocabulary. */
export function unknownVocabulary(prefix: string): string {
  return (prefix === '' ? undefined : USUAL_PREFIXES.get(prefix.toLowerCase())) ?? `?${prefix}`;
}

/**
 * The name by which an element or attribute is known here, in lower case: "title", "dc:creator". What belongs to an unknown
 * vocabulary keeps its own prefix behind a question mark, so that no field is mistaken for another.
 */
export function canonicalName(rawName: string, namespaces: Namespaces): string {
  const known = namespaces.known.get(rawName);
  if (known !== undefined) return known;
  const colon = rawName.indexOf(':');
  const prefix = colon < 0 ? '' : rawName.slice(0, colon);
  const local = rawName.slice(colon + 1).toLowerCase();
  const vocabulary = findPrefix(prefix, namespaces) ?? (prefix === '' ? '' : unknownVocabulary(prefix));
  const name = vocabulary === '' ? local : `${vocabulary}:${local}`;
  namespaces.known.set(rawName, name);
  return name;
}

function findPrefix(prefix: string, namespaces: Namespaces): string | null {
  for (let scope: Namespaces | null = namespaces; scope !== null; scope = scope.outer) {
    const vocabulary = scope.prefixes.get(prefix);
    if (vocabulary !== undefined) return vocabulary;
  }
  return null;
}

// Publishers write http or https, with or without www, a closing slash or hash, in any case.
function foldAddress(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(?:www\.)?/, '')
    .replace(/[/#]{1,9}$/, '');
}
