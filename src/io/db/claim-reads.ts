/** Claims as people read them. What counts as evidence is decided in `evidence.ts` alone. */
import { countOrigins, emptyTally, findMoves, type Tally } from '#src/core/balance.ts';
import type { CitationTree } from '#src/core/citation-tree.ts';
import { countDays, type DatedMove, type DatedValue, listMoves, listOrigins } from '#src/core/claim-history.ts';
import { type ClaimAmount, type DigestQuote, fitAmount, type SeenNumber } from '#src/core/digest.ts';
import { calendarOf, localDay } from '#src/core/display-time.ts';
import { findCitationTree } from './citation-reads.ts';
import { listChangedQuotes, listDigestClaims, listNumbers, listQuotes, tallyClaims } from './evidence.ts';
import type { Db } from './store.ts';

/** Days in the small chart of the list. */
export const sparkDays = 14;
/** Quotes read at once: two weeks of all claims, or all of one claim. More than these are charted from their newest part on; counts stay right. */
const quotesMax = 10_000;

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
  readonly citations: CitationTree;
};

/** The listed claims in the order of the ledger. */
export async function listClaimRows(db: Db, at: ReadingTime): Promise<readonly ClaimRow[]> {
  const claims = await listDigestClaims(db);
  const added = await listAddedAt(db);
  const today = localDay(at.now, at.zone);
  const todayStart = startOfDay(today, at.zone);
  const before = await tallyClaims(db, { at: todayStart });
  const now = await tallyClaims(db, { at: at.now });
  const numbers = await listNumbers(db, { from: todayStart, until: at.now, claims: null });
  const from = startOfDay(
    Temporal.PlainDate.from(today)
      .subtract({ days: sparkDays - 1 })
      .toString(),
    at.zone,
  );
  const quotes = await listQuotes(db, { from, until: at.now, claims: null, limit: quotesMax });
  const changed = await listChangedQuotes(db, { from: todayStart, until: at.now, claims: null });
  const rows: ClaimRow[] = [];
  for (const { id, short, statement, amount } of claims) {
    const own = quotes.filter((quote) => quote.claim === id);
    const tally = now.get(id) ?? emptyTally;
    const tallyBefore = before.get(id) ?? emptyTally;
    const values = listValues(
      numbers.filter((number) => number.claim === id),
      amount,
    );
    rows.push({
      id,
      short,
      statement,
      tally,
      days: countDays(listOrigins(own), { zone: at.zone, today, count: sparkDays }),
      newCount: Math.max(0, countOrigins(tally) - countOrigins(tallyBefore)),
      hasMovedToday: findMoves(tallyBefore, tally, values).length > 0 || changed.some((quote) => quote.claim === id),
      lastQuoteAt: own[0]?.storedAt ?? (countOrigins(tally) === 0 ? null : await findLastQuoteAt(db, id, at.now)),
      addedAt: added.get(id) ?? at.now.toString(),
    });
  }
  return rows;
}

/** When a claim that was quiet for weeks was last quoted. */
async function findLastQuoteAt(db: Db, claim: string, now: Temporal.Instant): Promise<string | null> {
  const [newest] = await listQuotes(db, { from: null, until: now, claims: [claim], limit: 1 });
  return newest?.storedAt ?? null;
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
    moves: listMoves(listOrigins(quotes), {
      values: listValues(numbers, claim.amount),
      changes: quotes.flatMap(({ storedAt, change }) =>
        change === null ? [] : [{ storedAt, change, seenAt: change.seenAt }],
      ),
      calendar: calendarOf(localDay(at.now, at.zone), at.zone),
    }),
    citations: await findCitationTree(db, id),
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
