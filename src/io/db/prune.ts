/**
 * What goes when it has grown old. Evidence, its versions and their documents never do, and neither does the record that an entry or
 * an address was seen: without it, what was thrown away would be fetched again.
 */
import { sql } from 'kysely';
import type { Db } from './store.ts';

/** Rows deleted in one statement, so that nobody waits long behind it. */
const rowsPerBatch = 5_000;

/** Deletes log rows older than the given instants, in batches; gives how many went. */
export async function pruneLogs(
  db: Db,
  limits: { readonly fetchesBefore: Temporal.Instant; readonly runsBefore: Temporal.Instant },
): Promise<{ readonly fetches: number; readonly runs: number }> {
  const fetches = await inBatches(async () => {
    const old = db
      .selectFrom('fetches')
      .select('id')
      .where('started_at', '<', limits.fetchesBefore)
      .limit(rowsPerBatch);
    return (await db.deleteFrom('fetches').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
  });
  const runs = await inBatches(async () => {
    const old = db.selectFrom('job_runs').select('id').where('started_at', '<', limits.runsBefore).limit(rowsPerBatch);
    return (await db.deleteFrom('job_runs').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
  });
  return { fetches, runs };
}

/** Articles deleted in one transaction; each takes its versions along. */
const articlesPerBatch = 200;

/**
 * Deletes articles first seen and last changed before an instant that are not relevant, of which nothing was ever quoted or judged by a
 * person, that nothing else links to and nobody watches; gives how many went. Their entries and addresses stay as seen.
 */
export async function pruneUnlinkedPages(db: Db, before: Temporal.Instant): Promise<number> {
  return await inBatches(async () => {
    return await db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ id: number }>`
        select a.id from articles a
        where a.first_seen_at < ${before} and not a.is_relevant
          and not exists (select from versions v where v.article_id = a.id and (v.seen_at >= ${before} or ${isHeld}))
          and not exists (select from pages p where p.resource_id = a.resource_id and (p.is_watched or p.is_listed))
          and not exists (select from story_members m where m.article_id <> a.id and a.id in (m.origin_id, m.repeats_id))
          and not exists (select from citations c join versions v on v.id = c.version_id
            where c.target_key = a.key and v.article_id <> a.id)
        order by a.id limit ${articlesPerBatch} for update of a skip locked`.execute(tx);
      const ids = rows.map(({ id }) => id);
      if (ids.length === 0) return 0n;
      const seen = { article_id: null, is_judged: true, content_html: null };
      await tx.updateTable('items').set(seen).where('article_id', 'in', ids).execute();
      return (await tx.deleteFrom('articles').where('id', 'in', ids).executeTakeFirst()).numDeletedRows;
    });
  }, articlesPerBatch);
}

/** Documents whose bytes go in one statement. */
const documentsPerBatch = 500;

/**
 * Throws away the bytes of documents stored before an instant of which no version was ever quoted; gives how many. Their hashes stay
 * with the versions that were read from them, and a document that no version is left of goes as a whole.
 */
export async function pruneDocuments(
  db: Db,
  options: { readonly before: Temporal.Instant; readonly now: Temporal.Instant },
): Promise<number> {
  const { before, now } = options;
  const emptied = await inBatches(async () => {
    const { numAffectedRows = 0n } = await sql`
      update documents set body_gzip = null, pruned_at = ${now} where hash in (
        select d.hash from documents d where d.stored_at < ${before} and d.body_gzip is not null
          and exists (${versionsReadFrom})
          and not exists (${versionsReadFrom} and ${isHeld})
        limit ${documentsPerBatch})`.execute(db);
    return numAffectedRows;
  }, documentsPerBatch);
  const deleted = await inBatches(async () => {
    const { numAffectedRows = 0n } = await sql`
      delete from documents where hash in (
        select d.hash from documents d where d.stored_at < ${before}
          and not exists (${versionsReadFrom})
        limit ${documentsPerBatch})`.execute(db);
    return numAffectedRows;
  }, documentsPerBatch);
  return emptied + deleted;
}

/** The versions `v` whose text, or the captions in it, were read from a document `d`. */
const versionsReadFrom = sql`select from versions v left join version_captions c on c.version_id = v.id
  where d.hash in (v.document_hash, c.document_hash)`;

/** Whether a version `v` is what a quote, a person's answer or what became of a quote stands on, now or at any time before. */
const isHeld = sql<boolean>`(
  exists (select from taggings t where t.version_id = v.id)
  or exists (select from verdicts d where d.version_id = v.id)
  or exists (select from quote_states q where v.id in (q.version_id, q.found_version_id)))`;

async function inBatches(deleteBatch: () => Promise<bigint>, batch: number = rowsPerBatch): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = Number(await deleteBatch());
    total += deleted;
    if (deleted < batch) return total;
  }
}
