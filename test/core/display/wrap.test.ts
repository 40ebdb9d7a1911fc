import { expect, test } from 'vitest';
import { columnsOf, padColumns, wrapText } from '#src/core/display/wrap.ts';

test.each([
  ['plain words that go on', 12, ['plain words', 'that go on']],
  ['a https://very-long.example/address b', 12, ['a', 'https://very-long.example/address', 'b']],
  ['深度求索训练成本', 8, ['深度求索', '训练成本']],
  ['他说成本。很低', 8, ['他说成', '本。很低']],
  ['', 8, ['']],
])('wrapText folds %j at %d columns', (text, width, expected) => {
  expect(wrapText(text, { width })).toEqual(expected);
});

test('wrapText counts its indent', () => {
  expect(wrapText('plain words that go on', { width: 14, indent: '> ' })).toEqual(['> plain words', '> that go on']);
});

test('columnsOf counts wide characters twice and marks not at all', () => {
  expect(columnsOf('a晨e\u0301')).toBe(4);
  expect(padColumns('晨', 4)).toBe('晨  ');
});
