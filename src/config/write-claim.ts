import { Document, isScalar, visit } from 'yaml';
import type { ClaimDefinition } from '#src/core/claim/definition.ts';

/** Widest line of the YAML. */
const lineWidth = 140;

/** A claim as the ledger's `claims` take it: one entry of the list, lists of words on one line. */
export function renderClaim(claim: ClaimDefinition): string {
  const document = new Document([claim]);
  visit(document, {
    Seq: (_key, list) => {
      if (list.items.every(isScalar)) list.flow = true;
    },
  });
  return document.toString({ lineWidth, flowCollectionPadding: false });
}
