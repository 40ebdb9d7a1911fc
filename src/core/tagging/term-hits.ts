/** A term found in a text: which one, and its first and last word (both included). */
export type TermHit = { readonly term: number; readonly first: number; readonly last: number };

const HITS_MIN = 1_024;
/** Numbers kept of each hit: the place of its term, its first and its last word. */
const STRIDE = 3;
const NONE = -1;
const NO_HITS: readonly TermHit[] = [];

/**
 * The terms found in a text, in the order in which they were found. One column of numbers instead of an object for each hit: with 1,000
 * claims most words of an article are a hit, and almost none of them is ever looked at.
 */
export class TermHits {
  /** The terms found, each once, in the order of their first hits; the place in this list names a term below. */
  readonly terms: number[] = [];
  /** The place of each term, plus one; 0 when it was not found. */
  readonly #places: Int32Array;
  #column = new Int32Array(HITS_MIN * STRIDE);
  #end = 0;
  #byPlace: { readonly starts: Int32Array; readonly hits: Int32Array } | null = null;

  /** `termCount` is the number of all terms that could be found. */
  constructor(termCount: number) {
    this.#places = new Int32Array(termCount);
  }

  /** Notes a hit. */
  add(term: number, first: number, last: number): void {
    let place = this.placeOf(term);
    if (place === NONE) {
      place = this.terms.length;
      this.terms.push(term);
      this.#places[term] = place + 1;
    }
    if (this.#end === this.#column.length) this.#grow();
    this.#column[this.#end] = place;
    this.#column[this.#end + 1] = first;
    this.#column[this.#end + 2] = last;
    this.#end += STRIDE;
    this.#byPlace = null;
  }

  /** Where a term stands in `terms`; -1 when it was not found. */
  placeOf(term: number): number {
    return (this.#places[term] ?? 0) - 1;
  }

  /** Whether a term was found. */
  has(term: number): boolean {
    return this.placeOf(term) !== NONE;
  }

  /** The hits of a term, in the order in which they were found. */
  of(term: number): readonly TermHit[] {
    const place = this.placeOf(term);
    if (place === NONE) return NO_HITS;
    this.#byPlace ??= this.#sort();
    const { starts, hits } = this.#byPlace;
    const found: TermHit[] = [];
    const end = starts[place + 1] ?? 0;
    for (let at = starts[place] ?? 0; at < end; at++) found.push(this.at(hits[at] ?? NONE));
    return found;
  }

  /** The number of hits of all terms. */
  get count(): number {
    return this.#end / STRIDE;
  }

  /** One of all hits, by its number. */
  at(hit: number): TermHit {
    const first = this.firstAt(hit);
    return { term: this.terms[this.placeAt(hit)] ?? NONE, first, last: this.#column[hit * STRIDE + 2] ?? first };
  }

  /** The place of the term of one of all hits. */
  placeAt(hit: number): number {
    return this.#column[hit * STRIDE] ?? NONE;
  }

  /** The first word of one of all hits. */
  firstAt(hit: number): number {
    return this.#column[hit * STRIDE + 1] ?? NONE;
  }

  /** Groups the hits by the places of their terms, in a counting sort. */
  #sort(): { readonly starts: Int32Array; readonly hits: Int32Array } {
    const starts = new Int32Array(this.terms.length + 1);
    for (let hit = 0; hit < this.count; hit++) starts[this.placeAt(hit) + 1] = (starts[this.placeAt(hit) + 1] ?? 0) + 1;
    for (let place = 1; place < starts.length; place++) starts[place] = (starts[place] ?? 0) + (starts[place - 1] ?? 0);
    const next = starts.slice();
    const hits = new Int32Array(this.count);
    for (let hit = 0; hit < this.count; hit++) {
      const place = this.placeAt(hit);
      const at = next[place] ?? 0;
      hits[at] = hit;
      next[place] = at + 1;
    }
    return { starts, hits };
  }

  #grow(): void {
    const larger = new Int32Array(this.#column.length * 2);
    larger.set(this.#column);
    this.#column = larger;
  }
}
