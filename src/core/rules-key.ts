import { createHash } from 'node:crypto';
import type { LedgerDefinition } from './claim-definition.ts';
import { engineVersion } from './tagging.ts';

/** Names the rules that a version was judged by: the engine, and everything in the ledger that decides what is found. */
export function rulesKeyOf(ledger: LedgerDefinition): string {
  const { topics, entities, sets, claims } = ledger;
  const hash = createHash('sha256').update(JSON.stringify({ topics, entities, sets, claims })).digest('hex');
  return `${engineVersion}-${hash.slice(0, 16)}`;
}
