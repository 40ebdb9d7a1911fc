/** Asks for the pages that a relevant article cites, in the caller's transaction; what they are is seen when they are read. */

import type { Evidence } from '#src/core/tagging/tagging.ts';
import { chooseCitations, placeLinks } from '#src/core/watch/citations.ts';
import type { Tx } from '#src/io/db/store.ts';
import { askForCited } from '#src/io/db/watched-pages.ts';
import type { Deps } from '#src/io/deps.ts';
import type { Reading } from './keep-article.ts';

/** A stored version with the links in its body and the quotes that count. `citationDepth` is how many citations led to it. */
export type CitingVersion = {
  readonly versionId: number;
  readonly citationDepth: number;
  readonly quotes: readonly Evidence[];
  readonly reading: Pick<Reading, 'key' | 'text' | 'links'>;
};

/** Follows the citations of one version as far as the ledger allows. */
export async function followCitations(
  tx: Tx,
  { versionId, citationDepth, quotes, reading }: CitingVersion,
  deps: Pick<Deps, 'inForce' | 'now'>,
): Promise<void> {
  const { depth, perArticle, perHost: perHostMax, perDay: perDayMax } = deps.inForce().ledger.watch;
  if (citationDepth >= depth || reading.links.length === 0) return;
  const inText = quotes.filter(({ field }) => field === 'text');
  const links = placeLinks(reading.text, reading.links);
  const pages = chooseCitations(links, { key: reading.key, quotes: inText }).slice(0, perArticle);
  await askForCited(tx, { versionId, pages }, { depth: citationDepth + 1, perHostMax, perDayMax, now: deps.now() });
}
