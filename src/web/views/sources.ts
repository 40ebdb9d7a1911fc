import { countOf } from '#src/core/digest.ts';
import { showHost } from '#src/core/display-link.ts';
import { asSentence, showLine } from '#src/core/display-text.ts';
import { formatExact, formatLive } from '#src/core/display-time.ts';
import type { FetchRow, SourceRow } from '#src/io/db/sources.ts';
import { html, link, type View } from '../html.ts';
import { pageLinks, type TablePart } from './paging.ts';
import type { PageContent } from './shell.ts';
import { section, timeAs } from './words.ts';

type State = SourceRow['state'];

/** Trouble first: what fails, what is gone, what waits; then what works, then what a person paused. */
const stateOrder: readonly State[] = ['failing', 'gone', 'waiting', 'working', 'paused'];

/** The words for the state of a cited page: nothing is known to have changed while we cannot look. */
const pageStates: Readonly<Record<State, string>> = {
  failing: 'Could not look',
  gone: 'Gone',
  waiting: 'Waiting',
  working: 'Working',
  paused: 'Paused',
};

/** One part of the sources and of the watched pages, with the last visits to those that did not answer. */
export type SourcesPage = {
  readonly states: readonly State[];
  readonly sources: TablePart<SourceRow>;
  readonly pages: TablePart<SourceRow>;
  readonly visits: ReadonlyMap<string, readonly FetchRow[]>;
  readonly at: { readonly zone: string; readonly now: Temporal.Instant };
};

/** The page of all sources. */
export function sourcesPage(page: SourcesPage): PageContent {
  const { sources, pages } = page;
  const body = [
    html`<h1>Sources</h1><p class="lead">${describeCounts(page.states)}</p>`,
    sources.rows.length > 0 && drawTable(sources, { page, heading: 'Source', parameter: 'page' }),
    pages.rows.length > 0 &&
      section({
        id: 'pages',
        heading: 'Cited pages we watch',
        body: drawTable(pages, { page, heading: 'Page', parameter: 'cited' }),
      }),
  ];
  return { title: 'Sources', place: 'sources', body };
}

/** "14 sources: 11 working, 2 failing. 1 more is paused." */
function describeCounts(states: readonly State[]): string {
  if (states.length === 0) return 'This ledger has no sources. Add one to ledger.yaml.';
  const counts = Map.groupBy(states, (state) => state);
  const paused = counts.get('paused')?.length ?? 0;
  const named = (['working', 'failing', 'gone', 'waiting'] as const).flatMap((state) => {
    const count = counts.get(state)?.length ?? 0;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const asked = `${countOf(states.length - paused, 'source')}${named.length === 0 ? '' : `: ${named.join(', ')}`}.`;
  if (paused === 0) return asked;
  return `${asked} ${paused} more ${paused === 1 ? 'is' : 'are'} paused.`;
}

/** Trouble first, in the order of the ledger within a state. */
export function sortByState(rows: readonly SourceRow[]): readonly SourceRow[] {
  return rows.toSorted((a, b) => stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state));
}

type TableDrawing = { readonly page: SourcesPage; readonly heading: string; readonly parameter: string };

function drawTable(part: TablePart<SourceRow>, { page, heading, parameter }: TableDrawing): View {
  return html`<table class="stack sources"><thead><tr><th scope="col">State</th>
    <th scope="col">${heading}</th>
    <th scope="col">Last visit</th>
    <th scope="col">Next visit</th></tr></thead>
    <tbody>${part.rows.map((row) => drawRow(row, page))}</tbody></table>
    ${pageLinks(part, (to) => `/sources?${parameter}=${to}`)}`;
}

function drawRow(row: SourceRow, { visits, at }: SourcesPage): View {
  const word = row.kind === 'page' ? pageStates[row.state] : asSentence(row.state).slice(0, -1);
  const own = visits.get(row.id) ?? [];
  return html`<tr id=${encodeURIComponent(row.id)}><td><span class="state ${row.state}"><i class="mark"></i>${word}</span></td>
    <td><b dir="auto">${link(row.url, showLine(row.name))}</b><br /><span class="meta">${showHost(row.url)}</span>${drawQuotes(row)}${drawTrouble(row, at)}${own.length > 0 && drawVisits(own, { row, at })}</td>
    <td data-label="last visit">${row.lastFetchedAt === null ? '–' : timeAs(row.lastFetchedAt, formatLive(row.lastFetchedAt, at))}</td>
    <td data-label="next visit">${row.nextDueAt === null ? '–' : drawNext(row.nextDueAt, at)}</td></tr>`;
}

function drawNext(nextDueAt: string, at: SourcesPage['at']): View {
  return Temporal.Instant.compare(nextDueAt, at.now) <= 0 ? 'now' : timeAs(nextDueAt, formatLive(nextDueAt, at));
}

/** "All 3 quotes are still there", "3 quotes: 1 changed, 1 no longer there". While nobody can look, the last known state is not told as today's. */
function drawQuotes({ quotes, state }: SourceRow): View {
  if (quotes === null || state === 'failing' || state === 'gone') return null;
  const { count, alteredCount, goneCount } = quotes;
  const changed = [
    ...(alteredCount === 0 ? [] : [`${alteredCount} changed`]),
    ...(goneCount === 0 ? [] : [`${goneCount} no longer there`]),
  ];
  const fine = count === 1 ? 'The quote is still there' : `All ${count} quotes are still there`;
  return html`<br /><span class="meta">${changed.length === 0 ? fine : `${countOf(count, 'quote')}: ${changed.join(', ')}`}</span>`;
}

function drawTrouble(row: SourceRow, at: SourcesPage['at']): View {
  if (row.state !== 'failing' && row.state !== 'gone') return null;
  const words = row.lastError === null ? 'The last visit failed.' : asSentence(showLine(row.lastError));
  const since = row.failingSince === null ? '' : ` Since ${formatLive(row.failingSince, at)}.`;
  const page = row.kind === 'page' ? ' Nothing is known to have changed.' : '';
  return html`<p class="trouble">${words}${since}${page}</p>`;
}

function drawVisits(
  visits: readonly FetchRow[],
  { row, at }: { readonly row: SourceRow; readonly at: SourcesPage['at'] },
): View {
  const rows = visits.map(
    (visit) =>
      html`<dt><time datetime=${visit.startedAt} title=${formatExact(visit.startedAt)}>${formatLive(visit.startedAt, at)}</time></dt><dd>${describeVisit(visit)}</dd>`,
  );
  return html`<details><summary>Why was nothing fetched?</summary><dl class="dated">${rows}</dl><p>${row.dueWords}</p></details>`;
}

function describeVisit(visit: FetchRow): string {
  return asSentence(showLine(visit.words ?? visit.outcome));
}
