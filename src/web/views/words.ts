/** Small parts of every page: dates, stance marks, tallies, sections. */
import { type Stance, stances, type Tally } from '#src/core/digest/balance.ts';
import { chooseUnit } from '#src/core/digest/claim-history.ts';
import { type Calendar, formatExact, formatMoment } from '#src/core/display/time.ts';
import { html, type View } from '../html.ts';

/** More marks than these in a group cannot be counted at a glance. */
const marksMax = 24;

/** The stance as a word. */
export const stanceWords: Readonly<Record<Stance, string>> = {
  supports: 'Supports',
  reports: 'Reports',
  disputes: 'Disputes',
};

/** The stance as a verb behind a count: "3 support". */
export const stanceVerbs: Readonly<Record<Stance, string>> = {
  supports: 'support',
  reports: 'report',
  disputes: 'dispute',
};

/** A moment in stored words, with the exact second behind it. Nothing for a moment that nobody can read. */
export function time(moment: string, calendar: Calendar): View {
  return timeAs(moment, formatMoment(moment, calendar));
}

/** A moment in the words given, with the exact second behind it. */
export function timeAs(moment: string, words: string): View {
  return words === '' ? null : html`<time datetime=${moment} title=${formatExact(moment)}>${words}</time>`;
}

/** The mark and word of a stance. */
export function stanceLabel(stance: Stance, word: string = stanceWords[stance]): View {
  return html`<span class="stance ${stance}"><i class="mark"></i>${word}</span>`;
}

/** How many origins one mark stands for on a page that shows these tallies. */
export function unitOf(tallies: readonly Tally[]): number {
  return chooseUnit(Math.max(0, ...tallies.flatMap((tally) => stances.map((stance) => tally[stance]))), marksMax);
}

/** A balance as marks, one a unit; what came since `before` has a line under it. Counts in words belong beside it. */
export function tallyMarks(now: Tally, options: { readonly before?: Tally; readonly unit: number }): View {
  const { before = now, unit } = options;
  const groups = stances.map((stance) => {
    const count = Math.ceil(now[stance] / unit);
    const old = Math.min(count, Math.floor(before[stance] / unit));
    return count === 0
      ? null
      : html`<span class=${stance}>${marks(old)}${old < count && html`<span class="new">${marks(count - old)}</span>`}</span>`;
  });
  return html`<span class="tally" aria-hidden="true">${groups}</span>`;
}

/** The marks of one group. */
export function marks(count: number): View {
  return Array.from({ length: count }, () => html`<i class="mark"></i>`);
}

/** What one mark means when it is more than one origin. */
export function unitCaption(unit: number): string {
  return unit === 1 ? '' : `one mark = ${unit} independent origins`;
}

/** A section under a heavy rule, with one phrase on the right. */
export function section(options: {
  readonly id: string;
  readonly heading: string;
  readonly note?: View;
  readonly body: View;
}): View {
  const { id, heading, note = null, body } = options;
  return html`<section aria-labelledby=${id}><div class="head"><h2 id=${id}>${heading}</h2>${note !== null && html`<p class="meta">${note}</p>`}</div>${body}</section>`;
}

/** Parts between middle dots; empty parts leave no dot. */
export function dotted(parts: readonly View[]): View {
  const shown = parts.filter((part) => part !== null && part !== false && part !== '');
  return shown.map((part, index) => (index === 0 ? part : [' · ', part]));
}
