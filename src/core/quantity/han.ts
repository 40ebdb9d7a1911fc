import { parseDigits, roundNoise } from './digits.ts';
import type { QuantityToken } from './tokens.ts';

/** A number in Han numerals or in digits before Han numerals; `end` is the index after its last token. */
export interface HanNumber {
  readonly value: number;
  /** The largest of 万, 亿, 兆 in it, else 1. */
  readonly scale: number;
  readonly end: number;
  /** "500多万" is more than five million. */
  readonly isOver: boolean;
}

const DIGITS: ReadonlyMap<string, number> = new Map([
  ...[...'零一二三四五六七八九'].map((digit, value): [string, number] => [digit, value]),
  ['〇', 0],
  ['两', 2],
  ['兩', 2],
]);
// Multiply within a section of four digits.
const MULTIPLIERS: ReadonlyMap<string, number> = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1000],
]);
// Close a section.
const SCALES: ReadonlyMap<string, number> = new Map([
  ['万', 1e4],
  ['萬', 1e4],
  ['亿', 1e8],
  ['億', 1e8],
  ['兆', 1e12],
]);
const POINTS = new Set(['点', '點']);
const OVER_MARKS = new Set(['多', '余', '餘']);
// A bound against endless rows of numerals; real numbers have a dozen.
const TOKENS_MAX = 24;

/** Whether a character carries a number on behind digits: a numeral, or the "more" of "2000多". */
export function continuesHanNumber({ raw }: QuantityToken): boolean {
  return DIGITS.has(raw) || MULTIPLIERS.has(raw) || SCALES.has(raw) || OVER_MARKS.has(raw);
}

/** Reads "557.6万", "两千零四十八", "一亿五千万", "500多万"; null for "三四百万" and where no number starts. */
export function readHanNumber(tokens: readonly QuantityToken[], start: number): HanNumber | null {
  let [total, section, scale] = [0, 0, 1];
  let digit: number | null = null;
  let isOver = false;
  let i = start;
  for (; i < tokens.length && i - start < TOKENS_MAX; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    const next = DIGITS.get(token.raw);
    const multiplier = MULTIPLIERS.get(token.raw);
    const sectionScale = SCALES.get(token.raw);
    if (token.kind === 'number' && digit === null) {
      digit = parseDigits(token.raw, { style: 'point', hasScale: true });
      if (digit === null) return null;
    } else if (next !== undefined) {
      // Two digits in a row are "three or four", which is no number.
      if (digit !== null && digit !== 0) return null;
      digit = next;
    } else if (multiplier !== undefined) {
      section += (digit ?? 1) * multiplier;
      digit = null;
    } else if (sectionScale !== undefined) {
      const group: number = section + (digit ?? 0);
      if (group === 0 && total === 0) break;
      // "3.8万亿" multiplies twice.
      total = group === 0 ? total * sectionScale : total + group * sectionScale;
      scale = Math.max(scale, sectionScale);
      [section, digit] = [0, null];
    } else if (POINTS.has(token.raw) && digit !== null) {
      const decimals = readDecimals(tokens, i + 1);
      if (decimals === '') break;
      digit = Number(`${digit}.${decimals}`);
      i += decimals.length;
    } else if (OVER_MARKS.has(token.raw) && i > start) isOver = true;
    else break;
  }
  if (i === start) return null;
  return { value: roundNoise(total + section + (digit ?? 0)), scale, end: i, isOver };
}

function readDecimals(tokens: readonly QuantityToken[], start: number): string {
  let decimals = '';
  for (let i = start; i < start + TOKENS_MAX; i++) {
    const digit = DIGITS.get(tokens[i]?.raw ?? '');
    if (digit === undefined) break;
    decimals += String(digit);
  }
  return decimals;
}
