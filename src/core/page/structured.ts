import { removeUnstorable } from '#src/core/charset.ts';

/** A JSON-LD node; what its fields hold is up to the page, so each is read through the functions below. */
export type StructuredNode = Readonly<Record<string, unknown>>;

/** Nodes read per page; tag and archive pages list thousands. */
const NODES_MAX = 500;
/** Fields that lead from a wrapper to what the page is about. */
const WRAPPERS = ['@graph', 'mainEntity', 'mainEntityOfPage', 'video', 'subjectOf', 'itemReviewed'];

const KINDS: readonly (readonly [kind: 'article' | 'video' | 'audio' | 'other', types: RegExp])[] = [
  ['article', /(?:Article|BlogPosting|Report|(?<!Claim)Review|LiveBlogPosting|Recipe|SocialMediaPosting)$/],
  // A fact check declares its verdict beside the article, often without a date.
  ['article', /^ClaimReview$/],
  ['audio', /^(?:PodcastEpisode|PodcastSeries|AudioObject|RadioEpisode|Episode)$/],
  ['video', /^(?:VideoObject|Movie|TVEpisode|Clip)$/],
  ['other', /Page$|^(?:Event|Product|HowTo|Book|CreativeWork|ImageGallery)$/],
];

/** What the JSON-LD blocks of a page say: the node the page is about, and every node by its id. */
export type StructuredData = {
  readonly main: StructuredNode | null;
  readonly kind: 'article' | 'video' | 'audio' | 'other' | null;
  readonly nodes: readonly StructuredNode[];
  readonly problems: readonly string[];
};

/**
 * Reads JSON-LD blocks (schema.org); a broken block is a problem, never an error. A page whose og:type is `article` is not
 * about the video or podcast that it embeds.
 */
export function readStructuredData(blocks: readonly string[], pageType: string | null): StructuredData {
  const problems: string[] = [];
  const pending: unknown[] = [];
  for (const block of blocks) {
    const value = parseLenient(block);
    if (value === undefined) problems.push('JSON-LD block is not valid JSON: it was left out');
    else pending.push(value);
  }
  const nodes: StructuredNode[] = [];
  for (let at = 0; at < pending.length && nodes.length < NODES_MAX; at++) {
    const value = pending[at];
    if (Array.isArray(value)) pending.push(...value.slice(0, NODES_MAX));
    else if (isNode(value)) {
      nodes.push(value);
      for (const field of WRAPPERS) if (value[field] !== undefined) pending.push(value[field]);
    }
  }
  for (const [kind, types] of KINDS) {
    if (pageType === 'article' && (kind === 'video' || kind === 'audio')) continue;
    const main = nodes.find((node) => typesOf(node).some((type) => types.test(type)));
    if (main !== undefined) return { main, kind, nodes, problems };
  }
  return { main: null, kind: null, nodes, problems };
}

/** The text of a field, fit to be stored (JSON can write what text cannot hold): a string, the first of a list, or the name or value of an object; null when there is none. */
export function readText(value: unknown): string | null {
  let at = value;
  for (let depth = 0; depth < 4; depth++) {
    if (typeof at === 'string') return removeUnstorable(at).trim() || null;
    if (typeof at === 'number') return String(at);
    if (Array.isArray(at)) at = at[0];
    else if (isNode(at)) at = at['name'] ?? at['@value'] ?? at['url'];
    else return null;
  }
  return null;
}

/** The names in an author-like field, in page order; references by `@id` are followed. */
export function readPeople(value: unknown, nodes: readonly StructuredNode[]): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value.slice(0, 20) : [value];
  const names: string[] = [];
  for (const entry of list) {
    let person = entry;
    if (isNode(entry) && entry['name'] === undefined && entry['@id'] !== undefined) {
      person = nodes.find((node) => node['@id'] === entry['@id'] && node['name'] !== undefined);
    }
    const many = isNode(person) ? person['name'] : person;
    for (const one of Array.isArray(many) ? many : [many]) {
      const name = readText(one);
      if (name !== null) names.push(name);
    }
  }
  return names;
}

/** Narrows a parsed JSON value to an object. */
export function isNode(value: unknown): value is StructuredNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema.org types of a node without their prefix. */
export function typesOf(node: StructuredNode): readonly string[] {
  const value = node['@type'];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((type) => typeof type === 'string').map((type) => type.replace(/^.*[/#:]/, ''));
}

// Real blocks come wrapped in comments or CDATA, and with raw line breaks inside strings.
const REPAIRS: readonly ((block: string) => string)[] = [
  (block) => block,
  unwrap,
  (block) =>
    unwrap(block)
      .replace(/\p{Cc}+/gu, ' ')
      .replace(/;\s*$/, ''),
];

function unwrap(block: string): string {
  return block.trim().replace(/^(?:<!--|\/\/\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|\/\/\s*\]\]>|\]\]>)$/g, '');
}

function parseLenient(block: string): unknown {
  for (const repair of REPAIRS) {
    try {
      return JSON.parse(repair(block));
    } catch {
      // The next attempt, or the caller, says what is lost.
    }
  }
  return undefined;
}
