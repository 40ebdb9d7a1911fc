/** What was read of each article, for archives. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import type { StoredResponse } from './schema.ts';
import type { Db } from './store.ts';

/**
 * One reading of an article with where its bytes are, or the captions in it with theirs. `name` is what its records are called by;
 * `documentHash` is null when there never was a page.
 */
export type Capture = {
  readonly versionId: number;
  readonly name: string;
  readonly isCaptions: boolean;
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

/** The readings of some articles, in the order of `articleIds` and of their numbers, each with its captions behind it. */
export async function listCaptures(db: Db, articleIds: readonly number[]): Promise<readonly Capture[]> {
  if (articleIds.length === 0) return [];
  const rows = await db
    .selectFrom('versions')
    .innerJoin('articles', 'articles.id', 'versions.article_id')
    .select(['versions.id', 'articles.key', 'articles.url', 'versions.number', 'versions.seen_at', 'versions.title'])
    .select(['versions.text', 'versions.document_hash', 'versions.response'])
    .leftJoin('version_captions', 'version_captions.version_id', 'versions.id')
    .select(['version_captions.url as captions_url', 'start_offset', 'end_offset'])
    .select(['version_captions.document_hash as captions_hash', 'version_captions.response as captions_response'])
    .where('versions.article_id', 'in', [...articleIds])
    .orderBy(sql`articles.key collate "C"`)
    .orderBy('versions.number')
    .execute();
  return rows.flatMap((row) => {
    const { id: versionId, number, title, text, response, seen_at: seenAt } = row;
    const page = { versionId, number, title, seenAt };
    const own = { name: row.key, isCaptions: false, url: row.url, text, documentHash: row.document_hash, response };
    if (row.captions_hash === null || row.start_offset === null || row.end_offset === null)
      return [{ ...page, ...own }];
    const said = {
      name: `captions of ${row.key}`,
      isCaptions: true,
      url: row.captions_url,
      text: text.slice(row.start_offset, row.end_offset),
      documentHash: row.captions_hash,
      response: row.captions_response,
    };
    return [
      { ...page, ...own },
      { ...page, ...said },
    ];
  });
}

/** The documents that more than one version was read from. */
export async function listSharedDocuments(db: Db): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ hash: string }>`
    select document_hash as hash from (
      select document_hash from versions where document_hash is not null
      union all select document_hash from version_captions
    ) as read group by document_hash having count(*) > 1`.execute(db);
  return new Set(rows.map(({ hash }) => hash));
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
