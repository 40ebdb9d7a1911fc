/** The reading that speaks for an article, as it was before captions were added: what a later part of its text is put to. */
import { ownTextOf } from '#src/core/caption/part.ts';
import type { NewVersion } from './articles.ts';
import { findVersionCaptions } from './captions.ts';
import type { Tx } from './store.ts';

/** A reading that is stored, with how its page is watched. */
export type CurrentReading = Omit<NewVersion, 'reason' | 'isKept' | 'isRelevant' | 'topics' | 'captions'> & {
  readonly isWatched: boolean;
  readonly lastReadAt: Temporal.Instant | null;
  readonly citationDepth: number | null;
};

/** The current reading of an article, which is locked until the transaction ends; null when there is none. */
export async function findCurrentReading(tx: Tx, articleId: number): Promise<CurrentReading | null> {
  const article = await tx
    .selectFrom('articles')
    .select(['key', 'resource_id', 'source_id', 'url', 'outlet', 'current_version_id'])
    .where('id', '=', articleId)
    .forUpdate()
    .executeTakeFirst();
  const versionId = article?.current_version_id ?? null;
  if (article === undefined || versionId === null) return null;
  const version = await tx.selectFrom('versions').selectAll().where('id', '=', versionId).executeTakeFirstOrThrow();
  const captions = await findVersionCaptions(tx, versionId);
  return {
    key: article.key,
    resourceId: article.resource_id,
    sourceId: article.source_id,
    url: article.url,
    outlet: article.outlet,
    canonicalUrl: version.canonical_url,
    textFrom: version.text_from,
    document: version.document_hash === null ? null : { hash: version.document_hash, body: null },
    response: version.response,
    extractor: version.extractor,
    method: version.method,
    title: version.title,
    byline: version.byline,
    published: version.published,
    modified: version.modified,
    lang: version.lang,
    text: ownTextOf(version.text, captions),
    problems: version.problems,
    corrections: version.corrections,
    links: await listLinks(tx, versionId),
    ...(await findWatching(tx, article.resource_id)),
  };
}

async function listLinks(tx: Tx, versionId: number): Promise<NewVersion['links']> {
  const rows = await tx
    .selectFrom('citations')
    .select(['url', 'anchor', 'start_offset', 'end_offset'])
    .where('version_id', '=', versionId)
    .orderBy('position')
    .execute();
  return rows.map(({ url, anchor: text, start_offset: start, end_offset: end }) => ({ url, text, start, end }));
}

async function findWatching(tx: Tx, resourceId: number | null) {
  const row = await tx
    .selectFrom('resources')
    .leftJoin('pages', 'pages.resource_id', 'resources.id')
    .leftJoin('sources', 'sources.resource_id', 'resources.id')
    .select(['resources.citation_depth', 'resources.last_read_at', 'pages.is_watched', 'sources.id as source_id'])
    .where('resources.id', '=', resourceId)
    .executeTakeFirst();
  if (row === undefined || row.source_id !== null) return { isWatched: false, lastReadAt: null, citationDepth: 0 };
  return { isWatched: row.is_watched === true, lastReadAt: row.last_read_at, citationDepth: row.citation_depth };
}
