/** Rows as a store of the first step held them: an article with an edited page and a quote, a copy of it, and one that no rules have judged. */
import { sql } from 'kysely';
import type { Db } from '#src/io/db/store.ts';

/** When the first page was read, and when its edit was. */
export const firstReadAt = Temporal.Instant.from('2025-01-27T09:00:00Z');
export const editedAt = Temporal.Instant.from('2025-01-28T09:00:00Z');

/** The quote and the text that it is a slice of; all three articles have the text. */
export const firstQuote = 'Riverton Water poisoned the lake.';
const words =
  'The inspector of the valley said on Monday that boats stay in the harbour until the samples were looked at'.split(
    ' ',
  );
const sentences = Array.from(
  { length: 12 },
  (_, at) => `${[...words.slice(at), ...words.slice(0, at)].join(' ')} ${at}.`,
);
const text = `${firstQuote} ${sentences.join(' ')}`;

/** Fills a database that has the tables of the first step. */
export async function fillFirstTables(db: Db): Promise<void> {
  const at = firstReadAt.toString();
  const edited = editedAt.toString();
  await sql`insert into hosts (host) values ('post.example'), ('wire.example')`.execute(db);
  await sql`insert into resources (url, host, first_seen_at, last_fetched_at, last_changed_at, due_rule, last_outcome) values
    ('https://post.example/feed', 'post.example', ${at}, ${edited}, ${at}, 'hourly', 'fresh'),
    ('https://post.example/lake', 'post.example', ${at}, ${edited}, ${edited}, 'hourly', 'failed'),
    ('https://wire.example/lake', 'wire.example', ${at}, null, null, 'first', null)`.execute(db);
  await sql`insert into fetches (resource_id, started_at, duration_ms, outcome, is_conditional) values
    (2, ${at}, 10, 'fresh', false), (2, ${edited}, 10, 'failed', true)`.execute(db);
  await sql`insert into sources (id, resource_id, name, is_named, read, position, is_listed, is_enabled, added_at)
    values ('post', 1, 'The Post', true, 'all', 0, true, true, ${at})`.execute(db);
  await sql`insert into pages (resource_id, is_listed, is_watched, added_at) values (2, true, true, ${at})`.execute(db);
  await sql`insert into claims (id, position, short, statement, definition, definition_hash, is_listed, added_at)
    values ('poisoned', 0, 'Lake', 'Riverton Water poisoned the lake', '{}', 'd1', true, ${at})`.execute(db);
  await sql`insert into claim_definitions (hash, claim_id, definition, first_used_at)
    values ('d1', 'poisoned', '{}', ${at})`.execute(db);
  await sql`insert into documents (hash, body_gzip, byte_count, stored_at) values ('b1', 'x', 1, ${at})`.execute(db);
  for (const [key, outlet] of [
    ['post.example/lake', 'The Post'],
    ['wire.example/lake', 'The Wire'],
    ['late.example/lake', 'The Late'],
  ] as const) {
    await sql`insert into articles (key, resource_id, source_id, url, outlet, first_seen_at, title, lang, published, published_at, text_from,
        is_kept, is_relevant, topics, search)
      values (${key}, ${outlet === 'The Post' ? 2 : null}, ${outlet === 'The Post' ? 'post' : null}, ${`https://${key}`}, ${outlet}, ${at},
        'The lake', 'en', '2025-01-26', '2025-01-26T00:00:00Z', 'page', true, true, '{riverton}', to_tsvector('simple', ${text}))`.execute(
      db,
    );
  }
  const version = (article: number, number: number, seenAt: string, taggedWith: string | null) =>
    sql`insert into versions (article_id, number, reason, text_from, seen_at, document_hash, extractor, method, title, published, lang,
        text, text_hash, problems, corrections, topics, is_relevant, tagged_with, tagged_at)
      values (${article}, ${number}, 'page', 'page', ${seenAt}, 'b1', '1', 'body', 'The lake', '2025-01-26', 'en',
        ${number === 1 ? text : `${text} Boats left.`}, ${`t${article}${number}`}, '[]', '[]', '{riverton}', true, ${taggedWith},
        ${taggedWith === null ? null : seenAt})`.execute(db);
  await version(1, 1, at, 'r1');
  await version(1, 2, edited, 'r1');
  await version(2, 1, at, 'r1');
  await version(3, 1, at, null);
  await sql`update articles set current_version_id = case id when 1 then 2 when 2 then 3 else 4 end`.execute(db);
  await sql`insert into items (source_id, key, url, resource_id, article_id, title, authors, first_seen_at, last_seen_at, is_wanted, is_judged)
    values ('post', 'post.example/lake', 'https://post.example/lake', 2, 1, 'The lake', '[]', ${at}, ${at}, true, true)`.execute(
    db,
  );
  await sql`insert into citations (version_id, position, url, anchor, start_offset, end_offset)
    values (2, 0, 'https://water.example/terms', 'the lake', 24, 32)`.execute(db);
  for (const [versionId, articleId] of [
    [1, 1],
    [2, 1],
    [3, 2],
  ]) {
    await sql`insert into taggings (version_id, article_id, claim_id, stance, status, score, definition_hash, engine, explain, created_at,
        first_stored_at)
      values (${versionId}, ${articleId}, 'poisoned', 'supports', 'tag', 0.9, 'd1', '1', '{}', ${at}, ${at})`.execute(
      db,
    );
  }
  await sql`insert into evidence (tagging_id, position, field, start_offset, end_offset, quote)
    select id, 0, 'text', 0, ${firstQuote.length}, ${firstQuote} from taggings`.execute(db);
  await sql`insert into verdicts (version_id, claim_id, stance, verdict, given_by, given_at)
    values (2, 'poisoned', 'supports', 'confirm', 'desk', ${edited})`.execute(db);
}
