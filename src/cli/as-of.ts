import { LedgerError } from '#src/core/ledger-error.ts';
import { rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { gatherAsOf } from '#src/io/db/as-of.ts';
import { findLedger } from '#src/io/db/ledger.ts';
import type { House } from './session.ts';
import { readWhen } from './when.ts';

/** The option of the commands that can tell of an earlier instant. */
export const asOfOption = [
  '--as-of <when>',
  'what was known then: a duration (24h), a date (its start) or an instant',
] as const;

/**
 * Carries a reading command out on the house as it stood at an earlier instant: its store, its clock and its ledger are those of then,
 * so that what came later changes nothing. Without an instant, on the house as it is. Throws `usage` for one that lies ahead.
 */
export async function inPast(
  house: House,
  asOf: string | undefined,
  work: (house: House) => Promise<void>,
): Promise<void> {
  if (asOf === undefined) {
    await work(house);
    return;
  }
  const { deps } = house;
  const inForce = deps.inForce();
  const now = deps.now();
  const at = readWhen(asOf, '--as-of', { now, zone: inForce.ledger.digest.zone });
  if (Temporal.Instant.compare(at, now) > 0)
    throw new LedgerError('usage', `Cannot tell what is known as of ${at}: it is only ${now}`);
  await gatherAsOf(deps.db, at, async (db) => {
    const stored = await findLedger(db);
    const then = stored === null ? inForce : { ...inForce, ...stored, rulesKey: rulesKeyOf(stored.ledger) };
    // What was stored in that very instant is part of what was known: windows end before their end.
    const justAfter = at.add({ milliseconds: 1 });
    await work({ ...house, deps: { ...deps, db, now: () => justAfter, inForce: () => then } });
  });
}
