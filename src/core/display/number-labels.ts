/** Room for names over a strip of numbers: none touches another one, a mark or the edge. Widths are estimated, since nothing here draws. */
import { columnsOf } from './wrap.ts';

/** A letter of the 12 px text is about this wide; it is set with some air, so that a wider face fits too. */
const letterPx = 6.8;
/** Height of a line of 12 px text, and the step by which a name goes up when it would touch something. */
export const linePx = 15;
/** A name that is still in the way after so many steps goes into the list below the drawing. */
const stepsMax = 6;
/** Air around a name. */
const gapPx = 6;

/** A rectangle that is taken: pixels from the left, and over the axis. */
export type Box = { readonly left: number; readonly right: number; readonly bottom: number; readonly top: number };

/** A name in its place: lines from the top, the last one being the value; `bottomPx` is where the last line stands over the axis. */
export type LabelPlace = {
  readonly at: number;
  readonly shiftPx: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly bottomPx: number;
  readonly lines: readonly string[];
};

/** Finds room for a name at or above its place; null when there is none. */
export function placeLabel(
  label: { readonly at: number; readonly shiftPx: number; readonly lines: readonly string[]; readonly bottom: number },
  taken: { readonly boxes: readonly Box[]; readonly widthPx: number },
): { readonly place: LabelPlace; readonly box: Box } | null {
  const { at, shiftPx, lines } = label;
  const width = Math.max(...lines.map(columnsOf)) * letterPx;
  const x = at * taken.widthPx + shiftPx;
  const anchor = x < width / 2 ? 'start' : x + width / 2 > taken.widthPx ? 'end' : 'middle';
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  for (let step = 0; step <= stepsMax; step += 1) {
    const bottom = label.bottom + step * linePx;
    const box = {
      left: left - gapPx,
      right: left + width + gapPx,
      bottom: bottom - 2,
      top: bottom + lines.length * linePx,
    };
    if (!taken.boxes.some((other) => touch(box, other)))
      return { place: { at, shiftPx, anchor, bottomPx: bottom, lines }, box };
  }
  return null;
}

function touch(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.bottom < b.top && b.bottom < a.top;
}
