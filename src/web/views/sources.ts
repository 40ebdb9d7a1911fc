import { countOf } from '#src/core/digest/digest.ts';
import { showHost } from '#src/core/display/link.ts';
import { asSentence, showLine } from '#src/core/display/text.ts';
import { formatExact, formatLive, formatWait } from '#src/core/display/time.ts';
import type { DayMark, SourceActivity } from '#src/io/db/source-activity.ts';
import type { FetchRow, SourceRow } from '#src/io/db/sources.ts';
import { signInHref } from '../forms.ts';
import { html, link, type View } from '../html.ts';
import type { WebSession } from '../sessions.ts';
import { pageLinks, type TablePart } from './paging.ts';
import type { PageContent } from './shell.ts';
import { section, timeAs } from './words.ts';

type State = SourceRow['state'];

/** Trouble first: what fails, what is gone, what waits; then what works, then what a person paused. */
const stateOrder: readonly State[] = ['failing', 'gone', 'waiting', 'working', 'paused'];
/** A cited page is not asked for news but for changes. */
const pageStates: Readonly<Record<State, string>> = {
  failing: 'Could not look',
  gone: 'Gone',
  waiting: 'Waiting',
  working: 'Watched',
  paused: 'Paused',
};
/** Visits told of one source; equal ones in a row are told once. */
const visitsToldMax = 6;
const barStep = 7;
const barHeight = 14;

/** Everything the page shows. `states` are those of all sources; `visits` and `activity` by source id, newest visit first. */
export type SourcesPage = {
  readonly states: readonly State[];
  readonly sources: TablePart<SourceRow>;
  readonly pages: TablePart<SourceRow>;
  readonly visits: ReadonlyMap<string, readonly FetchRow[]>;
  readonly activity: ReadonlyMap<string, SourceActivity>;
  /** Who may steer sources; null = nobody is signed in. */
  readonly session: WebSession | null;
  readonly hasToken: boolean;
  readonly at: { readonly zone: string; readonly now: Temporal.Instant };
};

/** The page of all sources. */
export function sourcesPage(page: SourcesPage): PageContent {
  const { sources, pages } = page;
  const body = [
    html`<h1>Sources</h1><p class="lead">${describeCounts(page.states)}</p>`,
    sources.rows.length > 0 && drawSources(page),
    pages.rows.length > 0 && section({ id: 'pages', heading: 'Cited pages we watch', body: drawPages(page) }),
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

function drawSources(page: SourcesPage): View {
  const { sources, session, hasToken } = page;
  const signIn =
    session === null && hasToken && html` <a href=${signInHref('/sources')}>Sign in</a> to ask or pause one.`;
  return html`<table class="stack sources"><thead><tr><th scope="col">State</th>
    <th scope="col">Source</th>
    <th scope="col" class="wide-only">Last 14 days</th>
    <th scope="col">Last visit</th>
    <th scope="col">Next visit</th>
    <th scope="col" class="num">Every</th>
    <th scope="col" class="num">Kept, 7 days</th></tr></thead>
    <tbody>${sources.rows.map((row) => drawSource(row, page))}</tbody></table>
    <p class="meta">Bars: tall = something new, low = answered, nothing new; × = failed; dot = not asked.${signIn}</p>
    ${pageLinks(sources, (to) => `/sources?page=${to}`)}`;
}

function drawSource(row: SourceRow, page: SourcesPage): View {
  const { at } = page;
  const activity = page.activity.get(row.id);
  const wait = row.nextDueAt === null || row.lastFetchedAt === null ? null : waitOf(row.lastFetchedAt, row.nextDueAt);
  return html`<tr id=${encodeURIComponent(row.id)}><td>${drawState(row, asSentence(row.state).slice(0, -1))}</td>
    <td>${drawName(row)}${drawTrouble(row, at)}${drawVisits(row, page)}${drawSteering(row, page)}</td>
    <td class="wide-only">${activity !== undefined && drawStrip(activity.days)}</td>
    <td data-label="last visit">${drawLast(row, at)}</td>
    <td data-label="next visit">${drawNext(row, at)}</td>
    <td data-label="every" class="num">${wait ?? '–'}</td>
    <td data-label="kept, 7 days" class="num">${activity?.keptCount ?? 0}</td></tr>`;
}

function drawPages(page: SourcesPage): View {
  const { pages, at } = page;
  return html`<table class="stack sources"><thead><tr><th scope="col">State</th>
    <th scope="col">Page</th>
    <th scope="col">Last looked</th>
    <th scope="col">Next visit</th>
    <th scope="col">What we found</th></tr></thead>
    <tbody>${pages.rows.map(
      (row) => html`<tr id=${encodeURIComponent(row.id)}><td>${drawState(row, pageStates[row.state])}</td>
        <td>${drawName(row)}${drawVisits(row, page)}</td>
        <td data-label="last looked">${drawLast(row, at)}</td>
        <td data-label="next visit">${drawNext(row, at)}</td>
        <td data-label="what we found">${drawQuotes(row)}${drawTrouble(row, at)}</td></tr>`,
    )}</tbody></table>
    ${pageLinks(pages, (to) => `/sources?cited=${to}`)}`;
}

function drawState(row: SourceRow, word: string): View {
  return html`<span class="state ${row.state}"><i class="mark"></i>${word}</span>`;
}

function drawName(row: SourceRow): View {
  const host = showHost(row.url);
  const name = showLine(row.name);
  return html`<b class="claim" dir="auto">${link(row.url, name === row.url ? host : name)}</b><br /><span class="meta">${host}</span>`;
}

/** The days as bars; state and dates stand beside it in words, so nothing is read aloud. */
function drawStrip(days: readonly DayMark[]): View {
  const base = barHeight;
  const draw = (mark: DayMark, index: number): View => {
    const x = index * barStep;
    if (mark === 'new') return html`<rect x=${x} y="0" width="5" height=${base} />`;
    if (mark === 'answered') return html`<rect x=${x} y=${base - 4} width="5" height="4" />`;
    if (mark === 'unasked') return html`<rect x=${x + 2} y=${base - 2} width="1" height="2" />`;
    return html`<path class="missed" d=${`M${x} ${base - 8}l5 8m0-8l-5 8`} />`;
  };
  return html`<svg class="spark" width=${days.length * barStep} height=${base} aria-hidden="true">${days.map(draw)}</svg>`;
}

function waitOf(from: string, to: string): string {
  return formatWait(Temporal.Instant.from(from).until(to).total('milliseconds'));
}

function drawLast({ lastFetchedAt }: SourceRow, at: SourcesPage['at']): View {
  return lastFetchedAt === null ? '–' : timeAs(lastFetchedAt, formatLive(lastFetchedAt, at));
}

function drawNext({ nextDueAt }: SourceRow, at: SourcesPage['at']): View {
  if (nextDueAt === null) return '–';
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
  return changed.length === 0 ? fine : `${countOf(count, 'quote')}: ${changed.join(', ')}`;
}

function drawTrouble(row: SourceRow, at: SourcesPage['at']): View {
  if (row.state !== 'failing' && row.state !== 'gone') return null;
  const words = row.lastError === null ? 'The last visit failed.' : asSentence(showLine(row.lastError));
  const since = row.failingSince === null ? '' : ` Since ${formatLive(row.failingSince, at)}.`;
  const page = row.kind === 'page' ? ' Nothing is known to have changed.' : '';
  return html`<p class="trouble">${words}${since}${page}</p>`;
}

/** What we asked, what the site said, and what we do next. */
function drawVisits(row: SourceRow, { visits, at }: SourcesPage): View {
  const own = visits.get(row.id) ?? [];
  if (own.length === 0) return null;
  const told = own.filter(
    (visit, index) => index === 0 || describeVisit(visit) !== describeVisit(own[index - 1] ?? visit),
  );
  const rows = told
    .slice(0, visitsToldMax)
    .map(
      (visit) =>
        html`<dt><time datetime=${visit.startedAt} title=${formatExact(visit.startedAt)}>${formatLive(visit.startedAt, at)}</time></dt><dd>${describeVisit(visit)}</dd>`,
    );
  const next = row.dueWords.replace(/\d{4}-\d\d-\d\dT[\d:]+Z/, (instant) => formatLive(instant, at));
  return html`<details><summary>Why was nothing fetched?</summary><dl class="dated">${rows}</dl><p>${next}</p></details>`;
}

function describeVisit({ outcome, words }: FetchRow): string {
  if (words !== null) return asSentence(showLine(words));
  const plain = new Map([
    ['fresh', 'Answered, with something to read.'],
    ['unmodified', 'Answered: nothing has changed.'],
    ['moved', 'The address has moved. We follow it.'],
  ]);
  return plain.get(outcome) ?? asSentence(showLine(outcome));
}

/** Buttons for whoever is signed in: ask a troubled source now, pause one, ask a paused one again. */
function drawSteering(row: SourceRow, { session }: SourcesPage): View {
  if (session === null) return null;
  const name = html`<span class="vh"> ${showLine(row.name)}</span>`;
  return html`<form method="post" action=${`/sources/${encodeURIComponent(row.id)}`} class="answers">
    <input type="hidden" name="csrf" value=${session.csrf} />
    ${row.state !== 'paused' && html`<button name="action" value="ask">Try now${name}</button>`}
    ${row.state === 'paused' ? html`<button name="action" value="resume">Ask again${name}</button>` : html`<button name="action" value="pause">Pause${name}</button>`}
  </form>`;
}
