import { expect, test } from 'vitest';
import { buildTimeline, chooseUnit, countDays, type DayTally, listMoves } from '#src/core/digest/claim-history.ts';

const today = '2025-01-30';

function day(date: string, added: Partial<DayTally['added']>): DayTally {
  return { date, added: { supports: 0, reports: 0, disputes: 0, ...added } };
}

const days = [day('2025-01-28', { reports: 2 }), day('2025-01-30', { supports: 1 })];

test('buildTimeline has a column for every day from the first origin to today, quiet ones too', () => {
  expect(buildTimeline(days, { today })).toEqual({
    step: 'day',
    columns: [
      { start: '2025-01-28', added: { supports: 0, reports: 2, disputes: 0 } },
      { start: '2025-01-29', added: { supports: 0, reports: 0, disputes: 0 } },
      { start: '2025-01-30', added: { supports: 1, reports: 0, disputes: 0 } },
    ],
  });
  expect(buildTimeline([], { today }).columns).toEqual([]);
});

test.each([
  ['2024-11-30', 'day', 62],
  ['2024-11-29', 'week', 9],
  ['2020-01-30', 'month', 61],
  ['2010-01-30', 'year', 16],
])('buildTimeline from %s on goes by %s in %d columns', (first, step, columnCount) => {
  const timeline = buildTimeline([day(first, { reports: 1 }), ...days], { today });
  expect(timeline.step).toBe(step);
  expect(timeline.columns).toHaveLength(columnCount);
  const total = timeline.columns.reduce((sum, { added }) => sum + added.supports + added.reports + added.disputes, 0);
  expect(total).toBe(4);
});

const calendar = { zone: 'UTC', year: 2025 };

test('listMoves dates each move, newest first, and leaves out days with more of the same', () => {
  const values = [{ written: '$1.6bn', isOutside: true, storedAt: '2025-01-30T05:00:00Z' }];
  const more = [...days, day('2025-01-29', { reports: 1 })];
  expect(
    listMoves(more, { values, changes: [], calendar }).map(({ date, moves }) => [date, moves.map((move) => move.kind)]),
  ).toEqual([
    ['2025-01-30', ['value-outside', 'new-stance']],
    ['2025-01-28', ['first-seen']],
  ]);
});

test('listMoves tells of a quote that was changed on the day we saw it, also when nothing else was said', () => {
  const change = (kind: 'altered' | 'gone') => ({
    storedAt: '2025-01-28T10:00:00Z',
    seenAt: '2025-01-31T10:00:00Z',
    change: { kind },
  });
  const listOf = (changes: readonly ReturnType<typeof change>[]) =>
    listMoves(days, { values: [], changes, calendar })[0];
  expect(listOf([change('altered')])).toEqual({
    date: '2025-01-31',
    moves: [{ kind: 'quote-altered', words: 'a quote we showed on 28 Jan was changed by its publisher.' }],
  });
  expect(listOf([change('gone')])?.moves.map(({ words }) => words)).toEqual([
    'a quote we showed on 28 Jan is no longer on the page.',
  ]);
  expect(listOf([change('gone'), change('gone')])?.moves.map(({ words }) => words)).toEqual([
    '2 quotes we showed are no longer on their pages.',
  ]);
  expect(listOf([])?.date).not.toBe('2025-01-31');
});

test('countDays counts the last days up to today', () => {
  expect(countDays(days, { today, count: 4 })).toEqual([0, 2, 0, 1]);
});

test.each([
  [0, 8, 1],
  [8, 8, 1],
  [9, 8, 2],
  [40, 8, 5],
  [41, 8, 10],
  [200, 8, 25],
  [400, 8, 50],
  [401, 8, 100],
])('chooseUnit draws %d with at most %d marks of %d', (most, stackMax, unit) => {
  expect(chooseUnit(most, stackMax)).toBe(unit);
});
