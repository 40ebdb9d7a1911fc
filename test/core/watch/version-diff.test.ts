import { expect, test } from 'vitest';
import { compareTexts } from '#src/core/watch/version-diff.ts';

/** Writes a comparison as text: `+new+`, `-old-`, and a number for paragraphs that stayed. */
function draw(before: string, after: string): string {
  const marks = { same: '', inserted: '+', deleted: '-' } as const;
  return compareTexts(before, after)
    .rows.map((row) =>
      row.kind === 'same'
        ? String(row.count)
        : row.parts.map(({ kind, text }) => `${marks[kind]}${text}${marks[kind]}`).join(''),
    )
    .join(' / ');
}

test.each([
  ['nothing', 'one\n\ntwo', 'one\ntwo\n', '2'],
  ['one word', 'It was tied to them.\nEnd.', 'It was linked to them.\nEnd.', 'It was -tied-+linked+ to them. / 1'],
  ['a paragraph more', 'one\nthree', 'one\ntwo\nthree', '1 / +two+ / 1'],
  ['a paragraph less', 'one\ntwo\nthree', 'one\nthree', '1 / -two- / 1'],
  ['the last paragraph gone', 'one\ntwo', 'one', '1 / -two-'],
  ['everything', '', 'one', '+one+'],
])('compareTexts finds %s', (_case, before, after, expected) => {
  expect(draw(before, after)).toBe(expected);
});

test('compareTexts counts the words that came and went', () => {
  const { insertedCount, deletedCount } = compareTexts('We saw it, all of it.', 'They saw it.');
  expect([insertedCount, deletedCount]).toEqual([1, 4]);
});

test('compareTexts gives up on word edits in a text that is another one, and stays fast', () => {
  const before = Array.from({ length: 3_000 }, (_, index) => `a${index}`).join(' ');
  const after = Array.from({ length: 3_000 }, (_, index) => `b${index}`).join(' ');
  expect(compareTexts(before, after).rows).toEqual([
    {
      kind: 'changed',
      parts: [
        { kind: 'deleted', text: before },
        { kind: 'inserted', text: after },
      ],
    },
  ]);
});
