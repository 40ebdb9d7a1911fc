/** Balance and timeline of a claim as one figure: a lane a stance, one mark an origin, and the same numbers as a table. */
import { type Stance, stances, type Tally } from '#src/core/digest/balance.ts';
import { chooseUnit, type Timeline, type TimelineColumn } from '#src/core/digest/claim-history.ts';
import { countOf } from '#src/core/digest/digest.ts';
import { type Calendar, formatDay } from '#src/core/display/time.ts';
import { html, type View } from '../html.ts';
import { drawMark, percent } from './chart.ts';
import { dotted, stanceLabel, stanceWords, unitCaption } from './words.ts';

/** A stack of more marks than these is taller than its lane. */
const stackMax = 8;
const markStep = 12;
/** Room in a lane above its highest mark, and what a line of words over it takes. */
const laneRoom = 10;
const wordsRoom = 18;
/** Labels on the time axis of a page and of a phone: more than these touch. */
const axisForms = [
  ['full', 9],
  ['narrow', 4],
] as const;
/** On a single day there is no time to show: its marks stand side by side, so many in a row. */
const rowMarks = 20;

/** What the figure shows. `newToday` are today's own origins, part of `tally`. */
export type TimelineFigure = {
  readonly tally: Tally;
  readonly newToday: Tally;
  readonly timeline: Timeline;
  /** Shown quotes that their publishers altered or took away: of which lane, and on which day that was seen. */
  readonly edits: readonly { readonly stance: Stance; readonly date: string }[];
  /** Articles, each counted once although it may stand in several lanes. */
  readonly originCount: number;
  /** The same with all who repeat them. */
  readonly articleCount: number;
  readonly calendar: Calendar;
};

/** The figure; with a single origin only the sentence, for a drawing of one mark says less. */
export function timelineFigure(figure: TimelineFigure): View {
  const { tally, timeline, calendar } = figure;
  const total = stances.reduce((sum, stance) => sum + tally[stance], 0);
  const [first] = timeline.columns;
  if (first === undefined) return null;
  if (figure.originCount === 1 && total === 1)
    return html`<p class="meta">One origin so far, on ${formatDay(first.start, calendar)}.</p>`;
  const highest = Math.max(...timeline.columns.flatMap(({ added }) => stances.map((stance) => added[stance])));
  const unit = chooseUnit(highest, timeline.columns.length === 1 ? stackMax * rowMarks : stackMax);
  const firstStance = stances.find((stance) => first.added[stance] > 0) ?? null;
  const notes = [
    `${countOf(figure.originCount, 'independent origin')}${figure.articleCount > figure.originCount ? ` in ${countOf(figure.articleCount, 'article')}` : ''}${total > figure.originCount ? ', some in more than one lane' : ''}`,
    unitCaption(unit),
    figure.edits.length > 0 && 'e = a quote was edited or taken away',
  ];
  return html`<div class="figure">
    ${stances.map((stance) => drawLane(figure, { stance, unit, isFirst: stance === firstStance }))}
    <p class="meta sum">${dotted(notes)}</p>
    ${axisForms.map(([form, labelsMax]) => drawAxis(timeline.columns, { form, labelsMax, calendar }))}
  </div>${drawTable(figure)}`;
}

type Lane = { readonly stance: Stance; readonly unit: number; readonly isFirst: boolean };

function drawLane(figure: TimelineFigure, lane: Lane): View {
  const { columns } = figure.timeline;
  const { stance, unit, isFirst } = lane;
  const stacks = columns.map(({ added }) => Math.ceil(added[stance] / unit));
  const isRow = columns.length === 1;
  const highest = isRow ? Math.ceil((stacks[0] ?? 0) / rowMarks) : Math.max(1, ...stacks);
  const edits = listEdits(figure, stance);
  const hasWords = isFirst || edits.length > 0 || (stance === 'supports' && hasNews(figure));
  const height = laneRoom + (hasWords ? wordsRoom : 0) + Math.max(1, highest) * markStep;
  const base = height - 1;
  const above = (index: number): number => base - Math.min(highest, stacks[index] ?? 0) * markStep - 6;
  const drawn = stacks.map((stack, index) =>
    Array.from({ length: stack }, (_, at) =>
      isRow
        ? drawMark(stance, {
            x: '0%',
            dx: 6 + (at % rowMarks) * markStep,
            y: base - 7 - Math.floor(at / rowMarks) * markStep,
          })
        : drawMark(stance, { x: place(index, columns.length), y: base - 7 - at * markStep }),
    ),
  );
  const count = figure.tally[stance];
  const added = figure.newToday[stance];
  return html`<p class="lane-label"><b class=${count === 0 ? 'zero' : 'count'}>${count}</b> ${stanceLabel(stance)} ${added > 0 && html`<span class="meta">${added} new</span>`}</p>
    <svg class="lane ${stance}" height=${height} role="img" aria-label=${describeLane(figure, lane)}>
      <line class="axis" x1="0" x2="100%" y1=${base} y2=${base} />
      ${drawToday(figure, { stance, height })}${drawn}
      ${isFirst && html`<text x=${isRow ? '0%' : place(0, columns.length)} y=${above(0)}>first seen</text>`}
      ${edits.map(({ index, words }) => html`<text class="flag" x=${place(index, columns.length)} y=${above(index)} text-anchor=${anchorOf(index, columns.length - 1)}>e ${words}</text>`)}
    </svg>`;
}

/** The days of a lane on which a shown quote was found altered or gone, each once, with its column. */
function listEdits(
  figure: TimelineFigure,
  stance: Stance,
): readonly { readonly index: number; readonly words: string }[] {
  const { columns } = figure.timeline;
  const days = new Set(figure.edits.filter((edit) => edit.stance === stance).map(({ date }) => date));
  const flags = [...days].map((date) => ({
    index: Math.max(
      0,
      columns.findLastIndex(({ start }) => start <= date),
    ),
    words: formatDay(date, figure.calendar),
  }));
  return [...new Map(flags.map((flag) => [flag.index, flag])).values()];
}

function hasNews({ timeline, newToday }: TimelineFigure): boolean {
  return timeline.step === 'day' && timeline.columns.length > 1 && stances.some((stance) => newToday[stance] > 0);
}

/** A dotted line where today begins, named in the first lane; only where a column is a day and today brought something. */
function drawToday(figure: TimelineFigure, lane: { readonly stance: Stance; readonly height: number }): View {
  const { columns } = figure.timeline;
  if (!hasNews(figure)) return null;
  const x = percent((columns.length - 1) / columns.length);
  return [
    html`<line class="today" x1=${x} x2=${x} y1="0" y2=${lane.height} />`,
    lane.stance === 'supports' && html`<text x=${x} y="11" dx="-6" text-anchor="end">new today →</text>`,
  ];
}

/** Marks sit in the middle of their column, so that the first and last are never cut. */
function place(index: number, count: number): string {
  return percent((index + 0.5) / count);
}

function describeLane(figure: TimelineFigure, { stance }: Lane): string {
  const days = figure.timeline.columns.filter(({ added }) => added[stance] > 0);
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return `${stanceWords[stance]}: no origin`;
  const span =
    first === last
      ? `on ${formatDay(first.start, figure.calendar)}`
      : `from ${formatDay(first.start, figure.calendar)} to ${formatDay(last.start, figure.calendar)}`;
  return `${stanceWords[stance]}: ${countOf(figure.tally[stance], 'origin')} ${span}`;
}

function drawAxis(
  columns: readonly TimelineColumn[],
  at: { readonly form: string; readonly labelsMax: number; readonly calendar: Calendar },
): View {
  const every = Math.max(1, Math.ceil((columns.length - 1) / (at.labelsMax - 1)));
  const last = columns.length - 1;
  // The last column is always named; one too close before it gives way.
  const labels = columns
    .map((column, index) => ({ column, index }))
    .filter(({ index }) => index === last || (index % every === 0 && last - index >= every / 2));
  return html`<svg class="lane-axis ${at.form}" height="18" aria-hidden="true">${labels.map(
    ({ column, index }) =>
      html`<text x=${last === 0 ? '0%' : place(index, columns.length)} y="13" text-anchor=${anchorOf(index, last)}>${formatDay(column.start, at.calendar)}</text>`,
  )}</svg>`;
}

function anchorOf(index: number, last: number): string {
  if (index === 0) return 'start';
  return index === last ? 'end' : 'middle';
}

function drawTable({ timeline, calendar }: TimelineFigure): View {
  const stepName = timeline.step[0]?.toUpperCase() + timeline.step.slice(1);
  const sums = { supports: 0, reports: 0, disputes: 0 };
  const rows = timeline.columns.flatMap(({ start, added }) => {
    for (const stance of stances) sums[stance] += added[stance];
    const isEmpty = stances.every((stance) => added[stance] === 0);
    return isEmpty
      ? []
      : [
          html`<tr><th scope="row">${formatDay(start, calendar)}</th>
            ${stances.map((stance) => html`<td class="num">${added[stance]}</td>`)}<td class="num">${stances.map((stance) => sums[stance]).join(' · ')}</td></tr>`,
        ];
  });
  return html`<details><summary>These numbers as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Origins by ${timeline.step}">
    <table><caption>New independent origins by ${timeline.step}; ${timeline.step}s without any are left out</caption>
      <thead><tr><th scope="col">${stepName}</th>
        ${stances.map((stance) => html`<th scope="col" class="num">${stanceWords[stance]}</th>`)}<th scope="col" class="num">In all</th></tr></thead>
      <tbody>${rows}</tbody></table></div></details>`;
}
