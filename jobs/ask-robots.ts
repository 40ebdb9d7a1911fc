/** Asks a host what programs may read there, at most once a day, before one of its pages is fetched. */
import { defaultFetchLimits, productToken } from '#src/core/fetch/limits.ts';
import type { FetchOutcome, Refused } from '#src/core/fetch/outcome.ts';
import {
  isAllowed,
  planRobots,
  type RobotsRecord,
  type RobotsRules,
  readRobots,
  robotsUrl,
} from '#src/core/fetch/robots.ts';
import { hostKey } from '#src/core/url.ts';
import { getRobots, saveRobots } from '#src/io/db/hosts.ts';
import type { Deps } from '#src/io/deps.ts';

/** Makes one request when the host's turn has come; null when the process stops first. */
type TakeTurn = (run: (signal: AbortSignal) => Promise<FetchOutcome>) => Promise<FetchOutcome | null>;

/** What a host asks of programs. `rules` null = nothing is forbidden, or nothing is known and all is. */
export type KnownRobots = { readonly state: 'rules' | 'allowed' | 'refused'; readonly rules: RobotsRules | null };

/**
 * The rules in force at the host of `url`, fetched when they are over a day old; null when their turn is too far off or the
 * process stops first. The host has its row.
 */
export async function askRobots(url: string, takeTurn: TakeTurn, deps: Deps): Promise<KnownRobots | null> {
  const host = hostKey(url);
  const stored = await getRobots(deps.db, host);
  if (stored !== null && Temporal.Instant.compare(stored.dueAt, deps.now()) > 0) return known(stored);
  const request = { url: robotsUrl(url), kind: 'robots', etag: null, lastModified: null, validatorsUrl: null } as const;
  const outcome = await takeTurn((signal) => deps.http.fetch(request, signal));
  if (outcome === null) return null;
  const plan = planRobots(outcome, {
    now: deps.now(),
    failureCount: stored?.failureCount ?? 0,
    bodyBytesMax: defaultFetchLimits.bodyBytesMax.robots,
  });
  if (plan === null) return null;
  const robots = known(plan);
  await saveRobots(deps.db, { ...plan, host, now: deps.now(), crawlDelayMs: robots.rules?.crawlDelayMs ?? null });
  return robots;
}

/** The refusal of an address that its host's robots.txt forbids or might forbid; null when it may be fetched. */
export function judgeRobots(robots: KnownRobots, url: string): Refused | null {
  if (robots.state === 'refused') return refuse(url, 'robots-unreachable');
  return robots.rules === null || isAllowed(robots.rules, url) ? null : refuse(url, 'robots');
}

function known(record: RobotsRecord): KnownRobots {
  return { state: record.state, rules: record.state === 'rules' ? readRobots(record.text, productToken) : null };
}

function refuse(url: string, reason: Refused['reason']): Refused {
  return { kind: 'refused', reason, detail: null, finalUrl: url, redirects: [], durationMs: 0 };
}
