import { createHash } from 'node:crypto';
import { canonicalJson } from '#src/core/canonical-json.ts';
import type { LedgerDefinition } from '#src/core/claim/definition.ts';
import { engineVersion } from './tagging.ts';

/** Names the rules that a version was judged by: the engine, and everything in the ledger that decides what is found. */
export function rulesKeyOf(ledger: LedgerDefinition): string {
  return keyOf(canonicalJson({ ...rulesOf(ledger), measures: ledger.measures }));
}

/** The name that the same rules had before 0.2, when the order of keys counted; stored names are brought up to date by it. */
export function formerRulesKeyOf(ledger: LedgerDefinition): string {
  return keyOf(JSON.stringify(rulesOf(ledger)));
}

function rulesOf({ topics, entities, sets, claims }: LedgerDefinition) {
  return { topics, entities, sets, claims };
}

function keyOf(rules: string): string {
  return `${engineVersion}-${createHash('sha256').update(rules).digest('hex').slice(0, 16)}`;
}
