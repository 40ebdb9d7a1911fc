import { expect, test } from 'vitest';
import { cutParagraphs, foldParagraphs, type Highlight } from '#src/core/display/highlight.ts';

function highlight(number: number, start: number, end: number, stance: Highlight['stance'] = 'reports'): Highlight {
  return { number, start, end, stance };
}

/** Writes pieces as text: `[1>` where note 1 begins, `<1]` where it ends, `{d:…}` for the look. */
function draw(text: string, highlights: readonly Highlight[]): string {
  const paragraphs = cutParagraphs(text, highlights).map((pieces) =>
    pieces
      .map((piece) => {
        const look = piece.stance === null ? piece.text : `{${piece.stance[0]}:${piece.text}}`;
        return `${piece.starts.map((n) => `[${n}>`).join('')}${look}${piece.ends.map((n) => `<${n}]`).join('')}`;
      })
      .join(''),
  );
  return paragraphs.join(' / ');
}

test.each([
  ['no quote', [], 'abcdef / ghi'],
  ['one quote', [highlight(1, 1, 3)], 'a[1>{r:bc}<1]def / ghi'],
  ['the whole paragraph', [highlight(1, 0, 6)], '[1>{r:abcdef}<1] / ghi'],
  ['two apart', [highlight(1, 0, 2), highlight(2, 4, 6, 'disputes')], '[1>{r:ab}<1]cd[2>{d:ef}<2] / ghi'],
  ['one inside another', [highlight(1, 0, 6), highlight(2, 2, 4, 'supports')], '[1>{r:ab}[2>{r:cd}<2]{r:ef}<1] / ghi'],
  ['two that overlap', [highlight(1, 0, 4), highlight(2, 3, 6, 'supports')], '[1>{r:abc}[2>{r:d}<1]{s:ef}<2] / ghi'],
  ['one over two paragraphs', [highlight(1, 4, 10)], 'abcd[1>{r:ef} / {r:ghi}<1]'],
  ['the same place twice', [highlight(1, 0, 2), highlight(2, 0, 2)], '[1>[2>{r:ab}<1]<2]cdef / ghi'],
  ['offsets outside the text', [highlight(1, 5, 99), highlight(2, 3, 3), highlight(3, -1, 2)], 'abcdef / ghi'],
])('cutParagraphs shows %s', (_case, highlights, expected) => {
  expect(draw('abcdef\nghi', highlights)).toBe(expected);
});

test.each([
  ['all of it when it fits', 100, ['aaaa', 'bbbb', 'cccc', 'dd[dd]', 'eeee']],
  ['the beginning and every quote', 9, ['aaaa', 'bbbb', 1, 'dd[dd]', 1]],
  ['the quotes alone', 0, [3, 'dd[dd]', 1]],
])('foldParagraphs keeps %s in %d bytes', (_case, bytesMax, expected) => {
  const text = 'aaaa\nbbbb\ncccc\ndddd\neeee';
  const rows = foldParagraphs(cutParagraphs(text, [highlight(1, 17, 19)]), bytesMax);
  const drawn = rows.map((row) =>
    row.kind === 'left-out'
      ? row.count
      : row.pieces.map((piece) => (piece.stance === null ? piece.text : `[${piece.text}]`)).join(''),
  );
  expect(drawn).toEqual(expected);
});

test('foldParagraphs shortens long runs between quotes in a text over its size', () => {
  const text = `${'x'.repeat(5_000)}quote${'y'.repeat(5_000)}`;
  const [row] = foldParagraphs(cutParagraphs(text, [highlight(1, 5_000, 5_005)]), 100);
  expect(row?.kind === 'shown' && row.pieces.map((piece) => piece.text)).toEqual([' […] ', 'quote', ' […] ']);
});
