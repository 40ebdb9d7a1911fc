import { expect, test } from 'vitest';
import { formatFullQuantity, formatQuantity, type ShownQuantity } from '#src/core/display/quantity.ts';

function quantity(value: number | null, unit: string, rest: Partial<ShownQuantity> = {}): ShownQuantity {
  return { value, min: value, max: value, unit, modifier: 'exact', ...rest };
}

test.each([
  [quantity(1.6e9, 'USD'), '$1.6\u202fbn', '$1,600,000,000'],
  [quantity(5_576_000, 'USD'), '$5.576\u202fm', '$5,576,000'],
  [quantity(999_999, 'EUR'), '€999,999', '€999,999'],
  [quantity(2e12, 'JPY'), 'JPY\u202f2\u202ftn', 'JPY\u202f2,000,000,000,000'],
  [quantity(2048, 'GPUs'), '2,048\u202fGPUs', '2,048\u202fGPUs'],
  [quantity(2.788e6, 'GPU-hours'), '2.788\u202fm\u202fGPU-hours', '2,788,000\u202fGPU-hours'],
  [quantity(6e6, 'USD', { modifier: 'under', min: null }), 'under $6\u202fm', 'under $6,000,000'],
  [quantity(null, 'USD', { modifier: 'over', min: 5e8 }), 'over $500\u202fm', 'over $500,000,000'],
  [quantity(2000, 'GPUs', { modifier: 'about' }), 'about 2,000\u202fGPUs', 'about 2,000\u202fGPUs'],
  [
    quantity(null, 'USD', { modifier: 'range', min: 5e6, max: 6.5e6 }),
    '$5\u202fm to $6.5\u202fm',
    '$5,000,000 to $6,500,000',
  ],
])('%j reads short and in full', (shown, short, full) => {
  expect(formatQuantity(shown)).toBe(short);
  expect(formatFullQuantity(shown)).toBe(full);
});
