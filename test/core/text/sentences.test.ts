import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '#src/core/text/sentences.ts';
import { threadMsOf } from '#test/support/thread-time.ts';

/** The sentences of a text written with " | " where one ends and the next begins. */
function check(marked: string): void {
  const text = marked.replaceAll(' | ', ' ').replaceAll('|', '');
  expect(splitSentences(text).map(({ start, end }) => text.slice(start, end))).toEqual(
    marked.split('|').map((part) => part.trim()),
  );
}

describe('splitSentences', () => {
  it.each([
    ['titles', 'Mr. Lin met Dr. Ode. | Prof. Weiß stayed away.'],
    ['initials', 'J. R. Okafor wrote it. | George W. Hale read it.'],
    ['letters that end a sentence', 'They chose plan B. | Then they left.'],
    ['country names', 'The U.S. Senate heard it. | He flew to the U.S. | It rained.'],
    ['company forms', 'Brightloom Inc. said so. | It bought Arkwell Corp. | The price is secret.'],
    ['times of day', 'It opens at 5 p.m. Tuesday. | It shuts at 6 a.m. | The guard sleeps.'],
    ['months and numbers', 'Read No. 5 by Jan. 20. | He came in Jan. | The snow had gone.'],
    ['decimals and versions', 'It cost 5.6 million and ran v3.2 of the code. | Nobody minded.'],
    ['domains', 'Ask at example.com for more. | They answer.'],
    ['a number at the start', 'It was over in minutes. | 12 people saw it.'],
    ['list numbers', '1. Buy chips. | 2. Train.'],
    ['ellipses', 'Well... | Perhaps. | Or not… perhaps.'],
    ['quotes closed after the stop', '“It works.” | “Fine.” | She left.'],
    ['speech inside a sentence', '"Really?" he asked. | "Yes!" she said.'],
    ['a name with a mark', 'Yahoo! said nothing. | Why?'],
    ['brackets', 'Is it so? | (Yes.) | No.'],
    ['guillemets', '« Non. » | Elle part.'],
    ['German abbreviations', 'Es kostete ca. 5 Mio. Dollar, d. h. wenig. | Nr. 3 fehlt.'],
    ['German ordinals', 'Am 20. Januar kam die 3. Generation. | Das war 2024. | Die Presse schwieg.'],
    ['French titles', 'Mme. Roux et M. Petit sont venus. | Le 3 mai, rien.'],
    ['Spanish abbreviations', 'La Sra. Ruiz volvió de EE.UU. ayer. | El pág. 5 falta.'],
    ['Chinese quotes without spaces', '他说：“好的。”|然后走了！|真的？|是。'],
    ['Hindi', 'डॉ. शर्मा ने कहा। | ठीक है।'],
  ])('keeps %s', (_name, marked) => {
    check(marked);
  });

  it('ends a sentence at every line break', () => {
    const text = 'Title without stop\nMr.\r\nBody\u2028Last\n\n';
    expect(splitSentences(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      'Title without stop',
      'Mr.',
      'Body',
      'Last',
    ]);
  });

  it('gives nothing for white space', () => {
    expect(splitSentences(' \n\u00a0\t')).toEqual([]);
  });

  it('gives ordered, trimmed sentences that hold every visible character', () => {
    const piece = fc.constantFrom(
      'Mr. ',
      '5.',
      ' ',
      '\n',
      '“',
      '”',
      '。',
      'No',
      'U.S.',
      '? ',
      'the',
      '(',
      ')',
      '1',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          let previousEnd = 0;
          let kept = '';
          for (const { start, end } of splitSentences(text)) {
            expect(start).toBeGreaterThanOrEqual(previousEnd);
            expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
            expect(end).toBeGreaterThan(start);
            kept += text.slice(start, end);
            previousEnd = end;
          }
          expect(kept.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        },
      ),
    );
  });

  it.each([
    ['numbers and stops', '. 1'],
    ['abbreviations', 'Mr. '],
    ['stops and quotes', '." '],
    ['opening brackets', '.(('],
    ['list numbers', '1. '],
    ['one long word', 'a'],
  ])('takes linear time on 100 KB of %s', (_name, piece) => {
    expect(threadMsOf(() => splitSentences(piece.repeat(100_000 / piece.length)))).toBeLessThan(500);
  });
});
