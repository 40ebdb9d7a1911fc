import { expect, test } from 'vitest';
import { judgeSourceState, type SourceFacts, type SourceState } from '#src/core/fetch/source-state.ts';

const now = Temporal.Instant.from('2025-02-03T09:00:00Z');
const before = now.subtract({ hours: 1 });

const healthy: SourceFacts = {
  isEnabled: true,
  pausedAt: null,
  goneAt: null,
  setAsideAt: null,
  failureCount: 0,
  lastFetchedAt: before,
  blockedUntil: null,
};

const cases: readonly (readonly [string, Partial<SourceFacts>, SourceState])[] = [
  ['answered', {}, 'working'],
  ['was never asked', { lastFetchedAt: null }, 'waiting'],
  ['must be left alone', { blockedUntil: now.add({ seconds: 1 }) }, 'waiting'],
  ['had to be left alone until now', { blockedUntil: now }, 'working'],
  ['failed once', { failureCount: 1 }, 'failing'],
  ['was set aside', { setAsideAt: before }, 'failing'],
  ['failed and must be left alone', { failureCount: 2, blockedUntil: now.add({ hours: 1 }) }, 'failing'],
  ['is gone after failures', { goneAt: before, failureCount: 4 }, 'gone'],
  ['is paused by a person', { pausedAt: before }, 'paused'],
  ['is off in the ledger although gone', { isEnabled: false, goneAt: before }, 'paused'],
];

test.each(cases)('a source that %s is so', (_, facts, state) => {
  expect(judgeSourceState({ ...healthy, ...facts }, now)).toBe(state);
});
