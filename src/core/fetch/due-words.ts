import type { FetchState } from './schedule.ts';

/** The part of a fetch state that the next visit is explained by. */
export type DueState = Pick<FetchState, 'goneAt' | 'nextDueAt' | 'dueRule' | 'unchangedCount' | 'failureCount'>;

/**
 * Why the next visit is when it is, as one sentence or two for `sources why`; `formatInstant` writes an instant in the
 * reader's zone. A rule that an older version stored and this one does not know gives the time alone.
 */
export function explainDue(state: DueState, formatInstant: (instant: Temporal.Instant) => string): string {
  if (state.goneAt !== null) return 'The address is gone (410). We stopped asking.';
  if (state.nextDueAt === null) return endings.get(state.dueRule) ?? 'No visit is planned.';
  const time = formatInstant(state.nextDueAt);
  if (state.dueRule === 'retry-after') return `The site asked us to wait until ${time}. We wait.`;
  if (state.dueRule === 'first') return `Not visited yet. The first visit is due ${time}.`;
  const reason = reasons.get(state.dueRule)?.(state);
  return reason === undefined ? `Next visit ${time}.` : `Next visit ${time}: ${reason}.`;
}

/** Why no visit is planned. */
const endings = new Map([
  ['given-up', 'It could not be read for days. We stopped asking.'],
  ['set-aside', 'It could not be read safely, three times. It waits until somebody asks for it.'],
]);

const reasons = new Map<string, (state: DueState) => string>([
  ['waiting', () => 'the site behind its redirect asked us to wait'],
  ['by-hand', () => 'somebody asked for it'],
  ['hourly', () => 'no address is asked more often than once an hour'],
  ['pace', () => 'about four visits fall between two usual posts'],
  ['operator', () => 'the ledger sets this interval'],
  ['no-validators', () => 'the site cannot tell us whether anything changed, so we ask once a day'],
  ['unchanged', (state) => `${visits(state.unchangedCount)} found nothing new, and each such visit doubles the wait`],
  ['max-age', () => 'the site says that its last answer stays good until then (max-age)'],
  ['ttl', () => 'the feed asks for no more visits than that (ttl)'],
  ['update-period', () => 'the feed says that it is updated no more often (sy:updatePeriod)'],
  ['skipped', () => 'the feed asks for no visits before that (skipHours, skipDays)'],
  ['captions', () => 'we quote its captions'],
  ['failing', (state) => `${visits(state.failureCount)} failed, and each failure doubles the wait up to a day`],
  ['robots', () => 'the site asks programs not to read this page; we look again then whether it still does'],
]);

function visits(count: number): string {
  return count === 1 ? 'the last visit' : `the last ${count} visits`;
}
