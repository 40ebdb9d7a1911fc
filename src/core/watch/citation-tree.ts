/** Who has a claim from whom: each article under the one that it cites for it, back to the first report. */

/** An article that speaks about the claim. `at` is RFC 3339: when it was published, else first seen. */
export type CitingArticle = {
  readonly id: number;
  readonly outlet: string;
  readonly title: string;
  readonly at: string;
  /** The article whose words it repeats; null when they are its own. */
  readonly copyOf: number | null;
  /** What it says about the claim, and who is said to speak. */
  readonly quotes: readonly { readonly quote: string; readonly speaker: string | null }[];
};

/** One article cites another; `quoteCount` = in how many of its quotes on the claim the link stands. */
export type CitationLink = { readonly from: number; readonly to: number; readonly quoteCount: number };

/** How an article stands to the one above it: it repeats its words, links to it, or names its outlet as the one that says so. */
export type Leaning = 'same words' | 'cites it' | 'names it';

/**
 * An article in the tree. `isDerivative` = all it has about the claim comes from the article above it. `alsoCites` are further articles
 * of the tree that it cites.
 */
export type CitationNode = {
  readonly articleId: number;
  readonly outlet: string;
  readonly title: string;
  readonly at: string;
  readonly how: Leaning | null;
  readonly isDerivative: boolean;
  readonly alsoCites: readonly string[];
  readonly children: readonly CitationNode[];
};

/** The trees, the most cited report first, and the articles that name no other one and that no other one names. */
export type CitationTree = { readonly roots: readonly CitationNode[]; readonly unsourcedCount: number };

/** Shortest outlet name that is looked for in quotes; shorter ones are words of their own. */
const outletLengthMin = 4;

type Parent = {
  readonly id: number;
  readonly how: Leaning;
  readonly isDerivative: boolean;
  readonly others: readonly number[];
};

/** Builds the tree. An article leans only on an earlier one, so that no circle can come of it. */
export function buildCitationTree(articles: readonly CitingArticle[], links: readonly CitationLink[]): CitationTree {
  const byId = new Map(articles.map((article) => [article.id, article]));
  const linksFrom = Map.groupBy(links, ({ from }) => from);
  const parents = new Map<number, Parent>();
  // Each is read and ordered once: among 200 articles there are 20,000 pairs.
  const readings = articles.toSorted(isEarlier).map(readArticle);
  for (const [rank, reading] of readings.entries()) {
    const { article } = reading;
    const links = linksFrom.get(article.id) ?? [];
    const parent = findParent(reading, { earlier: readings.slice(0, rank), byId, links });
    if (parent !== null) parents.set(article.id, parent);
  }
  const childrenOf = Map.groupBy(
    articles.filter(({ id }) => parents.has(id)),
    ({ id }) => parents.get(id)?.id ?? 0,
  );
  const toNode = (article: CitingArticle): CitationNode => {
    const parent = parents.get(article.id) ?? null;
    return {
      articleId: article.id,
      ...{ outlet: article.outlet, title: article.title, at: article.at },
      how: parent?.how ?? null,
      isDerivative: parent?.isDerivative ?? false,
      alsoCites: (parent?.others ?? []).map((id) => byId.get(id)?.outlet ?? ''),
      children: (childrenOf.get(article.id) ?? []).toSorted(isEarlier).map(toNode),
    };
  };
  const heads = articles.filter(({ id }) => !parents.has(id));
  const roots = heads.filter(({ id }) => childrenOf.has(id)).map(toNode);
  return {
    roots: roots.toSorted((a, b) => countBelow(b) - countBelow(a) || a.at.localeCompare(b.at)),
    unsourcedCount: heads.length - roots.length,
  };
}

/** How many articles stand below one. */
export function countBelow(node: CitationNode): number {
  return node.children.reduce((sum, child) => sum + 1 + countBelow(child), 0);
}

/** An article with the name of its outlet and its quotes as they are compared. */
type Reading = {
  readonly article: CitingArticle;
  readonly name: string;
  /** The first word of the name. */
  readonly head: string;
  readonly said: readonly string[];
  /** All words of `said`: a name whose first word is not among them is not looked for, which leaves few of 20,000 pairs. */
  readonly words: ReadonlySet<string>;
};

function readArticle(article: CitingArticle): Reading {
  const said = article.quotes.map(({ speaker, quote }) => ` ${plain(`${speaker ?? ''} ${quote}`)} `);
  const name = plain(article.outlet.replace(/^the\s+/i, '')).trim();
  return {
    article,
    name,
    head: name.split(' ', 1)[0] ?? '',
    said,
    words: new Set(said.flatMap((text) => text.split(' '))),
  };
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ');
}

/** The article that another leans on: whose words it repeats, else links to in its quotes, else names there, else links to anywhere. */
function findParent(
  { article, name: own, said, words }: Reading,
  known: {
    readonly earlier: readonly Reading[];
    readonly byId: ReadonlyMap<number, CitingArticle>;
    readonly links: readonly CitationLink[];
  },
): Parent | null {
  const original = article.copyOf === null ? undefined : known.byId.get(article.copyOf);
  if (original !== undefined && original.id !== article.id && isEarlier(original, article) < 0) {
    return { id: original.id, how: 'same words', isDerivative: true, others: [] };
  }
  const leanings = known.earlier
    .flatMap(({ article: other, name, head }, rank) => {
      const link = known.links.find(({ to }) => to === other.id);
      const namedCount = words.has(head) ? said.filter((text) => isNamedIn(text, name, own)).length : 0;
      const quoteCount = Math.max(link?.quoteCount ?? 0, namedCount);
      if (link === undefined && namedCount === 0) return [];
      return [{ other, rank, isLinked: link !== undefined, quoteCount }];
    })
    .toSorted((a, b) => b.quoteCount - a.quoteCount || a.rank - b.rank);
  const [first, ...others] = leanings;
  if (first === undefined) return null;
  return {
    id: first.other.id,
    how: first.isLinked ? 'cites it' : 'names it',
    isDerivative: first.quoteCount >= article.quotes.length,
    others: others.filter(({ isLinked }) => isLinked).map(({ other }) => other.id),
  };
}

/** "according to the Harbour Post", "the Harbour Post reported": the outlet is named in the quote or as its speaker. */
function isNamedIn(said: string, name: string, own: string): boolean {
  return name.length >= outletLengthMin && said.includes(` ${name} `) && !own.includes(name);
}

function isEarlier(
  one: { readonly at: string; readonly id: number },
  other: { readonly at: string; readonly id: number },
): number {
  return Temporal.Instant.compare(one.at, other.at) || one.id - other.id;
}
