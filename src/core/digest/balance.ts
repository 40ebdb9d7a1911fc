/** The balance of evidence of a claim, and what makes it move. */
import { type Calendar, formatDay, localDay } from '#src/core/display/time.ts';

/** Always named in this order. */
export const stances = ['supports', 'reports', 'disputes'] as const;

/** The article's attitude to a claim. */
export type Stance = (typeof stances)[number];

/** Independent origins per stance. */
export type Tally = { readonly [Key in Stance]: number };

/** No origin at all. */
export const emptyTally: Tally = { supports: 0, reports: 0, disputes: 0 };

/** A value of a claim's own kind that was seen for the first time, with how it relates to the claim's tolerance. */
export type NewValue = { readonly written: string; readonly isOutside: boolean };

/** Why a claim moved in a window; `words` is the reason as people read it. */
export type Move =
  | { readonly kind: 'first-seen'; readonly words: string }
  | { readonly kind: 'new-stance'; readonly stance: Stance; readonly words: string }
  | { readonly kind: 'lead-changed'; readonly stance: Stance; readonly words: string }
  | { readonly kind: 'value-outside'; readonly written: string; readonly words: string }
  | { readonly kind: 'quote-altered' | 'quote-gone'; readonly words: string };

/** A shown quote that its publisher changed or took away; `storedAt` is when it was first shown. */
export type ChangedQuote = {
  readonly storedAt: string;
  readonly change: { readonly kind: 'altered' | 'gone' } | null;
};

/** The sum of a tally. An article that reports and disputes a claim is an origin of both stances. */
export function countOrigins(tally: Tally): number {
  return tally.supports + tally.reports + tally.disputes;
}

/** The stance with the most origins; null when two are level at the top or nothing was seen. */
export function leadingStance(tally: Tally): Stance | null {
  const most = Math.max(...stances.map((stance) => tally[stance]));
  const leaders = stances.filter((stance) => tally[stance] === most);
  return most > 0 && leaders.length === 1 ? (leaders[0] ?? null) : null;
}

/**
 * Why the balance moved from `before` to `now`, strongest reason first; empty when it did not. More of the same is new evidence,
 * not a move. A first appearance says all there is to say and stands alone.
 */
export function findMoves(before: Tally, now: Tally, values: readonly NewValue[]): readonly Move[] {
  if (countOrigins(now) === 0) return [];
  if (countOrigins(before) === 0) return [{ kind: 'first-seen', words: 'first seen' }];
  const outside = values.find((value) => value.isOutside);
  const moves: Move[] = [];
  if (outside !== undefined) {
    const words = `a value far outside the claim was seen for the first time: ${outside.written}.`;
    moves.push({ kind: 'value-outside', written: outside.written, words });
  }
  for (const stance of stances) {
    if (before[stance] === 0 && now[stance] > 0) {
      moves.push({ kind: 'new-stance', stance, words: `“${stance}” appeared for the first time.` });
    }
  }
  const lead = leadingStance(now);
  if (lead !== null && lead !== leadingStance(before)) {
    moves.push({ kind: 'lead-changed', stance: lead, words: describeLead(lead, before) });
  }
  return moves;
}

/** Why a claim moved although nobody said anything new: quotes that were shown for it were altered, or have left their pages. */
export function findChangeMoves(quotes: readonly ChangedQuote[], calendar: Calendar): readonly Move[] {
  return (['altered', 'gone'] as const).flatMap((kind): readonly Move[] => {
    const own = quotes.filter(({ change }) => change?.kind === kind);
    const [first] = own;
    if (first === undefined) return [];
    const day = formatDay(localDay(Temporal.Instant.from(first.storedAt), calendar.zone), calendar);
    const isOne = own.length === 1;
    const shown = isOne ? `a quote we showed on ${day}` : `${own.length} quotes we showed`;
    if (kind === 'gone') {
      return [
        {
          kind: 'quote-gone',
          words: `${shown} ${isOne ? 'is no longer on the page' : 'are no longer on their pages'}.`,
        },
      ];
    }
    const words = `${shown} ${isOne ? 'was changed by its publisher' : 'were changed by their publishers'}.`;
    return [{ kind: 'quote-altered', words }];
  });
}

function describeLead(lead: Stance, before: Tally): string {
  const previous = leadingStance(before);
  if (previous !== null) return `“${lead}” took the lead from “${previous}”.`;
  const most = Math.max(...stances.map((stance) => before[stance]));
  const level = stances.filter((stance) => before[stance] === most && stance !== lead).map((stance) => `“${stance}”`);
  return `“${lead}” took the lead; it was level with ${level.join(' and ')} before.`;
}
