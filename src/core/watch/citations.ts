/** The links in an article's body as citations: the sentence each stands in, the article it leads to, and which are worth a visit. */
import { splitSentences } from '#src/core/text/sentences.ts';
import { articleUrlKey } from '#src/core/url.ts';

/** A link in a text; offsets are UTF-16 indexes into it. */
export type BodyLink = { readonly url: string; readonly text: string; readonly start: number; readonly end: number };

/** A link with the sentence that it stands in (null in a text without sentences) and the key of the article that it leads to. */
export type PlacedLink = BodyLink & {
  readonly sentence: { readonly start: number; readonly end: number } | null;
  readonly targetKey: string;
};

/** What we cannot read as text, by the ending of the path. */
const binaryEnding =
  /\.(?:pdf|docx?|xlsx?|pptx?|odt|epub|jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|webm|mov|avi|mkv|ogg|wav|flac|zip|gz|tgz|bz2|xz|7z|rar|tar|exe|dmg|apk|iso|woff2?|ttf|css|js|json|xml|rss|atom|csv|ics)$/i;
/** Path parts of pages about a site, its people and its lists; none of them is a document that says something. */
const furniturePart = new Set(
  `about about-us account advertise advertising archive archives author authors careers categories category contact contact-us
   contributors cookie cookies copyright donate editorial-team feed feeds gift help home hashtag impressum jobs keyword keywords kontakt
   label labels legal login logout membership mentions-legales newsletter newsletters people podcasts preferences premium press
   privacy privacy-policy profile profiles promo register rss search section sections settings share shop sign-in sign-up
   signin signup sitemap staff store stories-by subject subjects subscribe subscription subscriptions tag tagged tags team terms-of-sale
   theme topic topics user users u writer writers`.split(/\s+/),
);
/** The parts that make a path furniture wherever they stand; the others only as its first part. */
const listPart = new Set(
  'author authors category categories hashtag search section tag tagged tags topic topics'.split(' '),
);

/** Each link with its place. Links keep their order. */
export function placeLinks(text: string, links: readonly BodyLink[]): readonly PlacedLink[] {
  if (links.length === 0) return [];
  const sentences = splitSentences(text);
  return links.map((link) => ({
    ...link,
    sentence: sentences.find(({ start, end }) => start < link.end && link.start < end) ?? null,
    targetKey: articleUrlKey(link.url),
  }));
}

/**
 * The links of an article that lead to another document, each address once, those in a quoted sentence first. Left out are the article
 * itself, front pages, profiles, lists and pages about a site, and what is no text.
 */
export function chooseCitations<Link extends PlacedLink>(
  links: readonly Link[],
  article: { readonly key: string; readonly quotes: readonly { readonly start: number; readonly end: number }[] },
): readonly (Link & { readonly isQuoted: boolean })[] {
  const chosen = new Map<string, Link & { readonly isQuoted: boolean }>();
  for (const link of links) {
    if (link.targetKey === article.key || !isDocument(link.url)) continue;
    const isQuoted = article.quotes.some(
      ({ start, end }) => link.sentence !== null && link.sentence.start < end && start < link.sentence.end,
    );
    const known = chosen.get(link.targetKey);
    if (known === undefined || (isQuoted && !known.isQuoted)) chosen.set(link.targetKey, { ...link, isQuoted });
  }
  return [...chosen.values()].toSorted((a, b) => Number(b.isQuoted) - Number(a.isQuoted));
}

/** Whether an address looks like one document rather than a place or a list of a site. */
function isDocument(url: string): boolean {
  const parsed = URL.parse(url);
  if (parsed === null || binaryEnding.test(parsed.pathname)) return false;
  const parts = parsed.pathname.toLowerCase().split('/').filter(Boolean);
  const [first] = parts;
  if (first === undefined) return isNamedByQuery(parsed);
  if (furniturePart.has(first) || parts.some((part) => listPart.has(part))) return false;
  // One plain word is a section or a profile; names of documents have dashes, figures, endings or a folder.
  return parts.length > 1 || !/^@?[a-z_]+$/.test(first) || isNamedByQuery(parsed);
}

/** `?p=123`, `?id=abc`, `?v=...`: old addresses name their document in the query. */
function isNamedByQuery(url: URL): boolean {
  return ['p', 'id', 'v', 'article', 'story', 'storyid', 'articleid'].some((name) => url.searchParams.has(name));
}
