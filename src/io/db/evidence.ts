/**
 * What counts as evidence, in one place: current taggings with status `tag` of relevant articles, unless a person rejected them. Copies
 * count once with the original whose words they repeat, and what a machine respun counts for nothing: its quotes may be garbled. A
 * quote that its publisher altered or took away was still said: it counts on beside what the page says now, and is shown as such.
 * Balance, quotes and numbers read through the same rule, so a count and its list cannot disagree.
 */
import { type QueryCreator, type RawBuilder, type SqlBool, sql } from 'kysely';
import { findClaimAmount } from '#src/core/claim/tolerance.ts';
import { emptyTally, type Tally } from '#src/core/digest/balance.ts';
import type { DigestClaim, DigestQuote, SeenNumber } from '#src/core/digest/digest.ts';
import { heldStance, isCounted, isStandingVerdict, judgedBy } from './last-word.ts';
import { departedTaggings, listChangedArticles, readFates } from './quote-fates.ts';
import type { Schema, Stance } from './schema.ts';
import { spokenIn } from './spoken.ts';
import type { Db } from './store.ts';

/** Quotes read of the articles whose quotes changed in a window. */
const changedMax = 2_000;

/** A half-open window over the instant an article first took a stance; null is open on that side. */
export type EvidenceWindow = {
  readonly from: Temporal.Instant | null;
  readonly until: Temporal.Instant | null;
  /** Only these claims; null = every listed one. */
  readonly claims: readonly string[] | null;
  /** Instead of what was first said in the window: what a run over the archive found in it, in articles read before. */
  readonly isRegained?: boolean;
  /** Only these articles; every one when left out. */
  readonly articles?: readonly number[];
  /** Only articles that repeat one of these, or are one of them; every one when left out. */
  readonly origins?: readonly number[];
};

/** Independent origins per listed claim and stance, of what was first stored before `at`. Claims without evidence are absent. */
export async function tallyClaims(
  db: Db,
  options: { readonly at: Temporal.Instant },
): Promise<ReadonlyMap<string, Tally>> {
  const rows = await countable(db, { from: null, until: options.at, claims: null })
    .select(['taggings.claim_id', heldStance.as('held')])
    .select((eb) => eb.cast<number>(eb.fn.count(originOf).distinct(), 'integer').as('origins'))
    .groupBy(['taggings.claim_id', 'held'])
    .execute();
  const tallies = new Map<string, Tally>();
  for (const { claim_id, held, origins } of rows) {
    tallies.set(claim_id, { ...(tallies.get(claim_id) ?? emptyTally), [held]: origins });
  }
  return tallies;
}

/**
 * The quotes in the window, newest first, at most `limit`. Of articles that repeat each other one speaks for all, the original where it
 * takes the stance itself; its quote is as old as the first of them. Asked for single articles, it gives each one's own.
 */
export async function listQuotes(
  db: Db,
  options: EvidenceWindow & { readonly limit: number },
): Promise<readonly DigestQuote[]> {
  const { from, isRegained = false, articles } = options;
  const rows = await listSpeaking(db, { ...options, from: isRegained ? from : null })
    .$if(articles === undefined, (query) => query.where('counted.place', '=', 1))
    .$if(from !== null && !isRegained, (query) => query.where('repeated.stored_at', '>=', from))
    .orderBy('repeated.stored_at', 'desc')
    .orderBy('counted.id', 'desc')
    .limit(options.limit)
    .execute();
  return await readQuotes(db, rows);
}

/** The quotes that speak for these origins, one row each: what `standings` repeats, of unlisted claims too. */
export function listOriginQuotes(db: QueryCreator<Schema>, origins: readonly number[]) {
  return listSpeaking(db, { from: null, until: null, claims: null, origins, isAnyClaim: true }).where(
    'counted.place',
    '=',
    1,
  );
}

/** The taggings that count with how often they are repeated. */
function listSpeaking(db: QueryCreator<Schema>, window: EvidenceWindow & { readonly isAnyClaim?: boolean }) {
  return db
    .with('counted', (cte) => listCounted(cte, window))
    .with('repeated', (cte) =>
      cte
        .selectFrom('counted')
        .groupBy(['claim_id', 'held', 'origin_id'])
        .select(['claim_id', 'held', 'origin_id'])
        .select((eb) => [
          eb.fn.min('first_stored_at').as('stored_at'),
          eb.cast<number>(eb.fn.count('article_id').distinct(), 'integer').as('article_count'),
          eb.cast<number>(eb.fn.count('outlet').distinct(), 'integer').as('outlet_count'),
        ]),
    )
    .selectFrom('counted')
    .innerJoin('repeated', (join) =>
      join
        .onRef('repeated.claim_id', '=', 'counted.claim_id')
        .onRef('repeated.held', '=', 'counted.held')
        .onRef('repeated.origin_id', '=', 'counted.origin_id'),
    )
    .select([
      'counted.id as tagging_id',
      'counted.claim_id',
      'counted.held as stance',
      'counted.origin_id',
      'repeated.stored_at',
      'repeated.article_count',
      'repeated.outlet_count',
    ])
    .select(
      sql<boolean>`row_number() over (
        partition by counted.claim_id, counted.held, counted.origin_id order by counted.place, counted.id) = 1`.as(
        'is_first',
      ),
    );
}

/** A quote that speaks for its origin, and how often its words are repeated. */
export type SpeakingQuote = {
  readonly tagging_id: number;
  readonly stance: Stance;
  readonly origin_id: number;
  readonly stored_at: Temporal.Instant;
  readonly article_count: number;
  readonly outlet_count: number;
};

/** These quotes in full, in their order. */
export async function readQuotes(db: Db, speaking: readonly SpeakingQuote[]): Promise<readonly DigestQuote[]> {
  if (speaking.length === 0) return [];
  const rows = await db
    .selectFrom('taggings')
    .innerJoin('articles', 'articles.id', 'taggings.article_id')
    .innerJoin('evidence', (join) =>
      join.onRef('evidence.tagging_id', '=', 'taggings.id').on('evidence.position', '=', 0),
    )
    .innerJoin('versions', 'versions.id', 'taggings.version_id')
    .leftJoin('verdicts', (join) => join.on(isStandingVerdict))
    .select(['taggings.id', 'taggings.article_id', 'taggings.claim_id', 'taggings.speaker', judgedBy.as('judged_by')])
    .select(['evidence.quote', 'evidence.field', 'versions.lang', 'versions.title', 'versions.published'])
    .select([
      'versions.text_from',
      'versions.number as version',
      'articles.outlet',
      'articles.url',
      'articles.resource_id',
    ])
    .select(['verdicts.verdict', 'verdicts.given_by', spokenIn('evidence', 'taggings.version_id').as('spoken')])
    .where('taggings.id', 'in', sql<number>`(select unnest(${speaking.map(({ tagging_id }) => tagging_id)}::int8[]))`)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const fates = await readFates(db, rows);
  return speaking.flatMap(({ tagging_id, stance, origin_id, stored_at, article_count, outlet_count }) => {
    const row = byId.get(tagging_id);
    if (row === undefined) return [];
    return [
      {
        ...fates.of(row),
        taggingId: row.id,
        articleId: row.article_id,
        claim: row.claim_id,
        stance,
        speaker: row.speaker,
        quote: row.quote,
        field: row.field,
        lang: row.spoken?.lang ?? row.lang,
        outlet: row.outlet,
        title: row.title,
        url: row.url,
        textFrom: row.text_from,
        publishedAt: row.published,
        storedAt: stored_at.toString(),
        originId: origin_id,
        repeated: article_count < 2 ? null : { articleCount: article_count - 1, outletCount: outlet_count },
        answer:
          row.verdict === null || row.verdict === 'reject' ? null : { verdict: row.verdict, by: row.given_by ?? '' },
        judgedBy: row.judged_by,
        spoken: row.spoken,
      },
    ];
  });
}

/** The quotes whose change was first seen in the window, newest change first. */
export async function listChangedQuotes(db: Db, window: EvidenceWindow): Promise<readonly DigestQuote[]> {
  const articles = await listChangedArticles(db, window);
  if (articles.length === 0) return [];
  const quotes = await listQuotes(db, { from: null, until: null, claims: window.claims, articles, limit: changedMax });
  const isInside = ({ change }: DigestQuote): boolean =>
    change !== null &&
    (window.from === null || Temporal.Instant.compare(change.seenAt, window.from) >= 0) &&
    (window.until === null || Temporal.Instant.compare(change.seenAt, window.until) < 0);
  return quotes
    .filter(isInside)
    .toSorted((a, b) => (b.change?.seenAt ?? '').localeCompare(a.change?.seenAt ?? '') || b.taggingId - a.taggingId);
}

/** The numbers in the window, newest first, one per origin, claim and value, each with its earlier sighting if there is one. */
export async function listNumbers(db: Db, options: EvidenceWindow): Promise<readonly SeenNumber[]> {
  const rows = await countable(db, { ...options, from: null })
    .innerJoin('quantities', 'quantities.tagging_id', 'taggings.id')
    .select([
      'taggings.claim_id',
      'taggings.article_id',
      'taggings.speaker',
      'articles.outlet',
      'quantities.written',
      'quantities.value',
      'quantities.min',
      'quantities.max',
      'quantities.unit',
      'quantities.modifier',
      'quantities.measure',
      originOf.as('origin_id'),
    ])
    .select([heldStance.as('stance'), writeInstant(sql`taggings.first_stored_at`).as('stored_at')])
    .select(isBefore(sql`taggings.first_stored_at`, options.from).as('is_before'))
    .orderBy('taggings.first_stored_at')
    .orderBy('taggings.id')
    .orderBy('quantities.position')
    .execute();
  return readNumbers(rows);
}

/** A number as it is read, oldest first; `is_before` = first stored before the window, and only an earlier sighting. */
export type NumberRow = Omit<SeenNumber, 'claim' | 'articleId' | 'storedAt' | 'firstSeenAt'> & {
  readonly claim_id: string;
  readonly article_id: number;
  readonly stored_at: string;
  readonly origin_id: number;
  readonly is_before: boolean;
};

/** Numbers newest first, each once per origin and with its earlier sighting. */
export function readNumbers(rows: readonly NumberRow[]): readonly SeenNumber[] {
  const firstSeen = new Map<string, string>();
  const listed = new Set<string>();
  const numbers: SeenNumber[] = [];
  for (const { claim_id: claim, article_id: articleId, stored_at: storedAt, origin_id, is_before, ...rest } of rows) {
    const number = `${claim} ${rest.value} ${rest.min} ${rest.max} ${rest.unit} ${rest.measure}`;
    const earlier = firstSeen.get(number) ?? null;
    if (earlier === null) firstSeen.set(number, storedAt);
    // A copy that repeats the number of its original is no other sighting of it.
    const sighting = `${number} ${origin_id}`;
    if (listed.has(sighting)) continue;
    listed.add(sighting);
    if (!is_before) numbers.push({ claim, articleId, ...rest, storedAt, firstSeenAt: earlier });
  }
  return numbers.reverse();
}

/** An instant as RFC 3339 in UTC, as `Temporal` writes it: where there are thousands, making the objects costs more than the query. */
export function writeInstant(instant: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`rtrim(rtrim(to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'`;
}

/** Whether an instant lies before a window that begins at `from`; null = it has no beginning. */
export function isBefore(instant: RawBuilder<unknown>, from: Temporal.Instant | null): RawBuilder<boolean> {
  return from === null ? sql<boolean>`false` : sql<boolean>`${instant} < ${from}`;
}

/** The listed claims in the order of the ledger. */
export async function listDigestClaims(db: Db): Promise<readonly DigestClaim[]> {
  const rows = await db
    .selectFrom('claims')
    .select(['id', 'short', 'statement', 'definition'])
    .where('is_listed', '=', true)
    .orderBy('position')
    .execute();
  return rows.map(({ id, short, statement, definition }) => ({
    id,
    short,
    statement,
    amount: findClaimAmount(definition),
  }));
}

/** The article whose words a tagging's article repeats; itself when it is an original, or has no place yet. */
export const originOf = sql<number>`coalesce(story_members.origin_id, taggings.article_id)`;

/** The taggings that count with what is shown of them; `place` is 1 for the article that speaks for all who repeat it. */
function listCounted(db: QueryCreator<Schema>, window: EvidenceWindow & { readonly isAnyClaim?: boolean }) {
  return countable(db, window)
    .select([
      'taggings.id',
      'taggings.article_id',
      'taggings.claim_id',
      'taggings.first_stored_at',
      'articles.outlet',
      originOf.as('origin_id'),
    ])
    .select(heldStance.as('held'))
    .select(
      sql<number>`(dense_rank() over (
        partition by taggings.claim_id, ${heldStance}, ${originOf}
        order by taggings.article_id <> ${originOf}, taggings.article_id))::int`.as('place'),
    );
}

/** The taggings that count, in a window. */
export function countable(db: QueryCreator<Schema>, window: EvidenceWindow & { readonly isAnyClaim?: boolean }) {
  const { from, until, claims, articles, origins, isRegained = false, isAnyClaim = false } = window;
  return db
    .selectFrom('taggings')
    .innerJoin('articles', 'articles.id', 'taggings.article_id')
    .innerJoin('claims', 'claims.id', 'taggings.claim_id')
    .leftJoin('verdicts', (join) => join.on(isStandingVerdict))
    .leftJoin('story_members', (join) =>
      join.onRef('story_members.article_id', '=', 'taggings.article_id').on('story_members.until', 'is', null),
    )
    .where(sql<SqlBool>`story_members.role is distinct from 'spun'`)
    .where(
      sql<SqlBool>`(taggings.version_id = articles.current_version_id and articles.is_relevant
        or taggings.id in ${departedTaggings})`,
    )
    .where('taggings.closed_at', 'is', null)
    .$if(!isAnyClaim, (query) => query.where('claims.is_listed', '=', true))
    .where(isCounted)
    .$if(origins !== undefined, (query) => query.where(repeatsOneOf(origins ?? [])))
    .$if(from !== null && !isRegained, (query) => query.where('taggings.first_stored_at', '>=', from))
    .$if(until !== null && !isRegained, (query) => query.where('taggings.first_stored_at', '<', until))
    .$if(isRegained, (query) => query.where(wasRegained(window)))
    .$if(articles !== undefined, (query) =>
      query.where('taggings.article_id', 'in', articles === undefined || articles.length === 0 ? [0] : [...articles]),
    )
    .$if(claims !== null, (query) =>
      query.where('taggings.claim_id', 'in', claims === null || claims.length === 0 ? [''] : [...claims]),
    );
}

/** As a set of articles first: whose words a tagging's article repeats is no column that an index knows. */
function repeatsOneOf(origins: readonly number[]) {
  const ids = sql`select unnest(${[...origins]}::int8[])`;
  return sql<SqlBool>`taggings.article_id in (${ids} union
      select m.article_id from story_members m where m.until is null and m.origin_id in (${ids}))
    and ${originOf} in (${ids})`;
}

/**
 * Whether a run over the archive made a tagging in the window: in an article that had not taken the stance before, and not in
 * taking a later run back, which puts former taggings up again after their own run has ended.
 */
function wasRegained({ from, until }: EvidenceWindow) {
  return sql<SqlBool>`taggings.first_stored_at < ${from} and taggings.created_at >= ${from} and taggings.created_at < ${until}
    and exists (select 1 from retag_runs r
      where r.id = taggings.run_id and (r.finished_at is null or taggings.created_at <= r.finished_at))
    and not exists (select 1 from taggings earlier where earlier.article_id = taggings.article_id and earlier.id < taggings.id
      and earlier.claim_id = taggings.claim_id and earlier.stance = taggings.stance and earlier.status = 'tag')`;
}
