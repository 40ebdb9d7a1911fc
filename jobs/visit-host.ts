/**
 * One polite visit to one host: everything due there, one request after the other, spaced as the host and the ledger ask.
 * A visit owns its host for as long as its lease is kept alive, whichever process it runs in; what it does not reach stays due.
 */
import { z } from 'zod';
import { explainTrouble, type FetchOutcome } from '#src/core/fetch-outcome.ts';
import {
  type FetchPolicy,
  planNextFetch,
  postponeSkipped,
  type Reading,
  settledMove,
} from '#src/core/fetch-schedule.ts';
import { silenceAfter } from '#src/core/host-schedule.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { hostKey } from '#src/core/url.ts';
import { hashOf } from '#src/io/db/articles.ts';
import { blockHost, releaseHost, takeHost } from '#src/io/db/hosts.ts';
import {
  type DueResource,
  listDueResources,
  postponeVisit,
  saveVisit,
  type VisitRecord,
} from '#src/io/db/resources.ts';
import type { Tx } from '#src/io/db/store.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { askRobots, judgeRobots, type KnownRobots } from './ask-robots.ts';
import { fetchPage } from './fetch-page.ts';
import { pollFeed } from './poll-feed.ts';
import { admitHops, type Pause, pauseForReal, type Turn, withTurn } from './take-turn.ts';

/**
 * What a reader made of a fresh answer: how it counts, what is wrong with it in words, and what is to be written. `isPoison` says
 * that reading it reached the limits of time or memory.
 */
export type PreparedVisit = {
  readonly reading: Reading;
  readonly isPoison?: true;
  readonly words: string | null;
  readonly save: ((tx: Tx) => Promise<RunSummary>) | null;
};

type Payload = { readonly host: string };
/** What all lanes of a visit share. */
type Visit = {
  readonly turn: Turn;
  readonly endsAt: Temporal.Instant;
  /** What was due when the visit last looked, and what its lanes are busy with. */
  readonly due: DueResource[];
  readonly busy: Set<number>;
  readonly counts: Record<string, number>;
  look: Promise<void> | null;
  robots: Promise<KnownRobots | null> | null;
};

/** A visit ends after this long; what is still due is visited after the next tick. */
const visitSecondsMax = 300;
/** Addresses read from the store at once. */
const resourcesPerLook = 50;
/**
 * A document that reaches the parser's limits so often is set aside until a person asks for it again. One that is only no feed, as
 * during repairs of a site, is asked again ever more rarely: else the mended one would never be seen.
 */
const parseFailuresMax = 3;
/** Pages of entries that cannot be read are asked for this often, over about five days, and then left alone. */
const pageTriesMax = 8;

export default defineJob<Payload>({
  description: 'Fetch what is due at one host',
  payload: z.strictObject({ host: z.string() }),
  retryCount: 3,
  expireSeconds: visitSecondsMax + 120,
  concurrency: 'workers',
  run: visitHost,
});

/** Visits until nothing is due, the host asks for silence, or the visit has lasted long enough. `pause` belongs to the clock. */
export async function visitHost({ host }: Payload, deps: Deps, pause: Pause = pauseForReal): Promise<RunSummary> {
  const { fetch } = deps.inForce().ledger;
  const isTaken = await takeHost(deps.db, { host, owner: deps.owner, now: deps.now() });
  if (!isTaken) return { host, isTakenElsewhere: true };
  const endsAt = deps.now().add({ seconds: visitSecondsMax });
  const turn: Turn = { host, owner: deps.owner, pause };
  const visit: Visit = { turn, endsAt, due: [], busy: new Set(), counts: {}, look: null, robots: null };
  const laneCount = fetch.hosts[host]?.connections ?? fetch.hostConnections;
  try {
    await Promise.all(Array.from({ length: laneCount }, () => runLane(visit, deps)));
  } finally {
    await releaseHost(deps.db, { host, owner: deps.owner });
  }
  return { host, ...visit.counts };
}

async function runLane(visit: Visit, deps: Deps): Promise<void> {
  while (!deps.signal.aborted && Temporal.Instant.compare(deps.now(), visit.endsAt) < 0) {
    const resource = await takeNext(visit, deps);
    if (resource === null) return;
    const goesOn = await visitResource(resource, visit, deps);
    visit.busy.delete(resource.id);
    if (goesOn) continue;
    visit.due.length = 0;
    return;
  }
}

/** The next address for a lane. One look at the store serves all lanes, and what a lane is at is not given to another. */
async function takeNext(visit: Visit, deps: Deps): Promise<DueResource | null> {
  if (visit.due.length === 0) {
    visit.look ??= lookAgain(visit, deps).finally(() => {
      visit.look = null;
    });
    await visit.look;
  }
  const resource = visit.due.shift() ?? null;
  if (resource !== null) visit.busy.add(resource.id);
  return resource;
}

/**
 * Finds what is due by now; a feed's new pages are among it. The store may still show as due what a lane is at when the look
 * begins, and that lane may have ended when the answer comes: counting only those busy by then, 15 of 1,000 were asked twice.
 */
async function lookAgain(visit: Visit, deps: Deps): Promise<void> {
  const busy = new Set(visit.busy);
  const due = await listDueResources(deps.db, {
    host: visit.turn.host,
    now: deps.now(),
    limit: resourcesPerLook,
  });
  visit.due.push(...due.filter(({ id }) => !busy.has(id)));
}

/** Fetches, reads and saves one address; false when the visit should end. */
async function visitResource(resource: DueResource, visit: Visit, deps: Deps): Promise<boolean> {
  const postponed = postponeSkipped(resource.state, deps.now());
  if (postponed !== null) {
    await postponeVisit(deps.db, resource.id, postponed);
    return true;
  }
  const robots = resource.source === null ? await robotsOf(resource, visit, deps) : null;
  if (resource.source === null && robots === null) return false;
  const refused = robots === null ? null : judgeRobots(robots, resource.requestUrl);
  let startedAt = deps.now();
  const outcome =
    refused ??
    (await withTurn(visit.turn, deps, (signal) => {
      startedAt = deps.now();
      return request(resource, visit, { deps, signal });
    }));
  if (outcome === null || (outcome.kind === 'failed' && outcome.reason === 'stopped')) return false;
  const prepared = await read(resource, outcome, deps);
  const record = recordOf({ resource, outcome, prepared, startedAt }, deps);
  await heedSilence(outcome, record.state.nextDueAt, deps);
  return await save({ resource, record, prepared }, visit, deps);
}

/** A wait that was asked for holds for the host that asked, which behind a redirect is another one. */
async function heedSilence(outcome: FetchOutcome, nextDueAt: Temporal.Instant | null, deps: Deps): Promise<void> {
  const until = silenceAfter(outcome, { now: deps.now(), nextDueAt });
  if (until !== null) await blockHost(deps.db, hostKey(outcome.finalUrl), until);
}

/** The host's rules for programs, asked once a visit whatever the number of lanes; null when the visit should end. */
async function robotsOf(resource: DueResource, visit: Visit, deps: Deps): Promise<KnownRobots | null> {
  visit.robots ??= askRobots(resource.requestUrl, (run) => withTurn(visit.turn, deps, run), deps);
  return await visit.robots;
}

async function request(
  resource: DueResource,
  visit: Visit,
  { deps, signal }: { readonly deps: Deps; readonly signal: AbortSignal },
): Promise<FetchOutcome> {
  const { state } = resource;
  const { host, pause } = visit.turn;
  const kind = resource.source === null ? 'page' : 'feed';
  return await deps.http.fetch(
    {
      url: resource.requestUrl,
      kind,
      etag: state.etag,
      lastModified: state.lastModified,
      validatorsUrl: state.validatorsUrl,
      admitHop: admitHops({ host, kind, pause }, deps),
    },
    signal,
  );
}

/** A fresh answer is read; at the parser's limits it counts as unreadable. Null for answers without a body. */
async function read(resource: DueResource, outcome: FetchOutcome, deps: Deps): Promise<PreparedVisit | null> {
  if (outcome.kind !== 'fresh') return null;
  const { source } = resource;
  // The same bytes again: nothing to parse, nothing to write.
  if (resource.bodyHash !== null && resource.bodyHash === hashOf(outcome.body)) {
    const { hints } = resource.state;
    return { reading: { kind: 'read', isChanged: false, hints, postedAt: [] }, words: null, save: null };
  }
  try {
    return source === null
      ? await fetchPage(resource, outcome, deps)
      : await pollFeed({ ...resource, source }, outcome, deps);
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'parse-failed') throw error;
    const words = `The document cannot be read: ${error.message}.`;
    return { reading: { kind: 'unreadable' }, isPoison: true, words, save: null };
  }
}

type Visited = {
  readonly resource: DueResource;
  readonly outcome: FetchOutcome;
  readonly prepared: PreparedVisit | null;
  readonly startedAt: Temporal.Instant;
};

/** What the log and the resource row will say. */
function recordOf({ resource, outcome, prepared, startedAt }: Visited, deps: Deps): VisitRecord {
  const isUnreadable = prepared?.reading.kind === 'unreadable';
  const isRead = outcome.kind === 'unmodified' || (outcome.kind === 'fresh' && !isUnreadable);
  const policy: FetchPolicy = {
    kind: resource.source === null ? 'page' : 'feed',
    everySeconds: resource.source?.everySeconds ?? null,
  };
  const planned = planNextFetch(resource.state, outcome, {
    now: deps.now(),
    policy,
    jitter: deps.random(),
    reading: prepared?.reading ?? null,
  });
  const movedTo = isRead ? settledMove(planned) : null;
  const parseFailureCount =
    prepared?.isPoison === true ? resource.parseFailureCount + 1 : isRead ? 0 : resource.parseFailureCount;
  const isSetAside = parseFailureCount >= parseFailuresMax;
  const ending = isSetAside ? 'set-aside' : endingOf(resource, { isRead, failureCount: planned.failureCount });
  return {
    state: ending === null ? planned : { ...planned, nextDueAt: null, dueRule: ending },
    startedAt,
    durationMs: Math.round(outcome.durationMs),
    outcome: isUnreadable ? 'failed' : movedTo === null ? outcome.kind : 'moved',
    reason: isUnreadable ? 'unreadable' : 'reason' in outcome ? outcome.reason : null,
    status: 'status' in outcome ? outcome.status : null,
    words: prepared?.words ?? wordsOf(outcome),
    isConditional: isConditional(resource, outcome),
    byteCount: outcome.kind === 'fresh' ? outcome.body.length : null,
    finalUrl: outcome.finalUrl,
    bodyHash: outcome.kind === 'fresh' && isRead ? hashOf(outcome.body) : resource.bodyHash,
    parseFailureCount,
    setAsideAt: isSetAside ? deps.now() : null,
    movedTo: movedTo ?? (resource.requestUrl === resource.url ? null : resource.requestUrl),
  };
}

/** Why the page of an entry, which is read once, is asked no more; null when it is. Feeds and watched pages never end. */
function endingOf(
  { source, isWatched }: DueResource,
  { isRead, failureCount }: { readonly isRead: boolean; readonly failureCount: number },
): 'read' | 'given-up' | null {
  if (source !== null || isWatched) return null;
  if (isRead) return 'read';
  return failureCount >= pageTriesMax ? 'given-up' : null;
}

/** Validators go only to the address that gave them. */
function isConditional({ state, requestUrl }: DueResource, outcome: FetchOutcome): boolean {
  const hasValidators = state.etag !== null || state.lastModified !== null;
  const path = [requestUrl, ...outcome.redirects.map(({ to }) => to)];
  return hasValidators && (state.validatorsUrl === null || path.includes(state.validatorsUrl));
}

function wordsOf(outcome: FetchOutcome): string | null {
  if (outcome.kind === 'gone') return 'The address is gone (410). We stopped asking.';
  if (outcome.kind === 'fresh' || outcome.kind === 'unmodified') return null;
  return explainTrouble({
    reason: outcome.reason,
    status: 'status' in outcome ? outcome.status : null,
    detail: outcome.detail,
  });
}

/** Writes everything about one answer, all or nothing; false when another process was faster. */
async function save(
  visited: { readonly resource: DueResource; readonly record: VisitRecord; readonly prepared: PreparedVisit | null },
  visit: Visit,
  deps: Deps,
): Promise<boolean> {
  const { resource, record, prepared } = visited;
  const isPageLost = resource.source === null && record.outcome !== 'fresh' && record.outcome !== 'unmodified';
  const saveMore = prepared?.save ?? null;
  const summary =
    saveMore === null && !isPageLost
      ? (await saveVisit(deps.db, resource, record))
        ? {}
        : null
      : await deps.db.transaction().execute(async (tx) => {
          if (!(await saveVisit(tx, resource, record))) return null;
          // The entry's own words must do for now.
          if (isPageLost) await deps.queue.send({ name: 'read-entries', payload: {}, key: 'all' }, tx);
          return (await saveMore?.(tx)) ?? {};
        });
  if (summary === null) return false;
  visit.counts[record.outcome] = (visit.counts[record.outcome] ?? 0) + 1;
  deps.log.debug(
    { url: resource.url, outcome: record.outcome, reason: record.reason, status: record.status, ...summary },
    'address visited',
  );
  return true;
}
