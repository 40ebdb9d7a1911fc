import { z } from 'zod';
import { gatherAsOf } from '#src/io/db/as-of.ts';
import type { WebDeps } from './deps.ts';

/** An earlier instant in an address: RFC 3339, or a day, which means its start where the house is. */
export const asOfText = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** The same as a parameter of the API. */
export const asOfQuery = z.object({
  asOf: asOfText.optional().describe('Tells what was known then: an instant (RFC 3339) or a day (its start)'),
});

/** The instant that an address names, null for none. Throws 400 for one ahead: it would be answered differently tomorrow. */
export function readAsOf(text: string | undefined, deps: WebDeps): Temporal.Instant | null {
  if (text === undefined) return null;
  const isDay = z.iso.date().safeParse(text).success;
  const at = isDay
    ? Temporal.PlainDate.from(text).toZonedDateTime(deps.zone()).toInstant()
    : Temporal.Instant.from(text);
  if (Temporal.Instant.compare(at, deps.now()) <= 0) return at;
  throw Object.assign(new Error(`asOf: ${at} has not come yet`), { statusCode: 400 });
}

/** Reads from the house as it stood at an instant: store and clock are those of then. Null = as it is. */
export async function gatherKnown<Value>(
  deps: WebDeps,
  at: Temporal.Instant | null,
  read: (deps: WebDeps) => Promise<Value>,
): Promise<Value> {
  if (at === null) return await read(deps);
  // What was stored in that very instant is part of what was known: windows end before their end.
  const justAfter = at.add({ milliseconds: 1 });
  return await gatherAsOf(deps.db, at, (db) => read({ ...deps, db, now: () => justAfter }));
}
