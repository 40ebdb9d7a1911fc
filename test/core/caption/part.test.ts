import { expect, test } from 'vitest';
import { appendCaptions, captionWordsOf, ownTextOf } from '#src/core/caption/part.ts';

const words = {
  text: 'First words.\n\nLast words.',
  marks: [
    { offset: 0, second: 3 },
    { offset: 14, second: 9 },
  ],
};

test('captions stand behind the own words of a page, and come off as they were put there', () => {
  const { text, ...part } = appendCaptions('What the video is about.', words);
  expect(text).toBe('What the video is about.\n\nFirst words.\n\nLast words.');
  expect(part.marks.map(({ offset }) => text.slice(offset, offset + 5))).toEqual(['First', 'Last ']);
  expect(text.slice(part.start, part.end)).toBe(words.text);
  expect(ownTextOf(text, part)).toBe('What the video is about.');
  expect(captionWordsOf(text, part)).toEqual(words);
});

test('captions are the whole text of a page without words of its own', () => {
  const { text, ...part } = appendCaptions('', words);
  expect([text, ownTextOf(text, part)]).toEqual([words.text, '']);
  expect(captionWordsOf(text, part)).toEqual(words);
});

test('a text without captions is its own', () => {
  expect(ownTextOf('What the page says.', null)).toBe('What the page says.');
});
