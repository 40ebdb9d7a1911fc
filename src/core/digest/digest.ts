/**
 * The digest: what moved, what is new, which numbers were seen, and what could not be seen, in one window. The content is plain
 * JSON, frozen when it is stored; every output (page, mail, text, Markdown) is drawn from it and from nothing else.
 */

import type { Spoken } from '#src/core/caption/spoken.ts';
import { calendarOf } from '#src/core/display/time.ts';
import {
  emptyTally,
  findChangeMoves,
  findMoves,
  type Move,
  type NewValue,
  type Stance,
  stances,
  type Tally,
} from './balance.ts';

/** Most quotes shown for a claim under "new evidence"; the rest is counted. */
const quotesPerClaimMax = 3;
/** Most rows under "numbers seen"; the rest is counted. */
const numberRowsMax = 40;

/**
 * What its publisher did to a quote: the words as we had them, the words that stand there now (null = none), when they were last there
 * and when we first saw the change, and the number of the version that has them. Instants are RFC 3339.
 */
export type QuoteChange = {
  readonly kind: 'altered' | 'gone';
  readonly was: string;
  readonly words: string | null;
  readonly lastThereAt: string;
  readonly seenAt: string;
  readonly version: number;
  readonly foundVersion: number;
};

/** Since when the page of a quote cannot be looked at, and why in words. */
export type Unseen = { readonly since: string; readonly words: string };

/** One quote as shown: who, which words, where, when. `publishedAt` is RFC 3339 or YYYY-MM-DD, `storedAt` RFC 3339. */
export type DigestQuote = {
  readonly taggingId: number;
  readonly articleId: number;
  readonly claim: string;
  readonly stance: Stance;
  readonly speaker: string | null;
  readonly quote: string;
  readonly field: 'text' | 'title';
  readonly lang: string | null;
  readonly outlet: string;
  readonly title: string;
  readonly url: string | null;
  readonly textFrom: 'page' | 'feed' | 'headline';
  readonly publishedAt: string | null;
  readonly storedAt: string;
  readonly change: QuoteChange | null;
  readonly unseen: Unseen | null;
  /** The original whose words these are; missing in digests from before copies were told apart, and then the article itself. */
  readonly originId?: number;
  /** Who else has these words; null or missing when nobody does. */
  readonly repeated?: Repeated | null;
  /** What a person answered about it; null or missing when nobody did. */
  readonly answer?: GivenAnswer | null;
  /** The model of an optional judge that decided about it; null or missing when none did. */
  readonly judgedBy?: string | null;
  /** Set for a quote from captions or a transcript; null or missing when it stands in the page's own words. */
  readonly spoken?: Spoken | null;
};

/** How many other articles repeat a quote with its text, and in how many outlets it stands, its own included. */
export type Repeated = { readonly articleCount: number; readonly outletCount: number };

/** A person's word on a quote: confirmed as it stands, or given another stance. */
export type GivenAnswer = { readonly verdict: 'confirm' | 'stance'; readonly by: string };

/** A number of a claim's own kind. Bounds as in the stage commands: under has no min, over no max, a range no value. */
export type SeenNumber = {
  readonly claim: string;
  readonly articleId: number;
  readonly stance: Stance;
  readonly speaker: string | null;
  readonly outlet: string;
  readonly written: string;
  readonly value: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: string;
  readonly modifier: 'exact' | 'about' | 'under' | 'over' | 'range';
  /** What it measures ("training run"); null when nothing tells, missing in digests from before measures. */
  readonly measure?: string | null;
  readonly storedAt: string;
  /** The earlier sighting of the same number for the same claim, if any. */
  readonly firstSeenAt: string | null;
};

/** A number row of the digest: the number and whether it lies within the claim's own amount. */
export type DigestNumber = SeenNumber & { readonly short: string; readonly fit: 'inside' | 'outside' | 'unmeasured' };

/** The amount a claim speaks of: a number of this unit outside [min, max] conflicts with it. */
export type ClaimAmount = { readonly unit: string; readonly min: number; readonly max: number };

/** A claim as the digest needs it. */
export type DigestClaim = {
  readonly id: string;
  readonly short: string;
  readonly statement: string;
  readonly amount: ClaimAmount | null;
};

/** A source worth a line: it fails, is gone, or has moved. */
export type DigestSource = {
  readonly id: string;
  readonly name: string;
  readonly state: 'failing' | 'gone' | 'moved';
  readonly words: string;
  readonly since: string | null;
};

/** What was looked at in the window, and what could not be. `lastReadAt` is the last time any document was read at all. */
export type Coverage = {
  readonly documentsTried: number;
  readonly documentsRead: number;
  readonly sourcesCount: number;
  readonly sourcesTried: number;
  readonly sourcesAnswered: number;
  readonly lastReadAt: string | null;
  /** Stored articles that stand by the judgement of earlier rules; digests from before this was counted lack it. */
  readonly earlierRulesCount?: number;
};

/** A claim that moved: old and new balance, why, and its strongest new quote. */
export type MovedClaim = {
  readonly claim: string;
  readonly short: string;
  readonly statement: string;
  readonly before: Tally;
  readonly now: Tally;
  readonly moves: readonly Move[];
  readonly quote: DigestQuote | null;
};

/** New quotes about one claim, newest first. */
export type ClaimEvidence = {
  readonly claim: string;
  readonly short: string;
  readonly statement: string;
  readonly before: Tally;
  readonly now: Tally;
  readonly quotes: readonly DigestQuote[];
  readonly moreCount: number;
};

/** Quotes on one claim that a change of the rules found in articles read before the window: no news, but said. */
export type RegainedQuotes = {
  readonly claim: string;
  readonly short: string;
  readonly count: number;
};

/** The frozen content of a digest. `window` is half-open: `start` is in it, `end` is not. */
export type DigestContent = {
  readonly ledger: string;
  readonly reader: string;
  readonly date: string;
  readonly zone: string;
  readonly window: { readonly start: string; readonly end: string };
  readonly isStored: boolean;
  readonly claimCount: number;
  readonly movedCount: number;
  readonly quoteCount: number;
  readonly originCount: number;
  readonly headline: string;
  readonly sight: Sight;
  readonly coverage: Coverage;
  readonly moved: readonly MovedClaim[];
  readonly evidence: readonly ClaimEvidence[];
  /** Missing in digests from before archives could be re-tagged. */
  readonly regained?: readonly RegainedQuotes[];
  readonly numbers: readonly DigestNumber[];
  readonly moreNumbersCount: number;
  readonly sources: readonly DigestSource[];
  readonly unchanged: readonly { readonly claim: string; readonly short: string; readonly now: Tally }[];
};

/** How much could be seen: all or most, under half of the sources, none of them, or no source was due yet. */
export type Sight = 'clear' | 'half-blind' | 'blind' | 'not-yet';

/** The facts a digest is built from; `balances` are counted just before the window and at its end. */
export type DigestFacts = {
  readonly ledger: string;
  readonly reader: string;
  readonly date: string;
  readonly zone: string;
  readonly window: { readonly start: Temporal.Instant; readonly end: Temporal.Instant };
  readonly isStored: boolean;
  readonly claims: readonly DigestClaim[];
  readonly balances: ReadonlyMap<string, { readonly before: Tally; readonly now: Tally }>;
  /** Quotes first stored in the window, in any order. */
  readonly quotes: readonly DigestQuote[];
  /** Quotes that a run over the archive found in the window, in articles read before it. */
  readonly regained?: readonly DigestQuote[];
  /** Quotes whose change was first seen in the window. */
  readonly changed: readonly DigestQuote[];
  readonly numbers: readonly SeenNumber[];
  readonly coverage: Coverage;
  readonly sources: readonly DigestSource[];
};

/** Builds the content of a digest from the facts of its window. Claims keep the order of the ledger; quotes are newest first. */
export function buildDigest(facts: DigestFacts): DigestContent {
  const { quotes, claims } = facts;
  const numbers = facts.numbers.map((number) => judgeNumber(number, claims)).filter((number) => number !== null);
  const rows = claims.map((claim) => buildClaimRow(claim, facts, numbers));
  const moved = rows
    .filter((row) => row.moves.length > 0)
    .map(({ quotes: own, changed, ...row }) => ({ ...row, quote: changed[0] ?? strongest(row.moves, own) }));
  const evidence = rows
    .filter((row) => row.quotes.length > 0)
    .map(({ moves: _, changed: __, quotes: own, ...row }) => ({
      ...row,
      quotes: own.slice(0, quotesPerClaimMax),
      moreCount: Math.max(0, own.length - quotesPerClaimMax),
    }))
    .sort((a, b) => newestOf(b.quotes).localeCompare(newestOf(a.quotes)));
  const sight = judgeSight(facts.coverage);
  const counts = {
    claimCount: claims.length,
    movedCount: moved.length,
    quoteCount: quotes.length,
    originCount: new Set(quotes.map((quote) => quote.originId ?? quote.articleId)).size,
  };
  return {
    ledger: facts.ledger,
    reader: facts.reader,
    date: facts.date,
    zone: facts.zone,
    window: { start: facts.window.start.toString(), end: facts.window.end.toString() },
    isStored: facts.isStored,
    ...counts,
    headline: writeHeadline({ ...counts, sight, sourcesCount: facts.coverage.sourcesCount }),
    sight,
    coverage: facts.coverage,
    moved,
    evidence,
    regained: claims.flatMap(({ id: claim, short }) => {
      const count = facts.regained?.filter((quote) => quote.claim === claim).length ?? 0;
      return count === 0 ? [] : [{ claim, short, count }];
    }),
    numbers: numbers.slice(0, numberRowsMax),
    moreNumbersCount: Math.max(0, numbers.length - numberRowsMax),
    sources: facts.sources,
    unchanged: rows
      .filter((row) => row.moves.length === 0 && row.quotes.length === 0)
      .map(({ claim, short, now }) => ({ claim, short, now })),
  };
}

/** How a number lies to a claim's amount. A bound that reaches into the amount does not conflict with it. */
export function fitAmount(
  number: Pick<SeenNumber, 'value' | 'min' | 'max' | 'unit'>,
  amount: ClaimAmount | null,
): DigestNumber['fit'] {
  if (amount === null || number.unit !== amount.unit) return 'unmeasured';
  const low = number.min ?? number.value ?? Number.NEGATIVE_INFINITY;
  const high = number.max ?? number.value ?? Number.POSITIVE_INFINITY;
  return high < amount.min || low > amount.max ? 'outside' : 'inside';
}

type ClaimRow = Omit<MovedClaim, 'quote'> & {
  readonly quotes: readonly DigestQuote[];
  readonly changed: readonly DigestQuote[];
};

function buildClaimRow(claim: DigestClaim, facts: DigestFacts, numbers: readonly DigestNumber[]): ClaimRow {
  const { before, now } = facts.balances.get(claim.id) ?? { before: emptyTally, now: emptyTally };
  const quotes = facts.quotes
    .filter((quote) => quote.claim === claim.id)
    .sort((a, b) => b.storedAt.localeCompare(a.storedAt) || b.taggingId - a.taggingId);
  const values: NewValue[] = numbers
    .filter((number) => number.claim === claim.id && number.firstSeenAt === null)
    .map((number) => ({ written: number.written, isOutside: number.fit === 'outside' }));
  const changed = facts.changed.filter((quote) => quote.claim === claim.id);
  return {
    claim: claim.id,
    short: claim.short,
    statement: claim.statement,
    before,
    now,
    moves: [...findMoves(before, now, values), ...findChangeMoves(changed, calendarOf(facts.date, facts.zone))],
    quotes,
    changed,
  };
}

function judgeNumber(number: SeenNumber, claims: readonly DigestClaim[]): DigestNumber | null {
  const claim = claims.find(({ id }) => id === number.claim);
  return claim === undefined ? null : { ...number, short: claim.short, fit: fitAmount(number, claim.amount) };
}

/** The quote that shows why the claim moved: of the stance that the first reason names, from a page rather than a headline. */
function strongest(moves: readonly Move[], quotes: readonly DigestQuote[]): DigestQuote | null {
  const [reason] = moves;
  const stance = reason !== undefined && 'stance' in reason ? reason.stance : null;
  const written = reason?.kind === 'value-outside' ? reason.written : null;
  const weigh = (quote: DigestQuote): number =>
    (written !== null && quote.quote.includes(written) ? 4 : 0) +
    (quote.stance === stance ? 2 : 0) +
    (quote.field === 'text' ? 1 : 0) +
    (quote.speaker === null ? 0 : 0.5);
  return quotes.reduce<DigestQuote | null>(
    (best, quote) => (best === null || weigh(quote) > weigh(best) ? quote : best),
    null,
  );
}

function newestOf(quotes: readonly DigestQuote[]): string {
  return quotes[0]?.storedAt ?? '';
}

function judgeSight(coverage: Coverage): Sight {
  if (coverage.sourcesCount === 0) return 'clear';
  if (coverage.sourcesTried === 0) return 'not-yet';
  if (coverage.sourcesAnswered === 0) return 'blind';
  return coverage.sourcesAnswered * 2 < coverage.sourcesCount ? 'half-blind' : 'clear';
}

function writeHeadline(counts: {
  readonly claimCount: number;
  readonly movedCount: number;
  readonly quoteCount: number;
  readonly originCount: number;
  readonly sourcesCount: number;
  readonly sight: Sight;
}): string {
  const { claimCount, movedCount, quoteCount, originCount, sight, sourcesCount } = counts;
  if (sight === 'blind') return `We could not look: none of ${countOf(sourcesCount, 'source')} answered`;
  if (sight === 'not-yet' && quoteCount === 0) return 'Nothing was looked at in this window';
  if (quoteCount === 0 && movedCount === 0) return `Nothing new about your ${countOf(claimCount, 'claim')}`;
  const moved = movedCount === 0 ? 'No claim moved' : `${countOf(movedCount, 'claim')} moved`;
  return `${moved}, ${countOf(quoteCount, 'new quote')} from ${countOf(originCount, 'independent origin')}`;
}

/** "1 claim", "3 claims". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A tally in words: "3 support, 9 report, 5 dispute". */
export function tallyInWords(tally: Tally): string {
  return stances.map((stance) => `${tally[stance]} ${stance.replace(/s$/, '')}`).join(', ');
}
