import type { CompiledWay, Slot } from '#src/core/claim/language.ts';
import type { TermHits } from './term-hits.ts';

const BITS = 32;
const ALL = -1;

type PlacedText = {
  readonly hits: TermHits;
  readonly sentenceOf: Int32Array;
  readonly sentences: readonly unknown[];
  readonly quantities: readonly unknown[];
};

/**
 * In which sentences the terms of a text stand. A set of sentences is a row of bits, 32 to a number, so that the windows of a way are
 * put together by a few operations on whole rows.
 */
export class TermPlaces {
  readonly #text: PlacedText;
  readonly #rowLength: number;
  /** By how far a term may stand from a sentence: a row for each term found, in the order of `hits.terms`. */
  readonly #rowsByReach = new Map<number, Int32Array>();
  readonly #near: Int32Array;
  #levels: Int32Array;

  constructor(text: PlacedText) {
    this.#text = text;
    this.#rowLength = Math.ceil(text.sentences.length / BITS);
    this.#near = new Int32Array(this.#rowLength);
    this.#levels = new Int32Array(this.#rowLength);
  }

  /**
   * Finds the sentences around which a way can be met: all but the groups that it can do without stand within its reach. Gives a test
   * for these sentences, valid until the next call; null when there is none. One row of bits for each number of groups missed, after the
   * search with errors of Wu and Manber (Fast text searching allowing errors, 1992).
   */
  findWindows({ slots, slotCountMin, window }: CompiledWay): ((sentence: number) => boolean) | null {
    const length = this.#rowLength;
    const last = (slots.length - slotCountMin) * length;
    if (this.#levels.length < last + length) this.#levels = new Int32Array(last + length);
    const levels = this.#levels;
    for (let at = 0; at < last + length; at++) levels[at] = ALL;
    const reach = window.kind === 'sentences' ? window.count : window.kind === 'words' ? 1 : Number.POSITIVE_INFINITY;
    const rows = this.#rows(reach);
    for (const slot of slots) {
      const near = this.#nearSlot(slot, rows);
      let anywhere = 0;
      for (let level = last; level >= 0; level -= length) {
        for (let at = 0; at < length; at++) {
          const met = (levels[level + at] ?? 0) & (near[at] ?? 0);
          const missed = level === 0 ? 0 : (levels[level - length + at] ?? 0);
          levels[level + at] = met | missed;
          if (level === last) anywhere |= met | missed;
        }
      }
      if (anywhere === 0) return null;
    }
    return (sentence) => (((levels[last + (sentence >>> 5)] ?? 0) >>> (sentence & 31)) & 1) === 1;
  }

  /** The sentences that a group stands near. Entities and patterns are seen only when the way is tried. */
  #nearSlot(slot: Slot, rows: Int32Array): Int32Array {
    const near = this.#near;
    const { hits, quantities } = this.#text;
    const isOpen =
      slot.kind === 'amount' ? quantities.length > 0 : slot.entities.length > 0 || slot.patterns.length > 0;
    for (let at = 0; at < near.length; at++) near[at] = isOpen ? ALL : 0;
    if (isOpen || slot.kind === 'amount') return near;
    for (const term of slot.terms) {
      const row = hits.placeOf(term) * near.length;
      if (row < 0) continue;
      for (let at = 0; at < near.length; at++) near[at] = (near[at] ?? 0) | (rows[row + at] ?? 0);
    }
    return near;
  }

  #rows(reach: number): Int32Array {
    const known = this.#rowsByReach.get(reach);
    if (known !== undefined) return known;
    const rows = reach === 1 ? this.#mark() : this.#widen(this.#rows(1), reach - 1);
    this.#rowsByReach.set(reach, rows);
    return rows;
  }

  #mark(): Int32Array {
    const { hits, sentenceOf } = this.#text;
    const rows = new Int32Array(hits.terms.length * this.#rowLength);
    for (let hit = 0; hit < hits.count; hit++) {
      const sentence = sentenceOf[hits.firstAt(hit)] ?? 0;
      const at = hits.placeAt(hit) * this.#rowLength + (sentence >>> 5);
      rows[at] = (rows[at] ?? 0) | (1 << (sentence & 31));
    }
    return rows;
  }

  /** Adds the sentences up to `distance` before and after those of each row. */
  #widen(narrow: Int32Array, distance: number): Int32Array {
    const length = this.#rowLength;
    if (distance >= this.#text.sentences.length) return this.#fill(narrow);
    let rows = narrow;
    for (let step = 0; step < distance; step++) {
      rows = rows.map((bits, at) => {
        const before = at % length === 0 ? 0 : (rows[at - 1] ?? 0);
        const after = at % length === length - 1 ? 0 : (rows[at + 1] ?? 0);
        return bits | (bits << 1) | (before >>> (BITS - 1)) | (bits >>> 1) | (after << (BITS - 1));
      });
    }
    return rows;
  }

  /** Every term that stands anywhere stands near all sentences. */
  #fill(rows: Int32Array): Int32Array {
    return rows.map(() => ALL);
  }
}
