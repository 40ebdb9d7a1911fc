import { expect, test } from 'vitest';
import { gates, judgeReport } from '#test/eval/gates.ts';

const claimReport = (first: string, second: string, kept: number): string => `real articles (dev)
  relevance   P 1.000 R 1.000 F1 1.000
  claims      P ${first} R 0.990 F1 0.985, macro F1 0.950
  stance      macro F1 0.930 (constant per claim 0.500), disputes F1 0.900
  evidence    on deciding words 0.960, exact slices 1.000
own passages
  relevance   P 1.000 R 1.000 F1 1.000
  claims      P ${second} R 0.970 F1 0.975, macro F1 0.950
  stance      macro F1 0.930 (constant per claim 0.500), disputes F1 0.900
  evidence    on deciding words 0.960, exact slices 1.000
  speakers    41 right, 6 by another name or wrong, 6 nobody, 1 named where the labels name nobody
statements alone, real articles: P 0.803 R 0.713 F1 0.755, stance macro F1 0.607 (constant per claim 0.513)
statements alone, own passages: P 0.915 R 0.406 F1 0.562, stance macro F1 0.709 (constant per claim 0.340)
  all  claims P 0.989 R 0.966 F1 0.977, stance macro F1 0.959 (supports 0.96, reports 0.94, disputes 0.98)
general news: 800 articles, ${kept} kept, 0 tagged
tags on the data: 120, 0 not as in the snapshot
`;

/** Judges a report and gives the gates that were not passed, with the figure that was read. */
function check(set: string, report: string, expected: readonly (readonly [string, number | null])[]): void {
  const failed = judgeReport(set, report).filter(({ isPassed }) => !isPassed);
  expect(failed.map(({ gate, figure }) => [gate.name, figure])).toEqual(expected);
}

test('a gate reads its own part of the report', () => {
  check('claims', claimReport('0.991', '0.992', 0), []);
  check('claims', claimReport('0.991', '0.402', 0), [['passages, claims precision', 0.402]]);
  check('claims', claimReport('0.401', '0.992', 3), [
    ['articles, claims precision', 0.401],
    ['general news kept', 3],
  ]);
});

test('a figure that the report does not hold has not passed', () => {
  check('quantities', 'quantities: not measured, the folder is absent\n', [['value, unit and modifier F1', null]]);
});

test('every set has a gate, and no gate is written twice', () => {
  const names = gates.map(({ set, name }) => `${set}: ${name}`);
  expect(new Set(names).size).toBe(names.length);
  expect([...new Set(gates.map(({ set }) => set))]).toEqual([
    'feeds',
    'extraction',
    'claims',
    'quantities',
    'stance',
    'duplicates',
    'stories',
  ]);
});
