/** A digest as a page: the morning page, a past day, or an unstored window. */
import { stances, type Tally } from '#src/core/digest/balance.ts';
import {
  type ClaimEvidence,
  countOf,
  type DigestContent,
  type DigestNumber,
  type MovedClaim,
  tallyInWords,
} from '#src/core/digest/digest.ts';
import { REGAINED_HEADING } from '#src/core/digest/outline.ts';
import {
  countMissed,
  describeCoverage,
  describeMoves,
  describeNotice,
  describeRegained,
  describeSeen,
  describeSource,
  groupNumbers,
  listFurtherEvidence,
  movedInFullMax,
  nameOutlets,
  nameSpeaker,
} from '#src/core/display/digest.ts';
import { formatQuantity } from '#src/core/display/quantity.ts';
import { isSameSentence, joinSameWords } from '#src/core/display/quote.ts';
import { showLine } from '#src/core/display/text.ts';
import { type Calendar, calendarOf, formatLongDay, formatWeekday, formatWindow } from '#src/core/display/time.ts';
import { html, link, type View } from '../html.ts';
import { quoteFigure } from './quote.ts';
import type { PageContent } from './shell.ts';
import { dotted, section, stanceLabel, stanceVerbs, tallyMarks, unitCaption, unitOf } from './words.ts';

/** Rows beyond these are counted: no page passes 100 KB, not on the first day of a ledger of hundreds either. */
const movedShownMax = 50;
const evidenceShownMax = 18;
const unchangedShownMax = 100;

/** A digest with its neighbours. `since` counts what came after a stored digest; null when it is not the newest or nothing came. */
export type DigestPage = {
  readonly content: DigestContent;
  readonly previousDate: string | null;
  readonly nextDate: string | null;
  readonly since: { readonly quoteCount: number; readonly href: string } | null;
  readonly isToday: boolean;
};

/** The page of a digest. */
export function digestPage(page: DigestPage): PageContent {
  const { content } = page;
  const calendar = calendarOf(content.date, content.zone);
  const unit = unitOf([...content.moved, ...content.evidence, ...content.unchanged].map((claim) => claim.now));
  const draw = { calendar, unit };
  const body = [
    drawTop(page, calendar),
    drawNotice(content, calendar),
    drawCoverage(content),
    drawSince(page),
    drawMoved(content.moved, { ...draw, evidence: content.evidence }),
    drawEvidence(listUnread(content), draw),
    drawRegained(content),
    drawNumbers(content, calendar),
    drawSources(content, calendar),
    content.sight === 'blind' ? drawLastBalance(content, draw) : drawUnchanged(content),
  ];
  const feed = { href: '/feeds/digest', title: 'The daily digest' };
  return { title: content.headline, place: page.isToday ? 'today' : null, feed, body };
}

type Drawing = { readonly calendar: Calendar; readonly unit: number };

function drawTop(page: DigestPage, calendar: Calendar): View {
  const { content, previousDate, nextDate } = page;
  const stored = content.isStored ? '' : ' · not stored, counted now';
  return html`<div class="top"><p class="meta">${formatLongDay(content.date)} · covers ${formatWindow(content.window, calendar)}${stored}</p>
    <p class="meta links">${previousDate !== null && html`<a href="/digests/${previousDate}">← ${formatWeekday(previousDate, calendar)}</a>`}
    ${nextDate !== null && html`<a href="/digests/${nextDate}">${formatWeekday(nextDate, calendar)} →</a>`}
    <a href="/digests">All days</a></p></div>
  <h1>${content.headline}</h1>`;
}

function drawNotice(content: DigestContent, calendar: Calendar): View {
  const notice = describeNotice(content, calendar);
  return notice !== null && html`<div class="notice"><h2>${notice.heading}</h2><p>${notice.words}</p></div>`;
}

function drawCoverage(content: DigestContent): View {
  const { documentsRead, documentsTried, sourcesAnswered, sourcesCount } = content.coverage;
  const missed = countMissed(content);
  const { outdated } = describeCoverage(content);
  return html`<ul class="coverage">
    <li>Read <b>${documentsRead} of ${documentsTried}</b> documents</li>
    <li>from <b class=${sourcesAnswered === 0 && sourcesCount > 0 ? 'fault' : null}>${sourcesAnswered} of ${sourcesCount}</b> sources</li>
    ${missed > 0 && content.sight !== 'blind' && html`<li><b class="fault">${countOf(missed, 'source')} could not be reached</b></li>`}
    <li><a href="/sources">What we could not see</a></li>
    ${outdated !== null && html`<li>${outdated}</li>`}
  </ul>`;
}

function drawSince({ since }: DigestPage): View {
  return (
    since !== null &&
    html`<p class="since">Since then: <a href=${since.href}>${countOf(since.quoteCount, 'new quote')}</a></p>`
  );
}

type MovedDrawing = Drawing & { readonly evidence: readonly ClaimEvidence[] };

/** The new evidence without the sentences that stand under "what moved", which name all their stances there. */
function listUnread(content: DigestContent): readonly ClaimEvidence[] {
  const above = content.moved.slice(0, movedInFullMax);
  return listFurtherEvidence(content).flatMap((claim) => {
    const read = above.find((moved) => moved.claim === claim.claim)?.quote ?? null;
    const quotes = claim.quotes.filter((quote) => read === null || !isSameSentence(quote, read));
    return quotes.length + claim.moreCount > 0 ? [{ ...claim, quotes }] : [];
  });
}

function drawMoved(moved: readonly MovedClaim[], draw: MovedDrawing): View {
  if (moved.length === 0) return null;
  const full = moved.slice(0, movedInFullMax).map((claim) => drawMovedClaim(claim, draw));
  const brief = moved
    .slice(movedInFullMax, movedShownMax)
    .map(
      (claim) =>
        html`<li><span class="claim">${link(claimHref(claim.claim), showLine(claim.statement))}</span> <span class="meta">${describeMoves(claim.moves)}</span></li>`,
    );
  const note = dotted(['a line under the marks = new in this window', unitCaption(draw.unit)]);
  const body = [
    full,
    brief.length > 0 && html`<ul class="lines">${brief}</ul>`,
    moreClaims(moved.length - movedShownMax, 'moved claim'),
  ];
  return section({ id: 'moved', heading: 'What moved', note, body });
}

function drawMovedClaim(claim: MovedClaim, draw: MovedDrawing): View {
  const own = draw.evidence.find((evidence) => evidence.claim === claim.claim)?.quotes ?? [];
  const { quote } = claim;
  const [joined] = quote === null ? [] : joinSameWords([quote, ...own.filter((each) => isSameSentence(each, quote))]);
  const reasons = describeMoves(claim.moves).replace(/^“?\p{Lu}/u, (letter) => letter.toLowerCase());
  return html`<div class="row"><div>
      ${drawStatement(claim)}
      <p>${tallyMarks(claim.now, { before: claim.before, unit: draw.unit })}</p>
      <p class="counts">${stances.map((stance) => stanceLabel(stance, `${claim.now[stance]} ${stanceVerbs[stance]}`))}</p>
      <p class="meta">${drawBefore(claim)}</p>
    </div><div>
      <p class="why"><b>Why it moved:</b> ${reasons}</p>
      ${joined !== undefined && quoteFigure(joined.quote, { calendar: draw.calendar, isLarge: true, stances: joined.stances })}
    </div></div>`;
}

function moreClaims(count: number, noun: string): View {
  return count > 0 && html`<p class="meta"><a href="/claims">and ${countOf(count, `more ${noun}`)}</a></p>`;
}

function drawBefore({ before }: MovedClaim): View {
  return `before: ${stances.map((stance) => before[stance]).join(' · ')}`;
}

function drawEvidence(evidence: readonly ClaimEvidence[], draw: Drawing): View {
  if (evidence.length === 0) return null;
  const rows = evidence.slice(0, evidenceShownMax).map(
    (claim) => html`<div class="row"><div>
        ${drawStatement(claim)}
        <p>${tallyMarks(claim.now, { before: claim.before, unit: draw.unit })}</p>
        <p class="meta">${tallyDots(claim.now)}</p>
      </div><div>
        ${joinSameWords(claim.quotes).map(({ quote, stances: taken }) => quoteFigure(quote, { calendar: draw.calendar, stances: taken }))}
        ${claim.moreCount > 0 && html`<p class="meta">${link(claimHref(claim.claim), countOf(claim.moreCount, 'more new quote'))}</p>`}
      </div></div>`,
  );
  return section({
    id: 'evidence',
    heading: 'New evidence',
    note: 'at most 3 quotes a claim, newest first',
    body: [rows, moreClaims(evidence.length - evidenceShownMax, 'claim')],
  });
}

function drawRegained({ regained = [] }: DigestContent): View {
  const rows = regained.map(
    (found) => html`<li>${link(claimHref(found.claim), showLine(found.short))}: ${describeRegained(found)}</li>`,
  );
  const body = html`<ul class="lines">${rows}</ul>`;
  return rows.length > 0 && section({ id: 'regained', heading: REGAINED_HEADING, body });
}

function drawStatement(claim: { readonly claim: string; readonly statement: string }): View {
  return html`<h3 class="claim">${link(claimHref(claim.claim), showLine(claim.statement))}</h3>`;
}

function drawNumbers(content: DigestContent, calendar: Calendar): View {
  const groups = groupNumbers(content.numbers);
  if (groups.length === 0) return null;
  const more =
    content.moreNumbersCount > 0 && `${countOf(content.moreNumbersCount, 'number')} more on the pages of the claims`;
  const body = html`<table class="stack"><thead><tr><th scope="col">Claim</th>
    <th scope="col" class="num">Value</th>
    <th scope="col">Who says so</th>
    <th scope="col">Outlet</th>
    <th scope="col">Seen before?</th></tr></thead>
    <tbody>${groups.map((group) => drawNumber(group, calendar))}</tbody></table>`;
  return section({ id: 'numbers', heading: 'Numbers seen', note: more === false ? null : more, body });
}

function drawNumber(group: readonly [DigestNumber, ...DigestNumber[]], calendar: Calendar): View {
  const [number] = group;
  const { isNew, seen } = describeSeen(group, calendar);
  return html`<tr><td data-label="Claim">${link(claimHref(number.claim), showLine(number.short))}</td>
    <td data-label="Value" class="num"><b>${link(`/articles/${number.articleId}`, formatQuantity(number))}</b></td>
    <td data-label="Who says so" dir="auto">${nameSpeaker(number)}</td><td data-label="Outlet" dir="auto">${nameOutlets(group)}</td>
    <td data-label="Seen before?">${isNew ? html`<b>${seen}</b>` : seen}</td></tr>`;
}

function drawSources(content: DigestContent, calendar: Calendar): View {
  if (content.sources.length === 0) return null;
  const rows = content.sources.map((source) => {
    const { state, words } = describeSource(source, calendar);
    return html`<li><span class="state ${source.state}"><i class="mark"></i>${state}</span> <span><span dir="auto">${link(`/sources#${encodeURIComponent(source.id)}`, showLine(source.name))}</span>: ${words}</span></li>`;
  });
  const note = html`<a href="/sources">${content.coverage.sourcesCount === 1 ? 'The source' : `All ${content.coverage.sourcesCount} sources`}</a>`;
  return section({ id: 'sources', heading: 'Sources', note, body: html`<ul class="lines">${rows}</ul>` });
}

function drawUnchanged(content: DigestContent): View {
  if (content.unchanged.length === 0) return null;
  const names = content.unchanged
    .slice(0, unchangedShownMax)
    .map(({ claim, short }, index) => [index > 0 && ', ', link(claimHref(claim), showLine(short))]);
  return section({
    id: 'unchanged',
    heading: 'No change',
    body: [html`<p class="meta wide">${names}.</p>`, moreClaims(content.unchanged.length - unchangedShownMax, 'claim')],
  });
}

function drawLastBalance(content: DigestContent, { unit }: Drawing): View {
  const rows = content.unchanged.slice(0, unchangedShownMax).map(
    ({ claim, short, now }) =>
      html`<li class="balance"><span class="claim">${link(claimHref(claim), showLine(short))}</span>
          ${tallyMarks(now, { unit })}<span class="meta">${tallyDots(now)}</span></li>`,
  );
  return (
    rows.length > 0 &&
    section({
      id: 'unchanged',
      heading: 'Last known balance',
      note: unitCaption(unit),
      body: [html`<ul class="lines">${rows}</ul>`, moreClaims(content.unchanged.length - unchangedShownMax, 'claim')],
    })
  );
}

function tallyDots(tally: Tally): string {
  return tallyInWords(tally).replaceAll(', ', ' · ');
}

function claimHref(claim: string): string {
  return `/claims/${encodeURIComponent(claim)}`;
}
