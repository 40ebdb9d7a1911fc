/** Quantities as people read them. Spaces inside a quantity are narrow and do not break (U+202F). */

/** A quantity as the stage commands give it: under has no min, over no max, a range no value. */
export type ShownQuantity = {
  readonly value: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: string;
  readonly modifier: 'exact' | 'about' | 'under' | 'over' | 'range';
};

/** Currencies whose sign is not shared with another one in daily use (a lone ¥ may be yen or yuan). */
const signs: ReadonlyMap<string, string> = new Map([
  ['USD', '$'],
  ['EUR', '€'],
  ['GBP', '£'],
  ['INR', '₹'],
  ['KRW', '₩'],
]);

const scales = [
  [1e12, 'tn'],
  [1e9, 'bn'],
  [1e6, 'm'],
] as const;

/** The sources' own precision rarely passes four digits ("$5.576 million"). */
const digitsMax = 4;

// Made once: `toLocaleString` makes one for each number, which is a hundred times the work.
const scaledFormat = new Intl.NumberFormat('en-US', { maximumSignificantDigits: digitsMax, useGrouping: false });
const smallFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const fullFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** The short form: "$1.6 bn", "under $6 m", "over 500 GPUs", "$5 m to $6 m". */
export function formatQuantity(quantity: ShownQuantity): string {
  return write(quantity, shorten);
}

/** The full form: "$5,576,000", "under 2,048 GPUs". */
export function formatFullQuantity(quantity: ShownQuantity): string {
  return write(quantity, (value) => fullFormat.format(value));
}

function write(quantity: ShownQuantity, formatNumber: (value: number) => string): string {
  const { value, min, max, unit, modifier } = quantity;
  const amount = (number: number | null): string => (number === null ? '?' : withUnit(formatNumber(number), unit));
  if (modifier === 'under') return `under ${amount(max ?? value)}`;
  if (modifier === 'over') return `over ${amount(min ?? value)}`;
  if (modifier === 'range') return `${amount(min)} to ${amount(max)}`;
  const middle = value ?? min ?? max;
  return modifier === 'about' ? `about ${amount(middle)}` : amount(middle);
}

function shorten(value: number): string {
  const scale = scales.find(([size]) => Math.abs(value) >= size);
  if (scale === undefined) return smallFormat.format(value);
  const [size, word] = scale;
  return `${scaledFormat.format(value / size)}\u202f${word}`;
}

function withUnit(number: string, unit: string): string {
  const sign = signs.get(unit);
  if (sign !== undefined) return `${sign}${number}`;
  return /^[A-Z]{3}$/.test(unit) ? `${unit}\u202f${number}` : `${number}\u202f${unit}`;
}
