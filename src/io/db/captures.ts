/** What was read of each article, for archives. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import type { StoredResponse } from './schema.ts';
import type { Db } from './store.ts';

/** One reading of an article with where its bytes are. `documentHash` is null when there never was a page. */
export type Capture = {
  readonly versionId: number;
  readonly articleKey: string;
  readonly number: number;
  readonly url: string | null;
  readonly seenAt: Temporal.Instant;
  readonly title: string;
  readonly text: string;
  readonly documentHash: string | null;
  readonly response: StoredResponse | null;
};

/** Every article, in an order that is the same in any store that holds the same: by key, byte for byte. */
export async function listArticlesInOrder(db: Db): Promise<readonly number[]> {
  const rows = await db.selectFrom('articles').select('id').orderBy(sql`key collate "C"`).execute();
  return rows.map(({ id }) => id);
}

/** The readings of some articles, in the order of `articleIds` and of their numbers. */
export async function listCaptures(db: Db, articleIds: readonly number[]): Promise<readonly Capture[]> {
  if (articleIds.length === 0) return [];
  const rows = await db
    .selectFrom('versions')
    .innerJoin('articles', 'articles.id', 'versions.article_id')
    .select(['versions.id', 'articles.key', 'articles.url', 'versions.number', 'versions.seen_at', 'versions.title'])
    .select(['versions.text', 'versions.document_hash', 'versions.response'])
    .where('versions.article_id', 'in', [...articleIds])
    .orderBy(sql`articles.key collate "C"`)
    .orderBy('versions.number')
    .execute();
  return rows.map((row) => ({
    versionId: row.id,
    articleKey: row.key,
    number: row.number,
    url: row.url,
    seenAt: row.seen_at,
    title: row.title,
    text: row.text,
    documentHash: row.document_hash,
    response: row.response,
  }));
}

/** The documents that more than one version was read from. */
export async function listSharedDocuments(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('versions')
    .select('document_hash')
    .where('document_hash', 'is not', null)
    .groupBy('document_hash')
    .having((eb) => eb.fn.countAll(), '>', 1)
    .execute();
  return new Set(rows.flatMap(({ document_hash: hash }) => (hash === null ? [] : [hash])));
}

/** The bytes of a document; null when they were thrown away for their age. */
export async function findDocument(db: Db, hash: string): Promise<Uint8Array | null> {
  const row = await db.selectFrom('documents').select('body_gzip').where('hash', '=', hash).executeTakeFirst();
  return row === undefined || row.body_gzip === null ? null : gunzipSync(row.body_gzip);
}

/** What is known of some documents, instants as RFC 3339; sorted by hash. */
export async function listDocumentRows(db: Db, hashes: readonly string[]) {
  if (hashes.length === 0) return [];
  const rows = await db
    .selectFrom('documents')
    .select(['hash', 'byte_count', 'stored_at', 'pruned_at'])
    .where('hash', 'in', [...hashes])
    .orderBy('hash')
    .execute();
  return rows.map(({ stored_at, pruned_at, ...row }) => ({
    ...row,
    stored_at: stored_at.toString(),
    pruned_at: pruned_at?.toString() ?? null,
  }));
}

/** Which of these documents are here. */
export async function listKnownDocuments(db: Db, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await db
    .selectFrom('documents')
    .select('hash')
    .where('hash', 'in', [...hashes])
    .execute();
  return new Set(rows.map(({ hash }) => hash));
}

/** Adds a document that came out of an archive; `body` null = its bytes were thrown away before. */
export async function insertDocument(
  db: Db,
  document: {
    readonly hash: string;
    readonly body: Uint8Array | null;
    readonly byteCount: number;
    readonly storedAt: Temporal.Instant;
    readonly prunedAt: Temporal.Instant | null;
  },
): Promise<void> {
  const { hash, body, byteCount, storedAt, prunedAt } = document;
  const row = {
    hash,
    body_gzip: body === null ? null : gzipSync(body),
    byte_count: byteCount,
    stored_at: storedAt,
    pruned_at: prunedAt,
  };
  await db
    .insertInto('documents')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
