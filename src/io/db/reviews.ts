import type { Spoken } from '#src/core/caption/spoken.ts';
import { type Context, findContext } from '#src/core/display/context.ts';
import type { Explanation } from '#src/core/tagging/explain.ts';
import { readExplanation } from './explanations.ts';
import { isStandingVerdict } from './last-word.ts';
import type { Stance } from './schema.ts';
import { spokenIn } from './spoken.ts';
import type { Db } from './store.ts';

/** More than these are counted as "more": nobody answers them in one sitting, and counting all would slow every page. */
const waitingCountMax = 100;

/** One quote with all that a person needs to judge it. `storedAt` and `publishedAt` are RFC 3339 (or a day). */
export type ReviewCard = Context & {
  readonly taggingId: number;
  readonly articleId: number;
  readonly claim: string;
  readonly statement: string;
  readonly stance: Stance;
  readonly speaker: string | null;
  readonly quote: string;
  readonly field: 'text' | 'title';
  readonly lang: string | null;
  readonly title: string;
  readonly outlet: string;
  readonly url: string | null;
  readonly publishedAt: string | null;
  readonly storedAt: string;
  readonly explanation: Explanation | null;
  /** Set when it stands in captions or a transcript. */
  readonly spoken: Spoken | null;
};

/** How many quotes of one claim wait. */
export type WaitingCount = { readonly claim: string; readonly count: number };

/** How many quotes wait; counted to a hundred, `hasMore` when there are more. */
export async function countWaiting(db: Db): Promise<{ readonly count: number; readonly hasMore: boolean }> {
  const rows = await waitingQuotes(db)
    .select('taggings.id')
    .limit(waitingCountMax + 1)
    .execute();
  return { count: Math.min(rows.length, waitingCountMax), hasMore: rows.length > waitingCountMax };
}

/** How many quotes wait by claim, in the order of the ledger; claims without any are absent. */
export async function countWaitingByClaim(db: Db): Promise<readonly WaitingCount[]> {
  const rows = await waitingQuotes(db)
    .select(['taggings.claim_id', 'claims.position'])
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .groupBy(['taggings.claim_id', 'claims.position'])
    .orderBy('claims.position')
    .execute();
  return rows.map(({ claim_id: claim, count }) => ({ claim, count }));
}

/** The quotes that wait, newest first, at most `limit`. */
export async function listWaiting(
  db: Db,
  options: { readonly claim: string | null; readonly limit: number },
): Promise<readonly ReviewCard[]> {
  const { claim } = options;
  const rows = await waitingQuotes(db)
    .innerJoin('evidence', (join) =>
      join.onRef('evidence.tagging_id', '=', 'taggings.id').on('evidence.position', '=', 0),
    )
    .innerJoin('versions', 'versions.id', 'taggings.version_id')
    .select(['taggings.id', 'taggings.article_id', 'taggings.claim_id', 'taggings.stance', 'taggings.speaker'])
    .select(['taggings.explain', 'taggings.first_stored_at', 'claims.statement'])
    .select(['evidence.quote', 'evidence.field', 'evidence.start_offset', 'evidence.end_offset'])
    .select([
      'versions.title',
      'versions.text',
      'versions.lang',
      'versions.published',
      'articles.outlet',
      'articles.url',
    ])
    .select(spokenIn('evidence', 'taggings.version_id').as('spoken'))
    .$if(claim !== null, (query) => query.where('taggings.claim_id', '=', claim ?? ''))
    .orderBy('taggings.first_stored_at', 'desc')
    .orderBy('taggings.id', 'desc')
    .limit(options.limit)
    .execute();
  return rows.map((row) => ({
    taggingId: row.id,
    articleId: row.article_id,
    claim: row.claim_id,
    statement: row.statement,
    stance: row.stance,
    speaker: row.speaker,
    quote: row.quote,
    field: row.field,
    ...(row.field === 'text'
      ? findContext(row.text, { start: row.start_offset, end: row.end_offset })
      : { before: '', after: '' }),
    lang: row.spoken?.lang ?? row.lang,
    title: row.title,
    outlet: row.outlet,
    url: row.url,
    publishedAt: row.published,
    storedAt: row.first_stored_at.toString(),
    explanation: readExplanation(row.explain),
    spoken: row.spoken,
  }));
}

/** An answered quote as an example of its claim: the words, and what a person said about them. */
export type AnsweredExample = {
  readonly claim: string;
  readonly title: string;
  readonly quote: string;
  /** The stance that a person gave or confirmed; null = not about the claim. */
  readonly stance: Stance | null;
};

/** The answers that stand, as examples, in the order of the ledger and of their giving. */
export async function listAnsweredExamples(db: Db): Promise<readonly AnsweredExample[]> {
  const rows = await db
    .selectFrom('verdicts')
    .innerJoin('taggings', (join) =>
      join
        .onRef('taggings.version_id', '=', 'verdicts.version_id')
        .onRef('taggings.claim_id', '=', 'verdicts.claim_id')
        .onRef('taggings.stance', '=', 'verdicts.stance')
        .on('taggings.closed_at', 'is', null),
    )
    .innerJoin('evidence', (join) =>
      join.onRef('evidence.tagging_id', '=', 'taggings.id').on('evidence.position', '=', 0),
    )
    .innerJoin('versions', 'versions.id', 'verdicts.version_id')
    .innerJoin('claims', 'claims.id', 'verdicts.claim_id')
    .select(['verdicts.claim_id', 'verdicts.verdict', 'verdicts.stance', 'verdicts.new_stance'])
    .select(['evidence.quote', 'evidence.field', 'versions.title'])
    .where('verdicts.undone_at', 'is', null)
    .orderBy('claims.position')
    .orderBy('verdicts.given_at')
    .orderBy('verdicts.id')
    .execute();
  return rows.map((row) => ({
    claim: row.claim_id,
    title: row.field === 'title' ? '' : row.title,
    quote: row.quote,
    stance: row.verdict === 'reject' ? null : (row.new_stance ?? row.stance),
  }));
}

/** Quotes of relevant articles that the rules were not sure about, and neither a person nor a judge has answered. */
export function waitingQuotes(db: Db) {
  return db
    .selectFrom('taggings')
    .innerJoin('articles', 'articles.id', 'taggings.article_id')
    .innerJoin('claims', 'claims.id', 'taggings.claim_id')
    .leftJoin('opinions', 'opinions.tagging_id', 'taggings.id')
    .leftJoin('verdicts', (join) => join.on(isStandingVerdict))
    .whereRef('taggings.version_id', '=', 'articles.current_version_id')
    .where('taggings.closed_at', 'is', null)
    .where('claims.is_listed', '=', true)
    .where('articles.is_relevant', '=', true)
    .where('taggings.status', '=', 'candidate')
    .where('opinions.tagging_id', 'is', null)
    .where('verdicts.id', 'is', null);
}
