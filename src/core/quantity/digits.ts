import type { NumberStyle } from './numerals.ts';

const VULGAR_FRACTIONS: Readonly<Record<string, number>> = { '½': 0.5, '¼': 0.25, '¾': 0.75 };

/** The value of written digits, or null for dates, versions and the like ("1.2.3"). */
export function parseDigits(
  raw: string,
  { style, hasScale }: { readonly style: NumberStyle; readonly hasScale: boolean },
): number | null {
  const last = raw.slice(-1);
  const fraction = VULGAR_FRACTIONS[last] ?? 0;
  const digits = toAscii(fraction > 0 ? raw.slice(0, -1) : raw).replace(/[\s'’]/gu, '');
  if (digits === '') return fraction;
  const separators = [...digits.matchAll(/[.,]/gu)];
  const lastSeparator = separators.at(-1);
  if (lastSeparator === undefined) return Number(digits) + fraction;
  const kinds = new Set(separators.map((match) => match[0]));
  const tail = digits.slice(lastSeparator.index + 1);
  const head = digits.slice(0, lastSeparator.index);
  const isDecimal =
    kinds.size === 2 ||
    (separators.length === 1 && isDecimalTail(head, { tail, separator: lastSeparator[0], style, hasScale }));
  const whole = isDecimal ? head : digits;
  if (!isGrouped(whole)) return null;
  return Number(whole.replace(/[.,]/gu, '') + (isDecimal ? `.${tail}` : '')) + fraction;
}

interface Tail {
  readonly tail: string;
  readonly separator: string;
  readonly style: NumberStyle;
  readonly hasScale: boolean;
}

/** Three digits behind one separator are thousands or decimals; round thousands and the style of the language decide. */
function isDecimalTail(head: string, { tail, separator, style, hasScale }: Tail): boolean {
  if (tail.length !== 3 || head.length > 3) return true;
  if (Number(head) === 0) return true;
  if (tail === '000' && !hasScale) return false;
  return separator === (style === 'comma' ? ',' : '.');
}

/** Groups of three, or the Indian groups of two before the last three; also no group at all. */
function isGrouped(whole: string): boolean {
  return /^\d+$|^\d{1,3}(?:[.,]\d{3})+$|^\d{1,2}(?:,\d{2})*,\d{3}$/u.test(whole);
}

function toAscii(digits: string): string {
  return digits.replace(/[^\d.,'’\s]/gu, (digit) => {
    const code = digit.charCodeAt(0);
    if (code >= 0x966 && code <= 0x96f) return String(code - 0x966);
    return digit.normalize('NFKC');
  });
}

/** Rounds away the noise of binary fractions: 5.576 * 1e6 is 5576000. */
export function roundNoise(value: number): number {
  return Number(value.toPrecision(12));
}
