import type { FetchOutcome } from './outcome.ts';
import { parseRetryAfter } from './retry-after.ts';

/** A crawl-delay above a minute would turn a morning's reading of one site into days. */
const crawlDelayMsMax = 60_000;

/** What is remembered of a host (`host:port`): its next free start and until when it asked for silence. */
export type HostState = {
  readonly nextStartAt: Temporal.Instant | null;
  readonly blockedUntil: Temporal.Instant | null;
  readonly crawlDelayMs: number | null;
};

/**
 * The least milliseconds between two starts at a host: the ledger's spacing or the site's own crawl-delay, whichever is
 * longer.
 */
export function startSpacingMs(crawlDelayMs: number | null, spacingMs: number): number {
  return Math.max(spacingMs, Math.min(crawlDelayMs ?? 0, crawlDelayMsMax));
}

/** The earliest instant at which the next request to the host may start; `now` when nothing holds it back. */
export function earliestStart(host: HostState, now: Temporal.Instant): Temporal.Instant {
  return later(later(now, host.nextStartAt), host.blockedUntil);
}

/** The host with one more request started at `now`. */
export function afterStart(
  host: HostState,
  { now, spacingMs }: { readonly now: Temporal.Instant; readonly spacingMs: number },
): HostState {
  return { ...host, nextStartAt: now.add({ milliseconds: startSpacingMs(host.crawlDelayMs, spacingMs) }) };
}

/** How many requests are wanted at a host, and how long the last of them would wait for its turn. */
export type StartWish = {
  readonly now: Temporal.Instant;
  readonly count: number;
  readonly waitMsMax: number;
  readonly spacingMs: number;
};

/** The next starts at the host, in order, fewer than wished when they would wait too long; and the host with them behind it. */
export function planStarts(
  host: HostState,
  { now, count, waitMsMax, spacingMs }: StartWish,
): { readonly startsAt: readonly Temporal.Instant[]; readonly after: HostState } {
  const startsAt: Temporal.Instant[] = [];
  let after = host;
  while (startsAt.length < count) {
    const startAt = earliestStart(after, now);
    if (startAt.since(now).total('milliseconds') > waitMsMax) break;
    startsAt.push(startAt);
    after = afterStart(after, { now: startAt, spacingMs });
  }
  return { startsAt, after };
}

/**
 * Until when the host that answered keeps us away from all its addresses: what its Retry-After asks for, else after a 429 until
 * `nextDueAt`, the back-off that the asking address itself got, as rate limits count hosts. Null when it asked for nothing.
 */
export function silenceAfter(
  outcome: FetchOutcome,
  { now, nextDueAt }: { readonly now: Temporal.Instant; readonly nextDueAt: Temporal.Instant | null },
): Temporal.Instant | null {
  if (outcome.kind !== 'failed') return null;
  return parseRetryAfter(outcome.retryAfter, now) ?? (outcome.status === 429 ? nextDueAt : null);
}

function later(instant: Temporal.Instant, other: Temporal.Instant | null): Temporal.Instant {
  return other !== null && Temporal.Instant.compare(other, instant) > 0 ? other : instant;
}
