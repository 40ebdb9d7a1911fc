/**
 * Words of class names, ids and roles, split on dash, underscore and camel case and matched whole, that say what an
 * element is. They were collected from common publishing systems, not from single sites.
 */
const FURNITURE = new Set(
  `ad ads adbox advert adverts advertisement advertisements advertising adslot adunit adwrapper dfp gpt sponsor sponsored
  sponsors sponsorship outbrain taboola zergnet revcontent mgid promo promos promobox promotion promotional
  nav navbar navigation menu submenu breadcrumb breadcrumbs sidebar rail footer toolbar pagination pager paging
  comment comments commenting disqus respond replies livefyre viafoura coral
  related relatedlinks relatedposts recommended recommendation recommendations recirc recirculation trending popular
  teaser teasers onward readmore readnext morestories upnext
  share sharing sharebar sharethis sharedaddy shares social socials addthis addtoany
  newsletter newsletters subscribe subscription signup optin donate donation login register
  caption captions credit credits byline bylines dateline timestamp author authors bio biography contributors
  tags taglist tagged keywords categories topics metadata postmeta
  tooltip popup popover modal overlay lightbox cookie cookies consent gdpr
  poll quiz rating ratings copyright skip eyebrow kicker
  rodape rodapé pie fusszeile comentarios comentários commentaires kommentare kommentar relacionadas relacionados
  compartilhar compartir partager teilen anzeige werbung publicidad publicidade publicite rollover hovercard
  hidden hide invisible noprint print`.split(/\s+/),
);

/** Furniture that is often longer than a short article, yet never holds one. */
const STRONG = new Set(
  'comment comments commenting disqus respond footer modal popup overlay lightbox rodape outbrain taboola'.split(' '),
);

/** Whole names of columns beside the article; as words they also stand on the element around both columns. */
const COLUMNS = new Set(
  'sidebar sidebars rightsidebar leftsidebar primarysidebar sidebarprimary rightrail rightcolumn rightcol widgetarea secondary'.split(
    ' ',
  ),
);

/** Consent dialogs can be longer than any article. */
const CONSENT = new Set('cookie cookies consent gdpr onetrust didomi usercentrics cookiebot cookielaw'.split(' '));

/** Words of blocks that are furniture when short, but hold the article itself on picture stories and list pages. */
const TRIMMINGS = new Set(
  'gallery slideshow carousel slider card cards callout header widget widgets video player close byline'.split(' '),
);

/** Names of article text that is in the page but only shown to subscribers. */
const SUBSCRIBER_WORDS = new Set('subscriber subscribers premium paid paywall encrypted metered'.split(' '));

/** A class `has-sidebar` or `no-comments` is about the page, not the sidebar. */
const NEGATIONS = new Set('and enable disable has hide is no not show with without'.split(' '));

/** Names with more words than this are slugs of a title, not names of a part. */
const NAME_WORDS_MAX = 6;

const BYLINE = new Set('byline bylines author authors writer contributor reporter autor auteur autore fn'.split(' '));
const DATE = new Set(
  'date dateline datetime time timestamp published publish pubdate updated modified posted fecha datum data'.split(' '),
);

/** Pairs of neighbouring words that mean furniture although neither word does alone. */
const FURNITURE_PAIRS = new Set(
  `read more|read next|more from|more stories|most read|also like|you may|see also|up next|follow us|sign up|pull quote
  post meta|entry meta|article meta|table contents|screen reader|sr only|visually hidden|publish date|published date
  pub date|post date|entry date|article date|back top|mailing list|call action|post footer|entry footer|skip link|author box|leia mais|leia tambem|lire aussi|leggi anche|rich snippet`
    .split(/[|\n]/)
    .map((pair) => pair.trim()),
);

const BODY = new Set(
  `articlebody storybody articletext storytext postcontent entrycontent articlecontent storycontent postbody bodytext
  newstext maincontent contentbody articlecopy bodycopy`.split(/\s+/),
);
const BODY_PAIRS = new Set(
  `article body|story body|article text|story text|post content|entry content|article content|story content|post body
  body text|news text|content body|article copy|body copy|post text|blog content|news content|news body|rich text
  markdown body|single content|page content|story copy|text body|content article|body content|article detail`
    .split(/[|\n]/)
    .map((pair) => pair.trim()),
);

const WORD = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g;

/** What the names of an element say about it. */
export type NameSigns = {
  readonly isFurniture: boolean;
  readonly isStrong: boolean;
  readonly isConsent: boolean;
  readonly isTrimming: boolean;
  readonly isBody: boolean;
  readonly isByline: boolean;
  readonly isDate: boolean;
  readonly isSubscriber: boolean;
};

/** Reads the class, id and similar names of an element, given as one string of words. */
export function readNames(names: string): NameSigns {
  const signs = {
    isFurniture: false,
    isStrong: false,
    isConsent: false,
    isTrimming: false,
    isBody: false,
    isByline: false,
    isDate: false,
    isSubscriber: false,
  };
  for (const name of names.split(/\s+/)) {
    const words = (name.match(WORD) ?? []).map((word) => word.toLowerCase());
    if (words.length > NAME_WORDS_MAX) continue;
    const joined = words.join('');
    signs.isBody ||= BODY.has(joined);
    signs.isStrong ||= COLUMNS.has(joined);
    signs.isFurniture ||= COLUMNS.has(joined);
    const isNegated = words.some((word) => NEGATIONS.has(word));
    let previous = '';
    for (const word of words) {
      const pair = `${previous} ${word}`;
      signs.isFurniture ||= (FURNITURE.has(word) && !isNegated) || FURNITURE_PAIRS.has(pair);
      signs.isBody ||= BODY_PAIRS.has(pair);
      signs.isStrong ||= STRONG.has(word) && !isNegated;
      signs.isConsent ||= CONSENT.has(word) && !isNegated;
      signs.isTrimming ||= TRIMMINGS.has(word);
      signs.isSubscriber ||= SUBSCRIBER_WORDS.has(word);
      signs.isByline ||= BYLINE.has(word);
      signs.isDate ||= DATE.has(word);
      previous = word;
    }
  }
  return signs;
}
