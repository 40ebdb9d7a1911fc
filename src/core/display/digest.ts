/** The words around a digest that its page, its mail and its text share. */
import type { Move } from '#src/core/digest/balance.ts';
import {
  type ClaimEvidence,
  countOf,
  type DigestContent,
  type DigestNumber,
  type DigestQuote,
  type DigestSource,
  type RegainedQuotes,
} from '#src/core/digest/digest.ts';
import { describeOutdated } from './retag.ts';
import { asSentence, showLine } from './text.ts';
import { type Calendar, formatDay, formatMoment, localDay } from './time.ts';

/** Claims that moved beyond these are shown without their quote: a day on which everything moves is still one page. */
export const movedInFullMax = 8;

/** What was read, what could not be reached, and what stands by earlier rules, as sentences. */
export function describeCoverage(content: DigestContent): {
  readonly read: string;
  readonly missed: string | null;
  readonly outdated: string | null;
} {
  const { documentsRead, documentsTried, sourcesCount, earlierRulesCount = 0 } = content.coverage;
  const missed = countMissed(content);
  return {
    read: `Read ${documentsRead} of ${countOf(documentsTried, 'document')}.`,
    missed: missed === 0 ? null : `${missed} of ${countOf(sourcesCount, 'source')} could not be reached.`,
    outdated: describeOutdated(earlierRulesCount),
  };
}

/** How many quotes changed rules found about one claim: "4 quotes in articles read before". */
export function describeRegained({ count }: RegainedQuotes): string {
  return `${countOf(count, 'quote')} in articles read before`;
}

/** The sources that were asked in the window and did not answer. */
export function countMissed(content: DigestContent): number {
  return Math.max(0, content.coverage.sourcesTried - content.coverage.sourcesAnswered);
}

/** The one thing a person must know on a day that could not be seen; null on other days. */
export function describeNotice(
  content: DigestContent,
  calendar: Calendar,
): { readonly heading: string; readonly words: string } | null {
  const { sourcesAnswered, sourcesCount, lastReadAt } = content.coverage;
  const last =
    lastReadAt === null
      ? 'No document was read so far'
      : `The last document was read ${formatMoment(lastReadAt, calendar)}`;
  if (content.sight === 'blind') {
    const words = `${last}. Until sources answer again, nothing here can be newer than that. Nothing was deleted, and no quote counts as vanished.`;
    return { heading: 'We cannot say whether anything happened.', words };
  }
  if (content.sight === 'half-blind') {
    const words = 'What the others published in this window is missing here. It is read when they answer again.';
    return { heading: `Half blind: ${sourcesAnswered} of ${countOf(sourcesCount, 'source')} answered`, words };
  }
  return null;
}

/** Why a claim moved, as sentences. */
export function describeMoves(moves: readonly Move[]): string {
  return moves.map((move) => asSentence(move.words)).join(' ');
}

/** The new evidence without the quotes that stand under "what moved" already: nothing is read twice. */
export function listFurtherEvidence(content: DigestContent): readonly ClaimEvidence[] {
  const isNew = (quote: DigestQuote): boolean => Temporal.Instant.compare(quote.storedAt, content.window.start) >= 0;
  const shown = new Map(
    content.moved
      .slice(0, movedInFullMax)
      .map(({ claim, quote }) => [claim, quote !== null && isNew(quote) ? quote.taggingId : undefined]),
  );
  return content.evidence.flatMap((claim) => {
    const above = shown.get(claim.claim);
    const quotes = claim.quotes.filter((quote) => quote.taggingId !== above);
    const isCounted = above !== undefined && quotes.length === claim.quotes.length;
    const moreCount = isCounted ? claim.moreCount - 1 : claim.moreCount;
    return quotes.length + moreCount > 0 ? [{ ...claim, quotes, moreCount }] : [];
  });
}

/** The numbers of a digest with one row per claim and value, in their order; each row keeps all its sightings, newest first. */
export function groupNumbers(
  numbers: readonly DigestNumber[],
): readonly (readonly [DigestNumber, ...DigestNumber[]])[] {
  const groups = new Map<string, [DigestNumber, ...DigestNumber[]]>();
  for (const number of numbers) {
    const key = JSON.stringify([
      number.claim,
      number.measure ?? null,
      number.unit,
      number.value,
      number.min,
      number.max,
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [number]);
    else group.push(number);
  }
  return [...groups.values()];
}

/** The sightings of the values that were seen most often, in their order; `valueCount` = how many values there are in all. */
export function keepMostSeen(
  numbers: readonly DigestNumber[],
  valuesMax: number,
): { readonly numbers: readonly DigestNumber[]; readonly valueCount: number } {
  const groups = groupNumbers(numbers);
  if (groups.length <= valuesMax) return { numbers, valueCount: groups.length };
  const kept = new Set(
    groups
      .toSorted((a, b) => b.length - a.length)
      .slice(0, valuesMax)
      .flat(),
  );
  return { numbers: numbers.filter((number) => kept.has(number)), valueCount: groups.length };
}

/**
 * The numbers of a claim, one group a value, kept apart by what they measure: those of the claim's own unit first, what nothing tells
 * about last, smaller values before larger ones.
 */
export function groupByMeasure(
  numbers: readonly DigestNumber[],
  ownUnit: string | null,
): readonly {
  readonly measure: string | null;
  readonly groups: readonly (readonly [DigestNumber, ...DigestNumber[]])[];
}[] {
  const sized = groupNumbers(numbers).toSorted(
    ([a], [b]) =>
      Number(a.unit !== ownUnit) - Number(b.unit !== ownUnit) || a.unit.localeCompare(b.unit) || sizeOf(a) - sizeOf(b),
  );
  const parts = Map.groupBy(sized, ([number]) => number.measure ?? null);
  return [...parts]
    .toSorted(([a], [b]) => Number(a === null) - Number(b === null))
    .map(([measure, groups]) => ({ measure, groups }));
}

function sizeOf(number: DigestNumber): number {
  return number.value ?? number.max ?? number.min ?? 0;
}

/** Whether a number is new, and how it lies to its claim: "First time, outside the claim". */
export function describeSeen(
  group: readonly DigestNumber[],
  calendar: Calendar,
): { readonly isNew: boolean; readonly seen: string } {
  const oldest = group.findLast((number) => number.firstSeenAt === null) ?? group.at(-1);
  const isNew = oldest?.firstSeenAt === null;
  const isOutside = group.some((number) => number.fit === 'outside');
  const since = oldest?.firstSeenAt ?? null;
  const day = since === null ? '' : formatDay(localDay(Temporal.Instant.from(since), calendar.zone), calendar);
  const seen = isNew ? 'First time' : `Repeated since ${day}`;
  return { isNew, seen: isOutside ? `${seen}, outside the claim` : seen };
}

/** The outlets of a number: "Harbour Ledger + 8". */
export function nameOutlets(group: readonly { readonly outlet: string }[]): string {
  const outlets = [...new Set(group.map((number) => showLine(number.outlet)))];
  return outlets.length > 1 ? `${outlets[0]} + ${outlets.length - 1}` : (outlets[0] ?? '');
}

/** What to say about a source: its words, and since when. */
export function describeSource(
  source: DigestSource,
  calendar: Calendar,
): { readonly state: string; readonly words: string } {
  const since = source.since === null ? '' : ` Since ${formatMoment(source.since, calendar)}.`;
  const words =
    source.state === 'moved' ? 'The feed has a new address; we follow it.' : asSentence(showLine(source.words));
  return { state: asSentence(source.state).slice(0, -1), words: `${words}${since}` };
}

/** When a quote was published, or when we first saw it. */
export function describeQuoteTime(quote: DigestQuote, calendar: Calendar): string {
  const published = quote.publishedAt === null ? '' : formatMoment(quote.publishedAt, calendar);
  return published === '' ? `seen ${formatMoment(quote.storedAt, calendar)}` : published;
}

/** Who speaks: the speaker, else the outlet in its own name. */
export function nameSpeaker(quote: { readonly speaker: string | null; readonly outlet: string }): string {
  return showLine(quote.speaker ?? '') || showLine(quote.outlet);
}
