/**
 * Says whether two ledgers hold the same: every table, row by row under its natural key, ids and times aside. Run as a program it
 * takes two stores, each the address of a Postgres or a data directory, lists what differs and exits 1 when anything does.
 */
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { type Db, openStore } from '#src/io/db/store.ts';

/** The rows of each table as JSON texts, sorted; the same row may stand there twice. */
export type LedgerRows = ReadonlyMap<string, readonly string[]>;

/** What one table keeps, in names that mean the same in any store. */
type NaturalTable = { readonly table: string; readonly rows: string };

/** Long texts are compared by their hash, so that a difference stays readable. */
const article = '(select key from articles where articles.id =';
const tagging = `select a.key as article, v.number, t.claim_id as claim, t.stance, t.status, t.score, t.speaker, t.definition_hash,
  t.engine, t.explain, t.closed_at is not null as is_closed`;
const ofTagging = 'join versions v on v.id = t.version_id join articles a on a.id = t.article_id';

/**
 * What is left out, and why: ids and instants; whose lease it is; which of two feeds came first with an article they share
 * (`articles.source_id`, `items.resource_id`); the search index, whose words are cut by the server's own locale; job runs and attempts, which tell of the way and not of the result; of a digest
 * the choice of quotes, which goes by the time of storing.
 */
const tables: readonly NaturalTable[] = [
  { table: 'ledger_revisions', rows: 'select revision, hash from ledger_revisions' },
  { table: 'hosts', rows: 'select host, robots_state, robots_text, robots_failure_count, crawl_delay_ms from hosts' },
  {
    table: 'resources',
    rows: `select url, host, etag, last_modified, validators_url, body_hash, failure_count, unchanged_count, parse_failure_count,
      last_fetched_at is not null as is_fetched, next_due_at is not null as is_due, due_rule, gone_at is not null as is_gone,
      set_aside_at is not null as is_set_aside, moved_to, hints - 'postGapSeconds' as hints, last_outcome, last_reason, last_status, last_error, last_read_at is not null as is_read,
      citation_depth from resources`,
  },
  {
    table: 'sources',
    rows: `select s.id, r.url, s.name, s.read, s.every_seconds, s.position, s.is_listed, s.is_enabled, s.title, s.link, s.language,
      s.problems from sources s join resources r on r.id = s.resource_id`,
  },
  {
    table: 'pages',
    rows: 'select r.url, p.is_listed, p.is_watched, p.note, p.reason from pages p join resources r on r.id = p.resource_id',
  },
  {
    table: 'fetches',
    rows: `select r.url, f.outcome, f.reason, f.status, f.words, f.is_conditional, f.byte_count, f.final_url, f.due_rule
      from fetches f join resources r on r.id = f.resource_id`,
  },
  {
    table: 'documents',
    rows: 'select hash, byte_count, md5(body_gzip) as body, pruned_at is not null as is_pruned from documents',
  },
  {
    table: 'articles',
    rows: `select a.key, a.url, a.canonical_url, a.outlet, a.title, a.lang, a.published, a.text_from, a.is_kept, a.is_relevant,
      a.topics, v.number as current_version
      from articles a left join versions v on v.id = a.current_version_id`,
  },
  {
    table: 'items',
    rows: `select source_id, key, guid, url, ${article} items.article_id) as article, title, summary, md5(content_html) as content,
      authors, outlet, lang, is_wanted, is_judged, transcripts from items`,
  },
  {
    table: 'versions',
    rows: `select ${article} versions.article_id) as article, number, reason, text_from, document_hash, extractor, method, title,
      byline, published, published_at, modified, canonical_url, outlet, lang, text_hash, md5(text) as text, problems, corrections, topics, is_relevant,
      tagged_with from versions`,
  },
  {
    table: 'version_captions',
    rows: `select a.key as article, v.number, c.lang, c.kind, c.url, c.start_offset, c.end_offset, c.mark_offsets, c.mark_seconds,
      c.document_hash from version_captions c join versions v on v.id = c.version_id join articles a on a.id = v.article_id`,
  },
  {
    table: 'caption_tracks',
    rows: `select ${article} t.article_id) as article, r.url, t.lang, t.kind
      from caption_tracks t join resources r on r.id = t.resource_id`,
  },
  {
    table: 'citations',
    rows: `select a.key as article, v.number, c.position, c.url, c.anchor, c.start_offset, c.end_offset,
      c.sentence_start, c.sentence_end, c.target_key, c.resource_id is not null as is_followed
      from citations c join versions v on v.id = c.version_id join articles a on a.id = v.article_id`,
  },
  {
    table: 'ungrouped_articles',
    rows: `select ${article} ungrouped_articles.article_id) as article from ungrouped_articles`,
  },
  {
    // Which of two copies came first, and which story an article joins, goes by the order in which hosts answered.
    table: 'story_members',
    rows: `select ${article} m.article_id) as article,
      (select min(a.key) from story_members c join articles a on a.id = c.article_id
        where c.until is null and c.origin_id = m.origin_id) as same_words_as
      from story_members m where m.until is null`,
  },
  {
    table: 'article_sketches',
    rows: `select ${article} article_sketches.article_id) as article, site, sample from article_sketches`,
  },
  { table: 'shingles', rows: `select ${article} shingles.article_id) as article, shingle from shingles` },
  { table: 'stories', rows: 'select sum(article_count) as article_count from stories' },
  // How rare a word was when its article came depends on what had come before it.
  { table: 'story_words', rows: 'select distinct 1 as is_filled from story_words' },
  { table: 'word_counts', rows: 'select distinct 1 as is_filled from word_counts' },
  {
    table: 'quote_states',
    rows: `select a.key as article, v.number, q.field, q.start_offset, q.end_offset, q.state, f.number as found_in, q.found_start,
      q.found_end, q.words, q.closed_at is not null as is_closed
      from quote_states q join versions v on v.id = q.version_id join articles a on a.id = v.article_id
      join versions f on f.id = q.found_version_id`,
  },
  {
    table: 'unseen_spans',
    rows: `select r.url, u.reason, u.status, u.words, u.ended_at is not null as has_ended
      from unseen_spans u join resources r on r.id = u.resource_id`,
  },
  {
    table: 'claims',
    rows: 'select id, position, short, statement, definition, definition_hash, is_listed from claims',
  },
  { table: 'claim_definitions', rows: 'select hash, claim_id, definition from claim_definitions' },
  { table: 'taggings', rows: `${tagging} from taggings t ${ofTagging}` },
  {
    table: 'evidence',
    rows: `${tagging}, e.position, e.field, e.start_offset, e.end_offset, e.quote
      from evidence e join taggings t on t.id = e.tagging_id ${ofTagging}`,
  },
  {
    table: 'quantities',
    rows: `${tagging}, q.position, q.field, q.value, q.min, q.max, q.unit, q.modifier, q.start_offset, q.end_offset, q.written, q.measure
      from quantities q join taggings t on t.id = q.tagging_id ${ofTagging}`,
  },
  {
    table: 'verdicts',
    rows: `select a.key as article, v.number, d.claim_id, d.stance, d.verdict, d.new_stance, d.given_by, d.undone_at is not null as
      is_undone from verdicts d join versions v on v.id = d.version_id join articles a on a.id = v.article_id`,
  },
  {
    table: 'judgements',
    rows: `select a.key as article, v.number, j.rules_key, j.is_kept, j.is_relevant, j.topics, j.superseded_at is not null as
      is_superseded, j.run_id from judgements j join versions v on v.id = j.version_id join articles a on a.id = v.article_id`,
  },
  {
    table: 'retag_runs',
    rows: 'select id, rules_key, finished_at is not null as is_finished, undone_at is not null as is_undone from retag_runs',
  },
  { table: 'judge_calls', rows: 'select key, model, outcome, is_about, stance, error from judge_calls' },
  {
    table: 'opinions',
    rows: `${tagging}, o.is_about, o.stance as opinion, o.model
      from opinions o join taggings t on t.id = o.tagging_id ${ofTagging}`,
  },
  {
    table: 'readers',
    rows: `select id, address, local_time, zone, date_language, claims, empty, is_listed, is_subscribed, suspended_reason
      from readers`,
  },
  { table: 'mail_stops', rows: 'select reader_id, address from mail_stops' },
  {
    table: 'subscriptions',
    rows: `select address, local_time, zone, date_language, claims, empty, confirmed_at is not null as is_confirmed,
      next_attempt_at is not null as is_due from subscriptions`,
  },
  {
    table: 'digests',
    rows: `select reader_id, date::text, zone, content->>'headline' as headline, content->'quoteCount' as quotes,
      content->'unchanged' as unchanged, content->'sight' as sight, content->'coverage'->'documentsTried' as tried,
      content->'coverage'->'documentsRead' as read, content->'originCount' as origins, content->'regained' as regained,
      (select jsonb_agg(jsonb_build_array(known->'id', known->'state') order by known->>'id')
        from jsonb_array_elements(content->'sources') as known) as sources,
      (select jsonb_agg(jsonb_build_array(told->'claim', jsonb_array_length(told->'quotes') + (told->>'moreCount')::int) order by told->>'claim')
        from jsonb_array_elements(content->'evidence') as told) as evidence,
      (select jsonb_agg(jsonb_build_array(moved->'claim', moved->'before', moved->'now', jsonb_path_query_array(moved, '$.moves[*].kind')) order by moved->>'claim')
        from jsonb_array_elements(content->'moved') as moved) as moved from digests`,
  },
  { table: 'saved_queries', rows: 'select id, name, query, is_from_ledger, is_listed, added_by from saved_queries' },
  { table: 'deliveries', rows: 'select reader_id, date::text, address, message_id, state, error from deliveries' },
];

/** Tables that tell of the way to a result and not of the result. */
const passedOver: ReadonlySet<string> = new Set([
  ...['job_runs', 'imports', 'link_keys'],
  // The order of what came, and what is made from the other tables.
  ...['changes', 'standings', 'standings_settled', 'standing_days', 'standing_totals', 'standing_numbers'],
  ...['webhook_marks', 'webhook_deliveries'],
  ...['kysely_migration', 'kysely_migration_lock'],
]);

/** Everything that a ledger holds. Throws when the store has a table that this program does not know. */
export async function readLedgerRows(db: Db): Promise<LedgerRows> {
  const known = new Set(tables.map(({ table }) => table));
  const found = (await db.introspection.getTables()).filter(({ schema }) => schema === 'public');
  const unknown = found.map(({ name }) => name).filter((name) => !known.has(name) && !passedOver.has(name));
  if (unknown.length > 0) throw new Error(`Cannot compare ${unknown.join(', ')}: the table has no natural key here`);
  const all = new Map<string, readonly string[]>();
  for (const { table, rows } of tables) {
    const found = await sql<{
      row: unknown;
    }>`select to_jsonb(natural_row) as row from (${sql.raw(rows)}) natural_row`.execute(db);
    all.set(table, found.rows.map(({ row }) => JSON.stringify(row)).sort());
  }
  return all;
}

/** What only one of two ledgers holds, as lines; empty when they are equal. */
export function compareLedgerRows(one: LedgerRows, other: LedgerRows): readonly string[] {
  return [...one].flatMap(([table, rows]) => {
    const others = other.get(table) ?? [];
    return [
      ...subtract(rows, others).map((row) => `${table}: only in the first: ${row}`),
      ...subtract(others, rows).map((row) => `${table}: only in the second: ${row}`),
    ];
  });
}

/** How many rows each table has, as one line. */
export function countLedgerRows(rows: LedgerRows): string {
  return [...rows].map(([table, own]) => `${table} ${own.length}`).join(', ');
}

/** The rows of `these` that `those` lack; a row that stands there twice must stand there twice. */
function subtract(these: readonly string[], those: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const row of those) left.set(row, (left.get(row) ?? 0) + 1);
  return these.filter((row) => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count <= 0;
  });
}

/** Reads one store, named by the address of a Postgres or by a data directory. */
export async function readStore(place: string): Promise<LedgerRows> {
  const isServer = /^postgres(ql)?:/.test(place);
  await using store = await openStore({ databaseUrl: isServer ? place : null, dataDir: place, onError: () => {} });
  return await readLedgerRows(store.db);
}

if (import.meta.main) {
  const [one, other] = parseArgs({ allowPositionals: true }).positionals;
  if (one === undefined || other === undefined) throw new Error('Name two stores: postgres://... or a data directory');
  const rows = await readStore(one);
  const differences = compareLedgerRows(rows, await readStore(other));
  console.log(countLedgerRows(rows));
  console.log(differences.length === 0 ? 'The two are equal.' : differences.join('\n'));
  process.exitCode = differences.length === 0 ? 0 : 1;
}
