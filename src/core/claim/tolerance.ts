import type { ClaimAmount } from '#src/core/digest/digest.ts';
import { parseAmount } from './amount.ts';
import type { ClaimDefinition, GroupDefinition } from './definition.ts';

/** The amount that a claim's own definition asks for first, as a closed range; null when the claim is not about an amount. */
export function findClaimAmount(definition: ClaimDefinition): ClaimAmount | null {
  const ways = [definition, ...(definition.ways ?? [])];
  const groups = ways.flatMap((way) => [...(way.all ?? []), ...(way['in-order'] ?? [])]);
  for (const group of groups) {
    const amount = isAmount(group) ? parseAmount(group.amount) : null;
    if (amount === null || typeof amount === 'string') continue;
    const { unit, min, max } = amount;
    if (min !== null || max !== null) return { unit, min: min ?? 0, max: max ?? Number.MAX_VALUE };
  }
  return null;
}

function isAmount(group: GroupDefinition): group is { readonly amount: string } {
  return typeof group === 'object' && 'amount' in group;
}
