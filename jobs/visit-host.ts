/**
 * One polite visit to one host: everything due there, one request after the other, spaced as the host and the ledger ask.
 * A visit owns its host for as long as its lease is kept alive, whichever process it runs in; what it does not reach stays due.
 */
import { z } from 'zod';
import { silenceAfter } from '#src/core/fetch/host-schedule.ts';
import type { FetchOutcome } from '#src/core/fetch/outcome.ts';
import { postponeSkipped } from '#src/core/fetch/schedule.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { hostKey } from '#src/core/url.ts';
import { hashOf } from '#src/io/db/articles.ts';
import { blockHost, releaseHost, takeHost } from '#src/io/db/hosts.ts';
import { type DueResource, listDueResources } from '#src/io/db/resources.ts';
import { postponeVisit, type VisitRecord } from '#src/io/db/visits.ts';
import type { Deps } from '#src/io/deps.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';
import { askRobots, judgeRobots, type KnownRobots } from './ask-robots.ts';
import { fetchCaptions } from './fetch-captions.ts';
import { fetchPage } from './fetch-page.ts';
import { pollFeed } from './poll-feed.ts';
import { type ReadAnswer, recordVisit } from './record-visit.ts';
import { openSettling, type SettleVisit } from './settle-visits.ts';
import { admitHops, openTurns, type Pause, pauseForReal, type TakeTurn, withTurn } from './take-turn.ts';

type Payload = { readonly host: string };
/** What all lanes of a visit share. */
type Visit = {
  readonly host: string;
  readonly pause: Pause;
  readonly endsAt: Temporal.Instant;
  readonly takeTurn: TakeTurn;
  readonly settle: SettleVisit;
  /** What was due when the visit last looked, and what its lanes are busy with. */
  readonly due: DueResource[];
  readonly busy: Set<number>;
  readonly counts: VisitCounts;
  look: Promise<void> | null;
  robots: Promise<KnownRobots | null> | null;
};

/** Of the addresses of a visit: answers, new versions of articles, answers with news, those left alone, and those in vain. */
type VisitCounts = { seen: number; new: number; changed: number; skipped: number; failed: number };

/** A visit ends after this long; what is still due is visited after the next tick. */
const visitSecondsMax = 300;
/** Addresses read from the store at once, beside those that lanes are busy with. */
const resourcesPerLook = 200;

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
  const visit: Visit = {
    host,
    pause,
    endsAt: deps.now().add({ seconds: visitSecondsMax }),
    takeTurn: openTurns({ host, owner: deps.owner, pause }, deps),
    settle: openSettling(host, deps),
    due: [],
    busy: new Set(),
    counts: { seen: 0, new: 0, changed: 0, skipped: 0, failed: 0 },
    look: null,
    robots: null,
  };
  const laneCount = fetch.hosts[host]?.connections ?? fetch.hostConnections;
  try {
    await Promise.all(Array.from({ length: laneCount }, () => runLane(visit, deps)));
  } finally {
    await releaseHost(deps.db, { host, owner: deps.owner });
  }
  return { host, ...visit.counts };
}

/** One address after the other, until there is none or the visit should end. */
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

/**
 * The next address for a lane. One look at the store serves all lanes, and what a lane is at is not given to another. A look that was
 * under way already may not have seen what this lane has just brought: the last lane would leave the pages of its feed unread.
 */
async function takeNext(visit: Visit, deps: Deps): Promise<DueResource | null> {
  if (visit.due.length === 0) await visit.look;
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
    host: visit.host,
    now: deps.now(),
    limit: resourcesPerLook + busy.size,
  });
  visit.due.push(...due.filter(({ id }) => !busy.has(id)));
}

/** Asks, reads and settles one address; false when the visit should end. */
async function visitResource(resource: DueResource, visit: Visit, deps: Deps): Promise<boolean> {
  const postponed = postponeSkipped(resource.state, deps.now());
  if (postponed !== null) {
    await postponeVisit(deps.db, resource.id, postponed);
    deps.metrics.skipped('skip-hours');
    visit.counts.skipped += 1;
    return true;
  }
  const asked = await ask(resource, visit, deps);
  if (asked === null) {
    if (!deps.signal.aborted) deps.metrics.skipped('host-waits');
    return false;
  }
  const { outcome, startedAt } = asked;
  const read = await readAnswer(resource, outcome, deps);
  const record = recordVisit({ resource, outcome, read, startedAt }, deps);
  await heedSilence(outcome, record.state.nextDueAt, deps);
  const settled = await visit.settle({ resource, record, read });
  if (settled === 'lost') return false;
  countVisit(visit.counts, { outcome: record.outcome, isNew: settled === 'new-version' });
  const { reason, status } = record;
  const source = resource.source?.id ?? null;
  deps.log.debug({ source, url: resource.url, outcome: record.outcome, reason, status }, 'address visited');
  return true;
}

function countVisit(
  counts: VisitCounts,
  { outcome, isNew }: { readonly outcome: VisitRecord['outcome']; readonly isNew: boolean },
): void {
  counts.seen += 1;
  if (isNew) counts.new += 1;
  if (outcome === 'fresh' || outcome === 'moved') counts.changed += 1;
  if (outcome === 'refused') counts.skipped += 1;
  if (outcome === 'failed' || outcome === 'gone') counts.failed += 1;
}

type Asked = { readonly outcome: FetchOutcome; readonly startedAt: Temporal.Instant };

/** Asks for one address when its host allows it and its turn has come; null when the visit should end. */
async function ask(resource: DueResource, visit: Visit, deps: Deps): Promise<Asked | null> {
  if (resource.source === null) {
    const robots = await robotsOf(resource, visit, deps);
    if (robots === null) return null;
    const refused = judgeRobots(robots, resource.requestUrl);
    if (refused !== null) {
      deps.metrics.fetched(kindOf(resource), refused);
      deps.metrics.skipped('robots');
      return { outcome: refused, startedAt: deps.now() };
    }
  }
  let startedAt = deps.now();
  const outcome = await withTurn(visit.takeTurn, deps, (signal) => {
    startedAt = deps.now();
    return request(resource, visit, { deps, signal });
  });
  const isStopped = outcome?.kind === 'failed' && outcome.reason === 'stopped';
  return outcome === null || isStopped ? null : { outcome, startedAt };
}

/** The host's rules for programs, asked once a visit whatever the number of lanes; null when the visit should end. */
async function robotsOf(resource: DueResource, visit: Visit, deps: Deps): Promise<KnownRobots | null> {
  visit.robots ??= askRobots(resource.requestUrl, (run) => withTurn(visit.takeTurn, deps, run), deps);
  return await visit.robots;
}

async function request(
  resource: DueResource,
  { host, pause }: Visit,
  { deps, signal }: { readonly deps: Deps; readonly signal: AbortSignal },
): Promise<FetchOutcome> {
  const { etag, lastModified, validatorsUrl } = resource.state;
  const kind = kindOf(resource);
  const admitHop = admitHops({ host, kind, pause }, deps);
  return await deps.http.fetch({ url: resource.requestUrl, kind, etag, lastModified, validatorsUrl, admitHop }, signal);
}

function kindOf({ source, isCaptions }: DueResource): 'feed' | 'page' | 'captions' {
  if (source !== null) return 'feed';
  return isCaptions ? 'captions' : 'page';
}

/** Reads a fresh answer; at the parser's limits it counts as unreadable. Null for answers without a body. */
async function readAnswer(resource: DueResource, outcome: FetchOutcome, deps: Deps): Promise<ReadAnswer | null> {
  if (outcome.kind !== 'fresh') return null;
  const { source } = resource;
  // The same bytes again: nothing to parse, nothing to write. Captions may have got another article since.
  if (!resource.isCaptions && resource.bodyHash !== null && resource.bodyHash === hashOf(outcome.body)) {
    const { hints } = resource.state;
    return { reading: { kind: 'read', isChanged: false, hints, postedAt: [] }, words: null };
  }
  try {
    if (source !== null) return await pollFeed({ ...resource, source }, outcome, deps);
    return await (resource.isCaptions ? fetchCaptions : fetchPage)(resource, outcome, deps);
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'parse-failed') throw error;
    return { reading: { kind: 'unreadable' }, isPoison: true, words: `The document cannot be read: ${error.message}.` };
  }
}

/** A wait that was asked for holds for the host that asked, which behind a redirect is another one. */
async function heedSilence(outcome: FetchOutcome, nextDueAt: Temporal.Instant | null, deps: Deps): Promise<void> {
  const until = silenceAfter(outcome, { now: deps.now(), nextDueAt });
  if (until !== null) await blockHost(deps.db, hostKey(outcome.finalUrl), until);
}
