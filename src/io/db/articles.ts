/** Articles and their immutable versions, with the bytes they were read from. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { ownTextOf } from '#src/core/caption/part.ts';
import { searchRules, writeSearchVector } from '#src/core/search/words.ts';
import { placeLinks } from '#src/core/watch/citations.ts';
import { findVersionCaptions, insertVersionCaptions, type VersionCaptions } from './captions.ts';
import { insertJudgement } from './judgements.ts';
import type { StoredResponse, TextFrom } from './schema.ts';
import type { Db, Tx } from './store.ts';
import { noteUngrouped } from './story-waiting.ts';

/** What is known of an article before a reading is written. */
export type KnownArticle = {
  readonly id: number;
  readonly isKept: boolean;
  readonly current: {
    readonly id: number;
    readonly number: number;
    readonly textHash: string;
    readonly textFrom: TextFrom;
    readonly extractor: string;
    readonly title: string;
    readonly text: string;
    readonly captions: VersionCaptions | null;
  } | null;
};

/** Bytes that were read; `body` null = they are stored, or were before they were thrown away. */
export type ReadDocument = { readonly hash: string; readonly body: Uint8Array | null };

/** One reading of an article, ready to become a version. */
export type NewVersion = {
  readonly key: string;
  readonly resourceId: number | null;
  readonly sourceId: string | null;
  readonly url: string | null;
  readonly canonicalUrl: string | null;
  readonly outlet: string;
  readonly reason: 'page' | 'reader';
  readonly textFrom: TextFrom;
  readonly document: ReadDocument | null;
  readonly response: StoredResponse | null;
  readonly extractor: string;
  readonly method: string;
  readonly title: string;
  readonly byline: string | null;
  readonly published: string | null;
  readonly modified: string | null;
  readonly lang: string | null;
  /** With the captions, if there are any, behind its own. */
  readonly text: string;
  readonly captions: { readonly part: VersionCaptions; readonly document: ReadDocument } | null;
  readonly problems: readonly string[];
  readonly corrections: readonly string[];
  readonly links: readonly {
    readonly url: string;
    readonly text: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly isKept: boolean;
  readonly isRelevant: boolean;
  readonly topics: readonly string[];
};

/** The SHA-256 of bytes or text, in hex. */
export function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A hash of headline and text, white space aside: readings with one hash are the same, others may still say the same. */
export function textHashOf(reading: { readonly title: string; readonly text: string }): string {
  return hashOf(`${reading.title}\n${reading.text}`.replace(/\s+/gu, ' ').trim());
}

/** The article of a key, locked until the transaction ends, so that two readers of one page cannot both number a version. */
export async function findArticle(tx: Tx, key: string): Promise<KnownArticle | null> {
  const article = await tx
    .selectFrom('articles')
    .select(['id', 'is_kept', 'current_version_id'])
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirst();
  if (article === undefined) return null;
  const current = await tx
    .selectFrom('versions')
    .select(['id', 'number', 'text_hash', 'text_from', 'extractor', 'title', 'text'])
    .where('article_id', '=', article.id)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    id: article.id,
    isKept: article.is_kept,
    current:
      current === undefined
        ? null
        : {
            id: current.id,
            number: current.number,
            textHash: current.text_hash,
            textFrom: current.text_from,
            extractor: current.extractor,
            title: current.title,
            text: current.text,
            captions: await findVersionCaptions(tx, current.id),
          },
  };
}

/** The text that speaks for an article now, captions left out; null when the article is not known. */
export async function findCurrentText(
  db: Db,
  key: string,
): Promise<{ readonly title: string; readonly text: string; readonly textFrom: TextFrom } | null> {
  const row = await db
    .selectFrom('articles')
    .innerJoin('versions', 'versions.id', 'articles.current_version_id')
    .leftJoin('version_captions', 'version_captions.version_id', 'versions.id')
    .select(['versions.title', 'versions.text', 'versions.text_from', 'version_captions.start_offset'])
    .where('articles.key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { title, text, text_from: textFrom, start_offset: start } = row;
  return { title, text: ownTextOf(text, start === null ? null : { start }), textFrom };
}

/** When the page that speaks for an article was captured; null when the article is not known, or not by its page. */
export async function findCapturedAt(db: Db, key: string): Promise<Temporal.Instant | null> {
  const row = await db
    .selectFrom('articles')
    .innerJoin('versions', 'versions.id', 'articles.current_version_id')
    .select(['versions.seen_at', 'versions.response'])
    .where('articles.key', '=', key)
    .where('versions.text_from', '=', 'page')
    .executeTakeFirst();
  if (row === undefined) return null;
  return row.response === null ? row.seen_at : Temporal.Instant.from(row.response.fetchedAt);
}

/** The ids of articles that are known under any of these keys. */
export async function listArticleIds(db: Db, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .selectFrom('articles')
    .select(['id', 'key'])
    .where('key', 'in', [...keys])
    .execute();
  return new Map(rows.map((row) => [row.key, row.id]));
}

/** Writes a version with its document and citations and makes it the one that speaks for the article. */
export async function saveVersion(
  tx: Tx,
  version: NewVersion,
  options: { readonly known: KnownArticle | null; readonly now: Temporal.Instant; readonly rulesKey: string },
): Promise<{ readonly articleId: number; readonly versionId: number }> {
  const { known, now, rulesKey } = options;
  const { captions } = version;
  if (version.document !== null) await saveDocument(tx, version.document, now);
  if (captions !== null) await saveDocument(tx, captions.document, now);
  const articleId = known?.id ?? (await insertArticle(tx, version, now));
  const { id: versionId } = await tx
    .insertInto('versions')
    .values({
      article_id: articleId,
      number: (known?.current?.number ?? 0) + 1,
      reason: version.reason,
      text_from: version.textFrom,
      seen_at: now,
      outlet: version.outlet,
      published_at: instantOf(version.published),
      document_hash: version.document?.hash ?? null,
      response: version.response === null ? null : JSON.stringify(version.response),
      extractor: version.extractor,
      method: version.method,
      title: version.title,
      byline: version.byline,
      published: version.published,
      modified: version.modified,
      canonical_url: version.canonicalUrl,
      lang: version.lang,
      text: version.text,
      text_hash: textHashOf(version),
      problems: JSON.stringify(version.problems),
      corrections: JSON.stringify(version.corrections),
      topics: [...version.topics],
      is_relevant: version.isRelevant,
      tagged_with: rulesKey,
      tagged_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { isKept, isRelevant, topics } = version;
  await insertJudgement(tx, { versionId, rulesKey, isKept, isRelevant, topics, runId: null }, now);
  await saveCitations(tx, versionId, version);
  if (captions !== null) await insertVersionCaptions(tx, versionId, captions.part);
  if (known?.current != null) await keepSearch(tx, articleId, known.current.id);
  await showVersion(tx, { articleId, versionId, version });
  await noteUngrouped(tx, articleId);
  return { articleId, versionId };
}

async function saveDocument(tx: Tx, document: ReadDocument, now: Temporal.Instant): Promise<void> {
  const { hash, body } = document;
  if (body === null) return;
  const known = await tx.selectFrom('documents').select('pruned_at').where('hash', '=', hash).executeTakeFirst();
  if (known !== undefined && known.pruned_at === null) return;
  const row = {
    hash,
    body_gzip: gzipSync(body),
    byte_count: body.length,
    stored_at: now,
  };
  await tx
    .insertInto('documents')
    .values(row)
    // Bytes that were thrown away for their age and are read again are kept again.
    .onConflict((conflict) =>
      conflict
        .column('hash')
        .doUpdateSet({ body_gzip: row.body_gzip, stored_at: now, pruned_at: null })
        .where('documents.pruned_at', 'is not', null),
    )
    .execute();
}

async function insertArticle(tx: Tx, version: NewVersion, now: Temporal.Instant): Promise<number> {
  const { id } = await tx
    .insertInto('articles')
    .values({
      key: version.key,
      resource_id: version.resourceId,
      source_id: version.sourceId,
      url: version.url,
      outlet: version.outlet,
      first_seen_at: now,
      title: version.title,
      text_from: version.textFrom,
      is_kept: version.isKept,
      is_relevant: version.isRelevant,
      topics: [...version.topics],
      search: sql`''::tsvector`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Repeats on the article what lists and search read of its current version. */
async function showVersion(
  tx: Tx,
  shown: { readonly articleId: number; readonly versionId: number; readonly version: NewVersion },
): Promise<void> {
  const { version } = shown;
  await tx
    .updateTable('articles')
    .set({
      current_version_id: shown.versionId,
      resource_id: version.resourceId,
      canonical_url: version.canonicalUrl,
      outlet: version.outlet,
      title: version.title,
      lang: version.lang,
      published: version.published,
      published_at: instantOf(version.published),
      text_from: version.textFrom,
      is_kept: version.isKept,
      is_relevant: version.isRelevant,
      topics: [...version.topics],
      search: sql`${writeSearchVector(version.title, version.text)}::tsvector`,
      search_rules: searchRules,
    })
    .where('id', '=', shown.articleId)
    .execute();
}

/** Leaves the index entry of the version that another one follows with that version, for searches of the past. */
async function keepSearch(tx: Tx, articleId: number, currentId: number): Promise<void> {
  await tx
    .updateTable('versions')
    .set((eb) => ({ search: eb.selectFrom('articles').select('articles.search').where('articles.id', '=', articleId) }))
    .where('id', '=', currentId)
    .execute();
}

async function saveCitations(tx: Tx, versionId: number, { text, links }: NewVersion): Promise<void> {
  if (links.length === 0) return;
  const rows = placeLinks(text, links).map((link, position) => ({
    version_id: versionId,
    position,
    url: link.url,
    anchor: link.text,
    start_offset: link.start,
    end_offset: link.end,
    sentence_start: link.sentence?.start ?? null,
    sentence_end: link.sentence?.end ?? null,
    target_key: link.targetKey,
  }));
  await tx.insertInto('citations').values(rows).execute();
}

/** The instant of a published date; a day alone counts from its start in UTC. */
function instantOf(published: string | null): Temporal.Instant | null {
  if (published === null) return null;
  try {
    return Temporal.Instant.from(published.length === 10 ? `${published}T00:00:00Z` : published);
  } catch {
    return null;
  }
}
