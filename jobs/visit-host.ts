/**
 * One polite visit to one host: everything due there, one request after the other, spaced as the host and the ledger ask.
 * A visit owns its host for as long as its lease is kept alive, whichever process it runs in; what it does not reach stays due.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { explainTrouble, type FetchOutcome, type RefusedReason } from '#src/core/fetch-outcome.ts';
import {
  type FetchPolicy,
  planNextFetch,
  postponeSkipped,
  type Reading,
  settledMove,
} from '#src/core/fetch-schedule.ts';
import { afterAnswer, afterStart, earliestStart, type HostState } from '#src/core/host-schedule.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { hostKey } from '#src/core/url.ts';
import { hashOf } from '#src/io/db/articles.ts';
import {
  addHost,
  blockHost,
  type DueResource,
  listDueResources,
  postponeVisit,
  releaseHost,
  saveHost,
  saveVisit,
  takeHost,
  type VisitRecord,
} from '#src/io/db/resources.ts';
import type { Tx } from '#src/io/db/store.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { askRobots, judgeRobots, type KnownRobots } from './ask-robots.ts';
import { fetchPage } from './fetch-page.ts';
import { pollFeed } from './poll-feed.ts';

/** What a reader made of a fresh answer: how it counts, what is wrong with it in words, and what is to be written. */
export type PreparedVisit = {
  readonly reading: Reading;
  readonly words: string | null;
  readonly save: ((tx: Tx) => Promise<RunSummary>) | null;
};

type Payload = { readonly host: string };
/** The host's clock as all lanes of a visit share it. */
type Visit = {
  readonly host: string;
  readonly endsAt: Temporal.Instant;
  /** What was due when the visit last looked, and what its lanes are busy with. */
  readonly due: DueResource[];
  readonly busy: Set<number>;
  readonly counts: Record<string, number>;
  state: HostState;
  look: Promise<void> | null;
  robots: Promise<KnownRobots | null> | null;
};

/** A visit ends after this long; what is still due is visited after the next tick. */
const visitSecondsMax = 300;
/** Addresses read from the store at once. */
const resourcesPerLook = 50;
/** A host that wants a longer silence than this gets its worker back meanwhile. */
const waitMsMax = 70_000;
/** A document that fails to parse so often is set aside until a person asks for it again. */
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

/** Visits until nothing is due, the host asks for silence, or the visit has lasted long enough. */
export async function visitHost({ host }: Payload, deps: Deps): Promise<RunSummary> {
  const { fetch } = deps.inForce().ledger;
  const state = await takeHost(deps.db, { host, owner: deps.owner, now: deps.now() });
  if (state === null) return { host, isTakenElsewhere: true };
  const endsAt = deps.now().add({ seconds: visitSecondsMax });
  const visit: Visit = { host, endsAt, due: [], busy: new Set(), counts: {}, state, look: null, robots: null };
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
    visit.look ??= lookAgain(visit, deps);
    await visit.look;
    visit.look = null;
  }
  const resource = visit.due.shift() ?? null;
  if (resource !== null) visit.busy.add(resource.id);
  return resource;
}

/** Finds what is due by now; a feed's new pages are among it. */
async function lookAgain(visit: Visit, deps: Deps): Promise<void> {
  const due = await listDueResources(deps.db, { host: visit.host, now: deps.now(), limit: resourcesPerLook });
  visit.due.push(...due.filter(({ id }) => !visit.busy.has(id)));
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
  const startedAt = deps.now();
  const refused = robots === null ? null : judgeRobots(robots, resource.requestUrl);
  const outcome = refused ?? (await withTurn(visit, deps, (signal) => request(resource, deps, signal)));
  if (outcome === null || (outcome.kind === 'failed' && outcome.reason === 'stopped')) return false;
  const prepared = await read(resource, outcome, deps);
  const record = recordOf({ resource, outcome, prepared, startedAt }, deps);
  const isSaved = await save({ resource, record, prepared }, visit, deps);
  await heedSilence({ outcome, nextDueAt: record.state.nextDueAt }, visit, deps);
  const isStillOurs = await saveHost(deps.db, {
    host: visit.host,
    owner: deps.owner,
    now: deps.now(),
    state: visit.state,
  });
  return isSaved && isStillOurs;
}

/** A wait that was asked for holds for the host that asked, which behind a redirect is another one. */
async function heedSilence(
  answer: { readonly outcome: FetchOutcome; readonly nextDueAt: Temporal.Instant | null },
  visit: Visit,
  deps: Deps,
): Promise<void> {
  const { outcome, nextDueAt } = answer;
  const host = outcome.redirects.length === 0 ? visit.host : hostKey(outcome.finalUrl);
  if (host === visit.host) {
    visit.state = afterAnswer(visit.state, outcome, { now: deps.now(), nextDueAt });
    return;
  }
  const silent = { nextStartAt: null, blockedUntil: null, crawlDelayMs: null };
  const { blockedUntil } = afterAnswer(silent, outcome, { now: deps.now(), nextDueAt });
  if (blockedUntil !== null) await blockHost(deps.db, host, blockedUntil);
}

/** The host's rules for programs, asked once a visit whatever the number of lanes; null when the visit should end. */
async function robotsOf(resource: DueResource, visit: Visit, deps: Deps): Promise<KnownRobots | null> {
  visit.robots ??= askRobots(resource.requestUrl, (run) => withTurn(visit, deps, run), deps);
  const robots = await visit.robots;
  if (robots !== null) visit.state = { ...visit.state, crawlDelayMs: robots.rules?.crawlDelayMs ?? null };
  return robots;
}

/** Waits for this host's next start and makes one request; null when the wait is too long or the process stops. */
async function withTurn(
  visit: Visit,
  deps: Deps,
  run: (signal: AbortSignal) => Promise<FetchOutcome>,
): Promise<FetchOutcome | null> {
  for (;;) {
    const now = deps.now();
    const startAt = earliestStart(visit.state, now);
    const waitMs = startAt.since(now).total('milliseconds');
    if (waitMs > waitMsMax) return null;
    if (waitMs <= 0) break;
    await sleep(Math.ceil(waitMs), undefined, { signal: deps.signal }).catch(() => undefined);
    if (deps.signal.aborted) return null;
  }
  const { fetch } = deps.inForce().ledger;
  const spacingMs = fetch.hosts[visit.host]?.spacing ?? fetch.hostSpacing;
  const now = deps.now();
  visit.state = afterStart(visit.state, { now, spacingMs });
  // Written before the request: a process that dies now has still used up its turn.
  if (spacingMs > 0 && !(await saveHost(deps.db, { host: visit.host, owner: deps.owner, now, state: visit.state })))
    return null;
  return await run(deps.signal);
}

async function request(resource: DueResource, deps: Deps, signal: AbortSignal): Promise<FetchOutcome> {
  const { state } = resource;
  return await deps.http.fetch(
    {
      url: resource.requestUrl,
      kind: resource.source === null ? 'page' : 'feed',
      etag: state.etag,
      lastModified: state.lastModified,
      validatorsUrl: state.validatorsUrl,
      ...(resource.source === null ? { admitHop: (url: string) => admitHop(url, signal, deps) } : {}),
    },
    signal,
  );
}

/** A page may send us to another host, whose own rules count there. */
async function admitHop(url: string, signal: AbortSignal, deps: Deps): Promise<RefusedReason | null> {
  await addHost(deps.db, hostKey(url));
  const robots = await askRobots(url, (run) => run(signal), deps);
  return robots === null ? 'robots-unreachable' : (judgeRobots(robots, url)?.reason ?? null);
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
    return { reading: { kind: 'unreadable' }, words: `The document cannot be read: ${error.message}.`, save: null };
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
  const movedTo = settledMove(planned);
  const parseFailureCount = isUnreadable
    ? resource.parseFailureCount + 1
    : outcome.kind === 'fresh'
      ? 0
      : resource.parseFailureCount;
  const isTrouble = isUnreadable || outcome.kind === 'failed' || outcome.kind === 'refused';
  const isFinished =
    resource.source === null && !resource.isWatched && (!isTrouble || planned.failureCount >= pageTriesMax);
  return {
    state: isFinished ? { ...planned, nextDueAt: null, dueRule: isTrouble ? 'given-up' : 'read' } : planned,
    startedAt,
    durationMs: Math.round(outcome.durationMs),
    outcome: isUnreadable ? 'failed' : movedTo === null || outcome.kind === 'gone' ? outcome.kind : 'moved',
    reason: isUnreadable ? 'unreadable' : 'reason' in outcome ? outcome.reason : null,
    status: 'status' in outcome ? outcome.status : null,
    words: prepared?.words ?? wordsOf(outcome),
    isConditional: isConditional(resource, outcome),
    byteCount: outcome.kind === 'fresh' ? outcome.body.length : null,
    finalUrl: 'finalUrl' in outcome ? outcome.finalUrl : null,
    bodyHash: outcome.kind === 'fresh' && !isUnreadable ? hashOf(outcome.body) : resource.bodyHash,
    parseFailureCount,
    setAsideAt: parseFailureCount >= parseFailuresMax ? deps.now() : null,
    movedTo: movedTo ?? (resource.requestUrl === resource.url ? null : resource.requestUrl),
  };
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

/** Writes everything about one answer in one transaction; false when another process was faster. */
async function save(
  visited: { readonly resource: DueResource; readonly record: VisitRecord; readonly prepared: PreparedVisit | null },
  visit: Visit,
  deps: Deps,
): Promise<boolean> {
  const { resource, record, prepared } = visited;
  const summary = await deps.db.transaction().execute(async (tx) => {
    if (!(await saveVisit(tx, resource, record))) return null;
    const written = prepared?.save === null || prepared === null ? {} : await prepared.save(tx);
    const isPageLost = resource.source === null && record.outcome !== 'fresh' && record.outcome !== 'unmodified';
    // The entry's own words must do for now.
    if (isPageLost) await deps.queue.send({ name: 'read-entries', payload: {}, key: 'all' }, tx);
    return written;
  });
  if (summary === null) return false;
  visit.counts[record.outcome] = (visit.counts[record.outcome] ?? 0) + 1;
  deps.log.debug(
    { url: resource.url, outcome: record.outcome, reason: record.reason, status: record.status, ...summary },
    'address visited',
  );
  return true;
}
