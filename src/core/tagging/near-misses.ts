import type { CompiledLedger, CompiledWay, Window } from '#src/core/claim/language.ts';
import { type Candidate, findCandidates } from './candidates.ts';
import type { Focus } from './focus.ts';
import type { Reading } from './reading.ts';

// What a way may miss and still be worth a person's look. On labelled texts these two find 8 of 24 claims that no tag found, and 16 places that
// are none. A group that is not there at all finds 15 and 350, the groups in another order no more than these.
const WIDER_SENTENCES = 1;
const WIDER_WORDS_FACTOR = 2;

/**
 * The ways of a ledger, at their places, with wider windows, and what the claim is about referred to nearby where it had to be named: what only
 * they find is a candidate.
 * Null for a way that finds candidates as it is.
 */
export function loosenWays(ways: readonly CompiledWay[]): readonly (CompiledWay | null)[] {
  return ways.map((way) =>
    way.isCandidateOnly
      ? null
      : {
          ...way,
          window: widen(way.window),
          reference: way.reference === null ? null : ('near' as const),
          isCandidateOnly: true,
        },
  );
}

function widen(window: Window): Window {
  if (window.kind === 'words') return { kind: 'words', count: window.count * WIDER_WORDS_FACTOR };
  return window.kind === 'sentences' ? { kind: 'sentences', count: window.count + WIDER_SENTENCES } : window;
}

/**
 * Places that nearly state a claim, for the claims that nothing else was found for; none in an article that names no topic. `missing` says how the
 * way was not met.
 */
export function findNearMisses(
  ledger: CompiledLedger,
  at: { readonly reading: Reading; readonly focus: Focus; readonly found: readonly Candidate[] },
): readonly Candidate[] {
  const { reading, focus } = at;
  if (!ledger.topics.some((topic) => topic.any.some((term) => reading.hits.has(term)))) return [];
  const foundClaims = new Set(at.found.map((candidate) => candidate.claim));
  const ways = { ...ledger, ways: ledger.looseWays };
  return findCandidates(ways, { reading, focus, passedOver: foundClaims }).map((candidate) => ({
    ...candidate,
    missing: [...candidate.missing, 'words nearer to each other, or to the name of what the claim is about'],
  }));
}
