import { countOrigins, stances } from '#src/core/digest/balance.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { describeOutdated } from '#src/core/display/retag.ts';
import { asSentence, showLine } from '#src/core/display/text.ts';
import { type Calendar, formatDay, localDay } from '#src/core/display/time.ts';
import type { ClaimRow } from '#src/io/db/claim-reads.ts';
import { html, link, type View } from '../html.ts';
import { cutTable, pageLinks } from './paging.ts';
import type { PageContent } from './shell.ts';
import { dotted, marks, stanceLabel, stanceVerbs, timeAs, unitCaption, unitOf } from './words.ts';

/** The orders that the list can be read in, with their names; the first is the usual one. */
export const claimOrders = [
  ['newest', 'newest first'],
  ['disputed', 'most disputed'],
  ['ledger', 'as in the ledger'],
] as const;

/** One of the orders. */
export type ClaimOrder = (typeof claimOrders)[number][0];

/** A row with all its marks is 2 KB; these stay under 100 KB. */
const rowsMax = 40;
const sparkBar = 6;
const sparkHeight = 20;

/** The list of all claims, one page of its table at a time. */
export function claimsPage(options: {
  readonly claims: readonly ClaimRow[];
  readonly order: ClaimOrder;
  readonly page: number;
  readonly calendar: Calendar;
  /** Stored articles that stand by the judgement of earlier rules. */
  readonly outdatedCount: number;
}): PageContent {
  const { claims, ...draw } = options;
  const body = claims.length === 0 ? [html`<h1>Claims</h1>`, emptyLedger()] : listClaims(claims, draw);
  return { title: 'Claims', place: 'claims', body };
}

/** What a ledger without claims says. */
export function emptyLedger(): View {
  return html`<p class="lead">This ledger has no claims. Add one to <code>ledger.yaml</code>; <code>claimledger claims check</code> tells whether it works.</p>`;
}

type Drawing = {
  readonly order: ClaimOrder;
  readonly page: number;
  readonly calendar: Calendar;
  readonly outdatedCount: number;
};

function listClaims(claims: readonly ClaimRow[], { order, page, calendar, outdatedCount }: Drawing): View {
  const outdated = describeOutdated(outdatedCount);
  const part = cutTable(sortClaims(claims, order), { page, rowsMax });
  const unit = unitOf(claims.map((claim) => claim.tally));
  const highest = Math.max(1, ...claims.flatMap((claim) => claim.days));
  const newCount = claims.filter((claim) => claim.newCount > 0).length;
  const caption =
    unit === 1 ? 'One mark is one independent origin; copies are not counted.' : asSentence(unitCaption(unit));
  const orders = claimOrders.map(([id, words]) =>
    id === order ? html`<b>${words}</b>` : html`<a href="/claims?order=${id}">${words}</a>`,
  );
  return html`<div class="top"><h1>Claims</h1><p class="meta">Order: ${dotted(orders)}</p></div>
    <p class="sub">${countOf(claims.length, 'claim')}, ${newCount === 0 ? 'none' : newCount} with new evidence today. ${caption}</p>
    ${outdated !== null && html`<p class="meta">${outdated}</p>`}
    <table class="claims stack"><thead><tr><th scope="col">Claim</th>
      ${stances.map((stance) => html`<th scope="col">${stanceLabel(stance)}</th>`)}
      <th scope="col" class="wide-only">Last 14 days</th>
        <th scope="col" class="num">Today</th>
        <th scope="col" class="num">Last quote</th></tr></thead>
    <tbody>${part.rows.map((claim) => drawRow(claim, { unit, highest, calendar }))}</tbody></table>
    ${pageLinks(part, (to) => `/claims?order=${order}&page=${to}`)}`;
}

function sortClaims(claims: readonly ClaimRow[], order: ClaimOrder): readonly ClaimRow[] {
  if (order === 'disputed') return claims.toSorted((a, b) => b.tally.disputes - a.tally.disputes);
  if (order === 'newest') return claims.toSorted((a, b) => (b.lastQuoteAt ?? '').localeCompare(a.lastQuoteAt ?? ''));
  return claims;
}

type RowDrawing = { readonly unit: number; readonly highest: number; readonly calendar: Calendar };

function drawRow(claim: ClaimRow, { unit, highest, calendar }: RowDrawing): View {
  const statement = html`<th scope="row" class="claim">${link(`/claims/${encodeURIComponent(claim.id)}`, showLine(claim.statement))}${claim.hasMovedToday && html` <span class="tag">moved today</span>`}</th>`;
  const dayOf = (instant: string): string =>
    formatDay(localDay(Temporal.Instant.from(instant), calendar.zone), calendar);
  if (countOrigins(claim.tally) === 0) {
    return html`<tr>${statement}<td colspan="4" class="meta">Nothing seen yet. Watching since ${dayOf(claim.addedAt)}.</td>
      <td class="num none">–</td>
      <td class="num none">–</td></tr>`;
  }
  return html`<tr>${statement}
    ${stances.map((stance) => {
      const count = claim.tally[stance];
      return html`<td class="tally-cell"><span class="tally"><span class="narrow-only ${stance}" aria-hidden="true">${marks(1)}</span><b class=${count === 0 ? 'zero' : null}>${count}</b>
        <span class="narrow-only ${stance} verb">${stanceVerbs[stance]}</span>
        <span class="${stance} wide-only" aria-hidden="true">${marks(Math.ceil(count / unit))}</span></span></td>`;
    })}
    <td class="wide-only">${sparkline(claim.days, highest)}</td>
    <td class="num${claim.newCount === 0 ? ' none' : ''}">${claim.newCount === 0 ? '–' : `${claim.newCount} new`}</td>
    <td class="num" data-label="last quote">${claim.lastQuoteAt === null ? '–' : timeAs(claim.lastQuoteAt, dayOf(claim.lastQuoteAt))}</td></tr>`;
}

/** Bars of one scale for the whole page; number and date stand beside it, so nothing is read aloud. */
function sparkline(days: readonly number[], highest: number): View {
  const bars = days.map((count, index) => {
    const height = Math.round((count / highest) * (sparkHeight - 4));
    return (
      count > 0 &&
      html`<rect x=${index * (sparkBar + 1)} y=${sparkHeight - 1 - Math.max(2, height)} width=${sparkBar} height=${Math.max(2, height)} />`
    );
  });
  const width = days.length * (sparkBar + 1);
  return html`<svg class="spark" width=${width} height=${sparkHeight} aria-hidden="true"><line class="axis" x1="0" x2=${width} y1=${sparkHeight - 0.5} y2=${sparkHeight - 0.5} />${bars}</svg>`;
}
