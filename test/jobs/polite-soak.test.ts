import { expect, test } from 'vitest';
import { soak } from '#test/scorecard/soak.ts';
import { findBrokenRules, type SoakEntry } from '#test/scorecard/soak-rules.ts';

test('six hours of forty feeds with moody sites break no rule of politeness', async () => {
  const { requestCount, broken } = await soak({ feedCount: 40, hostCount: 4, hours: 6, seed: 2 });
  expect(broken).toEqual([]);
  expect(requestCount).toBeGreaterThan(100);
});

const entry: SoakEntry = {
  host: 'a.test',
  path: '/feed1',
  atSeconds: 0,
  askedTag: null,
  isHop: false,
  answer: {
    kind: 'ok',
    status: 200,
    tag: '"1"',
    maxAgeSeconds: null,
    retryAfterSeconds: null,
    ttlMinutes: null,
    skipHours: [],
  },
};
const later = { ...entry, askedTag: '"1"' };
const failed = { ...entry.answer, kind: 'error', status: 503 } as const;

test.each<[string, readonly SoakEntry[]]>([
  ['P11', [entry, { ...later, atSeconds: 3_000 }]],
  [
    'P10',
    [
      { ...entry, answer: { ...entry.answer, maxAgeSeconds: 7_200 } },
      { ...later, atSeconds: 4_000 },
    ],
  ],
  [
    'P12',
    [
      { ...entry, answer: { ...failed, retryAfterSeconds: 60 } },
      { ...entry, path: '/feed2', atSeconds: 10 },
    ],
  ],
  [
    'P13',
    [
      { ...entry, answer: failed },
      { ...entry, answer: failed, atSeconds: 3_600 },
      { ...entry, atSeconds: 9_000 },
    ],
  ],
  [
    'P15',
    [
      { ...entry, answer: { ...entry.answer, kind: 'gone', status: 410 } },
      { ...later, atSeconds: 90_000 },
    ],
  ],
  ['P18', [{ ...entry, isHop: true, askedTag: '"1"' }]],
  ['P2', [entry, { ...entry, atSeconds: 4_000 }]],
  [
    'P23',
    [
      { ...entry, answer: { ...entry.answer, ttlMinutes: 120 } },
      { ...later, atSeconds: 4_000 },
    ],
  ],
  [
    'P23',
    [
      { ...entry, answer: { ...entry.answer, skipHours: [10] } },
      { ...later, atSeconds: 4_000 },
    ],
  ],
  ['P24', [entry, { ...entry, path: '/feed2', atSeconds: 1 }]],
])('a log that breaks %s is told from a polite one: %#', (rule, log) => {
  const broken = findBrokenRules(log, { spacingSeconds: 2, startHour: 9 });
  expect(broken.map((line) => line.split(':')[0])).toContain(rule);
});
