/** Evidence as it leaves the house, in tables and as linked data. */

import type { CaptionKind } from '#src/core/caption/track.ts';
import type { Stance } from '#src/core/digest/balance.ts';

/** One quote with where it stands. Offsets are UTF-16 indexes into the field of that version; instants are RFC 3339. */
export type EvidenceRow = {
  readonly claim: string;
  readonly stance: Stance;
  readonly speaker: string | null;
  readonly quote: string;
  readonly field: 'text' | 'title';
  readonly start: number;
  readonly end: number;
  /** The characters right before and after the quote. */
  readonly prefix: string;
  readonly suffix: string;
  readonly articleId: number;
  readonly url: string | null;
  readonly outlet: string;
  readonly title: string;
  readonly lang: string | null;
  /** RFC 3339 or YYYY-MM-DD. */
  readonly publishedAt: string | null;
  readonly version: number;
  readonly textHash: string;
  readonly textFrom: 'page' | 'feed' | 'headline';
  readonly seenAt: string;
  readonly storedAt: string;
  /** Whose captions it stands in, and the second at which it is said; null for the page's own words. */
  readonly captions: CaptionKind | null;
  readonly second: number | null;
};

/** The columns of a table of evidence, in their order. */
export const evidenceColumns = [
  'claim',
  'stance',
  'speaker',
  'quote',
  'outlet',
  'title',
  'url',
  'publishedAt',
  'lang',
  'field',
  'start',
  'end',
  'prefix',
  'suffix',
  'articleId',
  'version',
  'textHash',
  'textFrom',
  'seenAt',
  'storedAt',
  'captions',
  'second',
] as const satisfies readonly (keyof EvidenceRow)[];

/** A claim as linked data names it. */
export type NamedClaim = { readonly id: string; readonly short: string; readonly statement: string };

const mediaFragments = 'http://www.w3.org/TR/media-frags/';

/** What schema.org has no word for; a stance is never a rating. */
const ownTerm = (name: string): string => `urn:claimledger:${name}`;

/**
 * Claims with their appearances as schema.org `Claim`, each quote as a W3C Web Annotation that finds it by its words and by its place.
 * There is no ClaimReview in it: that takes a rating that a named person has given.
 */
export function buildClaimFeed(
  claims: readonly NamedClaim[],
  evidence: readonly EvidenceRow[],
  names: { readonly ledger: string; readonly webUrl: string },
): Readonly<Record<string, unknown>> {
  const byClaim = Map.groupBy(evidence, ({ claim }) => claim);
  return {
    '@context': 'https://schema.org',
    '@type': 'DataFeed',
    name: names.ledger,
    dataFeedElement: claims.map((claim) => buildClaim(claim, byClaim.get(claim.id) ?? [], names.webUrl)),
  };
}

function buildClaim(claim: NamedClaim, evidence: readonly EvidenceRow[], webUrl: string) {
  const oldestFirst = evidence.toSorted((a, b) => a.storedAt.localeCompare(b.storedAt));
  const articles = [...new Map(oldestFirst.map((row) => [row.articleId, buildArticle(row, webUrl)])).values()];
  return {
    '@type': 'Claim',
    '@id': `${webUrl}/claims/${claim.id}`,
    identifier: claim.id,
    name: claim.short,
    text: claim.statement,
    ...(articles.length === 0 ? {} : { firstAppearance: articles[0], appearance: articles }),
    ...(evidence.length === 0 ? {} : { subjectOf: oldestFirst.map((row) => buildAnnotation(row, webUrl)) }),
  };
}

function buildArticle({ url, title, outlet, publishedAt, lang, articleId }: EvidenceRow, webUrl: string) {
  return {
    '@type': 'NewsArticle',
    headline: title,
    publisher: { '@type': 'Organization', name: outlet },
    ...(url === null ? {} : { url }),
    ...(publishedAt === null ? {} : { datePublished: publishedAt }),
    ...(lang === null ? {} : { inLanguage: lang }),
    archivedAt: `${webUrl}/articles/${articleId}`,
  };
}

/**
 * https://www.w3.org/TR/annotation-model/, sections 4.2.1, 4.2.4 and 4.2.5. A headline is no part of the text that positions count in; what
 * is said in a recording is found by its second too.
 */
function buildAnnotation(row: EvidenceRow, webUrl: string) {
  const { quote: exact, prefix, suffix, start, end, field, stance, speaker, textHash } = row;
  const { second } = row;
  const quoteSelector = { type: 'TextQuoteSelector', exact, prefix, suffix };
  return {
    '@context': 'http://www.w3.org/ns/anno.jsonld',
    type: 'Annotation',
    motivation: 'highlighting',
    target: {
      source: row.url ?? `${webUrl}/articles/${row.articleId}`,
      selector:
        field === 'title'
          ? quoteSelector
          : [
              quoteSelector,
              { type: 'TextPositionSelector', start, end },
              ...(second === null
                ? []
                : [{ type: 'FragmentSelector', conformsTo: mediaFragments, value: `t=${second}` }]),
            ],
      state: { type: 'TimeState', sourceDate: row.seenAt, cached: `${webUrl}/articles/${row.articleId}` },
    },
    [ownTerm('stance')]: stance,
    [ownTerm('speaker')]: speaker,
    [ownTerm('textHash')]: textHash,
    ...(row.captions === null ? {} : { [ownTerm('captions')]: row.captions }),
  };
}
