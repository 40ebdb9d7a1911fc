import { expect, test } from 'vitest';
import type { ClaimDefinition } from '#src/core/claim/definition.ts';
import { findClaimAmount } from '#src/core/claim/tolerance.ts';
import { fitAmount } from '#src/core/digest/digest.ts';

const claim = { id: 'cost', short: 'Cost', statement: 'The plant cost about $5 million' };

test.each<[string, Partial<ClaimDefinition>, ReturnType<typeof findClaimAmount>]>([
  ['in its groups', { all: ['cost', { amount: '$4.5m..$5.5m' }] }, { unit: 'USD', min: 4.5e6, max: 5.5e6 }],
  [
    'in one of its ways',
    { ways: [{ 'in-order': [{ amount: '100..200 GPUs' }] }] },
    { unit: 'GPUs', min: 100, max: 200 },
  ],
  ['nowhere', { all: ['cost'] }, null],
])('findClaimAmount finds the amount %s', (_, parts, wanted) => {
  expect(findClaimAmount({ ...claim, ...parts })).toEqual(wanted);
});

test.each([
  [{ value: 5e6, min: 5e6, max: 5e6, unit: 'USD' }, 'inside'],
  [{ value: 9e6, min: 9e6, max: 9e6, unit: 'USD' }, 'outside'],
  [{ value: 9e6, min: 9e6, max: 9e6, unit: 'EUR' }, 'unmeasured'],
  [{ value: null, min: null, max: 6e6, unit: 'USD' }, 'inside'],
  [{ value: null, min: 8e6, max: null, unit: 'USD' }, 'outside'],
])('a number of %o lies %s', (number, wanted) => {
  expect(fitAmount(number, findClaimAmount({ ...claim, all: [{ amount: '$4.5m..$5.5m' }] }))).toBe(wanted);
});
