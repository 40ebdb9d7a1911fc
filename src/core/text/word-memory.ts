/** One word by where it stands in a text, with the hash of its letters. */
export type SpelledWord = {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly hash: number;
};

/** The hash of no letters. */
export const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/** Adds a letter to a hash of 32 bits: FNV-1a, over UTF-16 units (RFC 9923). */
export function addToHash(hash: number, letter: number): number {
  return Math.imul(hash ^ letter, HASH_PRIME);
}

/** Past this many words the memory starts anew: texts of one language hold as many in months. */
const WORDS_MAX = 50_000;
/** Longer pieces are no words that come again; they are asked about each time. */
const LETTERS_MAX = 32;
const SLOTS_MIN = 1_024;
/** Slots per word at least: so few of them are taken that a search ends after one or two. */
const SLOTS_PER_WORD = 2;
/** What a slot holds, side by side because it is read together: the number of its word plus one (0 is free), hash, letters. */
const SLOT_LENGTH = 4;
const HASH = 1;
const LETTERS_START = 2;
const LETTERS_END = 3;

/**
 * Remembers what was found out about words, because the texts of a language repeat theirs. A word is found by its letters where it
 * stands, so that no string is cut out of the text, which costs several times as much as the search: a hash table with linear probing
 * (Knuth, The Art of Computer Programming 6.4, algorithm L).
 */
export class WordMemory<Value> {
  readonly #findOut: (spelling: string) => Value;
  #slots = new Int32Array(SLOTS_MIN * SLOT_LENGTH);
  #values: Value[] = [];
  /** The letters of all words, one after the other. */
  #letters = new Uint16Array(SLOTS_MIN);
  #letterCount = 0;

  /** `findOut` is asked once for each word, as long as it is remembered. */
  constructor(findOut: (spelling: string) => Value) {
    this.#findOut = findOut;
  }

  /** What is known of a word. */
  read(word: SpelledWord): Value {
    const { hash } = word;
    const slots = this.#slots;
    let slot = slotOf(hash, slots);
    for (let taken = slots[slot] ?? 0; taken !== 0; taken = slots[slot] ?? 0) {
      if (slots[slot + HASH] === hash && this.#isSpelled(slot, word)) {
        const value = this.#values[taken - 1];
        if (value !== undefined) return value;
      }
      slot = slot + SLOT_LENGTH === slots.length ? 0 : slot + SLOT_LENGTH;
    }
    const spelling = word.text.slice(word.start, word.end);
    const value = this.#findOut(spelling);
    if (spelling.length <= LETTERS_MAX) this.#keep(spelling, { hash, slot, value });
    return value;
  }

  #isSpelled(slot: number, { text, start, end }: SpelledWord): boolean {
    const from = this.#slots[slot + LETTERS_START] ?? 0;
    if ((this.#slots[slot + LETTERS_END] ?? 0) - from !== end - start) return false;
    for (let at = start, letter = from; at < end; at++, letter++) {
      if (this.#letters[letter] !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  #keep(spelling: string, at: { readonly hash: number; readonly slot: number; readonly value: Value }): void {
    const from = this.#letterCount;
    this.#letterCount += spelling.length;
    if (this.#letterCount > this.#letters.length) {
      const letters = new Uint16Array(this.#letters.length * 2);
      letters.set(this.#letters);
      this.#letters = letters;
    }
    for (let letter = 0; letter < spelling.length; letter++) this.#letters[from + letter] = spelling.charCodeAt(letter);
    this.#values.push(at.value);
    this.#slots.set([this.#values.length, at.hash, from, this.#letterCount], at.slot);
    if (this.#values.length >= WORDS_MAX) this.#forget();
    else if (this.#values.length * SLOTS_PER_WORD * SLOT_LENGTH > this.#slots.length) this.#spread();
  }

  #forget(): void {
    this.#values = [];
    this.#letterCount = 0;
    this.#slots.fill(0);
  }

  /** Lays all words out over twice the slots. */
  #spread(): void {
    const former = this.#slots;
    this.#slots = new Int32Array(former.length * 2);
    for (let from = 0; from < former.length; from += SLOT_LENGTH) {
      if (former[from] === 0) continue;
      let slot = slotOf(former[from + HASH] ?? 0, this.#slots);
      while (this.#slots[slot] !== 0) slot = slot + SLOT_LENGTH === this.#slots.length ? 0 : slot + SLOT_LENGTH;
      this.#slots.set(former.subarray(from, from + SLOT_LENGTH), slot);
    }
  }
}

/** The first slot to look at; their number is a power of two. */
function slotOf(hash: number, slots: Int32Array): number {
  return Math.imul(hash ^ (hash >>> 15), SLOT_LENGTH) & (slots.length - 1);
}
