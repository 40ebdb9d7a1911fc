import type { RE2JS } from 're2js';
import { QuantityReader } from '#src/core/quantity/quantities.ts';
import { CUES, type CueKind, type LanguageCue } from '#src/core/stance/cues.ts';
import { buildStatementReader, type StatementReading } from '#src/core/stance/statement-reading.ts';
import { loosenWays } from '#src/core/tagging/near-misses.ts';
import { TermTable } from '#src/core/tagging/term-table.ts';
import type { TermIndex } from '#src/core/tagging/term-trie.ts';
import { WayIndex } from '#src/core/tagging/way-index.ts';
import { type Amount, parseAmount } from './amount.ts';
import {
  type ClaimDefinition,
  type GroupDefinition,
  type LedgerDefinition,
  type MeasureDefinition,
  STANCES,
  type WayDefinition,
} from './definition.ts';
import type { CompiledMeasure } from './measure.ts';

/** One mistake in a ledger, at its path (`claims[2].ways[0].all[1]`). */
export type LedgerProblem = { readonly path: string; readonly message: string };

/** One requirement of a way: words or entities of which one must be there, or an amount. */
export type Slot =
  | {
      readonly kind: 'words';
      readonly label: string;
      readonly terms: readonly number[];
      readonly entities: readonly string[];
      readonly patterns: readonly RE2JS[];
    }
  | { readonly kind: 'amount'; readonly label: string; readonly amount: Amount };

/** How far apart the matches of one way may stand. */
export type Window =
  | { readonly kind: 'sentences'; readonly count: number }
  | { readonly kind: 'words'; readonly count: number }
  | { readonly kind: 'paragraph' };

/** One way to state a claim, ready to be matched. `anchors` are the slots that open it: the rarest ones. */
export type CompiledWay = {
  readonly claim: number;
  readonly path: string;
  readonly slots: readonly Slot[];
  readonly anchors: readonly number[];
  readonly slotCountMin: number;
  /** So many slots, the first ones, cannot be among those that are missing. */
  readonly slotCountSure: number;
  readonly isOrdered: boolean;
  readonly isCandidateOnly: boolean;
  readonly reference: 'near' | 'named' | null;
  readonly window: Window;
  readonly not: readonly number[];
};

/** One claim, ready to be matched. */
export type CompiledClaim = {
  readonly definition: ClaimDefinition;
  readonly about: readonly string[];
  readonly ownEntities: ReadonlySet<string>;
  readonly words: readonly number[];
  readonly not: readonly number[];
  readonly disputedBy: readonly number[];
  readonly notSpeakers: readonly number[];
  readonly speakers: readonly number[];
  readonly ignoredCues: ReadonlySet<CueKind>;
  readonly records: readonly Amount[];
  /** Whether it is searched for by its statement alone. */
  readonly isBare: boolean;
};

/** One topic: `near` empty means that any of its terms is enough. */
export type CompiledTopic = {
  readonly id: string;
  readonly any: readonly number[];
  readonly entities: readonly string[];
  readonly near: readonly number[];
  readonly also: readonly number[];
  readonly not: readonly number[];
};

/** A whole ledger, ready to read articles. */
export type CompiledLedger = {
  readonly index: TermIndex;
  readonly topics: readonly CompiledTopic[];
  readonly claims: readonly CompiledClaim[];
  readonly measures: readonly CompiledMeasure[];
  readonly ways: readonly CompiledWay[];
  readonly looseWays: readonly (CompiledWay | null)[];
  readonly wayIndex: WayIndex;
  readonly quantityReader: QuantityReader;
  readonly nameOf: ReadonlyMap<number, readonly string[]>;
  readonly descriptionOf: ReadonlyMap<number, readonly string[]>;
  readonly cueOf: ReadonlyMap<number, readonly LanguageCue[]>;
  readonly titleOnly: ReadonlySet<number>;
  readonly langsOf: ReadonlyMap<number, ReadonlySet<string>>;
  /** Whether a term is no name, description or cue and counts in every language and place. */
  readonly isPlain: readonly boolean[];
  readonly sourceOf: readonly string[];
  /** The words (`word`, `word*`, `=Word`) that the phrases of each term begin with. */
  readonly firstWordsOf: readonly (readonly string[])[];
};

// A statement is recognised where more than half of what it says stands together, and always its amounts; of a long one four groups tell enough.
// Of the shipped claims by their statements alone: half of the groups F1 .55 and .54 on the two labelled sets, more than half .67 and .44, and
// with at most four, five or all .73, .72, .70 and .54, .53, .51. Words one by one, without the ledger's sets and names, gave .50 and .14.
const STATEMENT_SHARE = 0.5;
const STATEMENT_GROUPS_MAX = 4;
const STATEMENT_WINDOW: Window = { kind: 'sentences', count: 2 };
const WINDOW = /^(?:(\d+) (sentences?|words))$/;
const UNIT = /^(?:[A-Z]{3}|GPUs|GPU-hours)$/;
const SENTENCE_WINDOW: Window = { kind: 'sentences', count: 1 };

/** Compiles topics, entities, sets and claims. Never throws: what is wrong is left out and named in `problems` with its path. */
export function compileLedger(ledger: LedgerDefinition): {
  readonly value: CompiledLedger;
  readonly problems: readonly LedgerProblem[];
} {
  const build = new LedgerBuild(ledger);
  for (const [index, claim] of ledger.claims.entries()) build.addClaim(claim, `claims[${index}]`);
  return { value: build.finish(), problems: build.problems };
}

class LedgerBuild {
  readonly problems: LedgerProblem[] = [];
  readonly #ledger: LedgerDefinition;
  readonly #table: TermTable;
  readonly #claims: CompiledClaim[] = [];
  readonly #ways: Omit<CompiledWay, 'anchors'>[] = [];
  readonly #topics: readonly CompiledTopic[];
  readonly #things: readonly string[];
  readonly #measures: readonly CompiledMeasure[];
  #statementReader: ((statement: string) => StatementReading) | null = null;

  constructor(ledger: LedgerDefinition) {
    this.#ledger = ledger;
    const lists = Object.fromEntries([
      ...Object.entries(ledger.sets ?? {}).map(([id, terms]) => [`$${id}`, terms] as const),
      ...Object.entries(ledger.entities ?? {}).map(([id, entity]) => [`@${id}`, entity.names] as const),
    ]);
    this.#table = new TermTable(lists, (path, message) => this.#report(path, message));
    this.#reportTwice('topics', ledger.topics);
    this.#reportTwice('claims', ledger.claims);
    this.#topics = ledger.topics.map((topic, index) => ({
      id: topic.id,
      any: this.#table.addAll(topic.any, `topics[${index}].any`),
      entities: topic.any.filter((term) => term.startsWith('@')).map((term) => term.slice(1)),
      near: this.#table.addAll(topic.near ?? [], `topics[${index}].near`),
      also: this.#table.addAll(topic.also ?? [], `topics[${index}].also`),
      not: this.#table.addAll(topic.not ?? [], `topics[${index}].not`),
    }));
    const entities = Object.entries(ledger.entities ?? {});
    this.#things = entities.filter(([, entity]) => entity.kind === 'thing').map(([id]) => id);
    for (const [id, entity] of entities) {
      this.#table.addEntity(id, { names: entity.names, also: entity.also ?? [], path: `entities.${id}` });
    }
    this.#measures = (ledger.measures ?? []).map((measure, index) => this.#readMeasure(measure, `measures[${index}]`));
    for (const { terms, ...cue } of CUES) this.#table.addCues(cue, terms);
  }

  addClaim(claim: ClaimDefinition, path: string): void {
    const ways = claim.ways ?? (claim.all === undefined && claim['in-order'] === undefined ? [] : [claim]);
    const subject = ways.length > 0 ? [] : this.#readStatement(claim.statement).actors.slice(0, 1);
    const about = claim.about === undefined ? subject : [claim.about].flat();
    about.forEach((id) => {
      if (this.#ledger.entities?.[id] === undefined) this.#report(`${path}.about`, `unknown entity "${id}"`);
    });
    const index = this.#claims.length;
    const first = this.#ways.length;
    for (const [number, way] of ways.entries()) {
      this.#addWay(way, {
        claim: index,
        path: way === claim ? path : `${path}.ways[${number}]`,
        reference: claim.reference,
      });
    }
    if (ways.length === 0) this.#addStatement(claim, { claim: index, path, about });
    const own = this.#ways
      .slice(first)
      .flatMap((way) => way.slots.flatMap((slot) => (slot.kind === 'words' ? [slot] : [])));
    this.#claims.push({
      definition: claim,
      about,
      ownEntities: new Set([
        ...about,
        ...own.flatMap((slot) => slot.entities),
        ...(claim.beside ?? []),
        ...this.#things,
      ]),
      words: [...new Set(own.flatMap((slot) => slot.terms))],
      not: ways[0] === claim ? [] : this.#table.addAll(claim.not ?? [], `${path}.not`),
      disputedBy: this.#table.addAll(claim['disputed-by'] ?? [], `${path}.disputed-by`),
      notSpeakers: this.#table.addAll(claim.stance?.['not-speakers'] ?? [], `${path}.stance.not-speakers`),
      speakers: this.#table.addAll(claim.stance?.speakers ?? [], `${path}.stance.speakers`),
      records: (claim.records ?? []).flatMap((source, at) => this.#readRecord(source, `${path}.records[${at}]`)),
      ignoredCues: new Set(claim.stance?.['ignore'] ?? []),
      isBare: ways.length === 0,
    });
    for (const example of claim.examples?.match ?? []) {
      const wanted = typeof example === 'string' ? undefined : example.stance;
      if (wanted !== undefined && !STANCES.includes(wanted))
        this.#report(`${path}.examples.match`, `unknown stance "${wanted}"`);
    }
  }

  #readStatement(statement: string): StatementReading {
    this.#statementReader ??= buildStatementReader(this.#ledger);
    return this.#statementReader(statement);
  }

  finish(): CompiledLedger {
    const usage = new Map<number, number>();
    for (const term of this.#ways.flatMap((way) =>
      way.slots.flatMap((slot) => (slot.kind === 'words' ? slot.terms : [])),
    )) {
      usage.set(term, (usage.get(term) ?? 0) + 1);
    }
    const ways = this.#ways.map((way) => ({ ...way, anchors: this.#chooseAnchors(way, usage) }));
    return {
      ...this.#table.finish(),
      topics: this.#topics,
      claims: this.#claims,
      ways,
      looseWays: loosenWays(ways),
      measures: this.#measures,
      wayIndex: new WayIndex(ways),
      quantityReader: new QuantityReader(),
    };
  }

  // All slots but `slotCountMin - 1` must be able to open the way, else a match without the chosen one would be lost.
  #chooseAnchors(way: Omit<CompiledWay, 'anchors'>, usage: ReadonlyMap<number, number>): readonly number[] {
    const costs = way.slots.flatMap((slot, index) => {
      if (slot.kind !== 'words' || slot.entities.length > 0 || slot.patterns.length > 0) return [];
      return [
        {
          index,
          cost: slot.terms.reduce((sum, term) => sum + (usage.get(term) ?? 0) / this.#table.wordCount(term), 0),
        },
      ];
    });
    const wanted = way.slots.length - way.slotCountMin + 1;
    const chosen = costs.sort((a, b) => a.cost - b.cost).slice(0, wanted);
    if (chosen.length < 1)
      this.#report(way.path, 'needs a group of plain words: entities, amounts and regex alone cannot be searched for');
    return chosen.map((choice) => choice.index);
  }

  #addWay(
    way: WayDefinition,
    {
      reference,
      ...at
    }: { readonly claim: number; readonly path: string; readonly reference: WayDefinition['reference'] },
  ): void {
    const key = way['in-order'] === undefined ? 'all' : 'in-order';
    const groups = way[key] ?? [];
    if (groups.length === 0) this.#report(at.path, 'has no groups under "all" or "in-order"');
    const slots = groups.flatMap((group, index) => this.#readSlot(group, `${at.path}.${key}[${index}]`));
    if (slots.length < groups.length || slots.length === 0) return;
    this.#ways.push({
      ...at,
      slots,
      slotCountMin: slots.length,
      slotCountSure: slots.length,
      isOrdered: key === 'in-order',
      isCandidateOnly: way.candidate === true,
      reference: way.reference ?? reference ?? null,
      window: this.#readWindow(way.within, `${at.path}.within`),
      not: this.#table.addAll(way.not ?? [], `${at.path}.not`),
    });
  }

  #readSlot(group: GroupDefinition, path: string): readonly Slot[] {
    if (typeof group === 'object' && 'amount' in group) {
      const amount = parseAmount(group.amount);
      if (typeof amount !== 'string') return [{ kind: 'amount', label: group.amount, amount }];
      this.#report(path, amount);
      return [];
    }
    const items = typeof group === 'string' ? [group] : 'any' in group ? group.any : group;
    const entities = items.filter((item) => item.startsWith('@')).map((item) => item.slice(1));
    const patterns = items
      .filter((item) => item.startsWith('regex:'))
      .flatMap((item) => this.#table.readPattern(item.slice('regex:'.length).trim(), path));
    entities.forEach((id) => {
      if (this.#ledger.entities?.[id] === undefined) this.#report(path, `unknown entity "${id}"`);
    });
    const terms = this.#table.addAll(
      items.filter((item) => !item.startsWith('@') && !item.startsWith('regex:')),
      path,
    );
    return [{ kind: 'words', label: items.slice(0, 3).join(', '), terms, entities, patterns }];
  }

  #readMeasure({ name, unit, any = [] }: MeasureDefinition, path: string): CompiledMeasure {
    if (!UNIT.test(unit)) this.#report(`${path}.unit`, `"${unit}" is not a currency code, GPUs or GPU-hours`);
    const others = this.#ledger.measures ?? [];
    if (others.filter((other) => other.name === name).length > 1)
      this.#report(`${path}.name`, `"${name}" is used twice`);
    if (any.length === 0 && others.filter((other) => other.unit === unit && other.any === undefined).length > 1)
      this.#report(`${path}.any`, `only one measure of ${unit} can do without words`);
    return { name, unit, terms: this.#table.addAll(any, `${path}.any`) };
  }

  // A unit alone ("GPU-hours") records every value of it.
  #readRecord(source: string, path: string): readonly Amount[] {
    if (UNIT.test(source)) return [{ unit: source, min: null, max: null }];
    const amount = parseAmount(source);
    if (typeof amount !== 'string') return [amount];
    this.#report(path, amount);
    return [];
  }

  #readWindow(within: string | undefined, path: string): Window {
    if (within === undefined || within === 'sentence') return SENTENCE_WINDOW;
    if (within === 'paragraph') return { kind: 'paragraph' };
    const match = WINDOW.exec(within);
    if (match !== null)
      return { kind: match[2] === 'words' ? 'words' : 'sentences', count: Math.max(1, Number(match[1])) };
    this.#report(path, `"${within}" is not "sentence", "N sentences", "N words" or "paragraph"`);
    return SENTENCE_WINDOW;
  }

  // A claim with only a statement: its amounts, and most of what else it says, together make a candidate for a person to judge.
  #addStatement(
    claim: ClaimDefinition,
    at: { readonly claim: number; readonly path: string; readonly about: readonly string[] },
  ): void {
    const { amounts, words, entities } = this.#readStatement(claim.statement);
    if (words.length === 0) {
      this.#report(`${at.path}.statement`, 'has no content words to search for');
      return;
    }
    const others = entities.filter((id) => !at.about.includes(id)).map((id) => [`@${id}`]);
    const groups = [...amounts, ...others, ...words.map(({ group, cue }) => (cue === null ? group : cueTerms(cue)))];
    const most = Math.min(Math.floor(groups.length * STATEMENT_SHARE) + 1, STATEMENT_GROUPS_MAX);
    this.#ways.push({
      claim: at.claim,
      path: at.path,
      slots: groups.flatMap((group) => this.#readSlot(group, at.path)),
      slotCountMin: Math.max(amounts.length, most),
      slotCountSure: amounts.length,
      isOrdered: false,
      isCandidateOnly: true,
      reference: null,
      window: STATEMENT_WINDOW,
      not: this.#table.addAll(claim.not ?? [], `${at.path}.not`),
    });
  }

  #reportTwice(section: string, items: readonly { readonly id: string }[]): void {
    const seen = new Set<string>();
    for (const [index, { id }] of items.entries()) {
      if (seen.has(id)) this.#report(`${section}[${index}].id`, `"${id}" is used twice`);
      seen.add(id);
    }
  }

  #report(path: string, message: string): void {
    this.problems.push({ path, message });
  }
}

// All words of a kind of cue, each for its own language.
function cueTerms(kind: CueKind): readonly string[] {
  return CUES.filter((cue) => cue.kind === kind).flatMap(({ lang, terms }) => terms.map((term) => `${lang}:${term}`));
}
