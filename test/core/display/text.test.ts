import { expect, test } from 'vitest';
import {
  asSentence,
  foreignLanguage,
  languageName,
  quoteText,
  shortenQuote,
  showLine,
  showText,
} from '#src/core/display/text.ts';

test.each([
  ['a\u202Egnp.exe', 'agnp.exe'],
  ['zero\u200Bwidth\uFEFF', 'zerowidth'],
  ['bell\u0007 and\u0000 null', 'bell and null'],
  ['two\r\nlines', 'two lines'],
  ['  many   spaces\t', 'many spaces'],
  ['می\u200Cخواهم', 'می\u200Cخواهم'],
  ['e\u0301\u0301\u0301\u0301\u0301\u0301x', 'e\u0301\u0301\u0301\u0301x'],
])('showLine makes %j harmless', (text, expected) => {
  expect(showLine(text)).toBe(expected);
});

test('showText keeps paragraphs', () => {
  expect(showText('one\r\n\r\ntwo\u2066')).toBe('one\n\ntwo');
});

test.each([
  ['So was it.', 'en', '“So was it.”'],
  ['So war es.', 'de-AT', '„So war es.“'],
  ['C’est ainsi.', 'fr', '«\u202fC’est ainsi.\u202f»'],
  ['就是这样。', 'zh', '“就是这样。”'],
  ['So was it.', null, '“So was it.”'],
  ['“So was it.”', 'en', '“So was it.”'],
  ['“So” was “it”', 'en', '““So” was “it””'],
])('quoteText marks %j in %j', (quote, lang, expected) => {
  expect(quoteText(quote, lang)).toBe(expected);
});

test('shortenQuote keeps whole sentences of a long quote, and one long sentence whole', () => {
  const sentence = `Words ${'and words '.repeat(25)}end. `;
  expect(shortenQuote('Short.')).toEqual({ text: 'Short.', isShortened: false });
  expect(shortenQuote(sentence.repeat(3))).toEqual({ text: sentence.trim(), isShortened: true });
  const long = `Words ${'and words '.repeat(60)}end.`;
  expect(shortenQuote(long)).toEqual({ text: long, isShortened: false });
  expect(shortenQuote('x'.repeat(5_000)).text).toHaveLength(1_200);
});

test.each([
  ['de', 'German'],
  ['zh-Hans', 'Chinese'],
  ['en-GB', null],
  [null, null],
  ['"><script>', null],
  ['qqq', null],
])('foreignLanguage of %j is %j', (lang, expected) => {
  expect(foreignLanguage(lang)).toBe(expected);
});

test('languageName names English too', () => {
  expect(languageName('en')).toBe('English');
  expect(languageName('q?')).toBe('q?');
});

test('asSentence starts large and stops once', () => {
  expect(asSentence('first seen')).toBe('First seen.');
  expect(asSentence('“supports” took the lead.')).toBe('“Supports” took the lead.');
});
