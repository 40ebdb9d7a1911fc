/** What a claim that is in no ledger yet would find in the stored archive. Writes nothing. */
import type { ClaimDefinition, LedgerDefinition, Stance } from '#src/core/claim/definition.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { listKeptVersions } from '#src/io/db/taggings.ts';
import type { Deps } from '#src/io/deps.ts';

/** Newest articles read; a person wants to see what a claim finds, not to wait for all of it. */
const articlesMax = 5_000;
/** Texts held in memory at once. */
const versionsPerBatch = 100;
const quotesShown = 3;

/** What was found: articles read, those with a quote that would count, those with one that would wait, and the first quotes. */
export type TriedClaim = {
  readonly articleCount: number;
  readonly foundCount: number;
  readonly waitingCount: number;
  readonly quotes: readonly {
    readonly articleId: number;
    readonly title: string;
    readonly stance: Stance;
    readonly quote: string;
  }[];
};

/** Reads the newest kept articles for one claim. */
export async function tryClaim(
  claim: ClaimDefinition,
  ledger: LedgerDefinition,
  deps: Pick<Deps, 'db' | 'signal'>,
): Promise<TriedClaim> {
  const { value: rules } = compileLedger({ ...ledger, claims: [claim] });
  const quotes: TriedClaim['quotes'][number][] = [];
  let [articleCount, foundCount, waitingCount] = [0, 0, 0];
  let beforeId = Number.MAX_SAFE_INTEGER;
  while (articleCount < articlesMax && !deps.signal.aborted) {
    const versions = await listKeptVersions(deps.db, { beforeId, limit: versionsPerBatch });
    for (const version of versions) {
      const { taggings } = tagText(rules, version);
      const shown = taggings.find(({ status }) => status === 'tag') ?? taggings[0];
      articleCount += 1;
      beforeId = version.id;
      if (shown === undefined) continue;
      if (shown.status === 'tag') foundCount += 1;
      else waitingCount += 1;
      const { articleId, title } = version;
      if (quotes.length < quotesShown)
        quotes.push({ articleId, title, stance: shown.stance, quote: shown.evidence[0]?.quote ?? '' });
    }
    if (versions.length < versionsPerBatch) break;
  }
  return { articleCount, foundCount, waitingCount, quotes };
}
