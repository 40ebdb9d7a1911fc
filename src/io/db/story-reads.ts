/** Stories as people read them: of each article its current place, and the originals with those who repeat them. */
import type { StoryRole } from '#src/core/story/origin.ts';
import { type ArticleTagging, listTaggings } from './article-reads.ts';
import type { Db } from './store.ts';

/** Articles read of one story; the counts below them stay right. */
const membersMax = 1_000;

/** An article of a story. `appearedAt` is RFC 3339; `sameWords` is the share, 0 to 1, that it has of the article it repeats. */
export type StoryMember = {
  readonly articleId: number;
  readonly title: string;
  readonly outlet: string;
  readonly lang: string | null;
  readonly appearedAt: string;
  readonly role: StoryRole;
  readonly originId: number;
  readonly repeatsId: number | null;
  readonly sameWords: number | null;
  readonly credit: string | null;
};

/** An original with what it says about the claims, and the articles that repeat it, earliest first. */
export type StoryOrigin = StoryMember & {
  readonly taggings: readonly Pick<ArticleTagging, 'claim' | 'stance'>[];
  readonly copies: readonly StoryMember[];
};

/** A story: named after its first article, its origins in order of appearance. */
export type StoryPage = {
  readonly id: number;
  readonly title: string;
  readonly lang: string | null;
  readonly firstAppearedAt: string;
  readonly articleCount: number;
  readonly outletCount: number;
  readonly originCount: number;
  readonly claims: readonly string[];
  readonly origins: readonly StoryOrigin[];
};

/** One story; null when there is none of that id, or nothing of it is kept. */
export async function findStory(db: Db, id: number): Promise<StoryPage | null> {
  const rows = await db
    .selectFrom('story_members as member')
    .innerJoin('articles', 'articles.id', 'member.article_id')
    .innerJoin('article_sketches as sketch', 'sketch.article_id', 'articles.id')
    .select([
      'articles.id',
      'articles.title',
      'articles.outlet',
      'articles.lang',
      'articles.current_version_id',
      'sketch.appeared_at',
      'member.role',
      'member.origin_id',
      'member.repeats_id',
      'member.same_words',
      'member.credit',
    ])
    .where('member.story_id', '=', id)
    .where('member.until', 'is', null)
    .where('articles.is_kept', '=', true)
    .orderBy('sketch.appeared_at')
    .orderBy('articles.id')
    .limit(membersMax)
    .execute();
  const [first] = rows;
  if (first === undefined) return null;
  const inStory = new Set(rows.map((row) => row.id));
  const byOrigin = Map.groupBy(rows, (row) => (inStory.has(row.origin_id) ? row.origin_id : row.id));
  const versionIds = rows.flatMap((row) => (byOrigin.has(row.id) ? (row.current_version_id ?? []) : []));
  const taggings = await listTaggings(db, versionIds);
  const origins = [...byOrigin].flatMap(([originId, group]): readonly StoryOrigin[] => {
    const origin = group.find((row) => row.id === originId);
    if (origin === undefined) return [];
    const counted = (taggings.get(origin.current_version_id ?? 0) ?? []).filter(({ status }) => status === 'tag');
    return [
      {
        ...toMember(origin),
        taggings: counted.map(({ claim, stance }) => ({ claim, stance })),
        copies: group.filter((row) => row.id !== originId).map(toMember),
      },
    ];
  });
  const ordered = origins.toSorted((a, b) => a.appearedAt.localeCompare(b.appearedAt) || a.articleId - b.articleId);
  return {
    id,
    title: first.title,
    lang: first.lang,
    firstAppearedAt: first.appeared_at.toString(),
    articleCount: rows.length,
    outletCount: new Set(rows.map((row) => row.outlet)).size,
    originCount: ordered.length,
    claims: [...new Set(ordered.flatMap((origin) => origin.taggings.map(({ claim }) => claim)))],
    origins: ordered,
  };
}

function toMember(row: {
  readonly id: number;
  readonly title: string;
  readonly outlet: string;
  readonly lang: string | null;
  readonly appeared_at: Temporal.Instant;
  readonly role: StoryRole;
  readonly origin_id: number;
  readonly repeats_id: number | null;
  readonly same_words: number | null;
  readonly credit: string | null;
}): StoryMember {
  return {
    articleId: row.id,
    title: row.title,
    outlet: row.outlet,
    lang: row.lang,
    appearedAt: row.appeared_at.toString(),
    role: row.role,
    originId: row.origin_id,
    repeatsId: row.repeats_id,
    sameWords: row.same_words,
    credit: row.credit,
  };
}
