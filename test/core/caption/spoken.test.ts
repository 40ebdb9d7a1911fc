import { expect, test } from 'vitest';
import { describeSpoken, formatSecond, timedUrl } from '#src/core/caption/spoken.ts';

test.each([
  ['https://www.youtube.com/watch?v=abc', 123, 'https://www.youtube.com/watch?v=abc&t=123s'],
  ['https://www.youtube.com/watch?v=abc&t=7s', 123, 'https://www.youtube.com/watch?v=abc&t=123s'],
  ['https://youtu.be/abc', 0, 'https://youtu.be/abc?t=0s'],
  ['https://video.example/talk', 123, 'https://video.example/talk#t=123'],
  ['https://video.example/talk#comments', 123, 'https://video.example/talk#comments'],
  ['https://notyoutube.com/watch?v=abc', 5, 'https://notyoutube.com/watch?v=abc#t=5'],
  ['https://www.youtube.com/watch?v=abc', null, 'https://www.youtube.com/watch?v=abc'],
])('timedUrl leads from %s at second %s to %s', (url, second, expected) => {
  expect(timedUrl(url, second)).toBe(expected);
});

test('formatSecond writes a clock', () => {
  expect([0, 59, 123, 3_599, 3_723].map(formatSecond)).toEqual(['0:00', '0:59', '2:03', '59:59', '1:02:03']);
});

test('describeSpoken says when a machine wrote the words, and the moment only when it is known', () => {
  expect(describeSpoken({ kind: 'automatic', lang: 'en', second: 123 })).toBe('automatic captions, at 2:03');
  expect(describeSpoken({ kind: 'manual', lang: null, second: 3 })).toBe('captions, at 0:03');
  expect(describeSpoken({ kind: 'transcript', lang: 'en', second: null })).toBe('transcript');
});
