/** How the balance of one claim came to be what it is: day by day for the timeline, and the days on which it moved. */

import { type Calendar, localDay } from '#src/core/display/time.ts';
import {
  type ChangedQuote,
  emptyTally,
  findChangeMoves,
  findMoves,
  type Move,
  type NewValue,
  type Tally,
} from './balance.ts';

/** More columns than these cannot be told apart at the width of a page. */
const columnsMax = 62;

/** A day (YYYY-MM-DD) with the origins that were new on it. */
export type DayTally = { readonly date: string; readonly added: Tally };

/** One day (or week, month, year) of the timeline: its first day, and the origins that are new in it. */
export type TimelineColumn = { readonly start: string; readonly added: Tally };

/** A timeline from the first origin to today. Empty columns are kept; every column is one `step` long. */
export type Timeline = {
  readonly step: 'day' | 'week' | 'month' | 'year';
  readonly columns: readonly TimelineColumn[];
};

/** A day (YYYY-MM-DD) on which a claim moved, and why. */
export type DatedMove = { readonly date: string; readonly moves: readonly Move[] };

/** A number with the instant at which it was first stored. */
export type DatedValue = NewValue & { readonly storedAt: string };

const steps = [
  ['day', (count: number) => ({ days: count })],
  ['week', (count: number) => ({ weeks: count })],
  ['month', (count: number) => ({ months: count })],
  ['year', (count: number) => ({ years: count })],
] as const;

/** A quote that was changed, with the instant at which the change was first seen. */
export type DatedChange = ChangedQuote & { readonly seenAt: string };

/** The origins by day, or by the shortest step that needs at most 62 columns. Empty when there is no origin. */
export function buildTimeline(tallies: readonly DayTally[], at: { readonly today: string }): Timeline {
  const days = byDate(tallies);
  const [first] = [...days.keys()].sort();
  if (first === undefined) return { step: 'day', columns: [] };
  for (const [step, length] of steps) {
    const starts = listStarts({ first, last: at.today, length });
    if (starts.length <= columnsMax || step === 'year') return { step, columns: fillColumns(starts, days) };
  }
  return { step: 'day', columns: [] };
}

/** The days on which a claim moved, newest first; a day's values and changes count with the origins of that day. */
export function listMoves(
  tallies: readonly DayTally[],
  options: {
    readonly values: readonly DatedValue[];
    readonly changes: readonly DatedChange[];
    readonly calendar: Calendar;
  },
): readonly DatedMove[] {
  const { zone } = options.calendar;
  const days = byDate(tallies);
  const values = Map.groupBy(options.values, (value) => localDay(Temporal.Instant.from(value.storedAt), zone));
  const changes = Map.groupBy(options.changes, (change) => localDay(Temporal.Instant.from(change.seenAt), zone));
  const moved: DatedMove[] = [];
  let before = emptyTally;
  for (const date of [...new Set([...days.keys(), ...changes.keys()])].sort()) {
    const now = addTallies(before, days.get(date) ?? emptyTally);
    const moves = [
      ...findMoves(before, now, values.get(date) ?? []),
      ...findChangeMoves(changes.get(date) ?? [], options.calendar),
    ];
    if (moves.length > 0) moved.push({ date, moves });
    before = now;
  }
  return moved.reverse();
}

/** The new origins of each of the `count` days that end with `today`, oldest first. */
export function countDays(
  tallies: readonly DayTally[],
  at: { readonly today: string; readonly count: number },
): readonly number[] {
  const days = byDate(tallies);
  const last = Temporal.PlainDate.from(at.today);
  return Array.from({ length: at.count }, (_, index) => {
    const added = days.get(last.subtract({ days: at.count - 1 - index }).toString()) ?? emptyTally;
    return added.supports + added.reports + added.disputes;
  });
}

/** How many origins one mark must stand for so that no stack passes `stackMax` marks: 1, 2, 5, 10, 25, 50 and so on. */
export function chooseUnit(most: number, stackMax: number): number {
  for (let scale = 1; ; scale *= 10) {
    // From ten on 25 reads better than 20 beside 50.
    const unit = [scale, scale === 1 ? 2 : 2.5 * scale, 5 * scale].find((count) => most <= stackMax * count);
    if (unit !== undefined) return unit;
  }
}

function byDate(tallies: readonly DayTally[]): ReadonlyMap<string, Tally> {
  return new Map(tallies.map(({ date, added }) => [date, added]));
}

/** The first days of the columns from `first` to `last`; stops one past the most columns that are ever shown. */
function listStarts(span: {
  readonly first: string;
  readonly last: string;
  readonly length: (count: number) => Temporal.DurationLike;
}): readonly string[] {
  const first = Temporal.PlainDate.from(span.first);
  const starts = [first.toString()];
  while (starts.length <= columnsMax) {
    const start = first.add(span.length(starts.length));
    if (Temporal.PlainDate.compare(start, span.last) > 0) break;
    starts.push(start.toString());
  }
  return starts;
}

function fillColumns(starts: readonly string[], days: ReadonlyMap<string, Tally>): readonly TimelineColumn[] {
  return starts.map((start, index) => {
    const end = starts[index + 1];
    const inside = [...days].filter(([day]) => day >= start && (end === undefined || day < end));
    return { start, added: inside.reduce((sum, [, tally]) => addTallies(sum, tally), emptyTally) };
  });
}

function addTallies(a: Tally, b: Tally): Tally {
  return { supports: a.supports + b.supports, reports: a.reports + b.reports, disputes: a.disputes + b.disputes };
}
