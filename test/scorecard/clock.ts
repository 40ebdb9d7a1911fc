/**
 * A clock that stands still while anybody works and jumps to the next wake-up when all wait: hours of politeness pass in seconds,
 * and no request is ever measured by the speed of the machine.
 */
import type { Pause } from '#jobs/take-turn.ts';

/** The clock. Work that may wait on it runs inside `during`; several at once share its time. */
export type ScorecardClock = {
  readonly now: () => Temporal.Instant;
  readonly pause: Pause;
  /** Moves on to `instant`, which is not earlier, while nobody works. */
  set(instant: Temporal.Instant): void;
  during<Value>(work: () => Promise<Value>): Promise<Value>;
};

type Sleeper = { readonly at: Temporal.Instant; readonly wake: () => void };

/** Starts a clock; `onMove` hears of every new time before anybody wakes. */
export function startClock(
  start: Temporal.Instant,
  onMove: (now: Temporal.Instant) => void = () => {},
): ScorecardClock {
  let now = start;
  let busyCount = 0;
  let sleepers: readonly Sleeper[] = [];
  const move = (instant: Temporal.Instant): void => {
    now = instant;
    onMove(now);
  };
  const rest = (): void => {
    busyCount -= 1;
    const [first, ...others] = sleepers;
    if (busyCount > 0 || first === undefined) return;
    const next = others.reduce((a, b) => (Temporal.Instant.compare(b.at, a.at) < 0 ? b : a), first).at;
    const awake = sleepers.filter(({ at }) => Temporal.Instant.compare(at, next) === 0);
    sleepers = sleepers.filter((sleeper) => !awake.includes(sleeper));
    move(next);
    busyCount += awake.length;
    for (const { wake } of awake) wake();
  };
  return {
    now: () => now,
    set: move,
    pause: (ms) =>
      new Promise((wake) => {
        sleepers = [...sleepers, { at: now.add({ milliseconds: ms }), wake }];
        rest();
      }),
    during: async (work) => {
      busyCount += 1;
      try {
        return await work();
      } finally {
        rest();
      }
    },
  };
}
