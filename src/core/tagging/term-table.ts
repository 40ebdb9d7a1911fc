import { RE2JS } from 're2js';
import type { LanguageCue } from '#src/core/stance/cues.ts';
import { parseTerm, type Term, TermIndex } from './term-trie.ts';

type Report = (path: string, message: string) => void;

const TITLE_PREFIX = 'title:';
// "es|it:con" is the word of Spanish and Italian articles only.
const LANGUAGES = /^([a-z]{2}(?:\|[a-z]{2})*):(?=\S)/;
// Sets may hold sets and entities; deeper than this is a circle.
const SET_DEPTH_MAX = 5;

/** Gives every distinct term of a ledger one number and remembers what it stands for: entity name, description or stance cue. */
export class TermTable {
  readonly #lists: Readonly<Record<string, readonly string[]>>;
  readonly #report: Report;
  readonly #ids = new Map<string, number>();
  readonly #terms: Term[] = [];
  readonly #sources: string[] = [];
  readonly #titleOnly = new Set<number>();
  readonly #langsOf = new Map<number, ReadonlySet<string>>();
  readonly #nameOf = new Map<number, string[]>();
  readonly #descriptionOf = new Map<number, string[]>();
  readonly #cueOf = new Map<number, LanguageCue[]>();

  /** `lists` holds what a reference unfolds to: sets under `$id`, names of entities under `@id`. */
  constructor(lists: Readonly<Record<string, readonly string[]>>, report: Report) {
    this.#lists = lists;
    this.#report = report;
  }

  /** The numbers of all terms of a list, sets unfolded; what cannot be read is reported and left out. */
  addAll(sources: readonly string[], path: string): readonly number[] {
    const ids = this.#unfold(sources, { path, depth: 0 }).flatMap((source) => this.#add(source, path));
    return [...new Set(ids)];
  }

  addEntity(
    id: string,
    entity: { readonly names: readonly string[]; readonly also: readonly string[]; readonly path: string },
  ): void {
    for (const term of this.addAll(entity.names, `${entity.path}.names`)) append(this.#nameOf, term, id);
    for (const term of this.addAll(entity.also, `${entity.path}.also`)) append(this.#descriptionOf, term, id);
  }

  addCues(cue: LanguageCue, sources: readonly string[]): void {
    for (const term of this.addAll(sources, `cues.${cue.kind}`)) append(this.#cueOf, term, cue);
  }

  readPattern(pattern: string, path: string): readonly RE2JS[] {
    try {
      return [RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)];
    } catch (error) {
      this.#report(
        path,
        `cannot read regex "${pattern}": ${error instanceof Error ? error.message : 'unknown reason'}`,
      );
      return [];
    }
  }

  wordCount(term: number): number {
    return this.#terms[term]?.phrases[0]?.length ?? 1;
  }

  finish(): {
    readonly index: TermIndex;
    readonly nameOf: ReadonlyMap<number, readonly string[]>;
    readonly descriptionOf: ReadonlyMap<number, readonly string[]>;
    readonly cueOf: ReadonlyMap<number, readonly LanguageCue[]>;
    readonly titleOnly: ReadonlySet<number>;
    readonly langsOf: ReadonlyMap<number, ReadonlySet<string>>;
    readonly isPlain: readonly boolean[];
    readonly sourceOf: readonly string[];
    readonly firstWordsOf: readonly (readonly string[])[];
  } {
    const special = [this.#nameOf, this.#descriptionOf, this.#cueOf, this.#titleOnly, this.#langsOf];
    return {
      index: new TermIndex(this.#terms),
      nameOf: this.#nameOf,
      descriptionOf: this.#descriptionOf,
      cueOf: this.#cueOf,
      titleOnly: this.#titleOnly,
      langsOf: this.#langsOf,
      isPlain: this.#sources.map((_, term) => !special.some((terms) => terms.has(term))),
      sourceOf: this.#sources,
      firstWordsOf: this.#terms.map(({ phrases }) => phrases.flatMap(([first]) => first?.word ?? [])),
    };
  }

  #unfold(sources: readonly string[], at: { readonly path: string; readonly depth: number }): readonly string[] {
    return sources.flatMap((source) => {
      if (!/^[$@]/.test(source)) return [source];
      const list = this.#lists[source];
      if (list === undefined || at.depth > SET_DEPTH_MAX) {
        this.#report(
          at.path,
          list === undefined
            ? `unknown ${source.startsWith('$') ? 'set' : 'entity'} "${source}"`
            : `"${source}" holds itself`,
        );
        return [];
      }
      return this.#unfold(list, { path: at.path, depth: at.depth + 1 });
    });
  }

  #add(source: string, path: string): readonly number[] {
    const known = this.#ids.get(source);
    if (known !== undefined) return [known];
    const isTitleOnly = source.startsWith(TITLE_PREFIX);
    const scoped = isTitleOnly ? source.slice(TITLE_PREFIX.length) : source;
    const langs = LANGUAGES.exec(scoped);
    const term = parseTerm(langs === null ? scoped : scoped.slice(langs[0].length));
    if (typeof term === 'string') {
      this.#report(path, term);
      return [];
    }
    const id = this.#terms.length;
    this.#ids.set(source, id);
    this.#terms.push(term);
    this.#sources.push(source);
    if (isTitleOnly) this.#titleOnly.add(id);
    if (langs?.[1] !== undefined) this.#langsOf.set(id, new Set(langs[1].split('|')));
    return [id];
  }
}

function append<T>(map: Map<number, T[]>, key: number, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
