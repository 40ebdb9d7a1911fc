/**
 * How each table leaves the store and comes into another one. Rows name each other by what means the same everywhere (an address, a
 * key, a number and a hash), never by our ids. Columns are taken as they are found, so that a new one needs no line here.
 */

/** What a row may point at, as SQL: how it is named, and how it is found again. `$1` stands for the id or the name. */
const targets = {
  resource: {
    name: '(select to_jsonb(r.url) from resources r where r.id = $1)',
    find: "select id from resources where url = $1 #>> '{}'",
  },
  article: {
    name: '(select to_jsonb(a.key) from articles a where a.id = $1)',
    find: "select id from articles where key = $1 #>> '{}'",
  },
  // With the hash of its text: a version of that number in another store may be another text.
  version: {
    name: `(select jsonb_build_object('article', a.key, 'number', v.number, 'text', v.text_hash)
      from versions v join articles a on a.id = v.article_id where v.id = $1)`,
    find: `select v.id from versions v join articles a on a.id = v.article_id where a.key = $1 ->> 'article'
      and v.number = ($1 ->> 'number')::int and v.text_hash = $1 ->> 'text'`,
  },
  tagging: {
    name: `(select jsonb_build_object('article', a.key, 'number', v.number, 'text', v.text_hash, 'claim', g.claim_id,
      'stance', g.stance, 'createdAt', g.created_at)
      from taggings g join versions v on v.id = g.version_id join articles a on a.id = v.article_id where g.id = $1)`,
    find: `select g.id from taggings g join versions v on v.id = g.version_id join articles a on a.id = v.article_id
      where a.key = $1 ->> 'article' and g.article_id = a.id and v.number = ($1 ->> 'number')::int
      and v.text_hash = $1 ->> 'text' and g.claim_id = $1 ->> 'claim' and g.stance = $1 ->> 'stance'
      and g.created_at = ($1 ->> 'createdAt')::timestamptz`,
  },
  digest: {
    name: "(select jsonb_build_object('reader', d.reader_id, 'date', d.date) from digests d where d.id = $1)",
    find: "select id from digests where reader_id = $1 ->> 'reader' and date = ($1 ->> 'date')::date",
  },
} as const;

/** A column that holds an id, under the name that it has in a bundle. */
type Reference = { readonly column: string; readonly as: string; readonly to: keyof typeof targets };

/** One table of a bundle. */
export type BundleTable = {
  readonly table: string;
  /** `once`: by itself, before the articles; `article`: with its articles; `last`: behind them, as its rows point at some. */
  readonly part: 'once' | 'article' | 'last';
  /** What makes a row the same row in another store. */
  readonly key: readonly string[];
  readonly references: readonly Reference[];
  /** For tables that hang on an article: how its id is reached from a row `t`. */
  readonly articleId?: string;
  /** Columns that mean nothing elsewhere: leases, and what is made from other columns. */
  readonly leftOut?: readonly string[];
  /** Holds mail addresses or what was said to a judge: only in a bundle of everything. */
  readonly isPrivate?: boolean;
  /** Rows of a table that is not private as a whole and that only a bundle of everything has. */
  readonly publicRows?: string;
  /** What else a bundle says of a row: SQL by name. */
  readonly extras?: Readonly<Record<string, string>>;
  /** Values that a row new to the store gets instead of its own: what is listed is for the ledger file to say. */
  readonly newValues?: Readonly<Record<string, string>>;
  /** Which rows may come in at all, as SQL; `NAME_row` is what the row points at under that name. */
  readonly mayEnter?: string;
  /** What becomes of a row that is there already; left out: it stays as it is. */
  readonly onConflict?: string;
  /** Whether to take rows by their ids, a part at a time. */
  readonly isLong?: boolean;
  /** For tables whose rows have no name of their own: what they are ordered by, as SQL. Rows for which it is null are left out. */
  readonly orderBy?: string;
};

const resource: Reference = { column: 'resource_id', as: 'resource', to: 'resource' };
const article: Reference = { column: 'article_id', as: 'article', to: 'article' };
const version: Reference = { column: 'version_id', as: 'version', to: 'version' };
const tagging: Reference = { column: 'tagging_id', as: 'tagging', to: 'tagging' };
const ofVersion = '(select article_id from versions where id = t.version_id)';
const ofTagging = '(select article_id from taggings where id = t.tagging_id)';
/** Where the page and the text stand in the archive; `$places` is an object by the version's id. */
const placeOf = (versionId: string): string => `coalesce($places -> (${versionId})::text, 'null')`;

/** Every table of a bundle, in an order in which each row's own targets come first. */
export const bundleTables: readonly BundleTable[] = [
  {
    table: 'ledger_revisions',
    part: 'once',
    key: ['revision'],
    references: [],
    isPrivate: true,
  },
  {
    table: 'hosts',
    part: 'once',
    key: ['host'],
    references: [],
    leftOut: ['lease_owner', 'lease_until', 'next_start_at'],
    onConflict: `(host) do update set robots_text = excluded.robots_text, robots_state = excluded.robots_state,
      robots_fetched_at = excluded.robots_fetched_at, robots_due_at = excluded.robots_due_at,
      robots_failure_count = excluded.robots_failure_count, crawl_delay_ms = excluded.crawl_delay_ms,
      blocked_until = excluded.blocked_until where hosts.robots_fetched_at is null`,
  },
  {
    table: 'resources',
    part: 'once',
    key: ['url'],
    references: [],
    isLong: true,
    // What this store has asked for itself it knows better.
    onConflict: '(url) do update set $all where resources.last_fetched_at is null',
  },
  {
    table: 'sources',
    part: 'once',
    key: ['id'],
    references: [resource],
    newValues: { is_listed: 'false' },
    onConflict: `(id) do update set title = coalesce(sources.title, excluded.title), link = coalesce(sources.link, excluded.link),
      language = coalesce(sources.language, excluded.language), problems = coalesce(sources.problems, excluded.problems),
      name = case when sources.title is null then excluded.name else sources.name end,
      paused_at = coalesce(sources.paused_at, excluded.paused_at), added_at = least(sources.added_at, excluded.added_at)`,
  },
  {
    table: 'pages',
    part: 'once',
    key: ['resource_id'],
    references: [resource],
    newValues: { is_listed: 'false', is_watched: 'p.is_watched and not p.is_listed' },
    onConflict: '(resource_id) do update set added_at = least(pages.added_at, excluded.added_at)',
  },
  {
    table: 'claims',
    part: 'once',
    key: ['id'],
    references: [],
    newValues: { is_listed: 'false' },
    onConflict: '(id) do update set added_at = least(claims.added_at, excluded.added_at)',
  },
  {
    table: 'claim_definitions',
    part: 'once',
    key: ['hash'],
    references: [],
    onConflict: '(hash) do update set first_used_at = least(claim_definitions.first_used_at, excluded.first_used_at)',
  },
  { table: 'retag_runs', part: 'once', key: ['id'], references: [] },
  {
    table: 'readers',
    part: 'once',
    key: ['id'],
    references: [],
    isPrivate: true,
    newValues: { is_listed: 'false' },
    onConflict: `(id) do update set suspended_at = coalesce(readers.suspended_at, excluded.suspended_at),
      suspended_reason = coalesce(readers.suspended_reason, excluded.suspended_reason),
      added_at = least(readers.added_at, excluded.added_at)`,
  },
  {
    table: 'mail_stops',
    part: 'once',
    key: ['reader_id', 'address', 'stopped_at'],
    references: [],
    isPrivate: true,
  },
  { table: 'subscriptions', part: 'once', key: ['address', 'requested_at'], references: [], isPrivate: true },
  { table: 'judge_calls', part: 'once', key: ['key', 'asked_at'], references: [], isPrivate: true, isLong: true },
  {
    table: 'digests',
    part: 'once',
    key: ['reader_id', 'date'],
    references: [],
    isLong: true,
    publicRows: "t.reader_id = 'house'",
  },
  {
    table: 'deliveries',
    part: 'once',
    key: ['reader_id', 'date'],
    references: [{ column: 'digest_id', as: 'digest', to: 'digest' }],
    isPrivate: true,
    isLong: true,
  },
  {
    table: 'articles',
    part: 'article',
    key: ['key'],
    references: [resource],
    articleId: 't.id',
    leftOut: ['current_version_id', 'search', 'search_rules'],
    extras: { current: '(select number from versions where id = t.current_version_id)' },
    newValues: { search: "''::tsvector" },
  },
  {
    table: 'versions',
    part: 'article',
    key: ['article_id', 'number'],
    references: [article],
    articleId: 't.article_id',
    leftOut: ['search'],
    extras: { archive: placeOf('t.id') },
    // An article that was read here keeps its own readings: the newest one speaks for it, and numbers tell which that is.
    mayEnter: 'exists (select from articles a where a.id = article_row.id and a.current_version_id is null)',
  },
  {
    table: 'version_captions',
    part: 'article',
    key: ['version_id'],
    references: [version],
    articleId: ofVersion,
    extras: { archive: "coalesce($places -> ('captions ' || t.version_id), 'null')" },
  },
  {
    table: 'caption_tracks',
    part: 'article',
    key: ['article_id'],
    references: [article, resource],
    articleId: 't.article_id',
  },
  {
    table: 'citations',
    part: 'article',
    key: ['version_id', 'position'],
    references: [version, resource],
    articleId: ofVersion,
  },
  {
    table: 'judgements',
    part: 'article',
    key: ['version_id', 'judged_at', 'rules_key'],
    references: [version],
    articleId: ofVersion,
  },
  {
    table: 'taggings',
    part: 'article',
    key: ['article_id', 'claim_id', 'stance', 'version_id', 'created_at'],
    references: [article, version],
    articleId: 't.article_id',
  },
  {
    table: 'evidence',
    part: 'article',
    key: ['tagging_id', 'position'],
    references: [tagging],
    articleId: ofTagging,
    extras: { archive: placeOf('select version_id from taggings where id = t.tagging_id') },
  },
  {
    table: 'quantities',
    part: 'article',
    key: ['tagging_id', 'position'],
    references: [tagging],
    articleId: ofTagging,
  },
  { table: 'opinions', part: 'article', key: ['tagging_id'], references: [tagging], articleId: ofTagging },
  {
    table: 'verdicts',
    part: 'article',
    key: ['version_id', 'claim_id', 'stance', 'given_at'],
    references: [version],
    articleId: ofVersion,
  },
  {
    table: 'quote_states',
    part: 'article',
    key: ['version_id', 'field', 'start_offset', 'end_offset', 'seen_at'],
    references: [version, { column: 'found_version_id', as: 'found', to: 'version' }],
    articleId: ofVersion,
  },
  { table: 'saved_queries', part: 'last', key: ['id'], references: [] },
  {
    // With its members and the words by which it is looked up: a story is called by whoever is in it.
    table: 'stories',
    part: 'last',
    key: [],
    references: [],
    isLong: true,
    orderBy: `(select min(a.key collate "C") from story_members m join articles a on a.id = m.article_id where m.story_id = t.id)`,
    extras: {
      anchors: '(select jsonb_agg(word order by word collate "C") from story_words where story_id = t.id)',
      members: `(select jsonb_agg(jsonb_build_object('article', a.key, 'role', m.role, 'origin', origin.key, 'repeats', repeated.key,
        'same_words', m.same_words, 'credit', m.credit, 'since', m.since, 'until', m.until)
        order by m.since, a.key collate "C", m.until)
        from story_members m join articles a on a.id = m.article_id left join articles origin on origin.id = m.origin_id
        left join articles repeated on repeated.id = m.repeats_id where m.story_id = t.id)`,
    },
  },
  { table: 'word_counts', part: 'last', key: ['word'], references: [] },
  { table: 'ungrouped_articles', part: 'last', key: ['article_id'], references: [article] },
  { table: 'unseen_spans', part: 'last', key: ['resource_id', 'began_at'], references: [resource] },
  { table: 'items', part: 'last', key: ['source_id', 'key'], references: [resource, article], isLong: true },
  { table: 'fetches', part: 'last', key: ['resource_id', 'started_at'], references: [resource], isLong: true },
];

/** Tables of stories. They mean something only beside the articles of their own house: a store that has others gives places anew. */
export const storyTables: ReadonlySet<string> = new Set(['stories', 'word_counts', 'ungrouped_articles']);

/**
 * Tables that no bundle holds for themselves: their rows stand in the archive (`documents`) or in those of `stories`, are made from the
 * texts (`article_sketches`, `shingles`), or tell of the work and not of the ledger.
 */
export const unbundledTables: ReadonlySet<string> = new Set([
  'documents',
  'imports',
  'job_runs',
  'link_keys',
  'article_sketches',
  'shingles',
  'story_words',
  'story_members',
  'changes',
  'standings',
  'standings_settled',
  'standing_days',
  'standing_totals',
  'standing_numbers',
  'webhook_marks',
  'webhook_deliveries',
]);

/** How the row that `expression` gives the id of is named. */
export function nameOf(to: keyof typeof targets, expression: string): string {
  return targets[to].name.replaceAll('$1', expression);
}

/** A select of the id of the row that `expression` (jsonb) names. */
export function findBy(to: keyof typeof targets, expression: string): string {
  return targets[to].find.replaceAll('$1', expression);
}
