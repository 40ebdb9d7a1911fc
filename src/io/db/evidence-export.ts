/** Every quote that counts, with where it stands: what the evidence formats are written from. */
import type { EvidenceRow } from '#src/core/output/evidence-row.ts';
import { listArticlesInOrder } from './captures.ts';
import { countable } from './evidence.ts';
import { heldStance } from './last-word.ts';
import { spokenIn } from './spoken.ts';
import type { Db } from './store.ts';

/** Articles read at once: their texts are held together. */
const articlesPerRead = 50;
/** Words kept before and after a quote, by which it is found again where the text around it has moved, in characters. */
const contextLength = 32;

/** The quotes that count, article by article, in an order that is the same in any store that holds the same. */
export async function* listEvidence(db: Db): AsyncGenerator<EvidenceRow> {
  const ids = await listArticlesInOrder(db);
  for (let at = 0; at < ids.length; at += articlesPerRead) {
    const articles = ids.slice(at, at + articlesPerRead);
    const rows = await readRows(db, articles);
    const place = new Map(articles.map((id, index) => [id, index]));
    yield* rows
      .toSorted((a, b) => (place.get(a.article_id) ?? 0) - (place.get(b.article_id) ?? 0))
      .map((row) => toEvidence(row));
  }
}

async function readRows(db: Db, articles: readonly number[]) {
  return await countable(db, { from: null, until: null, claims: null, articles })
    .innerJoin('evidence', 'evidence.tagging_id', 'taggings.id')
    .innerJoin('versions', 'versions.id', 'taggings.version_id')
    .select(['taggings.claim_id', 'taggings.speaker', 'taggings.article_id', 'taggings.first_stored_at'])
    .select(['evidence.quote', 'evidence.field', 'evidence.start_offset', 'evidence.end_offset'])
    .select(['versions.number', 'versions.text_hash', 'versions.text_from', 'versions.seen_at', 'versions.title'])
    .select(['versions.text', 'versions.lang', 'versions.published', 'articles.url', 'articles.outlet'])
    .select([heldStance.as('stance'), spokenIn('evidence', 'taggings.version_id').as('spoken')])
    .orderBy('claims.position')
    .orderBy('taggings.id')
    .orderBy('evidence.position')
    .execute();
}

function toEvidence(row: Awaited<ReturnType<typeof readRows>>[number]): EvidenceRow {
  const { start_offset: start, end_offset: end, field } = row;
  const whole = row[field];
  return {
    claim: row.claim_id,
    stance: row.stance,
    speaker: row.speaker,
    quote: row.quote,
    field,
    start,
    end,
    prefix: whole.slice(Math.max(0, start - contextLength), start),
    suffix: whole.slice(end, end + contextLength),
    articleId: row.article_id,
    url: row.url,
    outlet: row.outlet,
    title: row.title,
    lang: row.spoken?.lang ?? row.lang,
    publishedAt: row.published,
    version: row.number,
    textHash: row.text_hash,
    textFrom: row.text_from,
    seenAt: row.seen_at.toString(),
    storedAt: row.first_stored_at.toString(),
    captions: row.spoken?.kind ?? null,
    second: row.spoken?.second ?? null,
  };
}
