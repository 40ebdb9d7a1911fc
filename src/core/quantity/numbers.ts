import { parseDigits, roundNoise } from './digits.ts';
import { continuesHanNumber, readHanNumber } from './han.ts';
import { FRACTIONS, findNumeral, type NumberStyle, type Numeral, SHORT_SCALES } from './numerals.ts';
import { isHyphen, type QuantityToken } from './tokens.ts';

/** A number as read from tokens; `end` is the index after its last token. */
export interface ReadNumber {
  readonly value: number;
  /** The last scale word, 1 when there is none: a range shares it ("80-100 million"). */
  readonly scale: number;
  readonly end: number;
  /** "100m+" and "500多万" are over, "a couple of thousand" is about. */
  readonly modifier: 'exact' | 'about' | 'over';
  /** Written in digits. */
  readonly isDigits: boolean;
  /** As written, when it is one token of digits. */
  readonly raw: string;
}

/** What the readers need to know beside the tokens. */
export interface NumberContext {
  readonly tokens: readonly QuantityToken[];
  readonly style: NumberStyle;
  /** What ¥ means in this text. */
  readonly yenSign: 'JPY' | 'CNY';
}

// A scale word that settles what the comma before it means: "5,576 Millionen", "1.600 millones".
const COMMA_SCALES = new Set(
  'millionen milliarden milliarde mio mrd mia millones millón milioni miliardi milhões bilhões milliards'.split(' '),
);
const POINT_SCALES = new Set(
  'thousand billion trillion lakh crore 万 亿 萬 億 लाख करोड़'.split(' ').map((word) => word.normalize('NFKC')),
);
const JOINING_WORDS = new Set('and und et y e'.split(' '));
const DECIMAL_WORDS = new Set('point komma virgule coma virgola vírgula दशमलव'.split(' '));
const OF_WORDS = new Set(['of', 'de', 'd', 'di', 'a', "'", '’']);
const HALVES = new Set('half demi demie medio media mezzo mezza meio meia'.split(' '));
// Single letters after a space are rather a unit or a name: "5 t", "60 T".
const SPACED_SHORT_SCALE = /^(?:k|m|M|.{2,})$/u;
// More than any number needs ("nine hundred and ninety-nine trillion ..."): a bound against endless lists of number words.
const NUMBER_TOKENS_MAX = 24;
// No amount of money or chips is larger: longer digits are an id, and would lose their last places.
const VALUE_MAX = 1e18;

/** Reads the number that starts at a token: digits with a scale, number words, or Han numerals; null when none does. */
export function readNumber(context: NumberContext, start: number): ReadNumber | null {
  const number = readAnyNumber(context, start);
  return number !== null && number.value <= VALUE_MAX ? number : null;
}

function readAnyNumber(context: NumberContext, start: number): ReadNumber | null {
  const first = context.tokens[start];
  if (first === undefined) return null;
  const next = context.tokens[start + 1];
  const isHan = first.kind === 'han' || (first.kind === 'number' && next !== undefined && continuesHanNumber(next));
  if (isHan) return isPartOfName(context.tokens, start) ? null : readHan(context, start);
  if (first.kind !== 'number' && first.kind !== 'word') return null;
  return readWesternNumber(context, start);
}

function readHan({ tokens }: NumberContext, start: number): ReadNumber | null {
  const number = readHanNumber(tokens, start);
  if (number === null) return null;
  const { value, scale, end, isOver } = number;
  return {
    value,
    scale,
    end,
    modifier: isOver ? 'over' : 'exact',
    isDigits: tokens[start]?.kind === 'number',
    raw: '',
  };
}

/** What was read so far: `total` holds the closed thousands, `current` the open group. */
interface Sum {
  total: number;
  current: number | null;
  lastScale: number;
  scale: number;
  modifier: 'exact' | 'about' | 'over';
  isDigits: boolean;
}

function readWesternNumber(context: NumberContext, start: number): ReadNumber | null {
  const { tokens } = context;
  const sum: Sum = { total: 0, current: null, lastScale: Infinity, scale: 1, modifier: 'exact', isDigits: false };
  let end = readFraction(context, { start, sum }) ?? start;
  for (let i = end; i < tokens.length && i - start < NUMBER_TOKENS_MAX; ) {
    const next = readPart(context, { start, at: i, sum });
    if (next === null) break;
    end = next;
    i = next;
  }
  if (end === start || (sum.current === null && sum.total === 0)) return null;
  const plus = tokens[end];
  if (plus?.raw === '+' && plus.isGlued) {
    sum.modifier = 'over';
    end++;
  }
  const { scale, modifier, isDigits } = sum;
  const value = roundNoise(sum.total + (sum.current ?? 0));
  return { value, scale, end, modifier, isDigits, raw: end === start + 1 ? (tokens[start]?.raw ?? '') : '' };
}

interface Place {
  readonly start: number;
  readonly at: number;
  readonly sum: Sum;
}

/** Reads one more word of a number into the sum and returns the index after it, or null where the number ends. */
function readPart(context: NumberContext, place: Place): number | null {
  const { tokens, style } = context;
  const { start, at, sum } = place;
  const token = tokens[at];
  if (token === undefined) return null;
  if (token.kind === 'number') return readDigits(context, place);
  if (at > start) {
    if (token.kind === 'mark') return readMark(context, place);
    const joined = readJoined(context, place);
    if (joined !== null) return joined;
    const scaled = readShortScale(context, place);
    if (scaled !== null) return scaled;
  }
  const numeral = token.kind === 'word' ? findNumeral(token.text, style) : null;
  if (numeral === null) return null;
  if (numeral.kind === 'article')
    return at === start && startsScale(context, at + 1) ? addNumeral(sum, numeral, at) : null;
  if (at === start && !numeral.canStart) return null;
  return addNumeral(sum, numeral, at);
}

function startsScale({ tokens, style }: NumberContext, at: number): boolean {
  const token = tokens[at];
  const kind = token?.kind === 'word' ? findNumeral(token.text, style)?.kind : undefined;
  return kind === 'scale' || kind === 'hundred' || token?.text === 'hundert';
}

/** The number goes on behind a hyphen or a plus: "thirty-two", "5.6-million", "100+ million". */
function readMark(context: NumberContext, { start, at, sum }: Place): number | null {
  const token = context.tokens[at];
  const next = context.tokens[at + 1];
  if (token === undefined || next === undefined || !token.isGlued) return null;
  if (token.raw === '+' && startsScale(context, at + 1)) {
    sum.modifier = 'over';
    return at + 1;
  }
  if (!isHyphen(token) || !next.isGlued || next.kind !== 'word') return null;
  return readPart(context, { start, at: at + 1, sum });
}

/** "and five", "y medio", "point six", "couple of thousand". */
function readJoined(context: NumberContext, { start, at, sum }: Place): number | null {
  const { tokens, style } = context;
  const word = tokens[at]?.text ?? '';
  if (DECIMAL_WORDS.has(word)) return readDecimalWords(context, { start, at, sum });
  if (sum.modifier === 'about' && OF_WORDS.has(word)) {
    const after = at + (tokens[at + 1]?.text === "'" || tokens[at + 1]?.text === '’' ? 2 : 1);
    return startsScale(context, after) ? after : null;
  }
  if (!JOINING_WORDS.has(word)) return null;
  const skipped = at + (tokens[at + 1]?.text === 'a' ? 2 : 1);
  if (HALVES.has(tokens[skipped]?.text ?? '')) {
    if (sum.current !== null) sum.current += 0.5;
    else sum.total += 0.5 * sum.lastScale;
    return skipped + 1;
  }
  const next = tokens[at + 1];
  const numeral = next?.kind === 'word' ? findNumeral(next.text, style) : null;
  return numeral?.kind === 'digit' && !sum.isDigits ? addNumeral(sum, numeral, at + 1) : null;
}

function readDecimalWords({ tokens, style }: NumberContext, { at, sum }: Place): number | null {
  let decimals = '';
  let i = at + 1;
  for (; i < at + 6; i++) {
    const token = tokens[i];
    const numeral = token?.kind === 'word' ? findNumeral(token.text, style) : null;
    if (numeral?.kind !== 'digit' || numeral.value > 99) break;
    decimals += String(numeral.value);
  }
  if (decimals === '' || sum.current === null) return null;
  sum.current += Number(`0.${decimals}`);
  return i;
}

/** Adds a number word to the sum; null when it cannot follow what stands there ("five seven"). */
function addNumeral(sum: Sum, numeral: Numeral, at: number): number | null {
  const { kind, value } = numeral;
  if (numeral.isAbout) sum.modifier = 'about';
  if (kind === 'scale') return addScale(sum, value) ? at + 1 : null;
  // "$1 million one-time charge"
  if (sum.isDigits && sum.current === null) return null;
  if (kind === 'hundred') {
    if (sum.current !== null && sum.current >= 100) return null;
    sum.current = (sum.current ?? 1) * value;
    return at + 1;
  }
  if (sum.current === null) sum.current = value;
  else if (fits(sum.current, value) && !sum.isDigits) sum.current += value;
  // "quatre-vingts"
  else if (sum.current === 4 && value === 20) sum.current = 80;
  else return null;
  return at + 1;
}

/** Whether a digit word can follow: "hundred five", "forty eight", and "soixante-dix-sept" in French. */
function fits(current: number, value: number): boolean {
  // "साढ़े पांच" is a half more than five, "पौने दो" a quarter less than two.
  if (current < 1) return value >= 1 && value < 100;
  if (current % 100 === 0) return value < 100;
  const rest = current % 100;
  if (rest === 60 || rest === 80) return value < 20;
  return (rest >= 20 && rest % 10 === 0 && value < 10) || ((rest === 70 || rest === 90) && value < 10);
}

/** Multiplies the open group by a scale, or all of it when none is open: "mil millones", "lakh crore". */
function addScale(sum: Sum, value: number): boolean {
  if (sum.current !== null) {
    if (value >= sum.lastScale) sum.total = (sum.total + sum.current) * value;
    else sum.total += sum.current * value;
  } else if (sum.total === 0) sum.total = value;
  else if (value > sum.lastScale || value === 1e5 || value === 1e7) sum.total *= value;
  else return false;
  sum.current = null;
  sum.lastScale = value;
  sum.scale = sum.total === value ? value : Math.max(sum.scale, value);
  return true;
}

function readDigits(context: NumberContext, { start, at, sum }: Place): number | null {
  if (at > start && (sum.current !== null || sum.lastScale === Infinity)) return null;
  const { tokens } = context;
  const token = tokens[at];
  const next = tokens[at + 1];
  if (token === undefined || (at === start && isPartOfName(tokens, at))) return null;
  const nextWord = isHyphen(next ?? token) ? (tokens[at + 2]?.text ?? '') : (next?.text ?? '');
  const hasScale = startsScale(context, at + 1) || SHORT_SCALES.has(next?.raw ?? '');
  const style = COMMA_SCALES.has(nextWord) ? 'comma' : POINT_SCALES.has(nextWord) ? 'point' : context.style;
  const value = parseDigits(token.raw, { style, hasScale });
  if (value === null || (at > start && value >= sum.lastScale)) return null;
  sum.current = value;
  sum.isDigits = true;
  return at + 1;
}

/** "GPT-4", "mid-2024", "3rd": digits that belong to a name or a word. */
function isPartOfName(tokens: readonly QuantityToken[], at: number): boolean {
  const [beforeLast, last, token] = [tokens[at - 2], tokens[at - 1], tokens[at]];
  if (token?.kind !== 'number' || last === undefined || !token.isGlued) return false;
  if (last.kind === 'word') return !/^(?:rs|r|rm|rp|fr|chf|kr|[a-z]{3})$/u.test(last.text);
  return isHyphen(last) && last.isGlued && beforeLast?.kind === 'word' && !SHORT_SCALES.has(beforeLast.raw);
}

/** "$5m", "6 M", "5,6 Mio.", "590 Mrd.": the letter or abbreviation right behind the digits. */
function readShortScale({ tokens, style }: NumberContext, { at, sum }: Place): number | null {
  const [before, token, next] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (token === undefined || before === undefined || sum.current === null) return null;
  const value = token.text === 'mil' && style === 'point' ? 1e6 : SHORT_SCALES.get(token.raw);
  if (value === undefined || (!token.isGlued && !SPACED_SHORT_SCALE.test(token.raw))) return null;
  if (before.kind !== 'number' && token.raw.length === 1) return null;
  addScale(sum, value);
  const after = tokens[at + 2];
  return next?.raw === '.' && next.isGlued && after !== undefined && after.kind !== 'break' && token.raw.length > 1
    ? at + 2
    : at + 1;
}

/** "half a billion", "three quarters of a million", "demi-milliard": leaves the fraction as the open group. */
function readFraction(context: NumberContext, { start, sum }: Omit<Place, 'at'>): number | null {
  const { tokens } = context;
  let at = start;
  let fraction = FRACTIONS.get(tokens[at]?.text ?? '');
  if (fraction === undefined && tokens[at]?.text === 'three' && tokens[at + 1]?.text === 'quarters') {
    fraction = 0.75;
    at++;
  }
  if (fraction === undefined) return null;
  at++;
  for (let skipped = 0; skipped < 3 && isFractionFiller(tokens[at]); skipped++) at++;
  if (!startsScale(context, at)) return null;
  sum.current = fraction;
  return at;
}

function isFractionFiller(token: QuantityToken | undefined): boolean {
  return token !== undefined && (OF_WORDS.has(token.text) || (isHyphen(token) && token.isGlued));
}

/** A count has no decimals: the separator of "2.048 GPUs" parts thousands, whatever the language. */
export function countOf({ raw, value }: ReadNumber): number {
  return /^\d{1,3}[.,]\d{3}$/u.test(raw) ? Number(raw.replace(/[.,]/u, '')) : value;
}
