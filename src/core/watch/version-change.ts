/**
 * Whether two readings of a page say the same. What a site changes without changing what it says - typographic marks, dates and
 * counters on lines of their own, pointers to other articles, labels of advertisements - makes no version.
 */
import { tokenize } from '#src/core/text/tokens.ts';

/** The headline and text of one reading. */
export type ReadText = { readonly title: string; readonly text: string };

/** Marks that editors and templates exchange for one another; what they stand for stays the same. */
const typographicMarks: readonly (readonly [RegExp, string])[] = [
  [/[\u00ad\u200b-\u200d\u2060\ufeff]/gu, ''],
  [/[‘’‚‛′ʼ`´]/gu, "'"],
  [/[“”„‟«»″]/gu, '"'],
  [/…/gu, '...'],
  [/\s+/gu, ' '],
  [/ ?[-‐‑‒–—―−] ?/gu, '-'],
];

/** Longest line that can be furniture, in characters: a sentence of the article may begin like a label, but it goes on. */
const furnitureLengthMax = 200;
/** Longest line that is only a date. */
const dateLineLengthMax = 80;
const dateLabel =
  /^(?:(?:first|last|originally)\s+)?(?:published|updated|posted|modified|edited|reviewed|as of|date|stand|aktualisiert|veröffentlicht|publié|mis à jour|publicado|actualizado|atualizado|pubblicato|aggiornato)\b(?:\s+(?:on|at|le|el|am|em|il))?[\s:|-]*/i;
const age =
  /^(?:(?:updated|published|posted)\s+)?(?:about\s+)?(?:an?|\d+)\s+(?:second|minute|hour|day|week|month|year|sec|min|hr)s?\s+ago\.?$/i;
const counter =
  /^(?:[\d.,]+\s*[km]?\s+(?:comments?|shares?|views?|likes?|reactions?|replies|reads?|claps?|followers?|readers?|min(?:ute)?s?(?:\s+read)?|kommentare?|commentaires?|comentarios?)(?:\s+(?:so far|now|today))?|(?:comments?|shares?|views?|likes?|reactions?|replies|reads?|followers?|kommentare?|read by|viewed)\s*[:(]?\s*[\d.,]+\s*[km]?\s*\)?(?:\s+(?:times|people|readers))?)\.?$/i;
const pointer =
  /^(?:read (?:next|more|also|on)|also read|see also|up next|next up|related(?: (?:stories|story|articles?|coverage|content|posts?|reading))?|recommended(?: (?:stories|for you|reading))?|more (?:on this(?: story)?|stories|coverage)|most (?:read|popular)|trending(?: now)?|you (?:may|might) also like|don't miss|lesen sie auch|mehr zum thema|lire aussi|lea también|leia também|leggi anche)\s*(?:[:|>-]|$)/i;
const adLabel =
  /^(?:advertisements?|advertising|ads?|ad feedback|sponsored(?: content| by.*)?|promoted(?: content)?|anzeige|werbung|publicité|publicidad|pubblicità|(?:article|story) continues (?:below|after).*|skip (?:ad|advertisement).*)[.:]?$/i;

/** Languages whose names of months and days are known as parts of a date line. */
const dateLanguages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'hi'];
const dateWords: ReadonlySet<string> = new Set([
  ...dateLanguages.flatMap(listCalendarNames),
  ...'at on the a m am pm um uhr h de le el la del em il à as às st nd rd th 年 月 日 time'.split(' '),
  ...'utc gmt z et est edt ct cst cdt mt mst mdt pt pst pdt bst cet cest ist jst hkt aest'.split(' '),
]);

/** Two headlines that share less than this are those of two documents. */
const sameTitleShareMin = 0.3;
/** A line that both texts have says that they are one document; shorter ones stand on every page of a site. */
const tellingLineLengthMin = 40;

/** A text with one spelling for each typographic mark and one blank between words. */
export function settleWords(text: string): string {
  return typographicMarks.reduce((all, [mark, plain]) => all.replace(mark, plain), text.normalize('NFC')).trim();
}

/** Whether a later reading says what the earlier one said, but for typographic marks and lines of furniture. */
export function saysTheSame(before: ReadText, after: ReadText): boolean {
  return settleWords(before.title) === settleWords(after.title) && settledText(before.text) === settledText(after.text);
}

/**
 * Whether an address shows another document than before: neither the headline nor any line of the text is left. Sites put a front
 * page, a parked domain or a wall of their own wording in the place of an article; that says nothing about the article.
 */
export function isOtherDocument(before: ReadText, after: ReadText): boolean {
  if (shareOfWords(before.title, after.title) >= sameTitleShareMin) return false;
  const lines = new Set(tellingLines(before.text));
  return lines.size > 0 && !tellingLines(after.text).some((line) => lines.has(line));
}

function settledText(text: string): string {
  const lines = text.split('\n').map(settleWords);
  return lines.filter((line) => line !== '' && !isFurniture(line)).join(' ');
}

function isFurniture(line: string): boolean {
  if (line.length > furnitureLengthMax) return false;
  return [age, counter, pointer, adLabel].some((pattern) => pattern.test(line)) || isDateLine(line);
}

/** A line of which nothing but a date is left when its label is taken away. */
function isDateLine(line: string): boolean {
  if (line.length > dateLineLengthMax || !/\d/.test(line)) return false;
  const words =
    line
      .replace(dateLabel, '')
      .toLowerCase()
      .match(/[\p{L}\p{M}]+|\d+/gu) ?? [];
  return words.length > 1 && words.every((word) => /^\d+$/.test(word) || dateWords.has(word));
}

function listCalendarNames(language: string): readonly string[] {
  return (['long', 'short'] as const).flatMap((width) => {
    const month = new Intl.DateTimeFormat(language, { month: width, timeZone: 'UTC' });
    const weekday = new Intl.DateTimeFormat(language, { weekday: width, timeZone: 'UTC' });
    return Array.from({ length: 12 }, (_, index) => index).flatMap((index) =>
      [month.format(Date.UTC(2025, index, 1)), weekday.format(Date.UTC(2025, 0, index + 1))].map((name) =>
        name.toLowerCase().replace(/\.$/, ''),
      ),
    );
  });
}

function tellingLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map(settleWords)
    .filter((line) => line.length >= tellingLineLengthMin && !isFurniture(line));
}

/** The share of words that two lines have in common (Dice). */
function shareOfWords(one: string, other: string): number {
  const [words, others] = [one, other].map((text) => new Set(tokenize(text).map(({ form }) => form)));
  if (words === undefined || others === undefined || words.size + others.size === 0) return 1;
  return (2 * words.intersection(others).size) / (words.size + others.size);
}
