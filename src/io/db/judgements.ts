/** Which rules judged which version, and what waits for other rules. Each judgement stands until the next one of its version. */
import { sql } from 'kysely';
import type { Db, Tx } from './store.ts';

/** What the rules said about the topics of one version. */
export type Judgement = {
  readonly rulesKey: string;
  readonly isKept: boolean;
  readonly isRelevant: boolean;
  readonly topics: readonly string[];
  /** The run over the archive that judged; null when the version was judged as it was read. */
  readonly runId: number | null;
};

/** Writes down the first judgement of a version, or the next one when none stands any more. */
export async function insertJudgement(
  tx: Tx,
  judgement: Judgement & { readonly versionId: number },
  now: Temporal.Instant,
): Promise<void> {
  const { versionId, rulesKey, isKept, isRelevant, topics, runId } = judgement;
  await tx
    .insertInto('judgements')
    .values({
      version_id: versionId,
      judged_at: now,
      rules_key: rulesKey,
      is_kept: isKept,
      is_relevant: isRelevant,
      topics: [...topics],
      run_id: runId,
    })
    .execute();
}

/** Holds a version until the transaction ends, and gives the rules that judged it last; null when it has been removed. */
export async function lockVersion(tx: Tx, id: number): Promise<{ readonly rulesKey: string | null } | null> {
  const row = await tx.selectFrom('versions').select('tagged_with').where('id', '=', id).forUpdate().executeTakeFirst();
  return row === undefined ? null : { rulesKey: row.tagged_with };
}

/** Judges a stored version anew: the judgement is written down, and version and article repeat it. */
export async function replaceJudgement(
  tx: Tx,
  judgement: Judgement & { readonly versionId: number },
  now: Temporal.Instant,
): Promise<void> {
  const { versionId, rulesKey, isKept, isRelevant } = judgement;
  const topics = [...judgement.topics];
  await tx
    .updateTable('judgements')
    .set({ superseded_at: now })
    .where('version_id', '=', versionId)
    .where('superseded_at', 'is', null)
    .execute();
  await insertJudgement(tx, judgement, now);
  await tx
    .updateTable('versions')
    .set({ tagged_with: rulesKey, tagged_at: now, topics, is_relevant: isRelevant })
    .where('id', '=', versionId)
    .execute();
  await tx
    .updateTable('articles')
    .set({
      // The quotes of an article that has dropped its topic are still shown, and lead to it.
      is_kept: sql<boolean>`${isKept} or exists (select from quote_states
        join versions on versions.id = quote_states.version_id
        where versions.article_id = articles.id and quote_states.closed_at is null)`,
      is_relevant: isRelevant,
      topics,
    })
    .where('current_version_id', '=', versionId)
    .execute();
}

/** Current versions that no rules have judged, oldest first, at most `limit`. */
export async function listUnjudged(db: Db, limit: number): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('versions')
    .innerJoin('articles', 'articles.current_version_id', 'versions.id')
    .select('versions.id')
    .where('versions.tagged_with', 'is', null)
    .orderBy('versions.id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** Versions that speak now, also by a quote that has left its page, and that other rules judged, with ids above `afterId`, in the order of their ids, at most `limit`. */
export async function listOutdated(
  db: Db,
  options: { readonly rulesKey: string; readonly afterId: number; readonly limit: number },
): Promise<readonly number[]> {
  const rows = await outdated(db, options.rulesKey)
    .select('versions.id')
    .where('versions.id', '>', options.afterId)
    .orderBy('versions.id')
    .limit(options.limit)
    .execute();
  return rows.map((row) => row.id);
}

/** How many stored articles stand by the judgement of other rules than these. */
export async function countOutdated(db: Db, rulesKey: string): Promise<number> {
  const { count } = await outdated(db, rulesKey)
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Below and above instead of "not equal": the index over the keys then finds nothing at once where nothing is. */
function outdated(db: Db, rulesKey: string) {
  return db
    .selectFrom('versions')
    .innerJoin('articles', 'articles.id', 'versions.article_id')
    .where(
      sql<boolean>`(versions.id = articles.current_version_id
        or versions.id in (select version_id from quote_states where closed_at is null))`,
    )
    .where((eb) => eb.or([eb('versions.tagged_with', '<', rulesKey), eb('versions.tagged_with', '>', rulesKey)]));
}
