/** Copies and origins in words. */
import type { Repeated } from '#src/core/digest/digest.ts';
import type { StoryRole } from '#src/core/story/origin.ts';
import { showLine } from './text.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Who else has the words of a quote: "same words in 6 outlets", or "2 copies" when all of them stand in one; null when nobody has. */
export function describeRepeated(repeated: Repeated | null | undefined): string | null {
  if (repeated === null || repeated === undefined) return null;
  const { articleCount, outletCount } = repeated;
  if (outletCount > 1) return `same words in ${outletCount} outlets`;
  return articleCount === 1 ? '1 copy' : `${articleCount} copies`;
}

/**
 * What an article repeats, or who repeats it, for lists without links: "copy of article 12, not counted", "3 copies, not counted"; null for
 * one that stands alone or has no place yet.
 */
export function describePlace({
  id,
  story,
}: {
  readonly id: number;
  readonly story: { readonly role: StoryRole; readonly originId: number; readonly copyCount: number } | null;
}): string | null {
  if (story === null || (story.originId === id && story.copyCount === 0)) return null;
  const words = {
    original: story.copyCount === 1 ? '1 copy' : `${story.copyCount} copies`,
    copy: `copy of article ${story.originId}`,
    derivative: `retells article ${story.originId}`,
    spun: `copy of article ${story.originId}, rewritten by a machine`,
  }[story.role];
  return `${words}, not counted`;
}

/** What kind of repetition an article is, and whom it names as its source: "copy, names Harbour Wire", "rewritten, names nobody". */
export function describeKind(member: { readonly role: StoryRole; readonly credit: string | null }): string {
  const kind = { original: 'own words', copy: 'copy', derivative: 'retold', spun: 'rewritten' }[member.role];
  return `${kind}, names ${member.credit === null ? 'nobody' : showLine(member.credit)}`;
}

/** How long after its origin a copy appeared: "38 min", "1 h 12 min", "3 days"; "before" for one that says so itself. */
export function formatDelay(delayMs: number): string {
  if (delayMs < 0) return 'before';
  if (delayMs >= 2 * dayMs) return `${Math.floor(delayMs / dayMs)} days`;
  const hours = Math.floor(delayMs / hourMs);
  const minutes = Math.floor((delayMs % hourMs) / minuteMs);
  return hours === 0 ? `${minutes} min` : `${hours} h ${String(minutes).padStart(2, '0')} min`;
}
