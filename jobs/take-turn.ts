/** Turns at a host: every request of ours waits for one, so that hosts are asked at their own pace by all processes together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FetchOutcome, RefusedReason } from '#src/core/fetch/outcome.ts';
import { groupCalls } from '#src/core/group-calls.ts';
import { hostKey } from '#src/core/url.ts';
import { addHost, bookTurns, isSilent } from '#src/io/db/hosts.ts';
import type { Deps } from '#src/io/deps.ts';
import { askRobots, judgeRobots } from './ask-robots.ts';

/** Waits that long, or until the signal aborts; never rejects. A clock that is not the real one brings its own. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** Where turns are wanted: `owner` holds the lease of the host, null where a redirect leads. */
export type TurnPlace = { readonly host: string; readonly owner: string | null; readonly pause: Pause };

/** Waits for the host's next free start; false when that is too far off, the lease is lost or the process stops. */
export type TakeTurn = () => Promise<boolean>;

/** A host that wants a longer silence than this gets its worker back meanwhile. */
const waitMsMax = 70_000;
/** Waits at the hosts of redirects count against the deadline of the whole exchange. */
const hopWaitMsMax = 10_000;
/** As many as a host may have lanes. */
const turnsPerBooking = 64;

/** Waits on the real clock. */
export const pauseForReal: Pause = async (ms, signal) => {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};

/** The turns at a host. Lanes that ask while turns are being booked get theirs together, in one statement. */
export function openTurns({ host, owner, pause }: TurnPlace, deps: Deps): TakeTurn {
  const book = groupCalls(
    (wishes: readonly object[]) => bookTogether({ host, owner, count: wishes.length }, deps),
    turnsPerBooking,
  );
  return async () => {
    const startAt = await book({});
    if (startAt === null) return false;
    const waitMs = Math.ceil(startAt.since(deps.now()).total('milliseconds'));
    if (waitMs > 0) await pause(waitMs, deps.signal);
    return !deps.signal.aborted;
  };
}

async function bookTogether(
  wish: { readonly host: string; readonly owner: string | null; readonly count: number },
  deps: Deps,
): Promise<readonly (Temporal.Instant | null)[]> {
  const { fetch } = deps.inForce().ledger;
  const startsAt = await bookTurns(deps.db, {
    ...wish,
    now: deps.now(),
    waitMsMax: wish.owner === null ? hopWaitMsMax : waitMsMax,
    spacingMs: fetch.hosts[wish.host]?.spacing ?? fetch.hostSpacing,
  });
  return Array.from({ length: wish.count }, (_, at) => startsAt[at] ?? null);
}

/** Makes one request when the host's turn has come; null when it does not come. */
export async function withTurn(
  takeTurn: TakeTurn,
  deps: Deps,
  run: (signal: AbortSignal) => Promise<FetchOutcome>,
): Promise<FetchOutcome | null> {
  return (await takeTurn()) ? await run(deps.signal) : null;
}

/**
 * What the door asks before it follows a redirect: null to go on. A hop is a request like any other: it takes its turn, a host that
 * keeps silence is left alone from whatever side we come, and a host has its own robots rules for pages.
 */
export function admitHops(
  visit: { readonly host: string; readonly kind: 'feed' | 'page' | 'captions'; readonly pause: Pause },
  deps: Deps,
): (url: string) => Promise<RefusedReason | null> {
  return async (url) => {
    const host = hostKey(url);
    const isOwnHost = host === visit.host;
    const takeTurn = openTurns({ host, owner: null, pause: visit.pause }, deps);
    if (!isOwnHost) await addHost(deps.db, host);
    if (visit.kind !== 'feed') {
      const robots = await askRobots(url, (run) => withTurn(takeTurn, deps, run), deps);
      const refusal = robots === null ? null : judgeRobots(robots, url);
      if (robots === null || refusal !== null) return refusal?.reason ?? 'waiting';
    }
    if (await takeTurn()) return null;
    // Turns further apart than an exchange may wait are for ever too far off at a host that was asked just now: what has moved
    // there could never be read.
    return isOwnHost && !(await isSilent(deps.db, host, deps.now())) ? null : 'waiting';
  };
}
