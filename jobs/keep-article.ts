/**
 * Keeps one reading of an article: judges its text by the rules in force and, when it is new, writes version, evidence and all
 * in the caller's transaction. Polling, fetching and the fallback to an entry's own words all end here.
 */
import { tagText } from '#src/core/tagging.ts';
import { saysTheSame } from '#src/core/version-change.ts';
import { findArticle, type KnownArticle, type NewVersion, saveVersion, textHashOf } from '#src/io/db/articles.ts';
import type { Tx } from '#src/io/db/store.ts';
import { saveTaggings } from '#src/io/db/taggings.ts';
import type { Deps } from '#src/io/deps.ts';
import { checkQuotes } from './check-quotes.ts';
import { followCitations } from './follow-citations.ts';

/** A reading before it is judged. */
export type Reading = Omit<NewVersion, 'reason' | 'isKept' | 'isRelevant' | 'topics'>;

/** What became of a reading: no topic in it, the text we have already, or a new version. */
export type KeptReading =
  | { readonly kind: 'off-topic' }
  | { readonly kind: 'known'; readonly articleId: number }
  | {
      readonly kind: 'new-version';
      readonly articleId: number;
      readonly isRelevant: boolean;
      /** Taggings that count. */
      readonly taggingCount: number;
    };

/**
 * How its page is watched: whether it is kept whatever it says, when it was last read before this reading, and how many citations led
 * to it (null: its own citations are not followed).
 */
export type Watching = {
  readonly isWatched: boolean;
  readonly lastReadAt: Temporal.Instant | null;
  readonly citationDepth: number | null;
};

/** Of the reading of an entry: nobody has looked at a page for it. */
export const unwatched: Watching = { isWatched: false, lastReadAt: null, citationDepth: 0 };

/** Better sources of a text never give way to poorer ones. */
const worth = { page: 2, feed: 1, headline: 0 } as const;

/**
 * Judges and keeps a reading, and looks what became of the quotes of earlier ones. A watched page is kept whatever it says; anything
 * else only when it mentions a topic. What was kept once stays kept.
 */
export async function keepReading(
  tx: Tx,
  reading: Reading & Watching,
  deps: Pick<Deps, 'inForce' | 'now'>,
): Promise<KeptReading> {
  const { rules, rulesKey, ledger } = deps.inForce();
  const { isWatched, lastReadAt, citationDepth, ...version } = reading;
  const known = await findArticle(tx, reading.key);
  const current = known?.current ?? null;
  if (known !== null && current !== null && (isPoorer(reading, current) || isKnownText(reading, current))) {
    return { kind: 'known', articleId: known.id };
  }
  const judged = tagText(rules, { title: reading.title, text: reading.text, lang: reading.lang });
  if (!judged.kept && !isWatched && known === null) return { kind: 'off-topic' };
  const now = deps.now();
  // A page read after its headline was, or read by a better reader, is no edit of the site's.
  const isEdit = current === null || (current.textFrom === reading.textFrom && current.extractor === reading.extractor);
  const { articleId, versionId } = await saveVersion(
    tx,
    {
      ...version,
      reason: isEdit ? 'page' : 'reader',
      isKept: judged.kept || known?.isKept === true,
      isRelevant: judged.relevant,
      topics: judged.topics,
    },
    { known, now, rulesKey },
  );
  await saveTaggings(tx, judged.taggings, {
    version: { id: versionId, articleId, title: reading.title, text: reading.text },
    claims: ledger.claims,
    now,
    runId: null,
    heldSince: now,
  });
  if (judged.relevant && citationDepth !== null) {
    const quotes = judged.taggings.flatMap(({ status, evidence }) => (status === 'tag' ? evidence : []));
    await followCitations(tx, { versionId, citationDepth, quotes, reading }, deps);
  }
  if (known !== null) await checkQuotes(tx, articleId, { now, lastReadAt });
  const taggingCount = judged.taggings.filter(({ status }) => status === 'tag').length;
  return { kind: 'new-version', articleId, isRelevant: judged.relevant, taggingCount };
}

/** Whether a reading has nothing to add: what another entry says of an article is no edit of it. */
function isPoorer({ textFrom }: Reading, current: NonNullable<KnownArticle['current']>): boolean {
  return worth[textFrom] < worth[current.textFrom] || (textFrom !== 'page' && textFrom === current.textFrom);
}

/** Whether a reading is the text we have; what a better source or another reader gives is compared letter by letter. */
function isKnownText(reading: Reading, current: NonNullable<KnownArticle['current']>): boolean {
  if (current.textHash === textHashOf(reading)) return true;
  const isAlike = current.textFrom === reading.textFrom && current.extractor === reading.extractor;
  return isAlike && saysTheSame(current, reading);
}
