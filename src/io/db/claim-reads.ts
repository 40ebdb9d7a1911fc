/** Claims as people read them. What counts as evidence is decided in `evidence.ts` alone. */
import { countOrigins, emptyTally, type Tally } from '#src/core/balance.ts';
import { countDays, type DatedMove, type DatedValue, listMoves } from '#src/core/claim-history.ts';
import { type ClaimAmount, type DigestQuote, fitAmount, type SeenNumber } from '#src/core/digest.ts';
import { localDay } from '#src/core/display-time.ts';
import { listDigestClaims, listNumbers, listQuotes, tallyClaims } from './evidence.ts';
import type { Db } from './store.ts';

/** Days in the small chart of the list. */
export const sparkDays = 14;
/** Quotes read for the list and for one claim's history; beyond this the counts stay right and the charts show the newest part. */
const quotesMax = 5_000;

/** When a page is read, and in which zone its days begin. */
export type ReadingTime = { readonly now: Temporal.Instant; readonly zone: string };

/** A claim in the list. `days` are its new origins on each of the last 14 days, today last; `newCount` is today's. */
export type ClaimRow = {
  readonly id: string;
  readonly short: string;
  readonly statement: string;
  readonly tally: Tally;
  readonly days: readonly number[];
  readonly newCount: number;
  readonly hasMovedToday: boolean;
  readonly lastQuoteAt: string | null;
  readonly addedAt: string;
};

/** A claim with all that was said about it. `quotes` and `numbers` are newest first, `moves` are dated, newest first. */
export type ClaimPage = {
  readonly id: string;
  readonly short: string;
  readonly statement: string;
  readonly amount: ClaimAmount | null;
  readonly addedAt: string;
  readonly tally: Tally;
  readonly quotes: readonly DigestQuote[];
  readonly numbers: readonly SeenNumber[];
  readonly moves: readonly DatedMove[];
};

/** The listed claims in the order of the ledger. */
export async function listClaimRows(db: Db, at: ReadingTime): Promise<readonly ClaimRow[]> {
  const claims = await listDigestClaims(db);
  const added = await listAddedAt(db);
  const tallies = await tallyClaims(db, { at: at.now });
  const today = localDay(at.now, at.zone);
  const before = await tallyClaims(db, { at: startOfDay(today, at.zone) });
  const quotes = await listQuotes(db, { from: null, until: at.now, claims: null, limit: quotesMax });
  const quotesOf = Map.groupBy(quotes, (quote) => quote.claim);
  const numbers = await listNumbers(db, { from: null, until: at.now, claims: null });
  const numbersOf = Map.groupBy(numbers, (number) => number.claim);
  return claims.map(({ id, short, statement, amount }) => {
    const own = quotesOf.get(id) ?? [];
    const days = countDays(own, { zone: at.zone, today, count: sparkDays });
    const values = listValues(numbersOf.get(id) ?? [], amount);
    const [newest] = listMoves(own, { values, zone: at.zone });
    return {
      id,
      short,
      statement,
      tally: tallies.get(id) ?? emptyTally,
      days,
      newCount: countOrigins(tallies.get(id) ?? emptyTally) - countOrigins(before.get(id) ?? emptyTally),
      hasMovedToday: newest?.date === today,
      lastQuoteAt: own[0]?.storedAt ?? null,
      addedAt: added.get(id) ?? at.now.toString(),
    };
  });
}

/** One listed claim; null when the ledger has none of that id. */
export async function findClaim(db: Db, id: string, at: ReadingTime): Promise<ClaimPage | null> {
  const claim = (await listDigestClaims(db)).find((known) => known.id === id);
  if (claim === undefined) return null;
  const window = { from: null, until: at.now, claims: [id] };
  const quotes = await listQuotes(db, { ...window, limit: quotesMax });
  const numbers = await listNumbers(db, window);
  const tallies = await tallyClaims(db, { at: at.now });
  const added = await listAddedAt(db);
  return {
    ...claim,
    addedAt: added.get(id) ?? at.now.toString(),
    tally: tallies.get(id) ?? emptyTally,
    quotes,
    numbers,
    moves: listMoves(quotes, { values: listValues(numbers, claim.amount), zone: at.zone }),
  };
}

function listValues(numbers: readonly SeenNumber[], amount: ClaimAmount | null): readonly DatedValue[] {
  return numbers
    .filter((number) => number.firstSeenAt === null)
    .map((number) => ({
      written: number.written,
      isOutside: fitAmount(number, amount) === 'outside',
      storedAt: number.storedAt,
    }));
}

async function listAddedAt(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('claims').select(['id', 'added_at']).where('is_listed', '=', true).execute();
  return new Map(rows.map((row) => [row.id, row.added_at.toString()]));
}

function startOfDay(day: string, zone: string): Temporal.Instant {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).toInstant();
}
