/** The axis under the numbers of one unit: logarithmic over whole decades, or linear where the values lie close together. */
import { formatQuantity } from './quantity.ts';

/** Values that differ by less than this factor stand on a linear axis. */
const linearBelow = 20;
/** A linear axis has about so many steps. */
const linearSteps = 5;
/** More decades than these are named at every second one: their names would touch. */
const decadesNamedMax = 7;

/** A tick at a share of the axis; `words` only where it is named. */
export type AxisTick = { readonly at: number; readonly words: string | null };

/** An axis: `place` gives the share of its length at which a value stands. */
export type NumberAxis = {
  readonly isLogarithmic: boolean;
  readonly ticks: readonly AxisTick[];
  readonly place: (value: number) => number;
};

/** The axis that holds all `values`, which are positive and at least two different ones. */
export function buildAxis(values: readonly number[], unit: string): NumberAxis {
  const smallest = Math.min(...values);
  const largest = Math.max(...values);
  return largest / smallest < linearBelow
    ? buildLinear({ smallest, largest, unit })
    : buildLogarithmic({ smallest, largest, unit });
}

type Span = { readonly smallest: number; readonly largest: number; readonly unit: string };

function buildLogarithmic({ smallest, largest, unit }: Span): NumberAxis {
  const first = Math.floor(Math.log10(smallest) + 1e-9);
  const last = Math.ceil(Math.log10(largest) - 1e-9);
  const count = last - first;
  const every = count > decadesNamedMax ? 2 : 1;
  const place = (value: number): number => (Math.log10(value) - first) / count;
  const ticks = Array.from({ length: count + 1 }, (_, index) => {
    const named = { at: index / count, words: index % every === 0 ? nameTick(10 ** (first + index), unit) : null };
    const between = [2, 3, 4, 5, 6, 7, 8, 9].map((digit) => ({
      at: place(digit * 10 ** (first + index)),
      words: null,
    }));
    return index === count ? [named] : [named, ...between];
  });
  return { isLogarithmic: true, ticks: ticks.flat(), place };
}

function buildLinear({ smallest, largest, unit }: Span): NumberAxis {
  const rough = (largest - smallest) / linearSteps;
  const scale = 10 ** Math.floor(Math.log10(rough));
  const step = scale * ([1, 2, 5, 10].find((factor) => factor * scale >= rough) ?? 10);
  const first = Math.floor(smallest / step);
  const count = Math.ceil(largest / step) - first;
  return {
    isLogarithmic: false,
    ticks: Array.from({ length: count + 1 }, (_, index) => ({
      at: index / count,
      words: nameTick((first + index) * step, unit),
    })),
    place: (value) => (value / step - first) / count,
  };
}

function nameTick(value: number, unit: string): string {
  return formatQuantity({ value, min: null, max: null, unit, modifier: 'exact' });
}
