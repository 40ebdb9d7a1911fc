import { WordMemory } from '#src/core/text/word-memory.ts';
import { readChipUnit } from './chips.ts';
import { canLeadAmount, type ReadUnit, readLeadingCurrency, readTrailingCurrency } from './currencies.ts';
import { type Bound, readBoundAfter, readBoundBefore } from './modifiers.ts';
import { countOf, type NumberContext, type ReadNumber, readNumber } from './numbers.ts';
import { canOpenNumber } from './numerals.ts';
import { isHyphen, listQuantityTokens, type QuantityToken, type SenseFinder, type TokenSense } from './tokens.ts';

/**
 * An amount of money, GPUs or GPU-hours in a text. `unit` is an ISO 4217 code, `GPUs` or `GPU-hours`. Exact and about: value,
 * min and max are equal; under: min is null; over: max is null; range: value is null. Offsets are UTF-16 indexes, `end` exclusive.
 */
export interface Quantity {
  readonly value: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: string;
  readonly modifier: 'exact' | 'about' | 'under' | 'over' | 'range';
  readonly start: number;
  readonly end: number;
}

/** A number with the unit that stands at it, by token indexes. */
interface Amount {
  readonly number: ReadNumber;
  readonly unit: string | null;
  readonly isUnitLeading: boolean;
  readonly first: number;
  readonly end: number;
}

// Words of languages that write 1,5, and of those that write 1.5: the majority in the text decides. Number words and nouns
// of headlines stand beside function words.
const COMMA_WORDS = new Set(
  [
    'de la el los las del en un une por con para que le les des du et pour der die das und für mit ein eine von im auf',
    'il di che della gli y dos da do em não deux trois quatre cinq cent zwei drei vier fünf tausend tres cuatro cinco tre quattro três',
    'dans ses sur aux qui est sont avec ils elle mille se su sus más fue como nel nella sono è più são foi mais zu den dem ist sind auch nicht wird sich',
    'millionen milliarden millones milliards milioni miliardi milhões bilhões dólares dollari puces cartes grafikkarten tarjetas schede placas',
  ].flatMap((line) => line.split(' ')),
);
const POINT_WORDS = new Set(
  'the of and to is was for that with on at by it its has have said from this were are'.split(' '),
);

// The sign ¥ is shared by yen and yuan: a text that says yuan, or is Chinese, means yuan.
const YUAN_WORDS = new Set('yuan rmb cny renminbi chinese china beijing 元 亿 万 人民币'.split(' '));

const RANGE_MARKS = new Set(['-', '‑', '‐', '–', '—', '~', '～', '〜', '至', '到']);
const RANGE_WORDS = new Set(['to', 'bis', 'à', 'a', 'al', 'ai', 'से', '至', '到', 'or', 'oder', 'ou', 'o', 'या', '或']);
const BETWEEN_WORDS = new Set(['between', 'zwischen', 'entre', 'tra', 'fra', '介于', '介於', '在']);
const BETWEEN_JOINTS = new Set(['and', 'und', 'et', 'y', 'e', 'to', '和', '与', '與']);
// "rose from $5m to $6m" tells two amounts, not a range.
const CHANGE_WORDS =
  /^(?:rose|risen|rise|rises|fell|fall|fallen|falls|grew|grow|grown|grows|increased?|increases|decreased?|jump(?:ed|s)?|cut|cuts|dropp?(?:ed|s)?|went|climb(?:ed|s)?|soar(?:ed|s)?|balloon(?:ed|s)?|slash(?:ed|es)?|reduced?|raised?|raising|expand(?:ed|s)?|scaled?|stieg|sank|fiel|wuchs|passé|passée|passer|pasó|pasado|subió|bajó|cayó|passato|passata|passou|caiu|subiu)$/u;
const CHANGE_LOOK_TOKENS = 6;

// Also the first digit of "三四百万", three or four million.
const VAGUE_LEADS = new Set(
  'several few many multi numerous mehrere einige viele paar quelques plusieurs varios varias pocos pocas algunos algunas diversi alcuni alcune vários várias alguns algumas कई कुछ 数 數 几 幾 成 上 好 多 一 二 两 三 四 五 六 七 八 九'.split(
    ' ',
  ),
);
const QUESTION_WORDS = new Set(['question', 'questions', 'frage', 'fragen', 'pregunta', 'domanda', 'pergunta']);
const CONVERSION_LOOK_TOKENS = 6;
const OPENING = new Set(['(', '（', '[', '［']);
const CLOSING = new Set([')', '）', ']', '］']);

/** Reads the amounts of texts, and remembers what their words say for themselves. */
export class QuantityReader {
  readonly #senses: SenseFinder = {
    words: new WordMemory((raw) => {
      const text = raw.toLowerCase();
      return { raw, text, sense: senseOf({ kind: 'word', raw, text }) };
    }),
    find: senseOf,
  };

  /** The amounts in a text, in order and without overlaps. Takes one pass; never throws. */
  find(text: string): readonly Quantity[] {
    return listQuantities(listQuantityTokens(text, this.#senses));
  }
}

function listQuantities(tokens: readonly QuantityToken[]): readonly Quantity[] {
  const context: NumberContext = { tokens, ...readStyle(tokens) };
  const quantities: Quantity[] = [];
  let conversion: { readonly unit: string; readonly from: number } | null = null;
  for (let i = 0; i < tokens.length; ) {
    if (conversion !== null && CLOSING.has(tokens[i]?.raw ?? '')) conversion = null;
    const amount = tokens[i]?.sense.canOpen === true ? readAmount(context, i) : null;
    if (amount === null) {
      i++;
      continue;
    }
    const reading = readRange(context, amount) ?? readSingle(context, amount);
    i = Math.max(reading.end, i + 1);
    if (reading.quantity === null) continue;
    const { unit } = reading.quantity;
    if (conversion !== null && conversion.unit !== unit && amount.first - conversion.from <= CONVERSION_LOOK_TOKENS) {
      conversion = { unit: conversion.unit, from: i };
      continue;
    }
    quantities.push(reading.quantity);
    conversion = isMoney(unit) && OPENING.has(tokens[i]?.raw ?? '') ? { unit, from: i } : null;
  }
  return quantities;
}

interface Reading {
  readonly quantity: Quantity | null;
  readonly end: number;
}

/** A number at a token with the unit before or behind it; null when no number starts there. */
function readAmount(context: NumberContext, first: number): Amount | null {
  const token = context.tokens[first];
  if (token === undefined) return null;
  if (!token.sense.canOpen) return null;
  const leading = canLeadAmount(token) ? readLeadingCurrency(context, first) : null;
  const number = readNumber(context, leading?.end ?? first);
  if (number === null) return null;
  const trailing = readTrailingCurrency(context, number);
  if (leading !== null) {
    // "the USD pair"
    if (!number.isDigits && number.scale === 1) return null;
    const isSame =
      trailing !== null && (trailing.unit === leading.unit || leading.unit === 'USD') && isMoney(trailing.unit);
    const unit = isSame ? trailing : { unit: leading.unit, end: number.end };
    return { number, unit: unit.unit, isUnitLeading: true, first, end: unit.end };
  }
  const unit: ReadUnit | null = trailing ?? readChipUnit(context, { number, start: first });
  return { number, unit: unit?.unit ?? null, isUnitLeading: false, first, end: unit?.end ?? number.end };
}

function readSingle({ tokens }: NumberContext, amount: Amount): Reading {
  const { number, unit, first, end } = amount;
  if (unit === null || isVague(tokens, amount)) return { quantity: null, end };
  const before = readBoundBefore(tokens, first);
  const after = readBoundAfter(tokens, end);
  const bound = after?.value ?? (before === 'exact' ? number.modifier : before);
  const value = unit === 'GPUs' ? countOf(number) : number.value;
  return { quantity: build({ value, unit, bound, ...offsets(tokens, { first, end }) }), end: after?.end ?? end };
}

/** "several hundred", "million-dollar question", "数百万": words that make an amount of no value. */
function isVague(tokens: readonly QuantityToken[], { first, end, unit, number }: Amount): boolean {
  const lead = tokens[first - 1];
  if (lead !== undefined && VAGUE_LEADS.has(lead.text)) return true;
  const noun = tokens[end];
  if (noun !== undefined && QUESTION_WORDS.has(noun.text)) return true;
  // "a billion-dollar company" measures nothing; "a 6-million-dollar run" does.
  const isArticle = /^(?:a|an)$/u.test(tokens[first]?.text ?? '');
  if (isArticle && tokens.slice(first, end).some(isHyphen)) return true;
  if (isArticle && lead?.text === 'like') return true;
  if (unit === null || !isMoney(unit)) return false;
  // "not one dollar", "in 1999 dollars"
  return (number.value === 1 && !number.isDigits) || (lead?.text === 'in' && /^(?:19|20)\d\d$/u.test(number.raw));
}

/** Two amounts that make a range, with the unit and scale they share; null when no range starts at the first. */
function readRange(context: NumberContext, low: Amount): Reading | null {
  const { tokens } = context;
  const at = readRangeJoint(context, low);
  if (at === null) return null;
  const high = readAmount(context, at);
  if (high === null) return null;
  const unit = high.unit ?? (low.isUnitLeading && isHyphenJoint(tokens, low.end) ? low.unit : null);
  if (unit === null || (low.unit !== null && low.unit !== unit) || isChange(tokens, low)) return null;
  // "in 2021 to JPY 34 billion"
  if (low.unit === null && high.isUnitLeading) return null;
  const isShared =
    low.number.scale === 1 && high.number.scale > 1 && low.number.value < high.number.value / high.number.scale;
  const scale = isShared && (low.unit === null || low.isUnitLeading) ? high.number.scale : 1;
  const min = (unit === 'GPUs' ? countOf(low.number) : low.number.value) * scale;
  const max = unit === 'GPUs' ? countOf(high.number) : high.number.value;
  if (min >= max || isVague(tokens, low)) return null;
  const quantity: Quantity = {
    value: null,
    min,
    max,
    unit,
    modifier: 'range',
    ...offsets(tokens, { first: low.first, end: high.end }),
  };
  return { quantity, end: high.end };
}

/** The index behind the word or dash that joins two amounts, or null. */
function readRangeJoint({ tokens }: NumberContext, low: Amount): number | null {
  const joint = tokens[low.end];
  if (joint === undefined) return null;
  if (isHyphenJoint(tokens, low.end)) return low.end + 1;
  if (BETWEEN_JOINTS.has(joint.text) && isBetween(tokens, low.first)) return low.end + 1;
  const isChoice = /^(?:or|oder|ou|o|या|或)$/u.test(joint.text);
  if (!RANGE_WORDS.has(joint.text) || (isChoice && low.unit !== null)) return null;
  return low.end + 1;
}

function isHyphenJoint(tokens: readonly QuantityToken[], at: number): boolean {
  const joint = tokens[at];
  return joint !== undefined && RANGE_MARKS.has(joint.raw) && (joint.raw !== '—' || joint.isGlued);
}

function isBetween(tokens: readonly QuantityToken[], first: number): boolean {
  return [tokens[first - 1], tokens[first - 2], tokens[first - 3]].some((token) =>
    BETWEEN_WORDS.has(token?.text ?? ''),
  );
}

function isChange(tokens: readonly QuantityToken[], { first, end }: Amount): boolean {
  if (isHyphenJoint(tokens, end) || isBetween(tokens, first)) return false;
  return tokens.slice(Math.max(0, first - CHANGE_LOOK_TOKENS), first).some(({ text }) => CHANGE_WORDS.test(text));
}

function build(parts: {
  readonly value: number;
  readonly unit: string;
  readonly bound: Bound;
  readonly start: number;
  readonly end: number;
}): Quantity {
  const { value, unit, bound, start, end } = parts;
  const min = bound === 'under' ? null : value;
  const max = bound === 'over' ? null : value;
  return { value, min, max, unit, modifier: bound, start, end };
}

function offsets(
  tokens: readonly QuantityToken[],
  { first, end }: { readonly first: number; readonly end: number },
): { readonly start: number; readonly end: number } {
  return { start: tokens[first]?.start ?? 0, end: tokens[end - 1]?.end ?? 0 };
}

function isMoney(unit: string): boolean {
  return unit !== 'GPUs' && unit !== 'GPU-hours';
}

function senseOf(token: Pick<QuantityToken, 'kind' | 'raw' | 'text'>): TokenSense {
  const { kind, text } = token;
  const canOpen = canLeadAmount(token) || (kind === 'word' ? canOpenNumber(text) : kind === 'number' || kind === 'han');
  const vote = COMMA_WORDS.has(text) ? 1 : POINT_WORDS.has(text) ? -1 : 0;
  return { canOpen, vote, isYuan: YUAN_WORDS.has(text) };
}

function readStyle(tokens: readonly QuantityToken[]): Pick<NumberContext, 'style' | 'yenSign'> {
  let votes = 0;
  let isYuan = false;
  for (const { sense } of tokens) {
    votes += sense.vote;
    isYuan ||= sense.isYuan;
  }
  return { style: votes > 0 ? 'comma' : 'point', yenSign: isYuan ? 'CNY' : 'JPY' };
}
