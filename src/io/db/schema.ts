/** The tables as kysely sees them. Instants are `Temporal.Instant` on both stores (see `temporal.ts`). */
import type { ColumnType, Generated } from 'kysely';

import type { CaptionKind, CaptionTrack } from '#src/core/caption/track.ts';
import type { ClaimDefinition } from '#src/core/claim/definition.ts';
import type { DigestContent } from '#src/core/digest/digest.ts';
import type { ReadHints } from '#src/core/fetch/schedule.ts';
import type { StoryRole } from '#src/core/story/origin.ts';

type Instant = Temporal.Instant;
/** A jsonb column: read as parsed, written as text made by `JSON.stringify` (a bare array would become a Postgres array). */
type Json<Value> = ColumnType<Value, string, string>;
type Id = Generated<number>;

export type Stance = 'supports' | 'reports' | 'disputes';
export type TextFrom = 'page' | 'feed' | 'headline';

type LedgerRevisions = { revision: number; hash: string; content: Json<unknown>; stored_at: Instant };

type Hosts = {
  host: string;
  next_start_at: Instant | null;
  blocked_until: Instant | null;
  crawl_delay_ms: number | null;
  robots_text: string | null;
  robots_state: 'rules' | 'allowed' | 'refused' | null;
  robots_fetched_at: Instant | null;
  robots_due_at: Instant | null;
  robots_failure_count: Generated<number>;
  lease_owner: string | null;
  lease_until: Instant | null;
};

type Resources = {
  id: Id;
  url: string;
  host: string;
  first_seen_at: Instant;
  etag: string | null;
  last_modified: string | null;
  validators_url: string | null;
  body_hash: string | null;
  failure_count: Generated<number>;
  unchanged_count: Generated<number>;
  parse_failure_count: Generated<number>;
  last_fetched_at: Instant | null;
  last_changed_at: Instant | null;
  next_due_at: Instant | null;
  due_rule: string;
  gone_at: Instant | null;
  set_aside_at: Instant | null;
  moved: Json<StoredMove> | null;
  moved_to: string | null;
  hints: Json<ReadHints> | null;
  last_outcome: string | null;
  last_reason: string | null;
  last_status: number | null;
  last_error: string | null;
  failing_since: Instant | null;
  last_read_at: Instant | null;
  citation_depth: Generated<number>;
};

/** A permanent redirect on trial, as jsonb: instants are RFC 3339. */
export type StoredMove = {
  readonly to: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
};

type Sources = {
  id: string;
  resource_id: number;
  name: string;
  is_named: boolean;
  read: 'topics' | 'all';
  every_seconds: number | null;
  position: number;
  is_listed: boolean;
  is_enabled: boolean;
  paused_at: Instant | null;
  title: string | null;
  link: string | null;
  language: string | null;
  problems: Json<readonly string[]> | null;
  added_at: Instant;
};

type Pages = {
  resource_id: number;
  is_listed: boolean;
  is_watched: boolean;
  note: string | null;
  added_at: Instant;
  reason: Generated<'listed' | 'evidence' | 'cited'>;
};

type Fetches = {
  id: Id;
  resource_id: number;
  started_at: Instant;
  duration_ms: number;
  outcome: string;
  reason: string | null;
  status: number | null;
  words: string | null;
  is_conditional: boolean;
  byte_count: number | null;
  final_url: string | null;
  next_due_at: Instant | null;
  due_rule: string | null;
};

/** `body_gzip` is null once the bytes were thrown away for their age. */
type Documents = {
  hash: string;
  body_gzip: Uint8Array | null;
  byte_count: number;
  stored_at: Instant;
  pruned_at: Instant | null;
};

type Articles = {
  id: Id;
  key: string;
  resource_id: number | null;
  source_id: string | null;
  url: string | null;
  canonical_url: string | null;
  outlet: string;
  first_seen_at: Instant;
  current_version_id: number | null;
  title: string;
  lang: string | null;
  published: string | null;
  published_at: Instant | null;
  text_from: TextFrom;
  is_kept: boolean;
  is_relevant: boolean;
  topics: string[];
  search: ColumnType<string, unknown, unknown>;
  /** Which rules wrote `search`; 0 = those of the server's own parser. */
  search_rules: Generated<number>;
};

type Items = {
  id: Id;
  source_id: string;
  key: string;
  guid: string | null;
  url: string | null;
  resource_id: number | null;
  article_id: number | null;
  title: string;
  summary: string | null;
  content_html: string | null;
  authors: Json<readonly string[]>;
  outlet: string | null;
  lang: string | null;
  published_at: Instant | null;
  updated_at: Instant | null;
  first_seen_at: Instant;
  last_seen_at: Instant;
  is_wanted: boolean;
  is_judged: boolean;
  /** The transcripts that the feed names; null for none. */
  transcripts: ColumnType<readonly CaptionTrack[] | null, string | null | undefined, string | null>;
};

type Versions = {
  id: Id;
  article_id: number;
  number: number;
  reason: 'page' | 'reader';
  text_from: TextFrom;
  seen_at: Instant;
  /** Null on versions that were stored before these were kept with them; the article's own stand in. */
  outlet: Generated<string | null>;
  published_at: Generated<Instant | null>;
  document_hash: string | null;
  response: Json<StoredResponse> | null;
  extractor: string;
  method: string;
  title: string;
  byline: string | null;
  published: string | null;
  modified: string | null;
  canonical_url: string | null;
  lang: string | null;
  text: string;
  text_hash: string;
  problems: Json<readonly string[]>;
  corrections: Json<readonly string[]>;
  topics: string[];
  is_relevant: boolean;
  tagged_with: string | null;
  tagged_at: Instant | null;
  /** The index entry of a version that another one has followed. */
  search: ColumnType<string | null, unknown, unknown>;
};

/** The track that the page or feed of an article offers; what was read of it stands with the versions. */
type CaptionTracks = {
  article_id: number;
  resource_id: number;
  lang: string | null;
  kind: CaptionKind;
  offered_at: Instant;
};

/** The captions in a version's text, its last part. */
type VersionCaptionRows = {
  version_id: number;
  lang: string | null;
  kind: CaptionKind;
  url: string;
  start_offset: number;
  end_offset: number;
  mark_offsets: number[];
  mark_seconds: number[];
  document_hash: string;
  response: Json<StoredResponse>;
};

/** The response a document came with: the headers as received, lower-case names. */
export type StoredResponse = {
  readonly status: number;
  readonly finalUrl: string;
  readonly fetchedAt: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The headers that we asked with; not known of imported pages and of those fetched before they were kept. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
};

type Citations = {
  version_id: number;
  position: number;
  url: string;
  anchor: string;
  start_offset: number;
  end_offset: number;
  resource_id: number | null;
  sentence_start: number | null;
  sentence_end: number | null;
  target_key: string | null;
};

type QuoteStates = {
  id: Id;
  version_id: number;
  field: 'text' | 'title';
  start_offset: number;
  end_offset: number;
  state: 'moved' | 'altered' | 'gone';
  found_version_id: number;
  found_start: number | null;
  found_end: number | null;
  words: string | null;
  last_there_at: Instant;
  seen_at: Instant;
  closed_at: Instant | null;
};

type UnseenSpans = {
  resource_id: number;
  began_at: Instant;
  ended_at: Instant | null;
  reason: string | null;
  status: number | null;
  words: string;
};

type UngroupedArticles = { article_id: number };
type ArticleSketches = { article_id: number; site: string; appeared_at: Instant; sample: number[] };
type Shingles = { shingle: number; article_id: number };
type Stories = { id: Id; last_at: Instant; article_count: number; words: string[]; weights: number[] };
type StoryWords = { word: string; story_id: number };
type WordCounts = { word: string; article_count: number };
type StoryMembers = {
  id: Id;
  article_id: number;
  story_id: number;
  role: StoryRole;
  origin_id: number;
  repeats_id: number | null;
  same_words: number | null;
  credit: string | null;
  since: Instant;
  until: Instant | null;
};

type Claims = {
  id: string;
  position: number;
  short: string;
  statement: string;
  definition: Json<ClaimDefinition>;
  definition_hash: string;
  is_listed: boolean;
  added_at: Instant;
};

type ClaimDefinitions = { hash: string; claim_id: string; definition: Json<ClaimDefinition>; first_used_at: Instant };

type Taggings = {
  id: Id;
  version_id: number;
  article_id: number;
  claim_id: string;
  stance: Stance;
  status: 'tag' | 'candidate';
  score: number;
  speaker: string | null;
  definition_hash: string;
  engine: string;
  explain: Json<unknown>;
  created_at: Instant;
  first_stored_at: Instant;
  closed_at: Instant | null;
  run_id: number | null;
  closed_run_id: number | null;
};

type Evidence = {
  tagging_id: number;
  position: number;
  field: 'text' | 'title';
  start_offset: number;
  end_offset: number;
  quote: string;
};

type Quantities = {
  tagging_id: number;
  position: number;
  field: 'text' | 'title';
  value: number | null;
  min: number | null;
  max: number | null;
  unit: string;
  modifier: 'exact' | 'about' | 'under' | 'over' | 'range';
  start_offset: number;
  end_offset: number;
  written: string;
  measure: string | null;
};

type Verdicts = {
  id: Id;
  version_id: number;
  claim_id: string;
  stance: Stance;
  verdict: 'confirm' | 'reject' | 'stance';
  new_stance: Stance | null;
  given_by: string;
  given_at: Instant;
  undone_at: Instant | null;
};

type Judgements = {
  id: Id;
  version_id: number;
  judged_at: Instant;
  superseded_at: Instant | null;
  rules_key: string;
  is_kept: boolean;
  is_relevant: boolean;
  topics: string[];
  run_id: number | null;
};

type RetagRuns = {
  id: Id;
  rules_key: string;
  started_at: Instant;
  finished_at: Instant | null;
  undo_started_at: Instant | null;
  undone_at: Instant | null;
};

type JudgeCalls = {
  id: Id;
  key: string;
  model: string;
  asked_at: Instant;
  outcome: 'answered' | 'failed';
  is_about: boolean | null;
  stance: Stance | null;
  error: string | null;
};

type Opinions = { tagging_id: number; is_about: boolean; stance: Stance; model: string; given_at: Instant };

export type ChangeKind =
  | 'article'
  | 'article-changed'
  | 'version'
  | 'tagging-opened'
  | 'tagging-closed'
  | 'quote-state'
  | 'quote-state-closed'
  | 'verdict'
  | 'verdict-undone'
  | 'opinion'
  | 'place'
  | 'place-left';

type Changes = {
  seq: Id;
  kind: ChangeKind;
  article_id: number;
  version_id: number | null;
  tagging_id: number | null;
  claim_id: string | null;
  stance: Stance | null;
  detail: string | null;
  origin_id: number | null;
  at: Instant;
};

type Standings = {
  tagging_id: number;
  claim_id: string;
  stance: Stance;
  origin_id: number;
  stored_at: Instant;
  article_count: number;
  outlet_count: number;
  is_first: boolean;
};

type StandingsSettled = { through: number; zone: string | null };

type StandingDays = { claim_id: string; date: string; stance: Stance; origin_count: number };

type StandingTotals = { claim_id: string; quote_count: number; origin_count: number; article_count: number };

type StandingNumbers = {
  tagging_id: number;
  position: number;
  claim_id: string;
  origin_id: number;
  stance: Stance;
  stored_at: Instant;
  article_id: number;
  outlet: string;
  speaker: string | null;
  /** What makes two numbers the same: unit, value, bounds and measure as one text. */
  number: string;
  written: string;
  value: number | null;
  min: number | null;
  max: number | null;
  unit: string;
  modifier: 'exact' | 'about' | 'under' | 'over' | 'range';
  measure: string | null;
};

type WebhookMarks = { hook: string; told_until: Instant };

type WebhookDeliveries = {
  id: Id;
  hook: string;
  event_key: string;
  event: string;
  body: string;
  state: 'pending' | 'sending' | 'sent' | 'failed';
  attempt_count: Generated<number>;
  next_attempt_at: Instant | null;
  lease_until: Generated<Instant | null>;
  finished_at: Generated<Instant | null>;
  error: Generated<string | null>;
  created_at: Instant;
};

type SavedQueries = {
  id: string;
  name: string;
  query: string;
  is_from_ledger: boolean;
  is_listed: boolean;
  added_by: string | null;
  added_at: Instant;
};

type Readers = {
  id: string;
  address: string | null;
  local_time: string;
  zone: string;
  claims: Json<readonly string[]> | null;
  empty: 'send' | 'skip';
  is_listed: boolean;
  suspended_at: Instant | null;
  suspended_reason: string | null;
  added_at: Instant;
  date_language: Generated<string>;
  is_subscribed: Generated<boolean>;
  told_from: Instant | null;
};

type MailStops = { reader_id: string; address: string; stopped_at: Instant };

type Subscriptions = {
  id: Id;
  address: string;
  local_time: string;
  zone: string;
  date_language: string;
  claims: Json<readonly string[]> | null;
  empty: 'send' | 'skip';
  requested_at: Instant;
  confirmed_at: Instant | null;
  attempt_count: number;
  next_attempt_at: Instant | null;
};

type LinkKeyRows = { fingerprint: string; first_used_at: Instant };

type Digests = {
  id: Id;
  reader_id: string;
  date: string;
  zone: string;
  window_start: Instant;
  window_end: Instant;
  content: Json<DigestContent>;
  created_at: Instant;
};

export type DeliveryState = 'pending' | 'sending' | 'in-doubt' | 'sent' | 'written' | 'failed' | 'merged';

type Deliveries = {
  id: Id;
  digest_id: number;
  reader_id: string;
  date: string;
  address: string;
  message_id: string;
  message: Uint8Array;
  state: DeliveryState;
  attempt_count: Generated<number>;
  lease_until: Instant | null;
  next_attempt_at: Instant | null;
  finished_at: Instant | null;
  reply: string | null;
  error: string | null;
  created_at: Instant;
};

type JobRuns = {
  id: Id;
  job: string;
  worker: string;
  started_at: Instant;
  duration_ms: number;
  outcome: 'done' | 'failed';
  summary: Json<Readonly<Record<string, unknown>>>;
  error: string | null;
};

/** What became of the pages of an imported archive. */
export type ImportCounts = {
  readonly newVersions: number;
  readonly known: number;
  readonly offTopic: number;
  /** Captured before what the ledger has of the same address. */
  readonly older: number;
  readonly unreadable: number;
  /** Records that hold no page: images, requests, redirects. */
  readonly passedOver: number;
  readonly broken: number;
};

type Imports = {
  file_key: string;
  rules_key: string;
  file_name: string;
  read_offset: number;
  counts: Json<ImportCounts>;
  started_at: Instant;
  finished_at: Instant | null;
};

/** Every table of the ledger. */
export type Schema = {
  ledger_revisions: LedgerRevisions;
  hosts: Hosts;
  resources: Resources;
  sources: Sources;
  pages: Pages;
  fetches: Fetches;
  documents: Documents;
  articles: Articles;
  items: Items;
  versions: Versions;
  caption_tracks: CaptionTracks;
  version_captions: VersionCaptionRows;
  citations: Citations;
  ungrouped_articles: UngroupedArticles;
  article_sketches: ArticleSketches;
  shingles: Shingles;
  stories: Stories;
  story_words: StoryWords;
  word_counts: WordCounts;
  story_members: StoryMembers;
  quote_states: QuoteStates;
  unseen_spans: UnseenSpans;
  claims: Claims;
  claim_definitions: ClaimDefinitions;
  taggings: Taggings;
  evidence: Evidence;
  quantities: Quantities;
  verdicts: Verdicts;
  judgements: Judgements;
  retag_runs: RetagRuns;
  judge_calls: JudgeCalls;
  opinions: Opinions;
  readers: Readers;
  mail_stops: MailStops;
  subscriptions: Subscriptions;
  link_keys: LinkKeyRows;
  digests: Digests;
  deliveries: Deliveries;
  job_runs: JobRuns;
  imports: Imports;
  saved_queries: SavedQueries;
  changes: Changes;
  standings: Standings;
  standings_settled: StandingsSettled;
  standing_days: StandingDays;
  standing_totals: StandingTotals;
  standing_numbers: StandingNumbers;
  webhook_marks: WebhookMarks;
  webhook_deliveries: WebhookDeliveries;
};
