/**
 * The ledger file's lists as rows. The file is the authority: what it names is added or updated here, what has left it is no
 * longer watched, and nothing is deleted. The content stands as a numbered revision, from which other processes take it.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { HOUSE_READER, type Ledger, type LedgerSource, ledgerSchema } from '#src/config/schema.ts';
import { definitionHash } from '#src/core/tagging/tagging.ts';
import { documentUrl } from '#src/core/url.ts';
import { upsertResource, upsertResources } from './resources.ts';
import { storeLedgerQueries } from './saved-queries.ts';
import type { Db, Tx } from './store.ts';
import { settleHashes } from './stored-hashes.ts';

/** Rows per statement: ten columns each, far below the 65,535 parameters of the protocol. */
const rowsPerInsert = 500;
/** Characters of an address's hash in its source's id: six suffice for a list that a person wrote, not for a thousand feeds of one host. */
const hashLengths = [6, 12, 64] as const;

/** A stored ledger and its number; numbers grow by one with every change of the file. */
export type LedgerRevision = { readonly revision: number; readonly ledger: Ledger };

/** Writes the ledger's lists and, when its content is new, a revision. Gives the revision in force. Runs in one transaction. */
export async function storeLedger(db: Db, file: Ledger, now: Temporal.Instant): Promise<LedgerRevision> {
  return await db.transaction().execute(async (tx) => {
    // Several processes may start with the same file; the second one waits here and finds nothing to do.
    await sql`lock table ledger_revisions in exclusive mode`.execute(tx);
    const ledger = await inStoredOrder(tx, file);
    const content = JSON.stringify(ledger);
    const hash = createHash('sha256').update(content).digest('hex');
    const newest = await tx
      .selectFrom('ledger_revisions')
      .select(['revision', 'hash', 'content'])
      .orderBy('revision', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (newest !== undefined) await settleHashes(tx, storedLedger(newest.content));
    // The sources of a ledger that is stored were written with it: 1,000 of them take 0.2 s to write again.
    if (newest?.hash !== hash) await storeSources(tx, ledger, now);
    await storePages(tx, ledger, now);
    await storeClaims(tx, ledger, now);
    await storeReaders(tx, ledger, now);
    // A ledger that was stored before there were saved searches has none.
    const queries = (ledger.queries ?? []).map(({ id, name = id, query }) => ({ id, name, query }));
    await storeLedgerQueries(tx, queries, now);
    if (newest?.hash === hash) return { revision: newest.revision, ledger };
    const revision = (newest?.revision ?? 0) + 1;
    await tx.insertInto('ledger_revisions').values({ revision, hash, content, stored_at: now }).execute();
    return { revision, ledger };
  });
}

/** The ledger as a process without the file will read it: jsonb has an order of keys of its own, and all are to work in the same one. */
async function inStoredOrder(tx: Tx, file: Ledger): Promise<Ledger> {
  const { rows } = await sql<{ content: unknown }>`select ${JSON.stringify(file)}::jsonb as content`.execute(tx);
  return storedLedger(rows[0]?.content);
}

/** The newest stored ledger; null in a database that no `serve` or `run` has filled yet. */
export async function findLedger(db: Db): Promise<LedgerRevision | null> {
  const row = await db
    .selectFrom('ledger_revisions')
    .select(['revision', 'content'])
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { revision: row.revision, ledger: storedLedger(row.content) };
}

/** Whether anything was ever read into this store; with `since`, whether anything was from that instant on. */
export async function hasArticles(db: Db, since: Temporal.Instant | null = null): Promise<boolean> {
  const articles = db
    .selectFrom('articles')
    .select('id')
    .$if(since !== null, (query) => query.where('first_seen_at', '>=', since));
  return (await articles.limit(1).executeTakeFirst()) !== undefined;
}

/** Forgets the stored revisions, so that those of another house can take their numbers. */
export async function forgetRevisions(db: Db): Promise<void> {
  await db.deleteFrom('ledger_revisions').execute();
}

/** Stored durations are milliseconds already, so the stored form is taken back as it was, after a look at its version. */
function storedLedger(content: unknown): Ledger {
  ledgerSchema.shape.version.parse(
    typeof content === 'object' && content !== null && 'version' in content ? content.version : null,
  );
  return content as Ledger;
}

/** The id of a source: its host and the first characters of its address's hash. */
export function sourceId(url: string, hashLength: number = hashLengths[0]): string {
  const address = documentUrl(url);
  const host = new URL(address).hostname.replace(/^www\./, '').replace(/[^a-z0-9.-]/g, '');
  return `${host}-${createHash('sha256').update(address).digest('hex').slice(0, hashLength)}`;
}

async function storeSources(db: Db, ledger: Ledger, now: Temporal.Instant): Promise<void> {
  await db.updateTable('sources').set({ is_listed: false }).execute();
  const urls = ledger.sources.map((source) => source.url);
  const resources = await upsertResources(db, urls, { dueAt: now, now });
  const rows = new Map(
    // An address listed twice is one source, and its first line counts.
    ledger.sources
      .map((source, position) => sourceRow(source, { position, resourceId: resources.get(source.url), now }))
      .reverse()
      .map((row) => [row.resource_id, row]),
  );
  const named = nameSources([...rows.values()], await db.selectFrom('sources').select(['id', 'resource_id']).execute());
  for (const batch of inBatches(named, rowsPerInsert)) {
    await db
      .insertInto('sources')
      .values(batch)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => ({
          is_named: eb.ref('excluded.is_named'),
          read: eb.ref('excluded.read'),
          every_seconds: eb.ref('excluded.every_seconds'),
          position: eb.ref('excluded.position'),
          is_listed: true,
          is_enabled: eb.ref('excluded.is_enabled'),
          name: sql<string>`case when excluded.is_named then excluded.name
            else coalesce(sources.title, excluded.name) end`,
        })),
      )
      .execute();
  }
}

/** Gives each row its id. A source keeps the one it has; a new one whose short id another source holds gets a longer one. */
function nameSources<Row extends { readonly resource_id: number; readonly url: string }>(
  rows: readonly Row[],
  known: readonly { readonly id: string; readonly resource_id: number }[],
) {
  const idOf = new Map(known.map((row) => [row.resource_id, row.id]));
  const taken = new Set(idOf.values());
  return rows.map(({ url, ...row }) => {
    const free = hashLengths.map((length) => sourceId(url, length)).find((id) => !taken.has(id));
    const id = idOf.get(row.resource_id) ?? free;
    if (id === undefined) throw new Error(`no id is left for "${url}"`);
    taken.add(id);
    return { id, ...row };
  });
}

function sourceRow(
  source: LedgerSource,
  place: { readonly position: number; readonly resourceId: number | undefined; readonly now: Temporal.Instant },
) {
  if (place.resourceId === undefined) throw new Error(`no row for "${source.url}"`);
  return {
    url: source.url,
    resource_id: place.resourceId,
    name: source.name ?? new URL(source.url).host.replace(/^www\./, ''),
    is_named: source.name !== undefined,
    read: source.read,
    every_seconds: source.every === undefined ? null : Math.round(source.every / 1000),
    position: place.position,
    is_listed: true,
    is_enabled: source.enabled,
    added_at: place.now,
  };
}

function* inBatches<Row>(rows: readonly Row[], size: number): Generator<readonly Row[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

async function storePages(db: Db, ledger: Ledger, now: Temporal.Instant): Promise<void> {
  // A page that left the file is no longer watched, unless a citation or its own quotes keep it.
  await db
    .updateTable('pages')
    .set({ is_listed: false, is_watched: sql<boolean>`reason <> 'listed'` })
    .where('is_listed', '=', true)
    .execute();
  for (const page of ledger.pages) {
    const resourceId = await upsertResource(db, page.url, { dueAt: now, now });
    const row = { is_listed: true, is_watched: true, note: page.note ?? null };
    await db
      .insertInto('pages')
      .values({ resource_id: resourceId, added_at: now, ...row })
      .onConflict((conflict) => conflict.column('resource_id').doUpdateSet(row))
      .execute();
    // An address that was seen before without being due (an entry's page, read once) becomes watched from now on.
    await db
      .updateTable('resources')
      .set({ next_due_at: now, due_rule: 'first' })
      .where('id', '=', resourceId)
      .where('next_due_at', 'is', null)
      .where('gone_at', 'is', null)
      .where('set_aside_at', 'is', null)
      .execute();
  }
}

async function storeClaims(db: Db, ledger: Ledger, now: Temporal.Instant): Promise<void> {
  await db.updateTable('claims').set({ is_listed: false }).execute();
  for (const [position, claim] of ledger.claims.entries()) {
    const definition = JSON.stringify(claim);
    const hash = definitionHash(claim);
    const row = {
      position,
      short: claim.short,
      statement: claim.statement,
      definition,
      definition_hash: hash,
      is_listed: true,
    };
    await db
      .insertInto('claims')
      .values({ id: claim.id, added_at: now, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
    await db
      .insertInto('claim_definitions')
      .values({ hash, claim_id: claim.id, definition, first_used_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function storeReaders(db: Db, ledger: Ledger, now: Temporal.Instant): Promise<void> {
  const { time, zone, dates, readers } = ledger.digest;
  const house = { id: HOUSE_READER, address: null, time, zone, dates, claims: undefined, empty: 'send' as const };
  await db.updateTable('readers').set({ is_listed: false }).execute();
  for (const reader of [house, ...readers]) {
    const row = {
      address: reader.address,
      local_time: reader.time ?? time,
      zone: reader.zone ?? zone,
      date_language: reader.dates ?? dates,
      claims: reader.claims === undefined ? null : JSON.stringify(reader.claims),
      empty: reader.empty,
      is_listed: true,
    };
    await db
      .insertInto('readers')
      .values({ id: reader.id, added_at: now, ...row })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({
          ...row,
          // A refusal was about the old address.
          suspended_at: sql<Temporal.Instant | null>`case
            when readers.address is distinct from excluded.address then null else readers.suspended_at end`,
          suspended_reason: sql<string | null>`case
            when readers.address is distinct from excluded.address then null else readers.suspended_reason end`,
        }),
      )
      .execute();
  }
}
