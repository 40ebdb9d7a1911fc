/** Which stored articles and stories are worth comparing with a new one. The limits keep its cost the same however many are stored. */

/** Newest articles read per shingle: all sampled shingles of a copy agree, so a shingle of everyone's tells nothing more. */
export const articlesPerShingleMax = 40;
/** Words by which stories are looked up, the rarest of the article, and the newest stories read per word. */
export const anchorWordsMax = 12;
export const storiesPerWordMax = 40;

/** Sampled shingles that two texts share before they are compared. A copy of 90 words shares 11 on average, strangers 0 or 1. */
const sharedSampleMin = 2;
/** Articles compared with a new one. */
const comparedMax = 32;
/** Of them from one site: its furniture must not crowd out the others. */
const comparedPerSiteMax = 8;
/** Stories compared with a new article. */
const storiesComparedMax = 8;

/** A stored article that has one of the sampled shingles. */
export type ShingleHit<Id> = { readonly id: Id; readonly site: string };
/** A story that has one of the words, and what the word weighs in the new article. */
export type WordHit<Id> = { readonly id: Id; readonly weight: number };

/** The articles to compare, most shared shingles first; of equals, the one met first. */
export function chooseCompared<Id>(hits: readonly ShingleHit<Id>[]): readonly Id[] {
  const counts = new Map<Id, { readonly site: string; count: number }>();
  for (const { id, site } of hits) {
    const known = counts.get(id);
    if (known === undefined) counts.set(id, { site, count: 1 });
    else known.count += 1;
  }
  const perSite = new Map<string, number>();
  return [...counts]
    .filter(([, { count }]) => count >= sharedSampleMin)
    .sort(([, a], [, b]) => b.count - a.count)
    .filter(([, { site }]) => {
      const taken = perSite.get(site) ?? 0;
      perSite.set(site, taken + 1);
      return taken < comparedPerSiteMax;
    })
    .slice(0, comparedMax)
    .map(([id]) => id);
}

/** The stories to compare, the most shared weight first. */
export function chooseStories<Id>(hits: readonly WordHit<Id>[]): readonly Id[] {
  const weights = new Map<Id, number>();
  for (const { id, weight } of hits) weights.set(id, (weights.get(id) ?? 0) + weight);
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .slice(0, storiesComparedMax)
    .map(([id]) => id);
}
