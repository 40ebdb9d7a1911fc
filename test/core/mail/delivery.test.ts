import { expect, test } from 'vitest';
import { planRetry, type SendingOutcome } from '#src/core/mail/delivery.ts';

const now = Temporal.Instant.from('2025-02-03T07:00:00Z');
const busy: SendingOutcome = { kind: 'refused', code: 451, words: 'try later', isFinal: false };
const unknownUser: SendingOutcome = { kind: 'refused', code: 550, words: 'no such user', isFinal: true };
const lost: SendingOutcome = { kind: 'unsure', words: 'connection lost' };

/** The state after a try and the minutes until the next one; null = there is none. */
function plan(outcome: SendingOutcome, attemptCount: number, isDoubtful = false) {
  const { state, error, nextAttemptAt } = planRetry(outcome, { attemptCount, isDoubtful, now });
  return { state, error, minutes: nextAttemptAt === null ? null : nextAttemptAt.since(now).total('minutes') };
}

test('planRetry ends with a mail that was sent or written, whatever came before', () => {
  const sent = planRetry({ kind: 'sent', reply: '250 ok' }, { attemptCount: 3, isDoubtful: true, now });
  expect(sent).toEqual({ state: 'sent', reply: '250 ok', error: null, nextAttemptAt: null });
  expect(plan({ kind: 'written', file: 'a.eml' }, 1)).toEqual({ state: 'written', error: null, minutes: null });
});

test('planRetry waits 5 minutes, then twice as long each time, at most 4 hours', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 39].map((attemptCount) => plan(busy, attemptCount).minutes);
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 240, 240, 240]);
  expect(plan(busy, 39)).toMatchObject({ state: 'pending', error: 'try later' });
});

test('planRetry gives up after 40 tries, and at once when the refusal is for good', () => {
  expect(plan(busy, 40)).toEqual({ state: 'failed', error: 'try later', minutes: null });
  expect(plan(unknownUser, 1)).toEqual({ state: 'failed', error: 'no such user', minutes: null });
  expect(plan(unknownUser, 2, true).state).toBe('failed');
});

test('planRetry sends a mail in doubt again twice and then leaves it to a person', () => {
  expect(plan(lost, 1)).toEqual({ state: 'in-doubt', error: 'connection lost', minutes: 5 });
  expect(plan(lost, 2)).toEqual({ state: 'in-doubt', error: 'connection lost', minutes: 10 });
  expect(plan(lost, 3)).toEqual({ state: 'in-doubt', error: 'connection lost', minutes: null });
});

test('planRetry keeps the doubt when a later try is refused', () => {
  expect(plan(busy, 2, true)).toEqual({ state: 'in-doubt', error: 'try later', minutes: 10 });
  expect(plan(busy, 3, true)).toEqual({ state: 'in-doubt', error: 'try later', minutes: null });
});
