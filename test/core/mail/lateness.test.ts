import { expect, test } from 'vitest';
import { isLate, listMerged } from '#src/core/mail/lateness.ts';

const now = Temporal.Instant.from('2025-02-03T12:00:00Z');
const mail = (id: number, date: string) => ({ id, date, waitingSince: Temporal.Instant.from(`${date}T07:00:00Z`) });

test('a mail says that it is late after six hours, and not before', () => {
  expect(isLate(now.subtract({ hours: 6 }), now)).toBe(false);
  expect(isLate(now.subtract({ hours: 6, seconds: 1 }), now)).toBe(true);
});

test('the mails of a reader become one when the oldest has waited for over two days', () => {
  const [first, second, third] = [mail(7, '2025-02-01'), mail(8, '2025-02-02'), mail(9, '2025-02-03')];
  expect(listMerged([third, first, second], now)).toEqual([first, second, third]);
});

test('two days of mails stay two mails, and one alone stays itself', () => {
  expect(listMerged([mail(8, '2025-02-02'), mail(9, '2025-02-03')], now)).toEqual([]);
  expect(listMerged([mail(7, '2025-02-01')], now)).toEqual([]);
  expect(listMerged([], now)).toEqual([]);
});
