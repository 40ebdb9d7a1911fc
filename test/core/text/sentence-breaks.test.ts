import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listSentenceEnds } from '#src/core/text/sentence-breaks.ts';
import { threadMsOf } from '#test/support/thread-time.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

function agrees(text: string): boolean {
  const ends = [...segmenter.segment(text)].map(({ index, segment }) => index + segment.length);
  return JSON.stringify(listSentenceEnds(text)) === JSON.stringify(ends);
}

test('listSentenceEnds reads every Western character and mark as the segmenter does', () => {
  // Every line end ends a sentence, so that the lines do not meddle with each other.
  const lines = [
    '?',
    'ab?Cd',
    'a.?B',
    'a. ?b',
    'a. ? B',
    'A? B',
    'a.? b',
    'a! ?',
    'a!? B',
    'A.?B',
    '?.B',
    'a.?1',
    '?. B',
  ];
  const codes = [...new Array(0x2080).keys()].filter((code) => code < 0x260 || code >= 0x2000 || code % 13 === 0);
  const texts = codes.map((code) => lines.join('\n').replaceAll('?', String.fromCharCode(code)));
  expect(texts.filter((text) => !agrees(text))).toEqual([]);
});

test('listSentenceEnds ends any mixture of them, and of other scripts, where the segmenter does', () => {
  const piece = fc.constantFrom(...'aBc1 .!?\n"\'”’)(,-–—:;\r\u0085\u2028\u00a0éÉ…•«»0Z\u2024\u00ad字。😀ªǅक।');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => agrees(pieces.join(''))),
    { numRuns: 2_000 },
  );
});

test('listSentenceEnds takes linear time on lines that never end and on stops without end', () => {
  for (const piece of ['.', 'a. 1 ', '1.', '. (', '?!', '.\u00ad', 'word ']) {
    expect(threadMsOf(() => listSentenceEnds(piece.repeat(100_000 / piece.length)))).toBeLessThan(1_500);
  }
});
