/** The numbers seen about a claim as drawings, one a unit; the same numbers stand in a table right below. */
import type { ClaimAmount, DigestNumber } from '#src/core/digest/digest.ts';
import { type LabelPlace, linePx } from '#src/core/display/number-labels.ts';
import {
  layOutStrip,
  markStep,
  type NumberStrip,
  type StripBound,
  type StripForm,
} from '#src/core/display/number-strip.ts';
import { html, type View } from '../html.ts';
import { drawMark, percent } from './chart.ts';
import { dotted, unitCaption } from './words.ts';

/** The two forms: the page at its full width, and a phone of 320 px. Each holds at every width from its own up. */
const forms: readonly StripForm[] = [
  { kind: 'full', widthPx: 1056 },
  { kind: 'narrow', widthPx: 288 },
];
/** Units drawn for one claim; its own comes first, and a fourth is hardly ever compared. */
const unitsShownMax = 3;
/** Room under the axis for its names. */
const axisRoom = 26;
const arrowLength = 24;

/** The drawings of a claim's numbers, its own unit first, and how to read the first one; null where there are no two values to compare. */
export function numberStrips(
  numbers: readonly DigestNumber[],
  amount: ClaimAmount | null,
): { readonly note: View; readonly drawings: View } | null {
  const units = new Set([...(amount === null ? [] : [amount.unit]), ...numbers.map(({ unit }) => unit)]);
  const strips = [...units].flatMap((unit) => {
    const drawn = forms.flatMap((form) => layOutStrip(numbers, { unit, amount, form }) ?? []);
    const [first] = drawn;
    return first === undefined ? [] : [{ first, drawn }];
  });
  const shown = strips.slice(0, unitsShownMax);
  const [own] = shown;
  if (own === undefined) return null;
  const drawings = shown.map(
    ({ first, drawn }) => html`<div class="strips">${drawn.map(drawStrip)}
      ${first !== own.first && html`<p class="meta">${describeAxis(first)}</p>`}</div>`,
  );
  return { note: describeAxis(own.first), drawings };
}

function describeAxis({ markUnit, isLogarithmic }: NumberStrip): string {
  const mark = markUnit === 1 ? 'one mark = one independent origin' : unitCaption(markUnit);
  return `${mark} · ${isLogarithmic ? 'logarithmic' : 'linear'} axis`;
}

function drawStrip(strip: NumberStrip): View {
  const base = strip.heightPx;
  return html`<div class="strip ${strip.form}"><svg width="100%" height=${base + axisRoom} role="img" aria-label=${strip.words}>
    ${drawBand(strip, base)}${drawAxis(strip, base)}
    ${strip.bounds.map((bound) => drawBound(bound, base))}
    ${strip.marks.map(({ stance, at, shiftPx, level }) => html`<g class=${stance}>${drawMark(stance, { x: percent(at), dx: shiftPx, y: base - 7 - level * markStep })}</g>`)}
    ${strip.labels.map((label) => drawLabel(label, base))}
  </svg>${strip.listed.length > 0 && html`<p class="meta">${dotted(strip.listed)}</p>`}</div>`;
}

function drawBand({ band }: NumberStrip, base: number): View {
  if (band === null) return null;
  const middle = (band.from + band.to) / 2;
  const anchor = middle < 0.25 ? 'start' : middle > 0.75 ? 'end' : 'middle';
  const at = anchor === 'start' ? band.from : anchor === 'end' ? band.to : middle;
  return html`<rect class="band" x=${percent(band.from)} width=${percent(band.to - band.from)} y="16" height=${base - 16} />
    <text x=${percent(at)} y="11" text-anchor=${anchor}>${band.words}</text>`;
}

function drawAxis({ ticks }: NumberStrip, base: number): View {
  const first = ticks[0]?.at ?? 0;
  const last = ticks.at(-1)?.at ?? 1;
  return html`<line class="axis" x1=${percent(first)} x2=${percent(last)} y1=${base} y2=${base} />
    ${ticks.map(
      ({
        at,
        words,
      }) => html`<line class="axis" x1=${percent(at)} x2=${percent(at)} y1=${base} y2=${base + (words === null ? 3 : 6)} />
      ${words !== null && html`<text x=${percent(at)} y=${base + 20} text-anchor="middle">${words}</text>`}`,
    )}`;
}

/** An arrow to where the value may lie, or a line between the ends of a range. */
function drawBound({ kind, at, shiftPx, level, from, to }: StripBound, base: number): View {
  const y = base - 7 - level * markStep;
  if (kind === 'range') return html`<line class="bound" x1=${percent(from)} x2=${percent(to)} y1=${y} y2=${y} />`;
  const turn = kind === 'under' ? -1 : 1;
  const end = turn * arrowLength;
  const path = `M${turn * 8} 0H${end}m${turn * -5}-4 ${turn * 5} 4 ${turn * -5} 4`;
  return html`<svg x=${percent(at)} y=${y} overflow="visible"><path class="bound" d=${path} transform="translate(${shiftPx} 0)" /></svg>`;
}

/** The value in bold on the lowest line; who says so over it. */
function drawLabel({ at, shiftPx, anchor, bottomPx, lines }: LabelPlace, base: number): View {
  return lines.map((line, index) => {
    const isValue = index === lines.length - 1;
    const y = base - bottomPx - (lines.length - 1 - index) * linePx;
    return html`<text class=${isValue ? 'value' : null} x=${percent(at)} dx=${shiftPx} y=${y} text-anchor=${anchor}>${line}</text>`;
  });
}
