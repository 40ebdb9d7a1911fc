/** What became of shown quotes: which old ones still speak, and what is to be said beside each. */
import { sql } from 'kysely';
import type { DigestQuote, Unseen } from '#src/core/digest/digest.ts';
import { heldStance, isStandingVerdict } from './last-word.ts';
import type { Db } from './store.ts';

/**
 * The taggings of older versions that still speak: their quote has left the page, or was altered into words that the newest version
 * no longer holds for that claim. What they hold, with whatever stance, speaks for the article. The list is short, and both stores
 * hash it once a statement.
 */
export const departedTaggings = sql<number>`(
  select t.id from quote_states q
  join taggings t on t.version_id = q.version_id and t.closed_at is null
  join evidence e on e.tagging_id = t.id and e.position = 0 and e.field = q.field
    and e.start_offset = q.start_offset and e.end_offset = q.end_offset
  join versions v on v.id = q.version_id and v.is_relevant
  join articles a on a.id = t.article_id
  where q.closed_at is null and q.state in ('altered', 'gone') and t.version_id <> a.current_version_id
    and not exists (
      select from taggings n join evidence ne on ne.tagging_id = n.id
      where q.state = 'altered' and n.version_id = a.current_version_id and n.closed_at is null
        and n.claim_id = t.claim_id
        and ne.field = q.field and (strpos(q.words, ne.quote) > 0 or strpos(ne.quote, q.words) > 0)
    ))`;

/** A quote as its fate is looked up by. */
type Shown = {
  readonly article_id: number;
  readonly claim_id: string;
  readonly quote: string;
  /** The number of the version that it is a slice of. */
  readonly version: number;
  readonly resource_id: number | null;
};

type ChangeRow = {
  readonly article_id: number;
  readonly claim_id: string;
  readonly state: 'altered' | 'gone';
  readonly was: string;
  readonly words: string | null;
  readonly last_there_at: Temporal.Instant;
  readonly seen_at: Temporal.Instant;
  readonly version: number;
  readonly found_version: number;
};

/** What is to be said beside each of these quotes. */
export async function readFates(
  db: Db,
  shown: readonly Shown[],
): Promise<{ readonly of: (quote: Shown) => Pick<DigestQuote, 'change' | 'unseen'> }> {
  const articleIds = [...new Set(shown.map(({ article_id }) => article_id))];
  const changes = Map.groupBy(await listChanges(db, articleIds), (row) => keyOf(row));
  const resourceIds = [...new Set(shown.flatMap(({ resource_id }) => resource_id ?? []))];
  const unseen = await listUnseen(db, resourceIds);
  return {
    of: (quote) => {
      // An old quote is the one that changed; a quote of the page as it is now may be what became of one.
      const change = changes
        .get(keyOf(quote))
        ?.find(({ was, words, version }) =>
          quote.version === version ? was === quote.quote : words !== null && isPart(words, quote.quote),
        );
      return {
        change: change === undefined ? null : toChange(change),
        unseen: quote.resource_id === null ? null : (unseen.get(quote.resource_id) ?? null),
      };
    },
  };
}

/** The articles of which a quote was first seen altered or gone in a half-open window. */
export async function listChangedArticles(
  db: Db,
  window: { readonly from: Temporal.Instant | null; readonly until: Temporal.Instant | null },
): Promise<readonly number[]> {
  const { from, until } = window;
  const rows = await db
    .selectFrom('quote_states')
    .innerJoin('versions', 'versions.id', 'quote_states.version_id')
    .select('versions.article_id')
    .distinct()
    .where('quote_states.closed_at', 'is', null)
    .where('quote_states.state', 'in', ['altered', 'gone'])
    .$if(from !== null, (query) => query.where('quote_states.seen_at', '>=', from))
    .$if(until !== null, (query) => query.where('quote_states.seen_at', '<', until))
    .execute();
  return rows.map(({ article_id }) => article_id);
}

async function listChanges(db: Db, articleIds: readonly number[]): Promise<readonly ChangeRow[]> {
  if (articleIds.length === 0) return [];
  const { rows } = await sql<ChangeRow>`
    select t.article_id, t.claim_id, q.state, e.quote as was, q.words, q.last_there_at, q.seen_at, v.number as version,
      f.number as found_version
    from quote_states q
    join versions v on v.id = q.version_id
    join versions f on f.id = q.found_version_id
    join taggings t on t.version_id = q.version_id and t.closed_at is null
    join evidence e on e.tagging_id = t.id and e.field = q.field
      and e.start_offset = q.start_offset and e.end_offset = q.end_offset
    where q.closed_at is null and q.state in ('altered', 'gone') and v.article_id in (${sql.join([...articleIds])})
    order by q.seen_at desc, q.id`.execute(db);
  return rows;
}

async function listUnseen(
  db: Db,
  resourceIds: readonly number[],
): Promise<ReadonlyMap<number, { readonly since: string; readonly words: string }>> {
  if (resourceIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('unseen_spans')
    .select(['resource_id', 'began_at', 'words'])
    .where('ended_at', 'is', null)
    .where('resource_id', 'in', [...resourceIds])
    .execute();
  return new Map(rows.map(({ resource_id, began_at, words }) => [resource_id, { since: began_at.toString(), words }]));
}

function toChange(row: ChangeRow): NonNullable<DigestQuote['change']> {
  return {
    kind: row.state,
    was: row.was,
    words: row.words,
    lastThereAt: row.last_there_at.toString(),
    seenAt: row.seen_at.toString(),
    version: row.version,
    foundVersion: row.found_version,
  };
}

function keyOf({ article_id, claim_id }: { readonly article_id: number; readonly claim_id: string }): string {
  return `${article_id} ${claim_id}`;
}

function isPart(one: string, other: string): boolean {
  return one.includes(other) || other.includes(one);
}

/** A quote of an article with what has become of it. `version` is the one it was read in; instants are RFC 3339. */
export type ArticleQuote = {
  readonly taggingId: number;
  readonly claim: string;
  readonly stance: 'supports' | 'reports' | 'disputes';
  readonly quote: string;
  readonly version: number;
  readonly state: 'present' | 'moved' | 'altered' | 'gone';
  /** The words that stand in its place; null unless it was altered. */
  readonly words: string | null;
  readonly foundVersion: number | null;
  readonly lastThereAt: string | null;
  readonly seenAt: string | null;
};

/**
 * The quotes of an article: those of the version that speaks for it, and those of older ones that have moved, changed or gone. In the
 * order of the versions and of the text.
 */
export async function listArticleQuotes(db: Db, articleId: number): Promise<readonly ArticleQuote[]> {
  const { rows } = await sql<
    ArticleQuote & { readonly last: Temporal.Instant | null; readonly seen: Temporal.Instant | null }
  >`
    select taggings.id as "taggingId", taggings.claim_id as claim, ${heldStance} as stance, e.quote, v.number as version,
      coalesce(q.state, 'present') as state, q.words, f.number as "foundVersion", q.last_there_at as last, q.seen_at as seen
    from taggings
    join articles a on a.id = taggings.article_id
    join claims c on c.id = taggings.claim_id and c.is_listed
    join versions v on v.id = taggings.version_id
    join evidence e on e.tagging_id = taggings.id
    left join quote_states q on q.version_id = taggings.version_id and q.field = e.field
      and q.start_offset = e.start_offset and q.end_offset = e.end_offset and q.closed_at is null
    left join versions f on f.id = q.found_version_id
    left join verdicts on ${isStandingVerdict}
    where taggings.article_id = ${articleId} and taggings.closed_at is null and verdicts.verdict is distinct from 'reject'
      and (taggings.version_id = a.current_version_id or q.id is not null)
    order by v.number, e.field desc, e.start_offset, c.position, taggings.id, e.position`.execute(db);
  return rows.map(({ last, seen, ...row }) => ({
    ...row,
    lastThereAt: last?.toString() ?? null,
    seenAt: seen?.toString() ?? null,
  }));
}

/** Since when the page of an article cannot be looked at; null while it can. */
export async function findUnseen(db: Db, articleId: number): Promise<Unseen | null> {
  const row = await db
    .selectFrom('articles')
    .innerJoin('unseen_spans', 'unseen_spans.resource_id', 'articles.resource_id')
    .select(['unseen_spans.began_at', 'unseen_spans.words'])
    .where('articles.id', '=', articleId)
    .where('unseen_spans.ended_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : { since: row.began_at.toString(), words: row.words };
}
