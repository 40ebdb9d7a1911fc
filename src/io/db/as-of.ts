/**
 * What was known at an instant, in one place. Inside, every table answers as it stood then: views of the same names lie over the
 * tables, so that each reading function of the house tells of the past without knowing it. A version counts from when it was seen, a
 * tagging from when it was made until it was closed, an answer of a person until it was taken back, a claim as the ledger of that
 * time defined it. Nothing that came later shows. Pauses of
 * sources are not kept over time and do not show.
 */
import { sql } from 'kysely';
import type { Db } from './store.ts';

/** One table as it stood: rows `t`, with some columns as they were. `$at` is the instant. */
type PastTable = {
  readonly from: string;
  readonly where: string;
  readonly columns?: Readonly<Record<string, string>>;
};

/** An instant that had not come yet. */
const notYet = (column: string): string => `case when t.${column} > $at then null else t.${column} end`;

/** The judgement that stood over a version `v`. */
const judgement = (
  version: string,
): string => `left join public.judgements j on j.version_id = ${version} and j.judged_at <= $at
  and (j.superseded_at is null or j.superseded_at > $at)`;

/** A list of the ledger file as it was in force. */
const listed = (section: string): string => `(select e.value, e.ordinality from
  (select content from public.ledger_revisions where stored_at <= $at order by revision desc limit 1) r
  cross join lateral jsonb_array_elements(r.content -> '${section}') with ordinality e)`;

const judged = {
  is_relevant: 'coalesce(j.is_relevant, false)',
  topics: "coalesce(j.topics, '{}')",
};

const past: Readonly<Record<string, PastTable>> = {
  ledger_revisions: { from: 'public.ledger_revisions t', where: 't.stored_at <= $at' },
  claims: {
    from: `public.claims t join ${listed('claims')} d on d.value ->> 'id' = t.id`,
    where: 'true',
    columns: {
      position: '(d.ordinality - 1)::int',
      short: "d.value ->> 'short'",
      statement: "d.value ->> 'statement'",
      definition: 'd.value',
      is_listed: 'true',
    },
  },
  sources: {
    from: `public.sources t join public.resources r on r.id = t.resource_id
      left join ${listed('sources')} d on rtrim(d.value ->> 'url', '/') = rtrim(r.url, '/')`,
    where: 't.added_at <= $at',
    columns: {
      is_listed: 'd.value is not null',
      is_enabled: "coalesce((d.value ->> 'enabled')::boolean, false)",
      paused_at: 'null::timestamptz',
      name: "coalesce(d.value ->> 'name', t.name)",
    },
  },
  versions: {
    from: `public.versions t ${judgement('t.id')}`,
    where: 't.seen_at <= $at',
    columns: { ...judged, tagged_with: 'j.rules_key', tagged_at: 'j.judged_at' },
  },
  articles: {
    from: `public.articles t
      join lateral (select * from public.versions v where v.article_id = t.id and v.seen_at <= $at
        order by v.number desc limit 1) v on true ${judgement('v.id')}`,
    where: 't.first_seen_at <= $at',
    columns: {
      ...judged,
      is_kept: 'coalesce(j.is_kept, false)',
      current_version_id: 'v.id',
      title: 'v.title',
      lang: 'v.lang',
      published: 'v.published',
      published_at: 'v.published_at',
      canonical_url: 'v.canonical_url',
      text_from: 'v.text_from',
      outlet: 'coalesce(v.outlet, t.outlet)',
      search: "case when v.id = t.current_version_id then t.search else coalesce(v.search, '') end",
    },
  },
  judgements: {
    from: 'public.judgements t',
    where: 't.judged_at <= $at',
    columns: { superseded_at: notYet('superseded_at') },
  },
  retag_runs: {
    from: 'public.retag_runs t',
    where: 't.started_at <= $at',
    columns: {
      finished_at: notYet('finished_at'),
      undo_started_at: notYet('undo_started_at'),
      undone_at: notYet('undone_at'),
    },
  },
  taggings: {
    from: 'public.taggings t',
    where: 't.created_at <= $at',
    columns: { closed_at: notYet('closed_at') },
  },
  verdicts: {
    from: 'public.verdicts t',
    where: 't.given_at <= $at',
    columns: { undone_at: notYet('undone_at') },
  },
  quote_states: {
    from: 'public.quote_states t',
    where: 't.seen_at <= $at',
    columns: { closed_at: notYet('closed_at') },
  },
  story_members: {
    from: 'public.story_members t',
    where: 't.since <= $at',
    columns: { until: notYet('until') },
  },
  unseen_spans: {
    from: 'public.unseen_spans t',
    where: 't.began_at <= $at',
    columns: { ended_at: notYet('ended_at') },
  },
  caption_tracks: { from: 'public.caption_tracks t', where: 't.offered_at <= $at' },
  // Made from the tables of the present: in the past nothing is settled, and everything is counted from what lay there.
  standings: { from: 'public.standings t', where: 'false' },
  standings_settled: { from: 'public.standings_settled t', where: 'false' },
  standing_days: { from: 'public.standing_days t', where: 'false' },
  standing_totals: { from: 'public.standing_totals t', where: 'false' },
  standing_numbers: { from: 'public.standing_numbers t', where: 'false' },
  changes: { from: 'public.changes t', where: 't.at <= $at' },
  opinions: { from: 'public.opinions t', where: 't.given_at <= $at' },
  items: { from: 'public.items t', where: 't.first_seen_at <= $at' },
  fetches: { from: 'public.fetches t', where: 't.started_at <= $at' },
  digests: { from: 'public.digests t', where: 't.created_at <= $at' },
};

/** The tables that answer as they stood. */
export const pastTables: readonly string[] = Object.keys(past);

/** Reads what was known at an instant, inclusive: `read` gets a store in which that instant is the last one. It must not write. */
export async function gatherAsOf<Value>(
  db: Db,
  at: Temporal.Instant,
  read: (past: Db) => Promise<Value>,
): Promise<Value> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ table: string; columns: readonly string[] }>`
      select table_name as "table", json_agg(column_name order by ordinal_position) as columns
      from information_schema.columns where table_schema = 'public' and table_name in (${sql.join(pastTables)})
      group by table_name`.execute(tx);
    // Views of the session lie before the tables of their names. They go before the transaction ends, and with it if it fails.
    for (const { table, columns } of rows) await sql.raw(buildView(table, columns, at)).execute(tx);
    const value = await read(tx);
    await sql.raw(`drop view ${pastTables.map((name) => `pg_temp.${name}`).join(', ')}`).execute(tx);
    return value;
  });
}

function buildView(table: string, columns: readonly string[], at: Temporal.Instant): string {
  const { from, where, columns: changed = {} } = past[table] ?? { from: `public.${table} t`, where: 'true' };
  const list = columns.map((name) => `${changed[name] ?? `t.${name}`} as ${name}`).join(', ');
  const view = `create temporary view ${table} as select ${list} from ${from} where ${where}`;
  return view.replaceAll('$at', `'${at}'::timestamptz`);
}
