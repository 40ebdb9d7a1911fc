import { describe, expect, it } from 'vitest';
import { findQuantities } from '#src/core/quantities.ts';

/** "about 5600000 USD", "5..6 EUR": the amounts of a text in a short form. */
function show(text: string): readonly string[] {
  return findQuantities(text).map(({ value, min, max, unit, modifier }) =>
    modifier === 'range' ? `${min}..${max} ${unit}` : `${modifier} ${value} ${unit}`,
  );
}

describe('findQuantities', () => {
  it.each([
    ['The run cost $5.6 million.', 'exact 5600000 USD'],
    ['Training took 2.8 million GPU hours.', 'exact 2800000 GPU-hours'],
  ])('reads %s', (text, expected) => {
    expect(show(text).join('; ')).toBe(expected);
  });

  it.each([['GPT-4 beat R1 in 2024 on an H800.']])('finds nothing in %s', (text) => {
    expect(show(text)).toEqual([]);
  });
});
