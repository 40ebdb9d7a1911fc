/**
 * Keeps one reading of an article: judges its text by the rules in force and, when it is new, writes version, evidence and all
 * in the caller's transaction. Polling, fetching and the fallback to an entry's own words all end here.
 */
import { appendCaptions, type CaptionWords, captionWordsOf } from '#src/core/caption/part.ts';
import type { CaptionTrack } from '#src/core/caption/track.ts';
import { tagText } from '#src/core/tagging/tagging.ts';
import { saysTheSame } from '#src/core/watch/version-change.ts';
import {
  findArticle,
  type KnownArticle,
  type NewVersion,
  type ReadDocument,
  saveVersion,
  textHashOf,
} from '#src/io/db/articles.ts';
import type { StoredResponse } from '#src/io/db/schema.ts';
import type { Tx } from '#src/io/db/store.ts';
import { saveTaggings } from '#src/io/db/taggings.ts';
import type { Deps } from '#src/io/deps.ts';
import { checkQuotes } from './check-quotes.ts';
import { followCitations } from './follow-citations.ts';

/** A reading before it is judged. */
export type Reading = Omit<NewVersion, 'reason' | 'isKept' | 'isRelevant' | 'topics' | 'captions'> & {
  /** New captions; without them the ones that the article has stay. */
  readonly captions?: NewCaptions;
};

/** A caption track that was read for an article. */
export type NewCaptions = CaptionTrack & {
  readonly words: CaptionWords;
  readonly document: ReadDocument;
  readonly response: StoredResponse;
};

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
  deps: Pick<Deps, 'inForce' | 'now' | 'metrics'>,
): Promise<KeptReading> {
  const { rules, rulesKey, ledger } = deps.inForce();
  const { isWatched, lastReadAt, citationDepth, captions: _, ...own } = reading;
  const known = await findArticle(tx, reading.key);
  const current = known?.current ?? null;
  const version = withCaptions(own, reading.captions ?? currentCaptions(current));
  if (known !== null && current !== null && (isPoorer(reading, current) || isKnownText(version, current))) {
    return { kind: 'known', articleId: known.id };
  }
  const judged = tagText(rules, { title: version.title, text: version.text, lang: version.lang });
  if (!judged.kept && !isWatched && known === null) return { kind: 'off-topic' };
  const now = deps.now();
  const isEdit = current === null || (isReadAlike(version, current) && isSameTrack(version, current));
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
    version: { id: versionId, articleId, title: version.title, text: version.text },
    claims: ledger.claims,
    now,
    runId: null,
    heldSince: now,
  });
  if (judged.relevant && citationDepth !== null) {
    const quotes = judged.taggings.flatMap(({ status, evidence }) => (status === 'tag' ? evidence : []));
    await followCitations(tx, { versionId, citationDepth, quotes, reading: version }, deps);
  }
  if (known !== null) await checkQuotes(tx, articleId, { now, lastReadAt });
  const tags = judged.taggings.filter(({ status }) => status === 'tag');
  // A transaction that fails after this is done again and counted again.
  deps.metrics.keptVersion();
  deps.metrics.tagged(tags.map(({ stance }) => stance));
  return { kind: 'new-version', articleId, isRelevant: judged.relevant, taggingCount: tags.length };
}

/** Whether a reading has nothing to add: what another entry says of an article is no edit of it. */
function isPoorer({ textFrom, captions }: Reading, current: Current): boolean {
  const isOtherEntry = textFrom !== 'page' && textFrom === current.textFrom && captions === undefined;
  return worth[textFrom] < worth[current.textFrom] || isOtherEntry;
}

type Current = NonNullable<KnownArticle['current']>;
type WholeReading = Omit<Reading, 'captions'> & Pick<NewVersion, 'captions'>;

/** A reading with captions behind its own words. */
function withCaptions(own: Omit<Reading, 'captions'>, captions: NewCaptions | null): WholeReading {
  if (captions === null) return { ...own, captions: null };
  const { words, document, ...track } = captions;
  const { text, ...place } = appendCaptions(own.text, words);
  return { ...own, text, captions: { part: { ...track, ...place, documentHash: document.hash }, document } };
}

/** The captions that an article has, to be put behind another reading of its page. */
function currentCaptions(current: Current | null): NewCaptions | null {
  if (current === null || current.captions === null) return null;
  const { url, lang, kind, response, documentHash: hash } = current.captions;
  const words = captionWordsOf(current.text, current.captions);
  return { url, lang, kind, response, words, document: { hash, body: null } };
}

/** Whether a reading is the text we have; what a better source or another reader gives is compared letter by letter. */
function isKnownText(reading: WholeReading, current: Current): boolean {
  if (current.textHash === textHashOf(reading)) return true;
  return isReadAlike(reading, current) && saysTheSame(current, reading);
}

/** A page read after its headline was, or read by a better reader, is no edit of the site's. */
function isReadAlike(reading: WholeReading, current: Current): boolean {
  return current.textFrom === reading.textFrom && current.extractor === reading.extractor;
}

/** Captions that have come, or those of another language or maker, are no edit either. */
function isSameTrack({ captions }: WholeReading, current: Current): boolean {
  const [own, known] = [captions?.part ?? null, current.captions];
  return own?.kind === known?.kind && own?.lang === known?.lang;
}
