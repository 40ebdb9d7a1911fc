/** Reads a bare statement with what a ledger knows, for claims that are only a statement and for proposals of definitions. */
import { parseAmount } from '#src/core/claim/amount.ts';
import type { GroupDefinition, LedgerDefinition } from '#src/core/claim/definition.ts';
import { type Quantity, QuantityReader } from '#src/core/quantity/quantities.ts';
import { TermTable } from '#src/core/tagging/term-table.ts';
import { COMMON_WORDS } from '#src/core/text/common-words.ts';
import { listWords, type Token, tokenize } from '#src/core/text/tokens.ts';
import { CUE_LANGUAGE_DEFAULT, CUES, type CueKind } from './cues.ts';

/** A word of the statement that carries meaning, and the group of words that stands for it: a set of the ledger, or its stem. */
export type StatementWord = {
  readonly word: string;
  readonly group: GroupDefinition;
  readonly isSet: boolean;
  /** What it says somebody does ("denies"), for which there are other words in every language. */
  readonly cue: CueKind | null;
};

/** A statement as a ledger reads it: entities named, in their order, and those of them that act; its telling words without those; its amounts, with a tolerance. */
export type StatementReading = {
  readonly tokens: readonly Token[];
  readonly entities: readonly string[];
  readonly actors: readonly string[];
  readonly words: readonly StatementWord[];
  readonly amounts: readonly GroupDefinition[];
  readonly cues: readonly CueKind[];
};

/** How far a value may lie from the one in the statement: what reports round away. */
const TOLERANCE = '+-10%';
/** "About 2,000 (2,048) chips" gives one amount; what stands in brackets explains it. */
const ASIDE = /\([^()]*\)/g;
/** Words before an amount that its tolerance stands for. */
const APPROACH = /^(?:about|around|nearly|almost|under|over|less than|more than|up to|some)\s+/i;
/** Shorter words of an alphabet tell little by themselves; a Han character is a word. */
const WORD_LENGTH_MIN = 3;
const HAN = /^\p{Script=Han}/u;
/** Words that join others; a claim does not hang on them. */
const JOINING_WORDS: ReadonlySet<string> = new Set(
  'through across between against among during before after under toward towards upon within per via while because until since like less least use used uses using'.split(
    ' ',
  ),
);
/** A stem of this length keeps its meaning whatever ending follows. */
const STEM_LENGTH_MIN = 5;

/** Cues that a statement can say of somebody. */
const SAID_CUES: ReadonlySet<CueKind> = new Set(['deny', 'doubt']);

type Span = { readonly first: number; readonly last: number };

/** Makes the reader of a ledger's statements; its lists are indexed once. */
export function buildStatementReader(
  ledger: Pick<LedgerDefinition, 'entities' | 'sets'>,
): (statement: string) => StatementReading {
  const entities = Object.entries(ledger.entities ?? {});
  const lists = Object.fromEntries([
    ...Object.entries(ledger.sets ?? {}).map(([id, terms]) => [`$${id}`, terms] as const),
    ...entities.map(([id, entity]) => [`@${id}`, entity.names] as const),
  ]);
  // What is wrong with a list is told where the ledger itself is compiled.
  const table = new TermTable(lists, () => {});
  const setTerms = Object.keys(ledger.sets ?? {}).map((id) => ({ id, terms: table.addAll([`$${id}`], id) }));
  for (const [id, { names }] of entities) table.addEntity(id, { names, also: [], path: id });
  for (const { terms, ...cue } of CUES) if (cue.lang === CUE_LANGUAGE_DEFAULT) table.addCues(cue, terms);
  const { index, nameOf, cueOf } = table.finish();
  const quantityReader = new QuantityReader();
  return (statement) => {
    const plain = statement.replace(ASIDE, (aside) => ' '.repeat(aside.length));
    const tokens = tokenize(plain);
    const hits = index.list(listWords(plain));
    const named = hits
      .flatMap((hit) => (nameOf.get(hit.term) ?? []).map((entity) => ({ ...hit, entity })))
      .toSorted((a, b) => a.first - b.first);
    const ids = [...new Set(named.map(({ entity }) => entity))];
    const counted = quantityReader.find(plain);
    const isNamed = (at: number) => named.some((name) => isIn(name, at));
    const isCounted = (at: number) => {
      const { start, end } = tokens[at] ?? { start: 0, end: 0 };
      return counted.some((item) => end > item.start && start < item.end);
    };
    const sets = setTerms
      .map(({ id, terms }) => ({ id, size: terms.length, spans: hits.filter(({ term }) => terms.includes(term)) }))
      .filter(({ spans }) => spans.length > 0)
      .toSorted((a, b) => a.size - b.size);
    const setAt = (at: number) => sets.find(({ spans }) => spans.some((span) => isIn(span, at)))?.id ?? null;
    const cueAt = (at: number) =>
      hits
        .filter(({ first, last }) => first === at && last === at)
        .flatMap(({ term }) => (cueOf.get(term) ?? []).map(({ kind }) => kind))
        .find((kind) => SAID_CUES.has(kind)) ?? null;
    const words = listTellingWords(tokens, { isTaken: (at) => isNamed(at) || isCounted(at), setAt, cueAt });
    return {
      tokens,
      entities: ids,
      actors: ids.filter((id) => ledger.entities?.[id]?.kind !== 'thing'),
      // "2,000 chips" is found by its chips when nothing else is said.
      words: words.length > 0 ? words : listTellingWords(tokens, { isTaken: isNamed, setAt, cueAt }),
      amounts: listAmounts(plain, counted),
      cues: [...new Set(hits.flatMap(({ term }) => (cueOf.get(term) ?? []).map(({ kind }) => kind)))],
    };
  };
}

/** Whether a word carries meaning of its own. */
export function isTelling(form: string): boolean {
  if (COMMON_WORDS.has(form) || JOINING_WORDS.has(form) || /^\d/.test(form)) return false;
  return form.length >= WORD_LENGTH_MIN || HAN.test(form);
}

// Each group once, in the order of the statement.
function listTellingWords(
  tokens: readonly Token[],
  at: {
    readonly isTaken: (at: number) => boolean;
    readonly setAt: (at: number) => string | null;
    readonly cueAt: (at: number) => CueKind | null;
  },
): readonly StatementWord[] {
  const words = tokens.flatMap(({ form, spelling }, index): readonly StatementWord[] => {
    if (at.isTaken(index) || !isTelling(form)) return [];
    const set = at.setAt(index);
    const group = [set === null ? baseOf(form) : `$${set}`];
    return [{ word: spelling, group, isSet: set !== null, cue: set === null ? at.cueAt(index) : null }];
  });
  return [...new Map(words.toReversed().map((word) => [JSON.stringify(word.group), word])).values()].toReversed();
}

// The term that finds the other forms of an English word too: "smuggled" is found as smuggl*, "denies" as deny.
function baseOf(form: string): string {
  if (form.endsWith('ies')) return `${form.slice(0, -3)}y`;
  const stem = /^([a-z]+)(?:ed|ing)$/.exec(form)?.[1];
  if (stem !== undefined && stem.length >= STEM_LENGTH_MIN) return `${stem}*`;
  return /[^s]s$/.test(form) ? form.slice(0, -1) : form;
}

function listAmounts(plain: string, quantities: readonly Quantity[]): readonly GroupDefinition[] {
  return quantities.flatMap(({ modifier, unit, value, min, max, start, end }) => {
    const size = value ?? min ?? max;
    const isMoney = /^[A-Z]{3}$/.test(unit);
    const written = isMoney
      ? plain.slice(start, end).replace(APPROACH, '')
      : `${size?.toLocaleString('en-US')} ${unit}`;
    const amount =
      modifier === 'under' ? `..${written}` : modifier === 'over' ? `${written}..` : `${written} ${TOLERANCE}`;
    return typeof parseAmount(amount) === 'string' ? [] : [{ amount }];
  });
}

function isIn({ first, last }: Span, at: number): boolean {
  return first <= at && at <= last;
}
