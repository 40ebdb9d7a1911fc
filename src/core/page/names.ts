import { isSpace } from './tag.ts';

const SIGNS = [
  'isFurniture',
  'isStrong',
  'isConsent',
  'isTrimming',
  'isBody',
  'isByline',
  'isDate',
  'isSubscriber',
] as const;

/** What a class name, id or role can tell of an element. */
type Sign = (typeof SIGNS)[number];

/** What the names of an element say about it. */
export type NameSigns = { readonly [name in Sign]: boolean };

/**
 * Words of class names, ids and roles, split on dash, underscore and camel case and matched whole. They were collected from
 * common publishing systems in several languages, not from single sites.
 */
const WORDS = indexSigns({
  isFurniture: `
    ad ads adbox advert adverts advertisement advertisements advertising adslot adunit adwrapper dfp gpt sponsor
    sponsored sponsors sponsorship outbrain taboola zergnet revcontent mgid promo promos promobox promotion
    promotional nav navbar navigation menu submenu breadcrumb breadcrumbs sidebar rail footer toolbar pagination
    pager paging comment comments commenting disqus respond replies livefyre viafoura coral related relatedlinks
    relatedposts recommended recommendation recommendations recirc recirculation trending popular teaser teasers
    onward readmore readnext morestories upnext share sharing sharebar sharethis sharedaddy shares social
    socials addthis addtoany newsletter newsletters subscribe subscription signup optin donate donation login
    register caption captions credit credits byline bylines dateline timestamp author authors bio biography
    contributors tags taglist tagged keywords categories topics metadata postmeta tooltip popup popover modal
    overlay lightbox cookie cookies consent gdpr poll quiz rating ratings copyright skip eyebrow kicker rodape
    pie fusszeile comentarios commentaires kommentare kommentar relacionadas relacionados
    compartilhar compartir partager teilen editsection hatnote anzeige werbung publicidad publicidade publicite rollover hovercard
    hidden invisible noprint print`,
  // Furniture that is often longer than a short article, yet never holds one.
  isStrong: `
    comment comments commenting disqus respond footer modal popup overlay lightbox rodape outbrain taboola`,
  // Consent dialogs can be longer than any article.
  isConsent: `
    cookie cookies consent gdpr onetrust didomi usercentrics cookiebot cookielaw`,
  // Blocks that are furniture when short, but hold the article itself on picture stories and list pages.
  isTrimming: `
    feedback image photo picture gallery slideshow carousel slider card cards callout header widget widgets video player close byline`,
  isByline: `
    byline bylines author authors writer contributor reporter autor auteur autore fn`,
  isDate: `
    date dateline datetime time timestamp published publish pubdate updated modified posted fecha datum data`,
  // Article text that is in the page but shown to subscribers only.
  isSubscriber: `
    subscriber subscribers premium paid paywall encrypted metered`,
});

/** Neighbouring words that mean something together which neither means alone. */
const PAIRS = indexSigns(
  {
    isFurniture: `
      read more, read next, more from, more stories, more articles, more news, most read, also like, you may, see also, up next, follow us,
      sign up, pull quote, post meta, entry meta, article meta, table contents, screen reader, sr only,
      visually hidden, publish date, published date, pub date, post date, entry date, article date, back top,
      mailing list, call action, speechify ignore, post footer, entry footer, skip link, author box, leia mais, leia tambem,
      lire aussi, leggi anche, rich snippet`,
    isStrong: `
      more stories, more articles, more news, read next, up next, most read`,
    isBody: `
      article body, story body, article text, story text, post content, entry content, article content,
      story content, post body, body text, news text, content body, article copy, body copy, post text, blog content,
      news content, news body, rich text, markdown body, single content, page content, story copy, text body,
      content article, body content, article detail`,
  },
  ',',
);

/** Whole names: columns beside the article (as words they also stand on the element around both columns) and bodies. */
const NAMES = indexSigns({
  isFurniture: `
    sidebar sidebars rightsidebar leftsidebar primarysidebar sidebarprimary rightrail rightcolumn rightcol
    widgetarea secondary`,
  isStrong: `
    sidebar sidebars rightsidebar leftsidebar primarysidebar sidebarprimary rightrail rightcolumn rightcol
    widgetarea secondary`,
  isBody: `
    articlebody storybody articletext storytext postcontent entrycontent articlecontent storycontent postbody
    bodytext newstext maincontent contentbody articlecopy bodycopy`,
});

/** A class `has-sidebar` or `body-and-footer` is about the page, not the sidebar or footer. */
const NEGATIONS = new Set('and enable disable has hide no not show with without'.split(' '));

const PAIR_OPENINGS = new Set([...PAIRS.keys()].map((pair) => pair.slice(0, pair.indexOf(' '))));

/** Everything that a word alone tells, in one look: most words tell nothing. */
const SENSES = new Map(
  [...WORDS.keys(), ...NEGATIONS, ...PAIR_OPENINGS].map((word) => [
    word,
    { signs: WORDS.get(word) ?? [], isNegation: NEGATIONS.has(word), opensPair: PAIR_OPENINGS.has(word) },
  ]),
);

/**
 * A page has thousands of words, and nearly all mean nothing: length, first and last letter tell that of most of them, in a
 * fifth of the time of looking the word up.
 */
const SENSE_SHAPES = new Set([...SENSES.keys()].map((word) => shapeOf(word, { start: 0, end: word.length })));
const NAME_SHAPES = new Set([...NAMES.keys()].map((name) => shapeOf(name, { start: 0, end: name.length })));

const NEGATED: ReadonlySet<Sign> = new Set<Sign>(['isFurniture', 'isStrong', 'isConsent']);

/** Names with more words than this are slugs of a title, not names of a part. */
const NAME_WORDS_MAX = 6;

const NO_SIGNS: NameSigns = {
  isFurniture: false,
  isStrong: false,
  isConsent: false,
  isTrimming: false,
  isBody: false,
  isByline: false,
  isDate: false,
  isSubscriber: false,
};

/**
 * Reads the class, id and role of an element, joined by spaces; `known` holds what was already read on this page, because most
 * elements share their names with others.
 */
export function readNames(names: string, known: Map<string, NameSigns>): NameSigns {
  if (names === '') return NO_SIGNS;
  let signs = known.get(names);
  if (signs === undefined) {
    signs = NO_SIGNS;
    for (let at = 0; at < names.length; ) {
      const end = findNameEnd(names, at);
      const own = readName(names, { start: at, end });
      if (own !== NO_SIGNS) signs = signs === NO_SIGNS ? own : mergeSigns(signs, own);
      at = end + 1;
    }
    known.set(names, signs);
  }
  return signs;
}

type Range = { readonly start: number; readonly end: number };

function findNameEnd(names: string, start: number): number {
  let at = start;
  while (at < names.length && !isSpace(names.charCodeAt(at))) at++;
  return at;
}

function readName(names: string, name: Range): NameSigns {
  let found: readonly Sign[] = [];
  let opening: string | null = null;
  let wordCount = 0;
  let letterCount = 0;
  let isNegated = false;
  let first: Range | null = null;
  let last: Range = name;
  for (let at = name.start; at < name.end; ) {
    const word = { start: at, end: findWordEnd(names, at) };
    at = Math.max(word.end, at + 1);
    if (word.end === word.start) continue;
    first ??= word;
    last = word;
    wordCount++;
    letterCount += word.end - word.start;
    if (opening !== null) found = found.concat(PAIRS.get(`${opening} ${fold(names, word)}`) ?? []);
    const sense = SENSE_SHAPES.has(shapeOf(names, word)) ? SENSES.get(fold(names, word)) : undefined;
    if (sense !== undefined) found = found.concat(sense.signs);
    isNegated ||= sense?.isNegation === true;
    opening = sense?.opensPair === true ? fold(names, word) : null;
  }
  if (first === null || wordCount > NAME_WORDS_MAX) return NO_SIGNS;
  const shape = makeShape([names.charCodeAt(first.start), names.charCodeAt(last.end - 1)], letterCount);
  if (NAME_SHAPES.has(shape)) found = found.concat(NAMES.get(fold(names, name).replace(/[^a-z]+/g, '')) ?? []);
  if (found.length === 0) return NO_SIGNS;
  const kept = isNegated ? found.filter((sign) => !NEGATED.has(sign)) : found;
  return { ...NO_SIGNS, ...Object.fromEntries(kept.map((sign) => [sign, true])) };
}

function shapeOf(names: string, { start, end }: Range): number {
  return makeShape([names.charCodeAt(start), names.charCodeAt(end - 1)], end - start);
}

/** One number for the first and last letter, capital or small, and the length. */
function makeShape([first, last]: readonly [first: number, last: number], length: number): number {
  return (length * 32 + (first & 31)) * 32 + (last & 31);
}

function fold(names: string, { start, end }: Range): string {
  return names.slice(start, end).toLowerCase();
}

/** The end of the word that begins at an offset, the offset itself when none does; the last capital of "HTMLPage" opens a word. */
function findWordEnd(names: string, start: number): number {
  let at = start;
  while (isCapital(names.charCodeAt(at))) at++;
  const capitalCount = at - start;
  if (!isSmall(names.charCodeAt(at))) return at;
  if (capitalCount > 1) return at - 1;
  while (isSmall(names.charCodeAt(at))) at++;
  return at;
}

function isSmall(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function mergeSigns(left: NameSigns, right: NameSigns): NameSigns {
  return {
    isFurniture: left.isFurniture || right.isFurniture,
    isStrong: left.isStrong || right.isStrong,
    isConsent: left.isConsent || right.isConsent,
    isTrimming: left.isTrimming || right.isTrimming,
    isBody: left.isBody || right.isBody,
    isByline: left.isByline || right.isByline,
    isDate: left.isDate || right.isDate,
    isSubscriber: left.isSubscriber || right.isSubscriber,
  };
}

function indexSigns(lists: Partial<Record<Sign, string>>, separator = ' '): ReadonlyMap<string, readonly Sign[]> {
  const index = new Map<string, Sign[]>();
  for (const sign of SIGNS) {
    for (const entry of (lists[sign] ?? '').replace(/\s+/g, ' ').split(separator)) {
      const key = entry.trim();
      if (key !== '') index.set(key, [...(index.get(key) ?? []), sign]);
    }
  }
  return index;
}
