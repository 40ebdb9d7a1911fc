import { emptyTally, stances, type Tally } from '#src/core/digest/balance.ts';
import { buildTimeline, type DayTally } from '#src/core/digest/claim-history.ts';
import { countOf, type DigestNumber, fitAmount } from '#src/core/digest/digest.ts';
import { describeMoves, groupByMeasure, keepMostSeen, nameOutlets, nameSpeaker } from '#src/core/display/digest.ts';
import { describeAmount } from '#src/core/display/number-strip.ts';
import { formatFullQuantity, formatQuantity } from '#src/core/display/quantity.ts';
import { joinSameWords } from '#src/core/display/quote.ts';
import { showLine } from '#src/core/display/text.ts';
import { type Calendar, calendarOf, formatDay, formatExact, localDay } from '#src/core/display/time.ts';
import type { ClaimPage, ReadingTime } from '#src/io/db/claim-reads.ts';
import { html, link, type View } from '../html.ts';
import { citationSection } from './citations.ts';
import { quoteFigure } from './quote.ts';
import type { PageContent } from './shell.ts';
import { numberStrips } from './strip.ts';
import { timelineFigure } from './timeline.ts';
import { dotted, section, stanceLabel, time } from './words.ts';

/** Quotes shown on the page; the rest is one search away. */
export const quotesShownMax = 12;
/** Days under "how it moved"; the first appearance has its own place. */
const movesShownMax = 12;
/** Values under "numbers seen": drawn twice and listed, 40 of them were half of the largest page. */
const valuesShownMax = 30;

/** The page of one claim. */
export function claimPage(
  claim: ClaimPage,
  at: ReadingTime & { readonly asOf?: Temporal.Instant | null },
): PageContent {
  const today = localDay(at.now, at.zone);
  const calendar = calendarOf(today, at.zone);
  const statement = showLine(claim.statement);
  const body = [
    html`<p class="meta"><a href="/claims">Claims</a> / ${claim.id}</p><h1>${statement}</h1>`,
    drawPast(claim, at.asOf ?? null),
    drawLastMove(claim, { calendar, today }),
    timelineFigure({
      tally: claim.tally,
      newToday: tallyOf(claim.days, today),
      timeline: buildTimeline(claim.days, { today }),
      edits: claim.changed.flatMap(({ stance, change }) =>
        change === null ? [] : [{ stance, date: localDay(Temporal.Instant.from(change.seenAt), at.zone) }],
      ),
      originCount: claim.counts.originCount,
      articleCount: claim.counts.articleCount,
      calendar,
    }),
    html`<div class="columns"><div>${drawQuotes(claim, calendar)}</div><aside>${drawSide(claim, calendar)}</aside></div>`,
    drawNumbers(claim, calendar),
    drawAsOf(today),
  ];
  const feed = { href: `/feeds/claims/${encodeURIComponent(claim.id)}`, title: statement };
  return { title: statement, place: 'claims', feed, body };
}

/** Over a page of the past, which past it is. */
function drawPast(claim: ClaimPage, asOf: Temporal.Instant | null): View {
  if (asOf === null) return null;
  return html`<p class="sub"><span class="tag">as of ${formatExact(asOf.toString())}</span> What was known then, unchanged by what came later. <a href=${`/claims/${claim.id}`}>What is known now</a></p>`;
}

/** Asks for the page as it was on another day. */
function drawAsOf(today: string): View {
  const body = html`<form class="search"><input type="date" name="asOf" max=${today} value=${today} aria-label="What was known at the start of this day" /><button>Show what was known then</button></form>`;
  return section({ id: 'as-of', heading: 'Earlier', body });
}

function drawLastMove(claim: ClaimPage, at: { readonly calendar: Calendar; readonly today: string }): View {
  const [last] = claim.moves;
  if (last === undefined) {
    const since = formatDay(localDay(Temporal.Instant.from(claim.addedAt), at.calendar.zone), at.calendar);
    return html`<p class="sub">Nothing seen yet. Watching since ${since}.</p>`;
  }
  const day = last.date === at.today ? 'today' : formatDay(last.date, at.calendar);
  return html`<p class="sub"><span class="tag">moved ${day}</span> ${describeMoves(last.moves)}</p>`;
}

function tallyOf(days: readonly DayTally[], today: string): Tally {
  return days.find(({ date }) => date === today)?.added ?? emptyTally;
}

function drawQuotes(claim: ClaimPage, calendar: Calendar): View {
  if (claim.quotes.length === 0) return null;
  const figures = joinSameWords(claim.quotes).map(({ quote, stances: taken }, index) =>
    quoteFigure(quote, { calendar, isLarge: index === 0, stances: taken }),
  );
  const links = [
    html`<a href=${searchHref(`claim:${claim.id}`)}>All ${countOf(claim.counts.quoteCount, 'quote')}</a>`,
    ...stances.map(
      (stance) =>
        claim.tally[stance] > 0 &&
        html`<a href=${searchHref(`claim:${claim.id} stance:${stance}`)}>${stance} ${claim.tally[stance]}</a>`,
    ),
  ];
  const body = [figures, html`<p class="meta">${dotted(links)}</p>`];
  return section({ id: 'said', heading: 'What was said', note: 'newest first', body });
}

function drawSide(claim: ClaimPage, calendar: Calendar): View {
  const { first } = claim;
  return [
    first !== null &&
      html`<section aria-labelledby="first"><h2 id="first">First appearance</h2>
        <p>${time(first.storedAt, calendar)}<br />${link(`/articles/${first.articleId}#e${first.taggingId}`, showLine(first.outlet))}${first.speaker !== null && `, quoting ${showLine(first.speaker)}`}</p></section>`,
    claim.moves.length > 0 &&
      html`<section aria-labelledby="moves"><h2 id="moves">How it moved</h2>
        <dl class="dated">${claim.moves.slice(0, movesShownMax).map(({ date, moves }) => html`<dt>${formatDay(date, calendar)}</dt><dd>${describeMoves(moves)}</dd>`)}</dl></section>`,
    citationSection(claim.citations, calendar),
    claim.amount !== null &&
      html`<section aria-labelledby="counts"><h2 id="counts">What counts for this claim</h2>
        <p>Amounts of ${describeAmount(claim.amount)}. Values outside are shown as conflicting.</p></section>`,
  ];
}

function drawNumbers(claim: ClaimPage, calendar: Calendar): View {
  const seen: DigestNumber[] = claim.numbers.map((number) => ({
    ...number,
    short: claim.short,
    fit: fitAmount(number, claim.amount),
  }));
  const { numbers, valueCount } = keepMostSeen(seen, valuesShownMax);
  const parts = groupByMeasure(numbers, claim.amount?.unit ?? null);
  if (parts.length === 0) return null;
  const isMeasured = parts.some(({ measure }) => measure !== null);
  const rows = parts.flatMap(({ measure, groups }) => groups.map((group) => ({ measure, group })));
  const bodies = [...Map.groupBy(rows, (row) => row.measure)].map(
    ([measure, own]) => html`<tbody>
      ${isMeasured && html`<tr><th colspan="7" scope="rowgroup">${measure === null ? 'Measure not said' : asHeading(measure)}</th></tr>`}
      ${own.map(({ group }) => drawNumber(group, calendar))}</tbody>`,
  );
  const table = html`<table class="stack"><thead><tr><th scope="col" class="num">Value</th>
    <th scope="col">As written</th>
    <th scope="col" class="num">Origins</th>
    <th scope="col">Stance</th>
    <th scope="col">Who says so</th>
    <th scope="col">Outlet</th>
    <th scope="col">First seen</th></tr></thead>${bodies}</table>`;
  const cut = describeCut(claim, valueCount);
  const strips = numberStrips(numbers, claim.amount);
  if (strips === null)
    return section({ id: 'numbers', heading: 'Numbers seen', note: cut ?? 'smallest first', body: table });
  const body = [
    strips.drawings,
    html`<details><summary>These numbers as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Numbers seen">${table}</div></details>`,
  ];
  return section({ id: 'numbers', heading: 'Numbers seen', note: dotted([cut, strips.note]), body });
}

/** Which numbers are left out; null when none is. */
function describeCut({ numbers, hasMoreNumbers }: ClaimPage, valueCount: number): string | null {
  const values = valueCount > valuesShownMax ? `the ${valuesShownMax} values seen most often of ${valueCount}` : null;
  if (!hasMoreNumbers) return values;
  return `${values ?? 'the values seen'} in the newest ${countOf(numbers.length, 'sighting')}`;
}

function asHeading(measure: string): string {
  const words = showLine(measure);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function drawNumber(group: readonly [DigestNumber, ...DigestNumber[]], calendar: Calendar): View {
  const [newest] = group;
  const oldest = group.at(-1) ?? newest;
  const first = oldest.firstSeenAt ?? oldest.storedAt;
  return html`<tr><td data-label="Value" class="num"><b title=${formatFullQuantity(newest)}>${formatQuantity(newest)}</b></td>
    <td data-label="As written">${link(`/articles/${newest.articleId}`, showLine(newest.written))}${newest.fit === 'outside' && html` <span class="tag">outside the claim</span>`}</td>
    <td data-label="Origins" class="num">${new Set(group.map((number) => number.articleId)).size}</td>
    <td data-label="Stance">${stances.filter((stance) => group.some((number) => number.stance === stance)).map((stance) => [stanceLabel(stance), ' '])}</td>
    <td data-label="Who says so" dir="auto">${nameSpeaker(newest)}</td><td data-label="Outlet" dir="auto">${nameOutlets(group)}</td>
    <td data-label="First seen">${time(first, calendar)}</td></tr>`;
}

function searchHref(query: string): string {
  return `/articles?q=${encodeURIComponent(query)}`;
}
