/** What the service is at: late first, then due, under way, and what waits for a person. */
import type { DueWork } from '#jobs/plan-work.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { showHost } from '#src/core/display/link.ts';
import { asSentence, showLine } from '#src/core/display/text.ts';
import { formatLive, formatWait } from '#src/core/display/time.ts';
import type { DueHost, FailedRun, SetAside, WorkPage } from '#src/io/db/work-reads.ts';
import { signInHref } from '../forms.ts';
import { html, type View } from '../html.ts';
import type { WebSession } from '../sessions.ts';
import type { PageContent } from './shell.ts';
import { section, timeAs } from './words.ts';

/** Due work is taken up within a minute; what waits longer than this is late. */
const lateAfterMinutes = 10;

/** What the page needs beside the rows. */
export type WorkDrawing = {
  readonly counts: DueWork;
  readonly session: WebSession | null;
  readonly hasToken: boolean;
  readonly now: Temporal.Instant;
  readonly zone: string;
};

/** What each kind of due work is called: one, several. */
const kinds = [
  ['addresses', 'address to visit', 'addresses to visit'],
  ['entries', 'entry to read', 'entries to read'],
  ['versions', 'text to judge', 'texts to judge'],
  ['stories', 'article to place in its story', 'articles to place in their stories'],
  ['runs', 'change of the archive under way', 'changes of the archive under way'],
  ['judgements', 'round of questions to the judge', 'rounds of questions to the judge'],
  ['digests', 'digest to write', 'digests to write'],
  ['mails', 'mail to send', 'mails to send'],
] as const;

/** Draws the page. */
export function workPage(work: WorkPage, draw: WorkDrawing): PageContent {
  const late = work.due.filter(({ dueAt }) => waitedMs(dueAt, draw.now) > lateAfterMinutes * 60_000);
  const due = work.due.filter((host) => !late.includes(host));
  const body = [
    html`<h1>Jobs</h1><p class="lead">${describeWork(late, draw.counts)}</p>`,
    drawCounts(draw.counts),
    late.length > 0 &&
      section({
        id: 'late',
        heading: 'Late',
        note: `due for over ${lateAfterMinutes} minutes`,
        body: drawHosts(late, draw),
      }),
    due.length > 0 &&
      section({ id: 'due', heading: 'Due', note: 'taken up within a minute', body: drawHosts(due, draw) }),
    work.visiting.length > 0 &&
      section({
        id: 'running',
        heading: 'Under way',
        body: html`<ul class="lines">${work.visiting.map((host) => html`<li>Visiting ${host}</li>`)}</ul>`,
      }),
    work.setAside.length > 0 &&
      section({
        id: 'aside',
        heading: 'Set aside',
        note: 'not asked again until somebody says so',
        body: drawSetAside(work.setAside, draw),
      }),
    work.failed.length > 0 &&
      section({
        id: 'failed',
        heading: 'What failed in the last day',
        body: html`<ul class="lines">${work.failed.map((run) => drawFailed(run, draw))}</ul>`,
      }),
  ];
  return { title: 'Jobs', place: null, body };
}

/** "Nothing is late. 3 things are due." */
function describeWork(late: readonly DueHost[], counts: DueWork): string {
  const dueCount = kinds.reduce((sum, [kind]) => sum + counts[kind], 0);
  const lateWords =
    late.length === 0
      ? 'Nothing is late.'
      : `${countOf(late.length, 'site')} ${late.length === 1 ? 'waits' : 'wait'} longer than planned.`;
  const dueWords =
    dueCount === 0 ? 'Nothing is due.' : `${countOf(dueCount, 'thing')} ${dueCount === 1 ? 'is' : 'are'} due.`;
  return `${lateWords} ${dueWords}`;
}

function drawCounts(counts: DueWork): View {
  const rows = kinds.filter(([kind]) => counts[kind] > 0);
  if (rows.length === 0) return null;
  return html`<ul class="lines">${rows.map(([kind, one, many]) => html`<li>${counts[kind]} ${counts[kind] === 1 ? one : many}</li>`)}</ul>`;
}

function drawHosts(hosts: readonly DueHost[], { now }: WorkDrawing): View {
  return html`<table class="stack"><thead><tr><th scope="col">Site</th><th scope="col" class="num">Addresses</th><th scope="col" class="num">Waits for</th></tr></thead>
    <tbody>${hosts.map(
      ({
        host,
        count,
        dueAt,
      }) => html`<tr><th scope="row">${host}</th><td data-label="Addresses" class="num">${count}</td>
        <td data-label="Waits for" class="num">${formatWait(waitedMs(dueAt, now))}</td></tr>`,
    )}</tbody></table>`;
}

function drawSetAside(rows: readonly SetAside[], draw: WorkDrawing): View {
  const { session, hasToken } = draw;
  const items = rows.map(
    ({
      url,
      words,
      at,
    }) => html`<li><span class="claim">${showHost(url)}</span> <span>${words === null ? 'It could not be read.' : asSentence(showLine(words))} <span class="meta">${timeAs(at, formatLive(at, draw))}</span></span>
      ${session !== null && html`<form method="post" action="/jobs/again"><input type="hidden" name="csrf" value=${session.csrf} /><input type="hidden" name="url" value=${url} /><button>Try again<span class="vh">: ${showHost(url)}</span></button></form>`}</li>`,
  );
  return [
    html`<ul class="lines">${items}</ul>`,
    session === null && hasToken && html`<p class="meta"><a href=${signInHref('/jobs')}>Sign in</a> to try again.</p>`,
  ];
}

function drawFailed({ job, startedAt, error }: FailedRun, draw: WorkDrawing): View {
  return html`<li><span class="claim">${job}</span> <span>${asSentence(showLine(error))} <span class="meta">${timeAs(startedAt, formatLive(startedAt, draw))}</span></span></li>`;
}

function waitedMs(dueAt: string, now: Temporal.Instant): number {
  return now.epochMilliseconds - Temporal.Instant.from(dueAt).epochMilliseconds;
}
