import { isNode, readText, type StructuredData, type StructuredNode, typesOf } from './structured.ts';

/** A fact checker's verdict that a page declares (schema.org ClaimReview): the claim in its words, who made it, and the verdict as written. */
export type DeclaredReview = {
  readonly claim: string;
  readonly claimedBy: string | null;
  readonly verdict: string | null;
};

/** A page checks a handful of claims; lists of all checks of a site are no article. */
const REVIEWS_MAX = 20;

/** The verdicts that a page declares, in page order, each claim once. */
export function listDeclaredReviews(data: StructuredData): readonly DeclaredReview[] {
  const reviews = new Map<string, DeclaredReview>();
  for (const node of data.nodes) {
    if (!typesOf(node).includes('ClaimReview')) continue;
    const claim = readText(node['claimReviewed']);
    if (claim !== null && !reviews.has(claim)) reviews.set(claim, readReview(claim, node));
  }
  return [...reviews.values()].slice(0, REVIEWS_MAX);
}

function readReview(claim: string, node: StructuredNode): DeclaredReview {
  const rating = node['reviewRating'];
  const item = node['itemReviewed'];
  return {
    claim,
    claimedBy: isNode(item) ? readText(item['author']) : null,
    verdict: isNode(rating) ? (readText(rating['alternateName']) ?? readText(rating['ratingValue'])) : null,
  };
}
