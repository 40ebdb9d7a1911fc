/**
 * Looks for the quotes of an article in the version that speaks for it now, in the caller's transaction. The newest version that has
 * a quote answers for it; a version of another reader or from another place cannot say that a quote is gone.
 */
import { traceQuotes } from '#src/core/quote-state.ts';
import { settleWords } from '#src/core/version-change.ts';
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
  if (currentId === null || quotes.every(({ versionId }) => versionId === currentId)) return;
  const leading = withoutRepeats(quotes);
  const versions = await listComparedVersions(tx, [
    ...new Set([currentId, ...leading.map((quote) => quote.versionId)]),
  ]);
  const current = versions.find(({ id }) => id === currentId);
  if (current === undefined) return;
  const unknown = new Set<TrackedQuote>();
  const departures = versions.flatMap((version) => {
    const own = version === current ? [] : leading.filter(({ versionId }) => versionId === version.id);
    const states = traceQuotes(own, { before: version, after: current });
    return own.flatMap((quote, index): readonly Departure[] => {
      const state = states[index] ?? { kind: 'present', start: 0, end: 0 };
      if (state.kind === 'present') return [];
      if (!isComparable(version, current)) {
        unknown.add(quote);
        return [];
      }
      const { field, start, end, versionId } = quote;
      return [
        {
          ...{ field, start, end, versionId, state: state.kind, foundVersionId: current.id },
          foundStart: state.kind === 'gone' ? null : state.start,
          foundEnd: state.kind === 'gone' ? null : state.end,
          words: state.kind === 'altered' ? state.words : null,
          lastThereAt: later(version.seenAt, at.lastReadAt),
          seenAt: current.seenAt,
        },
      ];
    });
  });
  const looked = quotes.filter((quote) => !unknown.has(quote));
  await saveDepartures(tx, looked, { departures, now: at.now });
}

/** Of the quotes with the same words on the same claim and stance, that of the newest version. They come newest first. */
function withoutRepeats(quotes: readonly TrackedQuote[]): readonly TrackedQuote[] {
  const seen = new Set<string>();
  return quotes.filter(({ claim, stance, field, quote }) => {
    const key = JSON.stringify([claim, stance, field, settleWords(quote)]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function isComparable(before: ComparedVersion, after: ComparedVersion): boolean {
  return before.extractor === after.extractor && before.textFrom === after.textFrom;
}

function later(one: Temporal.Instant, other: Temporal.Instant | null): Temporal.Instant {
  return other === null || Temporal.Instant.compare(one, other) > 0 ? one : other;
}
