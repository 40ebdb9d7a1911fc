/** What changed, in the order in which it became true. */
import type { ChangeKind, Stance } from './schema.ts';
import type { Db } from './store.ts';

/** One change. `detail` is the state of a quote, the verdict of a person, a role in a story, or why a version was kept. */
export type Change = {
  readonly seq: number;
  readonly kind: ChangeKind;
  readonly articleId: number;
  readonly versionId: number | null;
  readonly taggingId: number | null;
  readonly claim: string | null;
  readonly stance: Stance | null;
  readonly detail: string | null;
  readonly originId: number | null;
  readonly at: string;
};

/** The changes behind a number, oldest first, at most `limit`. Whoever goes on from the last one misses none. */
export async function listChanges(
  db: Db,
  options: { readonly after: number; readonly limit: number },
): Promise<readonly Change[]> {
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .where('seq', '>', options.after)
    .orderBy('seq')
    .limit(options.limit)
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    kind: row.kind,
    articleId: row.article_id,
    versionId: row.version_id,
    taggingId: row.tagging_id,
    claim: row.claim_id,
    stance: row.stance,
    detail: row.detail,
    originId: row.origin_id,
    at: row.at.toString(),
  }));
}
