/** Taggings with their evidence and quantities. They are closed and followed, never rewritten. */
import type { ClaimDefinition } from '#src/core/claim/definition.ts';
import { type FoundTagging, planRetagging, type StoredTagging, sayingOf } from '#src/core/tagging/retagging.ts';
import { definitionHash, engineVersion, type Tagging } from '#src/core/tagging/tagging.ts';
import { isStandingVerdict } from './last-word.ts';
import type { Stance } from './schema.ts';
import type { Db, Tx } from './store.ts';

/** The version that a set of taggings belongs to; `title` and `text` are what their offsets count in. */
export type TaggedVersion = {
  readonly id: number;
  readonly articleId: number;
  readonly title: string;
  readonly text: string;
};

/** A version as a reading needs it. `rulesKey` names the rules that judged it last, null when none did. */
export type StoredVersion = TaggedVersion & {
  readonly lang: string | null;
  readonly seenAt: Temporal.Instant;
  readonly rulesKey: string | null;
};

/** How a reading is written: when, by which run over the archive if any, and since when a stance that is new counts. */
export type SaveOptions = {
  readonly version: TaggedVersion;
  readonly claims: readonly ClaimDefinition[];
  readonly now: Temporal.Instant;
  readonly runId: number | null;
  readonly heldSince: Temporal.Instant;
};

/**
 * Makes `taggings` the current ones of a version. A tagging that says what the current one says keeps its row, and so its
 * address; one that says something else, or nothing any more, is closed, unless a person has answered it. An article that takes
 * the same stance again keeps the instant at which it first took it.
 */
export async function saveTaggings(tx: Tx, taggings: readonly Tagging[], options: SaveOptions): Promise<void> {
  const { version, claims, now, runId } = options;
  const stored = (await listStoredTaggings(tx, [version.id])).get(version.id) ?? [];
  const { closing, adding } = planRetagging(stored, listFound(taggings, claims));
  if (closing.length > 0) {
    const ids = closing.map(({ id }) => id);
    await tx.updateTable('taggings').set({ closed_at: now, closed_run_id: runId }).where('id', 'in', ids).execute();
  }
  if (adding.length === 0) return;
  const added = adding.map(({ tagging }) => tagging);
  const idOf = await insertTaggings(tx, added, options);
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

async function insertTaggings(
  tx: Tx,
  added: readonly Tagging[],
  options: SaveOptions,
): Promise<ReadonlyMap<string, number>> {
  const { version, claims, now, runId, heldSince } = options;
  const hashes = hashesOf(claims);
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
    first_stored_at: first.get(keyOf(tagging.claim, tagging.stance)) ?? heldSince,
    run_id: runId,
  }));
  const ids = await tx.insertInto('taggings').values(rows).returning(['id', 'claim_id', 'stance']).execute();
  return new Map(ids.map((row) => [keyOf(row.claim_id, row.stance), row.id]));
}

/** A reading's taggings with what each says, ready to be compared with the stored ones. */
export function listFound(taggings: readonly Tagging[], claims: readonly ClaimDefinition[]): readonly FoundTagging[] {
  const hashes = hashesOf(claims);
  return taggings.map((tagging) => {
    const rules = { definitionHash: hashes.get(tagging.claim) ?? '', engine: engineVersion };
    return { tagging, says: sayingOf(tagging, rules) };
  });
}

/** Versions with their texts, in the order of their ids; one that has been removed is missing. */
export async function listVersions(db: Db, ids: readonly number[]): Promise<readonly StoredVersion[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('versions')
    .select(['id', 'article_id', 'title', 'text', 'lang', 'seen_at', 'tagged_with'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
  return rows.map(({ article_id: articleId, seen_at: seenAt, tagged_with: rulesKey, ...rest }) => ({
    ...rest,
    articleId,
    seenAt,
    rulesKey,
  }));
}

/** Versions that speak for kept articles, newest first, with ids below `beforeId`, at most `limit`. */
export async function listKeptVersions(
  db: Db,
  options: { readonly beforeId: number; readonly limit: number },
): Promise<readonly StoredVersion[]> {
  const rows = await db
    .selectFrom('versions')
    .innerJoin('articles', 'articles.current_version_id', 'versions.id')
    .select('versions.id')
    .where('articles.is_kept', '=', true)
    .where('versions.id', '<', options.beforeId)
    .orderBy('versions.id', 'desc')
    .limit(options.limit)
    .execute();
  return (
    await listVersions(
      db,
      rows.map(({ id }) => id),
    )
  ).toReversed();
}

/** The current taggings of versions, with people's answers. */
export async function listStoredTaggings(
  db: Db,
  versionIds: readonly number[],
): Promise<ReadonlyMap<number, readonly StoredTagging[]>> {
  if (versionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('taggings')
    .leftJoin('verdicts', (join) => join.on(isStandingVerdict))
    .select(['taggings.id', 'taggings.version_id', 'taggings.claim_id', 'taggings.stance', 'taggings.status'])
    .select(['taggings.score', 'taggings.speaker', 'taggings.definition_hash', 'taggings.engine'])
    .select(['verdicts.verdict', 'verdicts.new_stance'])
    .where('taggings.version_id', 'in', [...versionIds])
    .where('taggings.closed_at', 'is', null)
    .orderBy('taggings.id')
    .execute();
  const ids = rows.map(({ id }) => id);
  const quotes = await listEvidence(db, ids);
  const measures = await listMeasures(db, ids);
  const stored = rows.map((row) => {
    const { id, claim_id: claim, stance, status, verdict } = row;
    const evidence = quotes.get(id) ?? [];
    const says = sayingOf(
      { ...row, evidence, quantities: measures.get(id) ?? [] },
      { definitionHash: row.definition_hash, engine: row.engine },
    );
    const answer = verdict === null ? null : { verdict, stance: row.new_stance ?? stance };
    return { versionId: row.version_id, tagging: { id, claim, stance, status, evidence, says, answer } };
  });
  const groups = Map.groupBy(stored, ({ versionId }) => versionId);
  return new Map([...groups].map(([id, group]) => [id, group.map(({ tagging }) => tagging)]));
}

async function listEvidence(
  db: Db,
  taggingIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Tagging['evidence'][number][]>> {
  if (taggingIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('evidence')
    .selectAll()
    .where('tagging_id', 'in', [...taggingIds])
    .orderBy('tagging_id')
    .orderBy('position')
    .execute();
  const groups = Map.groupBy(rows, (row) => row.tagging_id);
  return new Map(
    [...groups].map(([id, group]) => [
      id,
      group.map(({ field, quote, start_offset: start, end_offset: end }) => ({ field, start, end, quote })),
    ]),
  );
}

async function listMeasures(
  db: Db,
  taggingIds: readonly number[],
): Promise<ReadonlyMap<number, readonly { readonly measure: string | null }[]>> {
  if (taggingIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('quantities')
    .select(['tagging_id', 'measure'])
    .where('tagging_id', 'in', [...taggingIds])
    .orderBy('tagging_id')
    .orderBy('position')
    .execute();
  return Map.groupBy(rows, (row) => row.tagging_id);
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

function hashesOf(claims: readonly ClaimDefinition[]): ReadonlyMap<string, string> {
  return new Map(claims.map((claim) => [claim.id, definitionHash(claim)]));
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
  const { field, value, min, max, unit, modifier, start, end, measure } = quantity;
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
    measure,
  };
}

function keyOf(claim: string, stance: Stance): string {
  return `${claim} ${stance}`;
}
