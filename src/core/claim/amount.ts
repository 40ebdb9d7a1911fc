import { type Quantity, QuantityReader } from '#src/core/quantity/quantities.ts';

/** A span of values of one unit, ends included; null is an open end. */
export type Amount = { readonly unit: string; readonly min: number | null; readonly max: number | null };

const TOLERANCE = /(?<!\s)\s*(?:±|\+-|\+\/-)\s*(\d+(?:\.\d+)?)\s*%$/;
// "1,900..2,200 GPUs" names its unit once, at the end.
const UNIT_WORD = /(?<!\s)\s+(GPUs|GPU-hours|GPU hours)$/;

/** Reads `$4.9m..$6.1m`, `$80m..`, `about $5.6m +-12%` or `1,900..2,200 GPUs`; returns a message when it cannot be read. */
export function parseAmount(source: string): Amount | string {
  const percent = TOLERANCE.exec(source)?.[1];
  const bare = source.replace(TOLERANCE, '');
  const unitWord = UNIT_WORD.exec(bare)?.[0] ?? '';
  const bounds = bare.slice(0, bare.length - unitWord.length).split('..');
  if (bounds.length > 2) return `amount "${source}" has more than two ends`;
  const read = bounds.map((bound) => (bound.trim() === '' ? null : readValue(`${bound}${unitWord}`)));
  const known = read.filter((value) => value !== null && value !== undefined);
  const [first] = known;
  if (first === undefined || read.includes(undefined)) return `no amount in "${source}"`;
  if (known.some((value) => value.unit !== first.unit)) return `amount "${source}" mixes units`;
  const share = percent === undefined ? 0 : Number(percent) / 100;
  const min = read[0]?.value ?? null;
  const max = bounds.length === 1 ? min : (read[1]?.value ?? null);
  if (min !== null && max !== null && min > max) return `amount "${source}" ends before it begins`;
  return {
    unit: first.unit,
    min: min === null ? null : min * (1 - share),
    max: max === null ? null : max * (1 + share),
  };
}

function readValue(text: string): { readonly unit: string; readonly value: number } | undefined {
  const [quantity] = new QuantityReader().find(text);
  const value = quantity === undefined ? null : (quantity.value ?? quantity.max ?? quantity.min);
  return quantity === undefined || value === null ? undefined : { unit: quantity.unit, value };
}

/** Whether a quantity of the same unit has its value, or an end of its range, within the amount. */
export function meetsAmount(quantity: Pick<Quantity, 'unit' | 'value' | 'min' | 'max'>, amount: Amount): boolean {
  if (quantity.unit !== amount.unit) return false;
  return [quantity.value, quantity.min, quantity.max].some(
    (value) => value !== null && value >= (amount.min ?? 0) && value <= (amount.max ?? Number.POSITIVE_INFINITY),
  );
}
