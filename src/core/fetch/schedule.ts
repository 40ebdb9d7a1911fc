import { freshSeconds } from './cache-hints.ts';
import {
  type Failed,
  type FetchOutcome,
  type Fresh,
  permanentTarget,
  type Refused,
  type Unmodified,
} from './outcome.ts';
import { parseRetryAfter } from './retry-after.ts';
import { afterSkipped, type FeedHints } from './skip-times.ts';

const hour = 3_600;
const day = 24 * hour;
/** No address is asked more often than hourly: what feed authors accept from a reader that sends validators. */
const intervalSecondsMin = hour;
/** Without validators each visit costs the site the whole document, so it pays once a day. */
const unconditionalSecondsMin = day;
/** A feed that is alive is seen daily; ttl and update period are believed up to this. */
const feedSecondsMax = day;
const pageSecondsMax = 7 * day;
const failureSecondsMax = day;
/** Four visits between two usual posts: a new one waits an eighth of the usual gap on average. */
const visitsPerPost = 4;
/** Posts that tell the usual pace; older ones describe a newsroom of the past. */
const pacePostCount = 12;
/** robots.txt is kept for a day (RFC 9309 2.4), so asking sooner would give the same answer. */
const robotsSeconds = day;
/** Waits are stretched by up to a twentieth, at most ten minutes: enough to spread what fell due together. */
const jitterShare = 0.05;
const jitterSecondsMax = 600;
/** Three visits a day apart: a hotel's sign-in page also answers 301, but not for three days. */
const moveVisitCount = 3;
const moveSpacingSeconds = day;

/**
 * What a document told us when it was last read: its own hints, the usual gap between its posts, and how long the
 * answer stays fresh.
 */
export type ReadHints = FeedHints & {
  readonly postGapSeconds: number | null;
  readonly freshSeconds: number | null;
};

/** A permanent redirect under observation: visits that met it, each a day or more after the one counted before. */
export type Move = {
  readonly to: string;
  readonly count: number;
  readonly firstAt: Temporal.Instant;
  readonly lastAt: Temporal.Instant;
};

/**
 * All that is remembered of an address between visits. `validatorsUrl` is the address that gave the validators.
 * `dueRule` is read by `explainDue`.
 */
export type FetchState = {
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly validatorsUrl: string | null;
  readonly failureCount: number;
  readonly unchangedCount: number;
  readonly lastFetchedAt: Temporal.Instant | null;
  readonly lastChangedAt: Temporal.Instant | null;
  readonly nextDueAt: Temporal.Instant | null;
  readonly dueRule: string;
  readonly goneAt: Temporal.Instant | null;
  readonly moved: Move | null;
  readonly hints: ReadHints | null;
};

/**
 * How an address is visited: pages back off while they stay the same, feeds follow their pace; `everySeconds` is the
 * operator's own interval.
 */
export type FetchPolicy = {
  readonly kind: 'feed' | 'page';
  readonly everySeconds: number | null;
  /** Longest wait for a page that stays the same; seven days when left out. */
  readonly longestSeconds?: number;
};

/** What the reader made of a fresh body. `postedAt` are the dates of its entries, in any order; empty for pages. */
export type Reading =
  | { readonly kind: 'unreadable' }
  | {
      readonly kind: 'read';
      readonly isChanged: boolean;
      readonly hints: FeedHints | null;
      readonly postedAt: readonly Temporal.Instant[];
    };

/**
 * What planning needs beside state and outcome; `reading` belongs to a fresh outcome, `jitter` is a number from 0 to 1.
 */
export type PlanOptions = {
  readonly now: Temporal.Instant;
  readonly policy: FetchPolicy;
  readonly jitter: number;
  readonly reading: Reading | null;
};

const noHints: FeedHints = { ttlMinutes: null, skipHours: [], skipDays: [], updatePeriodSeconds: null };

type Read = Extract<Reading, { kind: 'read' }>;
type ReadAnswer = { readonly reading: Read; readonly outcome: Fresh; readonly now: Temporal.Instant };
type Wait = { readonly rule: string; readonly seconds: number };

/** The state after a visit: when the next one is due, by which rule, and with which validators. */
export function planNextFetch(state: FetchState, outcome: FetchOutcome, options: PlanOptions): FetchState {
  switch (outcome.kind) {
    case 'fresh':
      return options.reading?.kind === 'read'
        ? afterRead(state, outcome, { ...options, reading: options.reading })
        : afterFailure(state, null, options);
    case 'unmodified':
      return afterUnmodified(state, outcome, options);
    case 'gone':
      return { ...state, lastFetchedAt: options.now, goneAt: options.now, nextDueAt: null, dueRule: 'gone' };
    case 'refused':
      return afterRefusal(state, outcome, options);
    case 'failed':
      return outcome.reason === 'stopped' ? state : afterFailure(state, outcome, options);
  }
}

/**
 * The state with its due time moved on when `now` lies in an hour or day that the feed skips, as after a pause of ours;
 * null when it may be asked. Look before each scheduled request: a due time just before a skipped hour is not met to
 * the second.
 */
export function postponeSkipped(state: FetchState, now: Temporal.Instant): FetchState | null {
  const allowedAt = afterSkipped(now, state.hints);
  return allowedAt === now ? null : { ...state, nextDueAt: allowedAt, dueRule: 'skipped' };
}

/** The address to ask from now on, once a permanent redirect has lasted long enough; else null. */
export function settledMove(state: FetchState): string | null {
  return state.moved !== null && state.moved.count >= moveVisitCount ? state.moved.to : null;
}

function afterRead(state: FetchState, outcome: Fresh, options: PlanOptions & { readonly reading: Read }): FetchState {
  const { now, reading } = options;
  const isChanged = reading.isChanged || state.lastChangedAt === null;
  const next: FetchState = {
    ...state,
    etag: outcome.etag,
    lastModified: outcome.lastModified,
    validatorsUrl: outcome.finalUrl,
    hints: readHints(state.hints, { reading, outcome, now }),
    lastChangedAt: isChanged ? now : state.lastChangedAt,
    unchangedCount: isChanged ? 0 : state.unchangedCount + 1,
  };
  return afterSuccess(next, outcome, options);
}

function afterUnmodified(state: FetchState, outcome: Unmodified, options: PlanOptions): FetchState {
  const next: FetchState = {
    ...state,
    etag: outcome.etag ?? state.etag,
    lastModified: outcome.lastModified ?? state.lastModified,
    unchangedCount: state.unchangedCount + 1,
    hints: refreshedHints(state.hints, outcome, options.now),
  };
  return afterSuccess(next, outcome, options);
}

function afterSuccess(state: FetchState, outcome: Fresh | Unmodified, options: PlanOptions): FetchState {
  const { now, policy } = options;
  const next: FetchState = {
    ...state,
    failureCount: 0,
    lastFetchedAt: now,
    moved: observeMove(state.moved, outcome, now),
  };
  const waits: readonly Wait[] = [
    ownWait(next, policy, now),
    { rule: 'max-age', seconds: next.hints?.freshSeconds ?? 0 },
    ...hintWaits(next.hints),
  ];
  return scheduled(next, waits, options);
}

function afterFailure(state: FetchState, outcome: Failed | null, options: PlanOptions): FetchState {
  const { now } = options;
  const failureCount = state.failureCount + 1;
  const next: FetchState = { ...state, failureCount, lastFetchedAt: now };
  const until = parseRetryAfter(outcome?.retryAfter ?? null, now);
  const wait: Wait =
    until === null
      ? { rule: 'failing', seconds: doubled(hour, { times: failureCount - 1, max: failureSecondsMax }) }
      : { rule: 'retry-after', seconds: until.since(now).total('seconds') };
  return scheduled(next, [wait, ...hintWaits(state.hints)], options);
}

function afterRefusal(state: FetchState, outcome: Refused, options: PlanOptions): FetchState {
  if (outcome.reason === 'waiting') return scheduled(state, [{ rule: 'waiting', seconds: hour }], options);
  if (outcome.reason !== 'robots') return afterFailure(state, null, options);
  return scheduled({ ...state, failureCount: 0 }, [{ rule: 'robots', seconds: robotsSeconds }], options);
}

/** The pace of the address itself, before anybody's hints. */
function ownWait(state: FetchState, policy: FetchPolicy, now: Temporal.Instant): Wait {
  if (policy.everySeconds !== null) return { rule: 'operator', seconds: policy.everySeconds };
  const hasValidators = state.etag !== null || state.lastModified !== null;
  if (policy.kind === 'page') {
    const first = hasValidators ? intervalSecondsMin : unconditionalSecondsMin;
    const seconds = doubled(first, { times: state.unchangedCount, max: policy.longestSeconds ?? pageSecondsMax });
    return { rule: state.unchangedCount === 0 ? paceRule(hasValidators) : 'unchanged', seconds };
  }
  if (!hasValidators) return { rule: 'no-validators', seconds: unconditionalSecondsMin };
  const quietSeconds = state.lastChangedAt === null ? 0 : now.since(state.lastChangedAt).total('seconds');
  const gapSeconds = Math.max(quietSeconds, state.hints?.postGapSeconds ?? 0);
  return { rule: 'pace', seconds: Math.min(gapSeconds / visitsPerPost, feedSecondsMax) };
}

function paceRule(hasValidators: boolean): string {
  return hasValidators ? 'hourly' : 'no-validators';
}

function hintWaits(hints: ReadHints | null): readonly Wait[] {
  return [
    { rule: 'ttl', seconds: Math.min((hints?.ttlMinutes ?? 0) * 60, feedSecondsMax) },
    { rule: 'update-period', seconds: Math.min(hints?.updatePeriodSeconds ?? 0, feedSecondsMax) },
  ];
}

/** Puts the longest wait into the state, stretched by jitter and moved out of the hours and days the feed skips. */
function scheduled(state: FetchState, waits: readonly Wait[], { now, jitter }: PlanOptions): FetchState {
  const floor: Wait = { rule: 'hourly', seconds: intervalSecondsMin };
  const longest = [...waits, floor].reduce((a, b) => (b.seconds > a.seconds ? b : a));
  const extra = Math.min(longest.seconds * jitterShare, jitterSecondsMax) * jitter;
  const dueAt = now.add({ milliseconds: Math.ceil((longest.seconds + extra) * 1_000) });
  const allowedAt = afterSkipped(dueAt, state.hints);
  return allowedAt === dueAt
    ? { ...state, nextDueAt: dueAt, dueRule: longest.rule }
    : { ...state, nextDueAt: allowedAt.add({ milliseconds: Math.ceil(extra * 1_000) }), dueRule: 'skipped' };
}

/** An unchanged body may have been left unread, so that its posts are unknown: then their pace stays what it was. */
function readHints(known: ReadHints | null, { reading, outcome, now }: ReadAnswer): ReadHints {
  const knownGapSeconds = reading.isChanged ? null : (known?.postGapSeconds ?? null);
  return {
    ...(reading.hints ?? noHints),
    postGapSeconds: usualGapSeconds(reading.postedAt, now) ?? knownGapSeconds,
    freshSeconds: freshSeconds(outcome.headers, now),
  };
}

/** A 304 renews the promise of the answer it confirms, and replaces it when it makes one itself (RFC 9111 4.3.4). */
function refreshedHints(hints: ReadHints | null, { headers }: Unmodified, now: Temporal.Instant): ReadHints | null {
  if (headers['cache-control'] === undefined && headers['expires'] === undefined) return hints;
  return { ...(hints ?? { ...noHints, postGapSeconds: null }), freshSeconds: freshSeconds(headers, now) };
}

/**
 * The median gap between the newest posts, or the silence since the last one if that is longer; null below three dated
 * posts.
 */
function usualGapSeconds(postedAt: readonly Temporal.Instant[], now: Temporal.Instant): number | null {
  const ages = postedAt
    .map((instant) => (now.epochMilliseconds - instant.epochMilliseconds) / 1_000)
    .filter((age) => age >= 0)
    .sort((a, b) => a - b)
    .slice(0, pacePostCount);
  const [newestAge] = ages;
  if (newestAge === undefined || ages.length < 3) return null;
  const gaps = ages.slice(1).map((age, index) => age - (ages[index] ?? 0));
  const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  return Math.max(median, newestAge);
}

function observeMove(moved: Move | null, outcome: Fresh | Unmodified, now: Temporal.Instant): Move | null {
  const to = permanentTarget(outcome.redirects);
  if (to === null) return null;
  if (moved?.to !== to) return { to, count: 1, firstAt: now, lastAt: now };
  if (now.since(moved.lastAt).total('seconds') < moveSpacingSeconds) return moved;
  return { ...moved, count: moved.count + 1, lastAt: now };
}

function doubled(seconds: number, { times, max }: { readonly times: number; readonly max: number }): number {
  return Math.min(seconds * 2 ** times, max);
}
