import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stance } from '#src/core/digest/balance.ts';
import type { DigestNumber } from '#src/core/digest/digest.ts';
import { buildAxis } from '#src/core/display/number-axis.ts';
import { describeAmount, layOutStrip, type NumberStrip, type StripForm } from '#src/core/display/number-strip.ts';

const amount = { unit: 'USD', min: 5.04e6, max: 6.16e6 };
const full: StripForm = { kind: 'full', widthPx: 1056 };
const narrow: StripForm = { kind: 'narrow', widthPx: 288 };

function number(value: number, rest: Partial<DigestNumber> = {}): DigestNumber {
  const isInside = value >= amount.min && value <= amount.max;
  return {
    claim: 'bridge-cost',
    articleId: 1,
    stance: 'reports',
    speaker: null,
    outlet: 'Harbour Ledger',
    written: String(value),
    value,
    min: value,
    max: value,
    unit: 'USD',
    modifier: 'exact',
    storedAt: '2025-01-20T09:00:00Z',
    firstSeenAt: null,
    short: 'Bridge cost',
    fit: isInside ? 'inside' : 'outside',
    ...rest,
  };
}

function layOut(numbers: readonly DigestNumber[], form = full): NumberStrip {
  const strip = layOutStrip(numbers, { unit: 'USD', amount, form });
  if (strip === null) throw new Error('nothing was laid out');
  return strip;
}

test('layOutStrip spans whole decades and draws the claim’s own amount as a band', () => {
  const strip = layOut([number(5.6e6), number(1.6e9)]);
  expect(strip.isLogarithmic).toBe(true);
  expect(strip.ticks.flatMap(({ words }) => words ?? [])).toEqual([
    '$1\u202fm',
    '$10\u202fm',
    '$100\u202fm',
    '$1\u202fbn',
    '$10\u202fbn',
  ]);
  expect(strip.band?.words).toBe('claim: $5.6\u202fm ± 10\u202f%');
  expect(strip.band?.from).toBeLessThan(strip.marks[0]?.at ?? 0);
  expect(strip.band?.to).toBeGreaterThan(strip.marks[0]?.at ?? 1);
});

test('layOutStrip draws one mark an origin, in the order of the stances, one on the other', () => {
  const stances: readonly Stance[] = ['disputes', 'supports', 'reports', 'supports'];
  const strip = layOut([...stances.map((stance, index) => number(5.6e6, { stance, articleId: index })), number(1e9)]);
  expect(strip.marks.slice(0, 4).map(({ stance, level }) => `${stance} ${level}`)).toEqual([
    'supports 0',
    'supports 1',
    'reports 2',
    'disputes 3',
  ]);
});

test('layOutStrip names every value outside the band and the ones inside once with their count', () => {
  const outside = number(1.6e9, { outlet: 'Quay Notes', articleId: 4 });
  const strip = layOut([
    number(5.576e6, { articleId: 2 }),
    number(5.6e6, { articleId: 3 }),
    outside,
    { ...outside, outlet: 'Elbkurier', articleId: 5 },
  ]);
  expect(strip.labels.map(({ lines }) => lines)).toEqual([
    ['2 origins', '$5.576\u202fm to $5.6\u202fm'],
    ['Quay Notes + 1', '$1.6\u202fbn'],
  ]);
  expect(strip.listed).toEqual([]);
});

test('layOutStrip points from a bound to where the value may lie, and draws a line for a range', () => {
  const { bounds } = layOut([
    number(6e6, { modifier: 'under', value: null, min: null, max: 6e6 }),
    number(5e8, { modifier: 'over', value: null, min: 5e8, max: null }),
    number(1, { modifier: 'range', value: null, min: 1e7, max: 1e8 }),
    number(3e6, { modifier: 'about' }),
  ]);
  expect(bounds.map(({ kind }) => kind)).toEqual(['under', 'range', 'over']);
  expect(bounds[1]?.to).toBeGreaterThan(bounds[1]?.from ?? 1);
});

test('layOutStrip gives nothing for less than two values, for another unit and for what no logarithm has', () => {
  expect(layOutStrip([number(5.6e6), number(5.6e6)], { unit: 'USD', amount, form: full })).toBeNull();
  expect(layOutStrip([number(5.6e6), number(1e9)], { unit: 'GPUs', amount, form: full })).toBeNull();
  expect(layOutStrip([number(5.6e6), number(0)], { unit: 'USD', amount, form: full })).toBeNull();
});

test('layOutStrip on a phone writes the values alone over the marks, and the names below', () => {
  const strip = layOut([number(5.6e6), number(1.6e9, { outlet: 'Quay Notes' })], narrow);
  expect(strip.labels.map(({ lines }) => lines)).toEqual([['$5.6\u202fm'], ['$1.6\u202fbn']]);
  expect(strip.listed).toEqual(['$5.6\u202fm: 1 origin', '$1.6\u202fbn: Quay Notes']);
});

test('layOutStrip keeps every mark within 4 px of its value, names clear of each other, and none beyond the edge', () => {
  const values = fc.array(fc.double({ min: 1e3, max: 1e12, noNaN: true }), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(values, fc.constantFrom(full, narrow), (list, form) => {
      const strip = layOutStrip(
        list.map((value, index) => number(value, { articleId: index })),
        { unit: 'USD', amount, form },
      );
      if (strip === null) return;
      for (const { at, shiftPx } of strip.marks) {
        expect(Math.abs(shiftPx)).toBeLessThanOrEqual(4);
        expect(at).toBeGreaterThan(0);
        expect(at).toBeLessThan(1);
      }
      const spots = strip.marks.map(({ at, shiftPx, level }) => `${Math.round(at * form.widthPx + shiftPx)} ${level}`);
      expect(new Set(spots).size).toBe(spots.length);
      const places = strip.labels.map(({ at, bottomPx }) => `${at} ${bottomPx}`);
      expect(new Set(places).size).toBe(places.length);
    }),
  );
});

test('layOutStrip counts in units when a stack would be too high', () => {
  const many = Array.from({ length: 60 }, (_, index) => number(5.6e6, { articleId: index }));
  const strip = layOut([...many, number(1e9)]);
  expect(strip.markUnit).toBe(5);
  expect(strip.marks).toHaveLength(13);
});

test('buildAxis is linear where values lie close together', () => {
  const axis = buildAxis([1900, 2048, 2200], 'GPUs');
  expect(axis.isLogarithmic).toBe(false);
  expect(axis.ticks.map(({ words }) => words)).toEqual(
    ['1,900', '2,000', '2,100', '2,200'].map((words) => `${words}\u202fGPUs`),
  );
  expect([1900, 2200].map(axis.place)).toEqual([0, 1]);
});

test.each([
  [{ unit: 'USD', min: 5.04e6, max: 6.16e6 }, '$5.6\u202fm ± 10\u202f%'],
  [{ unit: 'USD', min: 8e7, max: Number.MAX_VALUE }, 'over $80\u202fm'],
  [{ unit: 'GPUs', min: 0, max: 3000 }, 'under 3,000\u202fGPUs'],
  [{ unit: 'GPUs', min: 2048, max: 2048 }, '2,048\u202fGPUs'],
])('describeAmount says what a claim speaks of: %o', (given, words) => {
  expect(describeAmount(given)).toBe(words);
});
