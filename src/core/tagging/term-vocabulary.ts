import { inflect } from '#src/core/text/inflection.ts';
import { foldWord } from '#src/core/text/tokens.ts';

const PREFIX_LETTERS_MIN = 2;
const NO_SYMBOLS: readonly number[] = [];

/** Numbers every distinct word pattern of a ledger (`word`, `word*`, `=Word`) and tells which patterns a word of a text satisfies. */
export class TermVocabulary {
  readonly #symbols = new Map<string, number>();
  readonly #byForm = new Map<string, number[]>();
  readonly #byPrefix = new Map<string, number[]>();
  readonly #bySpelling = new Map<string, number[]>();
  #prefixLettersMax = 0;

  constructor(words: Iterable<string>) {
    for (const word of words) this.#add(word);
  }

  /** The number of a pattern given to the constructor. */
  symbolOf(word: string): number {
    return this.#symbols.get(word) ?? -1;
  }

  /** The numbers of the patterns that a word satisfies, by its spelling. */
  read(spelling: string): readonly number[] {
    const byForm = this.#lookUp(foldWord(spelling));
    const bySpelling = this.#bySpelling.get(spelling);
    return bySpelling === undefined ? byForm : [...byForm, ...bySpelling];
  }

  #add(word: string): void {
    if (this.#symbols.has(word)) return;
    const symbol = this.#symbols.size;
    this.#symbols.set(word, symbol);
    if (word.startsWith('=')) append(this.#bySpelling, word.slice(1), symbol);
    else if (word.endsWith('*')) {
      append(this.#byPrefix, word.slice(0, -1), symbol);
      this.#prefixLettersMax = Math.max(this.#prefixLettersMax, word.length - 1);
    } else for (const form of new Set(inflect(word))) append(this.#byForm, form, symbol);
  }

  #lookUp(form: string): readonly number[] {
    const found = [...(this.#byForm.get(form) ?? NO_SYMBOLS)];
    const lettersMax = Math.min(form.length, this.#prefixLettersMax);
    for (let letters = Math.min(PREFIX_LETTERS_MIN, form.length); letters <= lettersMax; letters++) {
      const prefixed = this.#byPrefix.get(form.slice(0, letters));
      if (prefixed !== undefined) found.push(...prefixed);
    }
    return found.length === 0 ? NO_SYMBOLS : found;
  }
}

function append(map: Map<string, number[]>, key: string, symbol: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [symbol]);
  else known.push(symbol);
}
