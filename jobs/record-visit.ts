/** What a visit leaves behind: what the answer counts as, when the address is asked next, and what the log says about it. */
import { explainTrouble, type FetchOutcome } from '#src/core/fetch/outcome.ts';
import { planNextFetch, type Reading, settledMove } from '#src/core/fetch/schedule.ts';
import { hashOf } from '#src/io/db/articles.ts';
import type { DueResource } from '#src/io/db/resources.ts';
import type { VisitRecord } from '#src/io/db/visits.ts';
import type { Deps } from '#src/io/deps.ts';
import type { ReadTrack } from './fetch-captions.ts';
import type { ReadPage } from './fetch-page.ts';
import type { ReadFeed } from './poll-feed.ts';

/**
 * What a reader made of a fresh answer: how it counts, what is wrong with it in words, and what was found. `isPoison` says that
 * reading it reached the limits of time or memory.
 */
export type ReadAnswer = {
  readonly reading: Reading;
  readonly isPoison?: true;
  readonly words: string | null;
  readonly feed?: ReadFeed;
  readonly page?: ReadPage;
  readonly track?: ReadTrack;
};

/** One answer: `read` is null when it had no body. */
export type Answered = {
  readonly resource: DueResource;
  readonly outcome: FetchOutcome;
  readonly read: ReadAnswer | null;
  readonly startedAt: Temporal.Instant;
};

/**
 * A document that reaches the parser's limits so often is set aside until a person asks for it again. One that is only no feed, as
 * during repairs of a site, is asked again ever more rarely: else the mended one would never be seen.
 */
const parseFailuresMax = 3;
/** Pages of entries that cannot be read are asked for this often, over about five days, and then left alone. */
const pageTriesMax = 8;

/** What the log and the row of the address will say. */
export function recordVisit({ resource, outcome, read, startedAt }: Answered, deps: Deps): VisitRecord {
  const isUnreadable = read?.reading.kind === 'unreadable';
  const isRead = outcome.kind === 'unmodified' || (outcome.kind === 'fresh' && !isUnreadable);
  const planned = planNextFetch(resource.state, outcome, {
    now: deps.now(),
    policy: {
      kind: resource.source === null ? 'page' : 'feed',
      everySeconds: resource.source?.everySeconds ?? null,
      longestSeconds: Math.round(deps.inForce().ledger.watch.longest / 1_000),
    },
    jitter: deps.random(),
    reading: read?.reading ?? null,
  });
  const movedTo = isRead ? settledMove(planned) : null;
  const parseFailureCount =
    read?.isPoison === true ? resource.parseFailureCount + 1 : isRead ? 0 : resource.parseFailureCount;
  const isSetAside = parseFailureCount >= parseFailuresMax;
  const isForbidden = outcome.kind === 'refused' && outcome.reason === 'robots';
  const { failureCount } = planned;
  const ending = isSetAside ? 'set-aside' : endingOf(resource, { isRead, isForbidden, failureCount });
  return {
    state: ending === null ? planned : { ...planned, nextDueAt: null, dueRule: ending },
    ongoing: planned,
    startedAt,
    durationMs: Math.round(outcome.durationMs),
    outcome: isUnreadable ? 'failed' : movedTo === null ? outcome.kind : 'moved',
    reason: isUnreadable ? 'unreadable' : 'reason' in outcome ? outcome.reason : null,
    status: 'status' in outcome ? outcome.status : null,
    words: read?.words ?? wordsOf(outcome),
    isConditional: isConditional(resource, outcome),
    byteCount: outcome.kind === 'fresh' ? outcome.body.length : null,
    finalUrl: outcome.finalUrl,
    bodyHash: outcome.kind === 'fresh' && isRead ? hashOf(outcome.body) : resource.bodyHash,
    parseFailureCount,
    setAsideAt: isSetAside ? deps.now() : null,
    movedTo: movedTo ?? (resource.requestUrl === resource.url ? null : resource.requestUrl),
  };
}

/**
 * Why the page of an entry, which is read once, is asked no more; null when it is. Feeds and watched pages never end. A track that
 * programs may not read rests until a page offers it again.
 */
function endingOf(
  { source, isWatched, isCaptions }: DueResource,
  visit: { readonly isRead: boolean; readonly isForbidden: boolean; readonly failureCount: number },
): 'read' | 'given-up' | null {
  const { isRead, isForbidden, failureCount } = visit;
  if (source !== null || isWatched) return null;
  if (isRead) return 'read';
  if (isCaptions && isForbidden) return 'given-up';
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
