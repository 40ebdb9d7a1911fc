/**
 * Looks for the quotes of an article in the version that speaks for it now, in the caller's transaction. Each is followed from the
 * oldest version that has its words; a version of another reader or from another place cannot say that a quote has changed.
 */
import { traceQuotes } from '#src/core/watch/quote-state.ts';
import { settleWords } from '#src/core/watch/version-change.ts';
import {
  type ComparedVersion,
  type Departure,
  findCurrentVersionId,
  listComparedVersions,
  listTrackedQuotes,
  saveDepartures,
  type TrackedQuote,
} from '#src/io/db/quote-states.ts';
import type { Tx } from '#src/io/db/store.ts';

/** Compares the quotes of an article with its newest text. `lastReadAt` is the last look before the one that brought it. */
export async function checkQuotes(
  tx: Tx,
  articleId: number,
  at: { readonly now: Temporal.Instant; readonly lastReadAt: Temporal.Instant | null },
): Promise<void> {
  const currentId = await findCurrentVersionId(tx, articleId);
  const quotes = await listTrackedQuotes(tx, articleId);
  const older = quotes.filter(({ versionId }) => versionId !== currentId);
  if (currentId === null || older.length === 0) return;
  const versionIds = [...new Set(older.map(({ versionId }) => versionId))];
  const versions = await listComparedVersions(tx, [...versionIds, currentId]);
  const current = versions.find(({ id }) => id === currentId);
  if (current === undefined) return;
  const comparable = versions.filter((version) => version !== current && isComparable(version, current));
  const isTold = new Set(comparable.map(({ id }) => id));
  const followed = withoutRepeats(older.filter(({ versionId }) => isTold.has(versionId)));
  const departures = comparable.flatMap((version) => {
    const own = followed.filter(({ versionId }) => versionId === version.id);
    const lastThereAt = later(version.seenAt, at.lastReadAt);
    return findDepartures(own, { version, current }).map((departure) => ({ ...departure, lastThereAt }));
  });
  // What an incomparable version showed keeps its last known state, unless the words stand there again.
  const returned = versions
    .filter((version) => version !== current && !isTold.has(version.id))
    .flatMap((version) => listPresent(older, { version, current }));
  const looked = [...older.filter(({ versionId }) => isTold.has(versionId)), ...returned];
  await saveDepartures(tx, looked, { departures, now: at.now });
}

type Pair = { readonly version: ComparedVersion; readonly current: ComparedVersion };

/** The quotes of a version that do not stand in the current one as they did. */
function findDepartures(
  quotes: readonly TrackedQuote[],
  { version, current }: Pair,
): readonly Omit<Departure, 'lastThereAt'>[] {
  const states = traceQuotes(quotes, { before: version, after: current });
  return quotes.flatMap(({ field, start, end, versionId }, index) => {
    const state = states[index];
    if (state === undefined || state.kind === 'present') return [];
    const found = state.kind === 'gone' ? null : state;
    return [
      {
        ...{ field, start, end, versionId, state: state.kind, foundVersionId: current.id, seenAt: current.seenAt },
        foundStart: found?.start ?? null,
        foundEnd: found?.end ?? null,
        words: state.kind === 'altered' ? state.words : null,
      },
    ];
  });
}

function listPresent(quotes: readonly TrackedQuote[], { version, current }: Pair): readonly TrackedQuote[] {
  const own = quotes.filter(({ versionId }) => versionId === version.id);
  const states = traceQuotes(own, { before: version, after: current });
  return own.filter((_, index) => states[index]?.kind === 'present');
}

/** Of the quotes with the same words on the same claim and stance, that of the oldest version. They come newest first. */
function withoutRepeats(quotes: readonly TrackedQuote[]): readonly TrackedQuote[] {
  const oldest = new Map<string, TrackedQuote>();
  for (const each of quotes) {
    oldest.set(JSON.stringify([each.claim, each.stance, each.field, settleWords(each.quote)]), each);
  }
  return [...oldest.values()];
}

/** Other captions than those of a quote say the same in other words: nothing has changed because they stand there now. */
function isComparable(before: ComparedVersion, after: ComparedVersion): boolean {
  const isSameTrack = before.track === null || before.track === after.track;
  return before.extractor === after.extractor && before.textFrom === after.textFrom && isSameTrack;
}

function later(one: Temporal.Instant, other: Temporal.Instant | null): Temporal.Instant {
  return other === null || Temporal.Instant.compare(one, other) > 0 ? one : other;
}
