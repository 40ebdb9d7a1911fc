/** Who repeats whom: of two like articles the later one repeats the earlier, unless one of them names the other as its source. */

import type { Likeness } from './copy.ts';
import { type CreditedText, creditsOutlet, findAgency } from './credit.ts';

/** What an article is in its story. Only an original is an origin; the others count once with the one whose words they repeat. */
export type StoryRole = 'original' | 'copy' | 'derivative' | 'spun';

/** An article as the question of origin sees it. `appearedAt` is in milliseconds since 1970; of equals the smaller id came first. */
export type OriginArticle = CreditedText & {
  readonly id: number;
  readonly appearedAt: number;
  readonly outlet: string;
  readonly site: string;
};

/** An article that has its place: the role it plays, whose words it repeats, and at which original that ends. */
export type PlacedArticle = OriginArticle & {
  readonly role: StoryRole;
  readonly repeatsId: number | null;
  readonly originId: number;
};

/** A new article beside one that has its place. */
export type StoryPair = { readonly placed: PlacedArticle; readonly likeness: Likeness };

/** The place of a new article. `followers` are originals that turn out to repeat it. */
export type OriginPlace = {
  readonly role: StoryRole;
  readonly repeatsId: number | null;
  readonly originId: number;
  readonly sameWords: number | null;
  readonly followers: readonly {
    readonly id: number;
    readonly role: Exclude<StoryRole, 'original'>;
    readonly sameWords: number;
  }[];
};

/**
 * Share of same words from which on an article that names another as its source only retells it. Own reports of one event share up to
 * .25, but do not name each other.
 */
const retoldMin = 0.15;
const dayMs = 86_400_000;

/** Places a new article by what it has in common with those that have their place. */
export function findOrigin(article: OriginArticle, pairs: readonly StoryPair[]): OriginPlace {
  const repeated = pairs
    .flatMap(({ placed, likeness }) => {
      // What goes back to the article itself, as an earlier version of it had it, is no source of it.
      const isOwn = placed.originId === article.id;
      const role = !isOwn && isLater(article, placed) ? roleBeside(article, placed, likeness) : null;
      return role === null ? [] : [{ placed, sameWords: likeness.sameWords, role }];
    })
    .sort(
      (a, b) => b.sameWords - a.sameWords || a.placed.appearedAt - b.placed.appearedAt || a.placed.id - b.placed.id,
    );
  const [best] = repeated;
  const originId = best?.placed.originId ?? article.id;
  const followers = pairs.flatMap(({ placed, likeness }) => {
    // What the article itself goes back to cannot follow it.
    if (placed.role !== 'original' || placed.id === originId || isLater(article, placed)) return [];
    const role = roleBeside(placed, article, likeness);
    return role === null ? [] : [{ id: placed.id, role, sameWords: likeness.sameWords }];
  });
  if (best === undefined) return { role: 'original', repeatsId: null, originId, sameWords: null, followers };
  // Whoever copies a spun text has spun words, too.
  const role = best.role === 'copy' && best.placed.role === 'spun' ? 'spun' : best.role;
  return { role, repeatsId: best.placed.id, originId, sameWords: best.sameWords, followers };
}

/**
 * When an article appeared, in milliseconds since 1970: as it says itself, but not after we saw it. Of a day alone the end counts, so that
 * a copy without an hour is not taken for the first.
 */
export function appearedAt(published: string | null, firstSeenAt: Temporal.Instant): number {
  const seen = firstSeenAt.epochMilliseconds;
  const said = Date.parse(published ?? '');
  if (Number.isNaN(said)) return seen;
  return Math.min(seen, published?.length === 10 ? said + dayMs : said);
}

/** The name that an article gives as the source of its words: the outlet it repeats, else a news agency; null when it names nobody. */
export function nameCredit(article: OriginArticle, repeated: OriginArticle | null): string | null {
  const isNamed = repeated !== null && creditsOutlet(article, { name: repeated.outlet, site: repeated.site });
  return isNamed ? repeated.outlet : findAgency(article);
}

/** Whether `a` came after `b`. A credit tells more than the clock: feeds are asked in any order, and dates are often missing. */
function isLater(a: OriginArticle, b: OriginArticle): boolean {
  const isCrediting = creditsOutlet(a, { name: b.outlet, site: b.site });
  const isCredited = creditsOutlet(b, { name: a.outlet, site: a.site });
  if (a.site !== b.site && isCrediting !== isCredited) return isCrediting;
  return a.appearedAt === b.appearedAt ? a.id > b.id : a.appearedAt > b.appearedAt;
}

/** What the later of two articles is beside the earlier; null when it stands for itself. A rewriting that names its source hides nothing. */
function roleBeside(
  later: OriginArticle,
  earlier: OriginArticle,
  { kind, sameWords }: Likeness,
): Exclude<StoryRole, 'original'> | null {
  if (kind === 'copy') return 'copy';
  if (kind === 'none' && sameWords < retoldMin) return null;
  const isNamed = later.site !== earlier.site && creditsOutlet(later, { name: earlier.outlet, site: earlier.site });
  if (isNamed) return 'derivative';
  return kind === 'spun' ? 'spun' : null;
}
