/** Writes what visits to one host found. Feeds that come while others are being written go together in one transaction. */
import { groupCalls } from '#src/core/group-calls.ts';
import { noteSights, type Sight } from '#src/io/db/quote-states.ts';
import type { DueResource } from '#src/io/db/resources.ts';
import { saveVisits, type VisitRecord } from '#src/io/db/visits.ts';
import type { Deps } from '#src/io/deps.ts';
import { saveCaptions } from './fetch-captions.ts';
import { savePage } from './fetch-page.ts';
import { askForPlaces } from './group-story.ts';
import { saveFeeds } from './poll-feed.ts';
import type { ReadAnswer } from './record-visit.ts';

/** A visit that is ready to be written. */
export type EndedVisit = {
  readonly resource: DueResource;
  readonly record: VisitRecord;
  readonly read: ReadAnswer | null;
};

/** What became of a visit that was written; `lost` when another process was faster, whose word then stands. */
type Settled = 'lost' | 'known' | 'new-version';

/** Writes one visit, all or nothing. */
export type SettleVisit = (visit: EndedVisit) => Promise<Settled>;

/** Answers in one transaction: everything else on the embedded store waits for its end, about 0.1 s for so many feeds. */
const visitsPerTransaction = 100;

/**
 * Settles the visits of one host. A page writes a dozen rows that concern nothing else, and a server takes several such
 * transactions side by side: 1,000 pages took half as long again when they went together.
 */
export function openSettling(host: string, deps: Deps): SettleVisit {
  const settle = (visits: readonly EndedVisit[]) => settleTogether(host, visits, deps);
  const settleInGroup = groupCalls(settle, visitsPerTransaction);
  return async (visit) =>
    visit.read?.page === undefined && visit.read?.track === undefined
      ? await settleInGroup(visit)
      : ((await settle([visit]))[0] ?? 'lost');
}

async function settleTogether(host: string, visits: readonly EndedVisit[], deps: Deps): Promise<readonly Settled[]> {
  const renewed = new Set<number>();
  const hasFinds = visits.some(
    ({ read }) => read?.feed !== undefined || read?.page !== undefined || read?.track !== undefined,
  );
  // One statement needs no transaction around it.
  const saved =
    hasFinds || visits.some((visit) => isPageLost(visit) || visit.resource.isWatched)
      ? await deps.db.transaction().execute(async (tx) => {
          const ids = await saveVisits(tx, visits);
          const own = visits.filter(({ resource }) => ids.has(resource.id));
          await saveFeeds(tx, { host, feeds: own.flatMap(({ read }) => read?.feed ?? []) }, deps);
          await noteSights(tx, own.filter(({ resource }) => resource.isWatched).map(sightOf));
          renewed.clear();
          for (const { resource, read, record } of own) {
            if (read?.track !== undefined && (await saveCaptions(tx, read.track, deps))) renewed.add(resource.id);
            if (read?.page === undefined) continue;
            const kept = await savePage(tx, { ...read.page, ongoing: record.ongoing }, deps);
            if (kept === 'new-version') renewed.add(resource.id);
          }
          // The entries' own words must do for now.
          if (own.some(isPageLost)) await deps.queue.send({ name: 'read-entries', payload: {}, key: 'all' }, tx);
          if (renewed.size > 0) await askForPlaces(tx, deps);
          deps.log.debug({ host, visits: own.length }, 'visits settled');
          return ids;
        })
      : await saveVisits(deps.db, visits);
  return visits.map(({ resource: { id } }) => (saved.has(id) ? (renewed.has(id) ? 'new-version' : 'known') : 'lost'));
}

/** Whether a watched page could be looked at, as its quotes are told. */
function sightOf({ resource, record }: EndedVisit): Sight {
  const { startedAt: at, outcome, reason, status, words } = record;
  const isRead = outcome === 'fresh' || outcome === 'unmodified' || outcome === 'moved';
  return { resourceId: resource.id, at, trouble: isRead ? null : { reason, status, words: words ?? outcome } };
}

function isPageLost({ resource, record }: EndedVisit): boolean {
  return (
    resource.source === null && !resource.isCaptions && record.outcome !== 'fresh' && record.outcome !== 'unmodified'
  );
}
