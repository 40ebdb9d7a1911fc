/** Proposes how a bare statement could be found: a claim that a person reads, corrects and puts into the ledger. */

import type { CueKind } from '#src/core/stance/cues.ts';
import { buildStatementReader, isTelling, type StatementReading } from '#src/core/stance/statement-reading.ts';
import { checkExamples } from '#src/core/tagging/examples.ts';
import type { ClaimDefinition, GroupDefinition, LedgerDefinition } from './definition.ts';
import { compileLedger } from './language.ts';

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
/** Words of the id and of the short name. */
const NAME_WORDS = 3;
/** Cues that a statement can be made of; met inside the claim they tell nothing about its stance. */
const OWN_CUES: readonly CueKind[] = ['say', 'hearsay', 'deny', 'doubt', 'untrue'];

/** Proposes a claim for a statement out of the entities and sets that the ledger knows. Never throws. */
export function suggestClaim(statement: string, ledger: LedgerDefinition): ClaimSuggestion {
  const read = buildStatementReader(ledger)(statement);
  // The ledger's own sets first, since they hold other ways to say it; then the longer words.
  const words = read.words.toSorted((a, b) => Number(b.isSet) - Number(a.isSet) || b.word.length - a.word.length);
  const [about, ...beside] = read.actors;
  const base = {
    ...nameClaim(read),
    statement,
    ...(about === undefined ? {} : { about }),
    ...(beside.length === 0 ? {} : { beside }),
  };
  const others = read.entities.filter((id) => id !== about).map((id) => [`@${id}`]);
  const examples = { match: [statement] };
  for (let count = Math.min(words.length, WORD_GROUPS_MAX); count > 0; count -= 1) {
    const all: readonly GroupDefinition[] = [
      ...read.amounts,
      ...others,
      ...words.slice(0, count).map(({ group }) => group),
    ];
    const claim = { ...base, all, ...withinOf(all), ...stanceOf(read), examples };
    if (findsItself(claim, ledger))
      return { claim, leftOut: words.slice(count).map(({ word }) => word), isComplete: true };
  }
  const { id, short } = base;
  return { claim: { id, short, statement }, leftOut: [], isComplete: false };
}

function withinOf(groups: readonly GroupDefinition[]): Pick<ClaimDefinition, 'within'> {
  return groups.length > 2 ? { within: '2 sentences' } : {};
}

function stanceOf({ cues }: StatementReading): Pick<ClaimDefinition, 'stance'> {
  const ignore = cues.filter((kind) => OWN_CUES.includes(kind));
  return ignore.length === 0 ? {} : { stance: { usual: 'reports', ignore } };
}

function nameClaim({ tokens }: StatementReading): { readonly id: string; readonly short: string } {
  const words = tokens.filter(({ form }) => isTelling(form)).slice(0, NAME_WORDS);
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
