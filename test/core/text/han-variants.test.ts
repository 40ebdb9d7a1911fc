import { describe, expect, it } from 'vitest';
import { foldHan } from '#src/core/text/han-variants.ts';

describe('foldHan', () => {
  it.each([
    ['訓', '训'],
    ['證', '证'],
    ['萬', '万'],
    ['蒸', '蒸'],
    ['模', '模'],
    ['a', 'a'],
    ['抄', '抄'],
    ['襲', '袭'],
  ])('writes %s as %s', (traditional, simplified) => {
    expect(foldHan(traditional)).toBe(simplified);
  });
});
