/** Taggings with their evidence and quantities. They are closed and followed, never rewritten. */
import type { ClaimDefinition } from '#src/core/claim-definition.ts';
import { definitionHash, engineVersion, type Tagging } from '#src/core/tagging.ts';
import type { Stance } from './schema.ts';
import type { Db, Tx } from './store.ts';

/** The version that a set of taggings belongs to; `title` and `text` are what their offsets count in. */
export type TaggedVersion = {
  readonly id: number;
  readonly articleId: number;
  readonly title: string;
  readonly text: string;
};

/** A version that the rules in force have not judged yet. */
export type UntaggedVersion = TaggedVersion & { readonly lang: string | null };

/**
 * Makes `taggings` the current ones of a version. A tagging that says what the current one says keeps its row, and so its
 * address; one that says something else, or nothing any more, is closed. An article that takes the same stance again keeps the
 * instant at which it first took it.
 */
export async function saveTaggings(
  tx: Tx,
  taggings: readonly Tagging[],
  options: {
    readonly version: TaggedVersion;
    readonly claims: readonly ClaimDefinition[];
    readonly now: Temporal.Instant;
  },
): Promise<void> {
  const { version, claims, now } = options;
  const hashes = new Map(claims.map((claim) => [claim.id, definitionHash(claim)]));
  const current = await listCurrent(tx, version.id);
  const isKept = (tagging: Tagging): boolean => {
    const row = current.get(keyOf(tagging.claim, tagging.stance));
    return row !== undefined && row.says === sayingOf(tagging, hashes.get(tagging.claim) ?? '');
  };
  const kept = new Set(taggings.filter(isKept).map((tagging) => keyOf(tagging.claim, tagging.stance)));
  const closing = [...current].flatMap(([key, { id }]) => (kept.has(key) ? [] : [id]));
  if (closing.length > 0) await tx.updateTable('taggings').set({ closed_at: now }).where('id', 'in', closing).execute();
  const added = taggings.filter((tagging) => !kept.has(keyOf(tagging.claim, tagging.stance)));
  if (added.length === 0) return;
  const first = await listFirstStored(tx, version.articleId);
  const rows = added.map((tagging) => ({
    version_id: version.id,
    article_id: version.articleId,
    claim_id: tagging.claim,
    stance: tagging.stance,
    status: tagging.status,
    score: tagging.score,
    speaker: tagging.speaker,
    definition_hash: hashes.get(tagging.claim) ?? '',
    engine: engineVersion,
    explain: JSON.stringify(tagging.explain),
    created_at: now,
    first_stored_at: first.get(keyOf(tagging.claim, tagging.stance)) ?? now,
  }));
  const ids = await tx.insertInto('taggings').values(rows).returning(['id', 'claim_id', 'stance']).execute();
  const idOf = new Map(ids.map((row) => [keyOf(row.claim_id, row.stance), row.id]));
  const owned = added.flatMap((tagging) => {
    const id = idOf.get(keyOf(tagging.claim, tagging.stance));
    return id === undefined ? [] : [{ id, tagging }];
  });
  const evidence = owned.flatMap(({ id, tagging }) =>
    tagging.evidence.map((quote, position) => evidenceRow(id, position, quote)),
  );
  if (evidence.length > 0) await tx.insertInto('evidence').values(evidence).execute();
  const quantities = owned.flatMap(({ id, tagging }) =>
    tagging.quantities.map((quantity, position) => quantityRow({ id, position, version }, quantity)),
  );
  if (quantities.length > 0) await tx.insertInto('quantities').values(quantities).execute();
}

/** Current versions that other rules judged, oldest first, at most `limit`. */
export async function listUntagged(
  db: Db,
  options: { readonly rulesKey: string; readonly limit: number },
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('articles')
    .innerJoin('versions', 'versions.id', 'articles.current_version_id')
    .select('versions.id')
    .where((eb) => eb.or([eb('versions.tagged_with', 'is', null), eb('versions.tagged_with', '<>', options.rulesKey)]))
    .orderBy('versions.id')
    .limit(options.limit)
    .execute();
  return rows.map((row) => row.id);
}

/** A version with its text; null when it has been removed. */
export async function findVersion(db: Db, versionId: number): Promise<UntaggedVersion | null> {
  const row = await db
    .selectFrom('versions')
    .select(['id', 'article_id', 'title', 'text', 'lang'])
    .where('id', '=', versionId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { id: row.id, articleId: row.article_id, title: row.title, text: row.text, lang: row.lang };
}

/** The current taggings of a version, each with all that it says as one text. */
async function listCurrent(
  tx: Tx,
  versionId: number,
): Promise<ReadonlyMap<string, { readonly id: number; readonly says: string }>> {
  const rows = await tx
    .selectFrom('taggings')
    .select(['id', 'claim_id', 'stance', 'status', 'score', 'speaker', 'definition_hash', 'engine'])
    .where('version_id', '=', versionId)
    .where('closed_at', 'is', null)
    .execute();
  if (rows.length === 0) return new Map();
  const ids = rows.map((row) => row.id);
  const quotes = await tx
    .selectFrom('evidence')
    .selectAll()
    .where('tagging_id', 'in', ids)
    .orderBy('tagging_id')
    .orderBy('position')
    .execute();
  return new Map(
    rows.map((row) => {
      const evidence = quotes.filter((quote) => quote.tagging_id === row.id);
      const says = JSON.stringify([
        row.status,
        row.score,
        row.speaker,
        row.definition_hash,
        row.engine,
        evidence.map((quote) => [quote.field, quote.start_offset, quote.end_offset]),
      ]);
      return [keyOf(row.claim_id, row.stance), { id: row.id, says }];
    }),
  );
}

function sayingOf(tagging: Tagging, hash: string): string {
  const { status, score, speaker, evidence } = tagging;
  return JSON.stringify([
    status,
    score,
    speaker,
    hash,
    engineVersion,
    evidence.map((quote) => [quote.field, quote.start, quote.end]),
  ]);
}

async function listFirstStored(tx: Tx, articleId: number): Promise<ReadonlyMap<string, Temporal.Instant>> {
  const rows = await tx
    .selectFrom('taggings')
    .select(['claim_id', 'stance', (eb) => eb.fn.min('first_stored_at').as('first')])
    .where('article_id', '=', articleId)
    .groupBy(['claim_id', 'stance'])
    .execute();
  return new Map(rows.map((row) => [keyOf(row.claim_id, row.stance), row.first]));
}

function evidenceRow(taggingId: number, position: number, quote: Tagging['evidence'][number]) {
  return {
    tagging_id: taggingId,
    position,
    field: quote.field,
    start_offset: quote.start,
    end_offset: quote.end,
    quote: quote.quote,
  };
}

function quantityRow(
  place: { readonly id: number; readonly position: number; readonly version: TaggedVersion },
  quantity: Tagging['quantities'][number],
) {
  const { field, value, min, max, unit, modifier, start, end } = quantity;
  return {
    tagging_id: place.id,
    position: place.position,
    field,
    value,
    min,
    max,
    unit,
    modifier,
    start_offset: start,
    end_offset: end,
    written: place.version[field].slice(start, end),
  };
}

function keyOf(claim: string, stance: Stance): string {
  return `${claim} ${stance}`;
}
