/** Turns at a host: every request of ours waits for one, so that hosts are asked at their own pace by all processes together. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FetchOutcome, RefusedReason } from '#src/core/fetch-outcome.ts';
import { hostKey } from '#src/core/url.ts';
import { addHost, bookTurn } from '#src/io/db/hosts.ts';
import type { Deps } from '#src/io/deps.ts';
import { askRobots, judgeRobots } from './ask-robots.ts';

/** Waits that long, or until the signal aborts; never rejects. A clock that is not the real one brings its own. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** Where a turn is wanted: `owner` holds the lease of the host, null where a redirect leads. */
export type Turn = { readonly host: string; readonly owner: string | null; readonly pause: Pause };

/** A host that wants a longer silence than this gets its worker back meanwhile. */
const waitMsMax = 70_000;
/** Waits at the hosts of redirects count against the deadline of the whole exchange. */
const hopWaitMsMax = 10_000;

/** Waits on the real clock. */
export const pauseForReal: Pause = async (ms, signal) => {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};

/** Waits for the host's next free start; false when that is too far off, the lease is lost or the process stops. */
export async function takeTurn({ host, owner, pause }: Turn, deps: Deps): Promise<boolean> {
  const { fetch } = deps.inForce().ledger;
  const now = deps.now();
  const startAt = await bookTurn(deps.db, {
    host,
    owner,
    now,
    waitMsMax: owner === null ? hopWaitMsMax : waitMsMax,
    spacingMs: fetch.hosts[host]?.spacing ?? fetch.hostSpacing,
  });
  if (startAt === null) return false;
  const waitMs = Math.ceil(startAt.since(deps.now()).total('milliseconds'));
  if (waitMs > 0) await pause(waitMs, deps.signal);
  return !deps.signal.aborted;
}

/** Makes one request when the host's turn has come; null when it does not come. */
export async function withTurn(
  turn: Turn,
  deps: Deps,
  run: (signal: AbortSignal) => Promise<FetchOutcome>,
): Promise<FetchOutcome | null> {
  return (await takeTurn(turn, deps)) ? await run(deps.signal) : null;
}

/**
 * What the door asks before it follows a redirect: null to go on. A host that keeps silence is left alone from whatever side we
 * come, and has its own robots rules for pages. Hops at the host of the visit itself follow at once, as a browser's do.
 */
export function admitHops(
  visit: { readonly host: string; readonly kind: 'feed' | 'page'; readonly pause: Pause },
  deps: Deps,
): (url: string) => Promise<RefusedReason | null> {
  return async (url) => {
    const turn: Turn = { host: hostKey(url), owner: null, pause: visit.pause };
    const isOwnHost = turn.host === visit.host;
    if (!isOwnHost) await addHost(deps.db, turn.host);
    if (visit.kind === 'page') {
      const robots = await askRobots(url, (run) => withTurn(turn, deps, run), deps);
      const refusal = robots === null ? null : judgeRobots(robots, url);
      if (robots === null || refusal !== null) return refusal?.reason ?? 'waiting';
    }
    return isOwnHost || (await takeTurn(turn, deps)) ? null : 'waiting';
  };
}
