/**
 * The numbers of one unit laid out as a strip: one mark an origin, stacked per value over an axis, the claim's own amount as a band,
 * and a name at every value outside of it. A `place` is a share of the width and a few pixels beside it; heights are pixels over the axis.
 */
import { type Stance, stances } from '#src/core/digest/balance.ts';
import { chooseUnit } from '#src/core/digest/claim-history.ts';
import { type ClaimAmount, countOf, type DigestNumber } from '#src/core/digest/digest.ts';
import { nameOutlets } from './digest.ts';
import { type AxisTick, buildAxis, type NumberAxis } from './number-axis.ts';
import { type Box, type LabelPlace, placeLabel } from './number-labels.ts';
import { formatQuantity } from './quantity.ts';

/** Marks are 8 px wide; two values closer than this stand in one stack, so that a mark moves by at most half of it. */
export const markPitch = 8;
/** Height of one mark in a stack. */
export const markStep = 11;
/** More marks than these in one stack are drawn in units. */
const stackMax = 12;
/** The axis keeps this share of the width free at each end, for what its first and last values are called. */
const sidePads = { full: 0.04, narrow: 0.07 } as const;

/** A drawing for one width: names beside the values, or the values alone. */
export type StripForm = { readonly kind: 'full' | 'narrow'; readonly widthPx: number };

/** Where something stands: a share of the width, and pixels beside it. */
export type StripPlace = { readonly at: number; readonly shiftPx: number };

/** One mark in a stack, and the arrow or line that says that its value is a bound or a range. */
export type StripMark = StripPlace & { readonly stance: Stance; readonly level: number };
export type StripBound = StripPlace & {
  readonly level: number;
  readonly kind: 'under' | 'over' | 'range';
  /** The ends of a range, as shares of the width. */
  readonly from: number;
  readonly to: number;
};

/** The laid-out strip. `listed` are the values that found no room for their names. */
export type NumberStrip = {
  readonly form: StripForm['kind'];
  readonly unit: string;
  readonly isLogarithmic: boolean;
  readonly markUnit: number;
  readonly ticks: readonly AxisTick[];
  readonly band: { readonly from: number; readonly to: number; readonly words: string } | null;
  readonly marks: readonly StripMark[];
  readonly bounds: readonly StripBound[];
  readonly labels: readonly LabelPlace[];
  readonly listed: readonly string[];
  readonly heightPx: number;
  /** The finding in a sentence, for those who hear the page. */
  readonly words: string;
};

/** Lays out the numbers of one unit; null when there are not two different values to compare. */
export function layOutStrip(
  numbers: readonly DigestNumber[],
  options: { readonly unit: string; readonly amount: ClaimAmount | null; readonly form: StripForm },
): NumberStrip | null {
  const { unit, form } = options;
  const amount = options.amount?.unit === unit ? options.amount : null;
  const values = listValues(numbers.filter((number) => number.unit === unit));
  if (values.length < 2) return null;
  const ends = [amount?.min ?? 0, amount?.max ?? 0].filter((end) => end > 0 && end < Number.MAX_VALUE);
  const axis = buildAxis([...values.flatMap(({ at, from, to }) => [at, from, to]), ...ends], unit);
  const pad = sidePads[form.kind];
  const place = (value: number): number => pad + (1 - 2 * pad) * axis.place(value);
  const stacks = stackValues(values, { place, widthPx: form.widthPx });
  const markUnit = chooseUnit(Math.max(...stacks.heights), stackMax);
  const scaled = markUnit === 1 ? stacks : stackValues(values, { place, widthPx: form.widthPx, markUnit });
  const band = amount === null ? null : buildBand(amount, place);
  const named = nameValues(scaled.placed, { form, band });
  return {
    form: form.kind,
    unit,
    isLogarithmic: axis.isLogarithmic,
    markUnit,
    ticks: axis.ticks.map((tick) => ({ ...tick, at: pad + (1 - 2 * pad) * tick.at })),
    band,
    marks: scaled.placed.flatMap(({ marks }) => marks),
    bounds: scaled.placed.flatMap((value) => boundOf(value, place)),
    labels: named.labels,
    listed: named.listed,
    heightPx: named.heightPx,
    words: describeStrip(values, axis),
  };
}

type StripValue = {
  readonly group: readonly [DigestNumber, ...DigestNumber[]];
  readonly at: number;
  readonly from: number;
  readonly to: number;
};

/** One entry a value, whatever it measures, smallest first; what cannot stand on a logarithmic axis is left to the table. */
function listValues(numbers: readonly DigestNumber[]): readonly StripValue[] {
  const groups = new Map<string, [DigestNumber, ...DigestNumber[]]>();
  for (const number of numbers) {
    const key = JSON.stringify([number.value, number.min, number.max]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [number]);
    else group.push(number);
  }
  return [...groups.values()]
    .map((group) => ({ group, ...spanOf(group[0]) }))
    .filter(({ from }) => from > 0)
    .toSorted((a, b) => a.at - b.at);
}

function spanOf({ value, min, max, modifier }: DigestNumber): { at: number; from: number; to: number } {
  if (modifier === 'range' && min !== null && max !== null) return { at: Math.sqrt(min * max), from: min, to: max };
  const at =
    (modifier === 'under' ? (max ?? value) : modifier === 'over' ? (min ?? value) : (value ?? min ?? max)) ?? 0;
  return { at, from: at, to: at };
}

type PlacedValue = StripValue & StripPlace & { readonly marks: readonly StripMark[]; readonly top: number };

/** Values that lie closer than one mark share a stack; closer than two, the second one stands beside the first. */
function stackValues(
  values: readonly StripValue[],
  options: { readonly place: (value: number) => number; readonly widthPx: number; readonly markUnit?: number },
): { readonly placed: readonly PlacedValue[]; readonly heights: readonly number[] } {
  const { place, widthPx, markUnit = 1 } = options;
  const stacks: { px: number; height: number }[] = [];
  const placed = values.map((value) => {
    const px = place(value.at) * widthPx;
    const last = stacks.at(-1);
    const stack =
      last !== undefined && px - last.px <= markPitch / 2
        ? last
        : { px: Math.max(px, (last?.px ?? Number.NEGATIVE_INFINITY) + markPitch), height: 0 };
    if (stack !== last) stacks.push(stack);
    const at = { at: place(value.at), shiftPx: Math.round(stack.px - px) };
    const marks = stances.flatMap((stance) => {
      const count = Math.ceil(value.group.filter((number) => number.stance === stance).length / markUnit);
      return Array.from({ length: count }, () => ({ ...at, stance, level: stack.height++ }));
    });
    return { ...value, ...at, marks, top: stack.height };
  });
  return { placed, heights: stacks.map(({ height }) => height) };
}

function boundOf(value: PlacedValue, place: (value: number) => number): readonly StripBound[] {
  const { modifier } = value.group[0];
  const level = value.marks[0]?.level ?? 0;
  const { at, shiftPx } = value;
  if (modifier !== 'under' && modifier !== 'over' && modifier !== 'range') return [];
  return [{ at, shiftPx, level, kind: modifier, from: place(value.from), to: place(value.to) }];
}

function buildBand(amount: ClaimAmount, place: (value: number) => number): NumberStrip['band'] {
  const isOpen = amount.max === Number.MAX_VALUE;
  return {
    from: amount.min > 0 ? place(amount.min) : 0,
    to: isOpen ? 1 : place(amount.max),
    words: `claim: ${describeAmount(amount)}`,
  };
}

/** What a claim speaks of: "$5.6 m ± 10 %", "over $80 m". */
export function describeAmount({ unit, min, max }: ClaimAmount): string {
  const write = (modifier: 'exact' | 'under' | 'over', value: number): string =>
    formatQuantity({ value, min: null, max: null, unit, modifier });
  if (max === Number.MAX_VALUE) return write('over', min);
  if (min <= 0) return write('under', max);
  if (min === max) return write('exact', min);
  const middle = (min + max) / 2;
  return `${write('exact', middle)} ± ${Math.round(((max - min) / 2 / middle) * 100)}\u202f%`;
}

type Naming = { readonly form: StripForm; readonly band: NumberStrip['band'] };

/** Names what lies outside the band, value by value, and what lies inside it once, with its count. */
function nameValues(
  placed: readonly PlacedValue[],
  { form, band }: Naming,
): { readonly labels: readonly LabelPlace[]; readonly listed: readonly string[]; readonly heightPx: number } {
  const boxes: Box[] = placed.map(({ at, shiftPx, top }) => {
    const x = at * form.widthPx + shiftPx;
    return { left: x - markPitch, right: x + markPitch, bottom: 0, top: top * markStep };
  });
  const labels: LabelPlace[] = [];
  const listed: string[] = [];
  const put = (value: StripPlace & { readonly top: number }, lines: readonly string[], spare: string): void => {
    const label = placeLabel({ ...value, lines, bottom: value.top * markStep + 6 }, { boxes, widthPx: form.widthPx });
    if (label !== null) {
      labels.push(label.place);
      boxes.push(label.box);
    }
    if (label === null || form.kind === 'narrow') listed.push(spare);
  };
  const inside = placed.filter(({ group }) => group[0].fit === 'inside');
  const [first] = inside;
  const last = inside.at(-1);
  if (first !== undefined && last !== undefined) {
    const tallest = inside.reduce((best, value) => (value.top > best.top ? value : best), first);
    const span = first === last ? nameValue(first) : `${nameValue(first)} to ${nameValue(last)}`;
    const count = countOf(
      new Set(inside.flatMap(({ group }) => group.map(({ articleId }) => articleId))).size,
      'origin',
    );
    put(tallest, form.kind === 'full' ? [count, span] : [span], `${span}: ${count}`);
  }
  for (const value of placed.filter(({ group }) => group[0].fit !== 'inside')) {
    const outlets = nameOutlets(value.group);
    put(
      value,
      form.kind === 'full' ? [outlets, nameValue(value)] : [nameValue(value)],
      `${nameValue(value)}: ${outlets}`,
    );
  }
  const bandRoom = band === null ? 0 : 18;
  return { labels, listed, heightPx: Math.max(...boxes.map(({ top }) => top), 40) + bandRoom };
}

function nameValue({ group: [number] }: StripValue): string {
  return number.modifier === 'about' ? `~${formatQuantity({ ...number, modifier: 'exact' })}` : formatQuantity(number);
}

function describeStrip(values: readonly StripValue[], { isLogarithmic }: NumberAxis): string {
  const inside = values.filter(({ group }) => group[0].fit === 'inside');
  const outside = values.filter(({ group }) => group[0].fit === 'outside').map(nameValue);
  const [first, last] = [values[0], values.at(-1)];
  const span = first === undefined || last === undefined ? '' : `${nameValue(first)} to ${nameValue(last)}`;
  const parts = [
    `${values.length} different values from ${span} on a ${isLogarithmic ? 'logarithmic' : 'linear'} axis`,
    ...(inside.length > 0 ? [`${inside.length} within the claim`] : []),
    ...(outside.length > 0 ? [`outside it ${outside.join(', ')}`] : []),
  ];
  return `${parts.join('; ')}.`;
}
