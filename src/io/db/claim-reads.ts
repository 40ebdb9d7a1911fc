/** Claims as people read them. What counts as evidence is decided in `evidence.ts` alone. */
import { countOrigins, emptyTally, findMoves, type NewValue, stances, type Tally } from '#src/core/digest/balance.ts';
import { countDays, type DatedMove, type DayTally, listMoves } from '#src/core/digest/claim-history.ts';
import { type ClaimAmount, type DigestQuote, fitAmount, type SeenNumber } from '#src/core/digest/digest.ts';
import { calendarOf, localDay } from '#src/core/display/time.ts';
import type { CitationTree } from '#src/core/watch/citation-tree.ts';
import { findCitationTree } from './citation-reads.ts';
import { listChangedQuotes, listDigestClaims } from './evidence.ts';
import { countClaim, countStandingDays, type StandingCounts, tallyStanding } from './standing-counts.ts';
import { listOutsideNumbers, listStandingNumbers } from './standing-numbers.ts';
import { findLastQuotes, listStandingQuotes, listUnsettled } from './standings.ts';
import type { Db } from './store.ts';

/** Days in the small chart of the list. */
export const sparkDays = 14;
/** Quotes of one claim in one answer, unless more are asked for; the search lists all. */
const quotesUsual = 200;
/** Sightings of numbers of one claim in one answer, unless more are asked for: 500 take 5 ms. */
const numbersUsual = 500;

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

/**
 * A claim with all that was said about it. `quotes` and `numbers` are the newest ones, newest first; `first` is the oldest quote of all;
 * `days` are the days with new origins, oldest first; `changed` the quotes that their publishers altered or took away, newest change
 * first; `moves` are dated, newest first.
 */
export type ClaimPage = {
  readonly id: string;
  readonly short: string;
  readonly statement: string;
  readonly amount: ClaimAmount | null;
  readonly addedAt: string;
  readonly tally: Tally;
  readonly counts: StandingCounts;
  readonly days: readonly DayTally[];
  readonly quotes: readonly DigestQuote[];
  readonly first: DigestQuote | null;
  readonly changed: readonly DigestQuote[];
  readonly numbers: readonly SeenNumber[];
  /** Whether there are older numbers than these. */
  readonly hasMoreNumbers: boolean;
  readonly moves: readonly DatedMove[];
  readonly citations: CitationTree;
};

/** The listed claims in the order of the ledger. */
export async function listClaimRows(db: Db, at: ReadingTime): Promise<readonly ClaimRow[]> {
  const claims = await listDigestClaims(db);
  const added = await listAddedAt(db);
  const today = localDay(at.now, at.zone);
  const todayStart = Temporal.PlainDate.from(today).toZonedDateTime(at.zone).toInstant();
  const unsettled = await listUnsettled(db);
  const all = { claims: null, unsettled, zone: at.zone };
  const before = await tallyStanding(db, { ...all, before: today });
  const now = await tallyStanding(db, all);
  const { numbers } = await listStandingNumbers(db, { ...all, from: todayStart, limit: numbersUsual });
  const from = Temporal.PlainDate.from(today).subtract({ days: sparkDays - 1 });
  const days = await countStandingDays(db, { ...all, from: from.toString() });
  const lastQuotes = await findLastQuotes(db, all);
  const changed = await listChangedQuotes(db, { from: todayStart, until: at.now, claims: null });
  const rows: ClaimRow[] = [];
  for (const { id, short, statement, amount } of claims) {
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
      days: countDays(days.get(id) ?? [], { today, count: sparkDays }),
      newCount: Math.max(0, countOrigins(tally) - countOrigins(tallyBefore)),
      hasMovedToday: findMoves(tallyBefore, tally, values).length > 0 || changed.some((quote) => quote.claim === id),
      lastQuoteAt: lastQuotes.get(id) ?? null,
      addedAt: added.get(id) ?? at.now.toString(),
    });
  }
  return rows;
}

/** One listed claim; null when the ledger has none of that id. */
export async function findClaim(
  db: Db,
  id: string,
  at: ReadingTime & { readonly quotesMax?: number; readonly numbersMax?: number },
): Promise<ClaimPage | null> {
  const claim = (await listDigestClaims(db)).find((known) => known.id === id);
  if (claim === undefined) return null;
  const unsettled = await listUnsettled(db);
  const own = { claims: [id], unsettled, zone: at.zone };
  const days = (await countStandingDays(db, own)).get(id) ?? [];
  const limit = at.numbersMax ?? numbersUsual;
  const { numbers, hasMore } = await listStandingNumbers(db, { ...own, limit });
  const outside = await listOutsideNumbers(db, { claim: id, amount: claim.amount, unsettled, zone: at.zone });
  const changed = await listChangedQuotes(db, { from: null, until: at.now, claims: [id] });
  const added = await listAddedAt(db);
  const [first = null] = await listStandingQuotes(db, { ...own, limit: 1, isOldestFirst: true });
  return {
    ...claim,
    addedAt: added.get(id) ?? at.now.toString(),
    tally: sumDays(days),
    counts: await countClaim(db, id, unsettled),
    days,
    quotes: await listStandingQuotes(db, { ...own, limit: at.quotesMax ?? quotesUsual }),
    first,
    changed,
    numbers,
    hasMoreNumbers: hasMore,
    moves: listMoves(days, {
      values: outside.map((number) => ({ ...number, isOutside: true })),
      changes: changed.flatMap(({ storedAt, change }) =>
        change === null ? [] : [{ storedAt, change, seenAt: change.seenAt }],
      ),
      calendar: calendarOf(localDay(at.now, at.zone), at.zone),
    }),
    citations: await findCitationTree(db, id, unsettled),
  };
}

function sumDays(days: readonly DayTally[]): Tally {
  const sum = { ...emptyTally };
  for (const { added } of days) for (const stance of stances) sum[stance] += added[stance];
  return sum;
}

function listValues(numbers: readonly SeenNumber[], amount: ClaimAmount | null): readonly NewValue[] {
  return numbers
    .filter((number) => number.firstSeenAt === null)
    .map((number) => ({ written: number.written, isOutside: fitAmount(number, amount) === 'outside' }));
}

async function listAddedAt(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('claims').select(['id', 'added_at']).where('is_listed', '=', true).execute();
  return new Map(rows.map((row) => [row.id, row.added_at.toString()]));
}
