import type { CompiledWay, Slot } from '#src/core/claim/language.ts';
import type { TermHits } from './term-hits.ts';

/**
 * Tells which ways can be met by the terms of a text: it counts for each way how many of its groups are met anywhere. Nearly all ways
 * that a common word opens fail here, at 10,000 claims in a fiftieth of the time that a look at each of them takes.
 */
export class WayIndex {
  /** Groups are numbered over all ways; those that need no plain word are left out. */
  readonly #slotsOf: TermLists;
  readonly #openedBy: TermLists;
  readonly #wayOfSlot: Int32Array;
  readonly #needed: Int32Array;
  readonly #amountCounts: Int32Array;
  /** Used anew for each text: at 10,000 claims they are longer than many a text. */
  readonly #isMet: Uint8Array;
  readonly #metCounts: Int32Array;

  /** The place of a way in `ways` is its number. */
  constructor(ways: readonly CompiledWay[]) {
    const wayOfSlot: number[] = [];
    const slotsOf: number[][] = [];
    const openedBy: number[][] = [];
    for (const [number, { slots, anchors }] of ways.entries()) {
      for (const [place, slot] of slots.entries()) {
        if (slot.kind === 'amount' || isFree(slot)) continue;
        for (const term of new Set(slot.terms)) append(slotsOf, term, wayOfSlot.length);
        wayOfSlot.push(number);
        if (anchors.includes(place)) for (const term of slot.terms) append(openedBy, term, number);
      }
    }
    this.#slotsOf = new TermLists(slotsOf);
    this.#openedBy = new TermLists(openedBy);
    this.#wayOfSlot = Int32Array.from(wayOfSlot);
    this.#amountCounts = Int32Array.from(ways, ({ slots }) => slots.filter((slot) => slot.kind === 'amount').length);
    this.#needed = Int32Array.from(ways, ({ slots, slotCountMin }, way) => {
      return slotCountMin - slots.filter(isFree).length - (this.#amountCounts[way] ?? 0);
    });
    this.#isMet = new Uint8Array(wayOfSlot.length);
    this.#metCounts = new Int32Array(ways.length);
  }

  /** The ways that can be met, each once, in the order in which the text opens them. */
  list({ hits, hasAmounts }: { readonly hits: TermHits; readonly hasAmounts: boolean }): readonly number[] {
    this.#count(hits);
    const { items } = this.#openedBy;
    const metCounts = this.#metCounts;
    const ways: number[] = [];
    for (const term of hits.terms) {
      const end = this.#openedBy.endOf(term);
      for (let at = this.#openedBy.startOf(term); at < end; at++) {
        const way = items[at] ?? 0;
        const metCount = metCounts[way] ?? 0;
        const wanted = (this.#needed[way] ?? 0) + (hasAmounts ? 0 : (this.#amountCounts[way] ?? 0));
        if (metCount < wanted || metCount === LISTED) continue;
        metCounts[way] = LISTED;
        ways.push(way);
      }
    }
    return ways;
  }

  #count(hits: TermHits): void {
    const { items } = this.#slotsOf;
    const wayOfSlot = this.#wayOfSlot;
    const isMet = this.#isMet.fill(0);
    const metCounts = this.#metCounts.fill(0);
    for (const term of hits.terms) {
      const end = this.#slotsOf.endOf(term);
      for (let at = this.#slotsOf.startOf(term); at < end; at++) {
        const slot = items[at] ?? 0;
        if (isMet[slot] === 1) continue;
        isMet[slot] = 1;
        const way = wayOfSlot[slot] ?? 0;
        metCounts[way] = (metCounts[way] ?? 0) + 1;
      }
    }
  }
}

const LISTED = -1;

/** Whether entities or patterns may meet a group: that is seen only when the way is tried. */
function isFree(slot: Slot): boolean {
  return slot.kind === 'words' && (slot.entities.length > 0 || slot.patterns.length > 0);
}

/** A list of numbers for each term, all in one column. */
class TermLists {
  readonly items: Int32Array;
  readonly #starts: Int32Array;

  constructor(lists: readonly (readonly number[] | undefined)[]) {
    this.items = Int32Array.from(Array.from(lists, (list) => list ?? []).flat());
    this.#starts = new Int32Array(lists.length + 1);
    for (let term = 0; term < lists.length; term++)
      this.#starts[term + 1] = (this.#starts[term] ?? 0) + (lists[term]?.length ?? 0);
  }

  startOf(term: number): number {
    return this.#starts[term] ?? 0;
  }

  /** The end of the list of a term; its start for a term without one. */
  endOf(term: number): number {
    return this.#starts[term + 1] ?? 0;
  }
}

/** Items come in ascending order, so that only the last one can be the same. */
function append(lists: number[][], term: number, item: number): void {
  const list = lists[term] ?? [];
  lists[term] = list;
  if (list.at(-1) !== item) list.push(item);
}
