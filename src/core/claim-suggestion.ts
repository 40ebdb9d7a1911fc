/** Proposes how a bare statement could be found: a claim that a person reads, corrects and puts into the ledger. */
import { parseAmount } from './claim-amount.ts';
import type { ClaimDefinition, GroupDefinition, LedgerDefinition } from './claim-definition.ts';
import { compileLedger } from './claim-language.ts';
import { COMMON_WORDS } from './common-words.ts';
import type { CueKind } from './stance-cues.ts';
import { checkExamples } from './tagging-examples.ts';
import { type Reading, readArticle } from './tagging-reading.ts';

/** A proposed claim; its own statement is its first example. `leftOut` are words that would have asked for too much at once. */
export type ClaimSuggestion = {
  readonly claim: ClaimDefinition;
  readonly leftOut: readonly string[];
  /** Whether the proposal finds the statement itself; when not, only the statement is proposed, which gives candidates. */
  readonly isComplete: boolean;
};

/**
 * More groups of words than these are rarely met in one place. Unedited proposals for 15 statements, on labelled articles: with one, two
 * and three groups precision was .25, .37 and .88, recall .66, .44 and .35.
 */
const WORD_GROUPS_MAX = 3;
/** How far a value may lie from the one in the statement: what reports round away. */
const TOLERANCE = '+-10%';
/** Words before an amount that its tolerance stands for. */
const APPROACH = /^(?:about|around|nearly|almost|under|over|less than|more than|up to|some)\s+/i;
/** Shorter words of an alphabet tell little by themselves. */
const WORD_LENGTH_MIN = 3;
/** Words of the id and of the short name. */
const NAME_WORDS = 3;
/** Words that join others; a claim does not hang on them. */
const JOINING_WORDS: ReadonlySet<string> = new Set(
  'through across between against among during before after under toward towards upon within per via while because until since like less least'.split(
    ' ',
  ),
);
/** A stem of this length keeps its meaning whatever ending follows. */
const STEM_LENGTH_MIN = 5;
/** Cues that a statement can be made of; met inside the claim they tell nothing about its stance. */
const OWN_CUES: readonly CueKind[] = ['say', 'hearsay', 'deny', 'doubt', 'untrue'];

/** Proposes a claim for a statement out of the entities and sets that the ledger knows. Never throws. */
export function suggestClaim(statement: string, ledger: LedgerDefinition): ClaimSuggestion {
  const known = readStatement(statement, ledger);
  const words = listWordGroups(known);
  const amounts = listAmounts(known);
  const base = { ...nameClaim(known), statement, ...describeEntities(known, ledger) };
  const examples = { match: [statement] };
  for (let count = Math.min(words.length, WORD_GROUPS_MAX); count > 0; count -= 1) {
    const all: readonly GroupDefinition[] = [
      ...amounts,
      ...otherEntities(known, ledger),
      ...words.slice(0, count).map(({ group }) => group),
    ];
    const claim = { ...base, all, ...withinOf(all), ...stanceOf(known), examples };
    if (findsItself(claim, ledger))
      return { claim, leftOut: words.slice(count).map(({ word }) => word), isComplete: true };
  }
  const { id, short } = base;
  return { claim: { id, short, statement }, leftOut: [], isComplete: false };
}

/** The statement read with the ledger's entities, and with each of its sets as a claim of its own. */
type Known = {
  readonly reading: Reading;
  readonly sets: readonly { readonly id: string; readonly size: number; readonly tokens: ReadonlySet<number> }[];
};

function readStatement(statement: string, ledger: LedgerDefinition): Known {
  const ids = Object.keys(ledger.sets ?? {});
  const claims = ids.map((id) => ({ id, short: id, statement: id, all: [[`$${id}`]] }));
  const { value: rules } = compileLedger({ ...ledger, topics: [], claims });
  const reading = readArticle(rules, { title: '', text: statement, lang: null });
  const sets = rules.claims.map(({ definition, words }) => {
    const hits = words.flatMap((term) => reading.hitsByTerm.get(term) ?? []);
    return {
      id: definition.id,
      size: words.length,
      tokens: new Set(hits.flatMap(({ first, last }) => tokensOf(first, last))),
    };
  });
  return { reading, sets };
}

type WordGroup = { readonly word: string; readonly group: GroupDefinition };

/** Groups of the ledger's own sets first, since they hold other ways to say it; then the longer words. */
function listWordGroups({ reading, sets }: Known): readonly WordGroup[] {
  const taken = takenTokens(reading);
  const words = reading.tokens.flatMap(
    ({ form, spelling }, index): readonly (WordGroup & { readonly isSet: boolean })[] => {
      if (taken.has(index) || !isTelling(form)) return [];
      const [set] = sets.filter(({ tokens }) => tokens.has(index)).sort((a, b) => a.size - b.size);
      return [{ word: spelling, group: [set === undefined ? baseOf(form) : `$${set.id}`], isSet: set !== undefined }];
    },
  );
  const distinct = [...new Map(words.map((word) => [JSON.stringify(word.group), word])).values()];
  return distinct.toSorted((a, b) => Number(b.isSet) - Number(a.isSet) || b.word.length - a.word.length);
}

function isTelling(form: string): boolean {
  if (COMMON_WORDS.has(form) || JOINING_WORDS.has(form) || /^\d/.test(form)) return false;
  return form.length >= WORD_LENGTH_MIN;
}

/** The term that finds the other forms of an English word too: "smuggled" is found as smuggl*, "denies" as deny. */
function baseOf(form: string): string {
  if (form.endsWith('ies')) return `${form.slice(0, -3)}y`;
  const stem = /^([a-z]+)(?:ed|ing)$/.exec(form)?.[1];
  if (stem !== undefined && stem.length >= STEM_LENGTH_MIN) return `${stem}*`;
  return /[^s]s$/.test(form) ? form.slice(0, -1) : form;
}

/** The tokens that name an entity or belong to an amount. */
function takenTokens(reading: Reading): ReadonlySet<number> {
  const named = reading.mentions.flat().flatMap(({ first, last }) => tokensOf(first, last));
  const counted = reading.tokens.flatMap((token, index) =>
    reading.quantities.some((quantity) => token.end > quantity.start && token.start < quantity.end) ? [index] : [],
  );
  return new Set([...named, ...counted]);
}

function listAmounts({ reading }: Known): readonly GroupDefinition[] {
  return reading.quantities.flatMap(({ modifier, unit, value, min, max, start, end }) => {
    const size = value ?? min ?? max;
    const isMoney = /^[A-Z]{3}$/.test(unit);
    const written = isMoney
      ? reading.text.slice(start, end).replace(APPROACH, '')
      : `${size?.toLocaleString('en-US')} ${unit}`;
    const amount =
      modifier === 'under' ? `..${written}` : modifier === 'over' ? `${written}..` : `${written} ${TOLERANCE}`;
    return typeof parseAmount(amount) === 'string' ? [] : [{ amount }];
  });
}

function listEntities({ reading }: Known): readonly string[] {
  const named = reading.mentions.flat().toSorted((a, b) => a.first - b.first);
  return [...new Set(named.map(({ entity }) => entity))];
}

function isActor(id: string, ledger: LedgerDefinition): boolean {
  return ledger.entities?.[id]?.kind !== 'thing';
}

function describeEntities(known: Known, ledger: LedgerDefinition): Pick<ClaimDefinition, 'about' | 'beside'> {
  const [about, ...beside] = listEntities(known).filter((id) => isActor(id, ledger));
  return { ...(about === undefined ? {} : { about }), ...(beside.length === 0 ? {} : { beside }) };
}

/** Who else and what else must be named: all but the actor that the claim is about. */
function otherEntities(known: Known, ledger: LedgerDefinition): readonly GroupDefinition[] {
  const { about } = describeEntities(known, ledger);
  return listEntities(known).flatMap((id) => (id === about ? [] : [[`@${id}`]]));
}

function withinOf(groups: readonly GroupDefinition[]): Pick<ClaimDefinition, 'within'> {
  return groups.length > 2 ? { within: '2 sentences' } : {};
}

function stanceOf({ reading }: Known): Pick<ClaimDefinition, 'stance'> {
  const ignore = [...new Set(reading.cues.flat().map(({ kind }) => kind))].filter((kind) => OWN_CUES.includes(kind));
  return ignore.length === 0 ? {} : { stance: { usual: 'reports', ignore } };
}

function nameClaim({ reading }: Known): { readonly id: string; readonly short: string } {
  const words = reading.tokens.filter(({ form }) => isTelling(form)).slice(0, NAME_WORDS);
  const id = words
    .map(({ form }) => form.replace(/[^a-z0-9]/g, ''))
    .filter((word) => word !== '')
    .join('-');
  return { id: id === '' ? 'new-claim' : id, short: words.map(({ spelling }) => spelling).join(' ') || 'New claim' };
}

function findsItself(claim: ClaimDefinition, ledger: LedgerDefinition): boolean {
  const { value, problems } = compileLedger({ ...ledger, claims: [claim] });
  return problems.length === 0 && checkExamples(value).every(({ ok }) => ok);
}

function tokensOf(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
