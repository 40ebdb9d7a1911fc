/** Past this many words the memory starts anew. */
const WORDS_MAX = 50_000;
/** A longer piece of a text keeps the whole text in memory; such words are rare. */
const LETTERS_MAX = 12;
/** So many ASCII characters fit one small integer, seven bits each. */
const PACKED_LETTERS_MAX = 4;

/**
 * Remembers what was found out about words, because the texts of a language repeat theirs. Half of all words are so short that
 * they are kept by a number: a string that was just cut out of a text costs several times as much to look up.
 */
export class WordMemory<Value> {
  readonly #short = new Map<number, Value>();
  readonly #long = new Map<string, Value>();

  /** What is remembered of a word; undefined when nothing is. */
  find(word: string): Value | undefined {
    const packed = pack(word);
    return packed === null ? this.#long.get(word) : this.#short.get(packed);
  }

  /** Remembers a value, unless the word is long; gives it back. */
  keep(word: string, value: Value): Value {
    const packed = pack(word);
    if (packed !== null) this.#short.set(packed, value);
    else if (word.length <= LETTERS_MAX) this.#long.set(word, value);
    if (this.#short.size + this.#long.size > WORDS_MAX) {
      this.#short.clear();
      this.#long.clear();
    }
    return value;
  }
}

function pack(word: string): number | null {
  if (word.length > PACKED_LETTERS_MAX) return null;
  let packed = 0;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if (code === 0 || code > 0x7f) return null;
    packed = packed * 128 + code;
  }
  return packed;
}
