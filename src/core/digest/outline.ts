/**
 * A digest as a list of words, in the order in which people read it. Text, Markdown and mail are drawn from this one outline, so
 * that they cannot differ in content, order or links.
 */

import { describeSpoken, type Spoken, timedUrl } from '#src/core/caption/spoken.ts';
import { describeFate } from '#src/core/display/change.ts';
import {
  describeCoverage,
  describeMoves,
  describeNotice,
  describeQuoteTime,
  describeRegained,
  describeSeen,
  describeSource,
  groupNumbers,
  listFurtherEvidence,
  movedInFullMax,
  nameOutlets,
  nameSpeaker,
} from '#src/core/display/digest.ts';
import { safeHref } from '#src/core/display/link.ts';
import { formatQuantity } from '#src/core/display/quantity.ts';
import { describeRepeated } from '#src/core/display/story.ts';
import { foreignLanguage, quoteText, shortenQuote, showLine } from '#src/core/display/text.ts';
import { type Calendar, calendarOf, formatLongDay, formatMoment } from '#src/core/display/time.ts';
import { type Stance, stances, type Tally } from './balance.ts';
import {
  type ClaimEvidence,
  countOf,
  type DigestContent,
  type DigestNumber,
  type DigestQuote,
  type DigestSource,
  type MovedClaim,
  tallyInWords,
} from './digest.ts';

/** Claims named under "no change"; the rest is counted. */
const unchangedMax = 40;

/** What stands over quotes that changed rules found in articles read before. */
export const REGAINED_HEADING = 'Found by changed rules';

/** Words that lead somewhere, or only words when there is nowhere to lead to. */
export type OutlineLink = { readonly words: string; readonly href: string | null };

/** A quote with everything around it; `words` stands between its marks already. */
export type OutlineQuote = {
  readonly stance: Stance;
  readonly speaker: string;
  readonly words: string;
  readonly lang: string | null;
  readonly outlet: string;
  readonly when: string;
  readonly language: string | null;
  /** What has become of the quote since; null when it stands as it was. */
  readonly note: string | null;
  readonly link: OutlineLink | null;
  /** For a quote from captions: whose they are and when it is said, leading to that moment; null for any other. */
  readonly spoken: OutlineLink | null;
};

/** One stance of a balance, as it was and as it is. */
export type OutlineCount = { readonly words: string; readonly isChanged: boolean };

/** A claim with what happened to it. `counts` is empty under "new evidence", which says `news` instead. */
export type OutlineClaim = {
  readonly statement: OutlineLink;
  readonly counts: readonly OutlineCount[];
  readonly news: string;
  readonly quotes: readonly OutlineQuote[];
  readonly more: OutlineLink | null;
  /** One line is enough: the day has more moved claims than a page can tell in full. */
  readonly isBrief: boolean;
};

/** A number seen, all its outlets in one row. */
export type OutlineNumber = {
  readonly claim: string;
  readonly short: string;
  readonly value: string;
  readonly speaker: string;
  readonly outlet: string;
  /** Speaker and outlet in one, the outlet alone when it speaks for itself. */
  readonly who: string;
  readonly isNew: boolean;
  readonly seen: string;
};

/** A source worth a line. */
export type OutlineSource = {
  readonly state: string;
  readonly isFault: boolean;
  readonly name: OutlineLink;
  readonly words: string;
};

/** The whole digest. A section that has nothing to say is an empty list. */
export type DigestOutline = {
  readonly dateLine: string;
  readonly headline: string;
  readonly read: string;
  readonly missed: string | null;
  readonly outdated: string | null;
  readonly notice: { readonly heading: string; readonly words: string } | null;
  /** A sentence, when this is a mail that comes late. */
  readonly late: string | null;
  readonly moved: readonly OutlineClaim[];
  readonly moreMoved: OutlineLink | null;
  readonly evidence: readonly OutlineClaim[];
  readonly moreEvidence: OutlineLink | null;
  readonly regained: readonly OutlineLink[];
  readonly numbers: readonly OutlineNumber[];
  readonly moreNumbers: OutlineLink | null;
  readonly sources: readonly OutlineSource[];
  readonly unchangedHeading: string;
  readonly unchanged: readonly OutlineLink[];
  readonly moreUnchanged: OutlineLink | null;
  readonly covers: string;
  readonly web: OutlineLink | null;
  readonly creed: string;
};

/** Where readers reach the pages (null: quotes lead to their outlets), and how much is drawn (all by default). */
export type OutlineOptions = {
  readonly webUrl: string | null;
  /** Where this digest stands on the pages; that of the house by default. */
  readonly digestPath?: string;
  /** The language of its dates (BCP 47); English by default. */
  readonly dateLanguage?: string;
  /** Of a mail that is late: the first date that it carries. */
  readonly lateSince?: string;
  readonly movedMax?: number;
  readonly evidenceMax?: number;
  readonly numbersMax?: number;
};

/** Puts a digest into words. */
export function outlineDigest(content: DigestContent, options: OutlineOptions): DigestOutline {
  const language = options.dateLanguage ?? 'en';
  const calendar = { ...calendarOf(content.date, content.zone), language };
  const draw: Drawing = { calendar, base: options.webUrl?.replace(/(?<!\/)\/+$/, '') ?? null };
  const evidence = listFurtherEvidence(content);
  const {
    movedMax = content.moved.length,
    evidenceMax = evidence.length,
    numbersMax = content.numbers.length,
  } = options;
  const moreMoved = Math.max(0, content.moved.length - movedMax);
  const numbers = groupNumbers(content.numbers);
  const moreNumbers = Math.max(0, numbers.length - numbersMax) + content.moreNumbersCount;
  const moreEvidence = Math.max(0, evidence.length - evidenceMax);
  const moreUnchanged = Math.max(0, content.unchanged.length - unchangedMax);
  const digestHref = href(draw, content.isStored ? (options.digestPath ?? `/digests/${content.date}`) : '/');
  return {
    dateLine: `claimledger · ${showLine(content.ledger)} · ${formatLongDay(content.date, calendar)}`,
    headline: content.headline,
    ...describeCoverage(content),
    notice: describeNotice(content, calendar),
    late: options.lateSince === undefined ? null : describeLateness(content.date, options.lateSince, calendar),
    moved: content.moved
      .slice(0, movedMax)
      .map((claim, index) => outlineMoved(claim, { ...draw, isBrief: index >= movedInFullMax })),
    moreMoved: moreOf(moreMoved, ['moved claim', 'moved claims'], digestHref),
    evidence: evidence.slice(0, evidenceMax).map((claim) => outlineEvidence(claim, draw)),
    moreEvidence: moreOf(moreEvidence, ['claim with new evidence', 'claims with new evidence'], digestHref),
    regained: (content.regained ?? []).map((found) => ({
      words: `${showLine(found.short)}: ${describeRegained(found)}`,
      href: claimHref(draw, found.claim),
    })),
    numbers: numbers.slice(0, numbersMax).map((group) => outlineNumber(group, calendar)),
    moreNumbers: moreOf(moreNumbers, ['number', 'numbers'], digestHref),
    sources: content.sources.map((source) => outlineSource(source, draw)),
    // Nobody looked on a blind day, so nobody can say that nothing changed.
    unchangedHeading: content.sight === 'blind' ? 'Last known balance' : 'No change',
    unchanged: content.unchanged.slice(0, unchangedMax).map(({ claim, short, now }) => ({
      words: content.sight === 'blind' ? `${showLine(short)}: ${tallyInWords(now)}` : showLine(short),
      href: claimHref(draw, claim),
    })),
    moreUnchanged: moreOf(moreUnchanged, ['claim', 'claims'], href(draw, '/claims')),
    covers: `Covers ${formatMoment(content.window.start, calendar)} to ${formatMoment(content.window.end, calendar)} (${content.zone}).${content.isStored ? '' : ' Not stored.'}`,
    web: digestHref === null ? null : { words: 'Open this digest on the web', href: digestHref },
    creed: 'The ledger collects what is said. It does not say whether a claim is true.',
  };
}

type Drawing = { readonly calendar: Calendar; readonly base: string | null };

function outlineMoved(claim: MovedClaim, draw: Drawing & { readonly isBrief: boolean }): OutlineClaim {
  return {
    statement: { words: showLine(claim.statement), href: claimHref(draw, claim.claim) },
    counts: compareTallies(claim.before, claim.now),
    news: describeMoves(claim.moves),
    quotes: claim.quote === null || draw.isBrief ? [] : [outlineQuote(claim.quote, draw)],
    more: null,
    isBrief: draw.isBrief,
  };
}

function outlineEvidence(claim: ClaimEvidence, draw: Drawing): OutlineClaim {
  const link = claimHref(draw, claim.claim);
  return {
    statement: { words: showLine(claim.statement), href: link },
    counts: [],
    news: `${countOf(claim.quotes.length + claim.moreCount, 'new quote')}.`,
    quotes: claim.quotes.map((quote) => outlineQuote(quote, draw)),
    more: moreOf(claim.moreCount, ['new quote', 'new quotes'], link),
    isBrief: false,
  };
}

function compareTallies(before: Tally, now: Tally): readonly OutlineCount[] {
  return stances.map((stance) => {
    const isChanged = before[stance] !== now[stance];
    const count = isChanged ? `${before[stance]} → ${now[stance]}` : `${now[stance]}`;
    return { words: `${count} ${stance.replace(/s$/, '')}`, isChanged };
  });
}

function outlineQuote(quote: DigestQuote, draw: Drawing): OutlineQuote {
  const { text, isShortened } = shortenQuote(quote.quote);
  const inContext = href(draw, `/articles/${quote.articleId}#e${quote.taggingId}`);
  const original = quote.url === null ? null : safeHref(quote.url);
  const link =
    inContext === null ? { words: 'Read the article', href: original } : { words: 'Read in context', href: inContext };
  return {
    stance: quote.stance,
    speaker: nameSpeaker(quote),
    words: `${quoteText(text, quote.lang)}${isShortened ? ' […]' : ''}`,
    lang: quote.lang,
    outlet: showLine(quote.outlet),
    when: [describeQuoteTime(quote, draw.calendar), describeRepeated(quote.repeated)].filter(Boolean).join(', '),
    language: foreignLanguage(quote.lang),
    note: describeFate(quote, draw.calendar),
    link: link.href === null ? null : link,
    spoken: quote.spoken == null ? null : outlineSpoken(quote.spoken, quote.url),
  };
}

function outlineSpoken(spoken: Spoken, url: string | null): OutlineLink {
  const { second } = spoken;
  return {
    words: describeSpoken(spoken),
    href: url === null || second === null ? null : safeHref(timedUrl(url, second)),
  };
}

function outlineNumber(group: readonly [DigestNumber, ...DigestNumber[]], calendar: Calendar): OutlineNumber {
  const [newest] = group;
  const speaker = nameSpeaker(newest);
  const outlet = nameOutlets(group);
  return {
    claim: newest.claim,
    short: showLine(newest.short),
    value: formatQuantity(newest),
    speaker,
    outlet,
    who: speaker === showLine(newest.outlet) ? outlet : `${speaker}, ${outlet}`,
    ...describeSeen(group, calendar),
  };
}

function outlineSource(source: DigestSource, draw: Drawing): OutlineSource {
  const name = { words: showLine(source.name), href: href(draw, `/sources#${encodeURIComponent(source.id)}`) };
  return { ...describeSource(source, draw.calendar), isFault: source.state !== 'moved', name };
}

function moreOf(count: number, nouns: readonly [one: string, many: string], link: string | null): OutlineLink | null {
  return count === 0 ? null : { words: `${count} more ${count === 1 ? nouns[0] : nouns[1]}`, href: link };
}

function claimHref(draw: Drawing, claim: string): string | null {
  return href(draw, `/claims/${encodeURIComponent(claim)}`);
}

function href(draw: Drawing, path: string): string | null {
  return draw.base === null ? null : safeHref(`${draw.base}${path}`);
}

/** What a late mail says of itself; one that carries several dates names the first. */
function describeLateness(date: string, since: string, calendar: Calendar): string {
  const cause = 'This mail is late: the mail server took none for a while.';
  return since === date ? cause : `${cause} It carries everything since ${formatLongDay(since, calendar)}.`;
}
