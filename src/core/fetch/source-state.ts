/** The state of a source or watched page, as one word. */
export type SourceState = 'working' | 'waiting' | 'paused' | 'failing' | 'gone';

/** What the state is judged from. */
export type SourceFacts = {
  readonly isEnabled: boolean;
  readonly pausedAt: Temporal.Instant | null;
  readonly goneAt: Temporal.Instant | null;
  readonly setAsideAt: Temporal.Instant | null;
  readonly failureCount: number;
  readonly lastFetchedAt: Temporal.Instant | null;
  /** Until when the host asked to be left alone. */
  readonly blockedUntil: Temporal.Instant | null;
};

/** The first word that fits: paused by a person, gone for good, failing, waiting (not asked yet, or asked to wait), working. */
export function judgeSourceState(facts: SourceFacts, now: Temporal.Instant): SourceState {
  if (!facts.isEnabled || facts.pausedAt !== null) return 'paused';
  if (facts.goneAt !== null) return 'gone';
  if (facts.failureCount > 0 || facts.setAsideAt !== null) return 'failing';
  const isBlocked = facts.blockedUntil !== null && Temporal.Instant.compare(facts.blockedUntil, now) > 0;
  return facts.lastFetchedAt === null || isBlocked ? 'waiting' : 'working';
}
