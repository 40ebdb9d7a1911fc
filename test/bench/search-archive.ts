/** A made-up archive on a server: articles of realistic lengths and words, with quotes, numbers, copies and people's answers. */
import { sql } from 'kysely';
import { stances } from '#src/core/digest/balance.ts';
import { searchRules, writeSearchVector } from '#src/core/search/words.ts';
import type { Db } from '#src/io/db/store.ts';
import { makeProse, makeWord } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';

/** The instant at which the archive is read; its articles came in the 600 days before. */
export const archiveNow = Temporal.Instant.from('2025-06-01T12:00:00Z');
const spanMs = 600 * 86_400_000;

/** As in the shipped ledger. */
export const archiveClaims: readonly string[] = Array.from({ length: 15 }, (_, index) => `claim-${index + 1}`);
const outletCount = 400;
const sourceCount = 40;
const languages = ['en', 'en', 'en', 'en', 'en', 'en', 'en', 'de', 'fr', 'en-GB', 'pt', 'fi'] as const;
/** Of news pages half are shorter than this and a few ten times as long: a log-normal curve. */
const wordsMedian = 450;
const wordsSpread = 0.7;
const wordsMax = 4_000;
/** Shares of articles: about a topic in substance, with a quote (of those), copy of an earlier one. */
const relevantShare = 0.5;
const quotedShare = 0.6;
const copyShare = 0.25;
const numberShare = 0.3;
const quoteLength = 180;
/**
 * Different texts, each written and cut word by word, a millisecond each. Articles have one of them each, copied as it lies in its
 * table, so that a million articles take minutes.
 */
const draftCount = 40_000;
const draftsPerBatch = 500;
const articlesPerBatch = 5_000;
/** Batches under way: one is made while the server stores another. */
const batchesAtOnce = 2;

type Row = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Fills an empty store with so many articles; its owner must be a superuser. Triggers and the checks of references are off meanwhile:
 * `changes` tells of the place of each article alone. Indexes that would be written a row at a time are made at the end.
 */
export async function fillArchive(db: Db, count: number): Promise<void> {
  await insertHeads(db);
  const indexes = await dropIndexes(db);
  const lengths = await insertDrafts(db, Math.min(draftCount, count));
  await inBatches(count, articlesPerBatch, (numbers) =>
    insertBatch(
      db,
      numbers.map((number) => makeArticle(number, { count, lengths })),
    ),
  );
  await sql`drop table bench_drafts`.execute(db);
  await db.transaction().execute(async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`insert into changes (kind, article_id, origin_id, at)
      select 'place', article_id, origin_id, since from story_members order by since`.execute(tx);
    await sql`set local maintenance_work_mem = '1GB'`.execute(tx);
    for (const definition of indexes) await sql.raw(definition).execute(tx);
    await sql`analyze`.execute(tx);
  });
}

async function dropIndexes(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes where schemaname = 'public'
    and tablename in ('articles', 'taggings', 'story_members') and indexdef not like 'CREATE UNIQUE%'`.execute(db);
  for (const { name } of rows) await sql`drop index ${sql.id(name)}`.execute(db);
  return rows.map(({ definition }) => definition);
}

/** Calls `insert` with the numbers from 1 to `count`, a batch at a time. */
async function inBatches(
  count: number,
  size: number,
  insert: (numbers: readonly number[]) => Promise<void>,
): Promise<void> {
  const running: Promise<void>[] = [];
  for (let first = 1; first <= count; first += size) {
    running.push(insert(Array.from({ length: Math.min(size, count - first + 1) }, (_, at) => first + at)));
    if (running.length === batchesAtOnce) await running.shift();
  }
  await Promise.all(running);
}

/** Writes the texts; gives the length of each in characters. */
async function insertDrafts(db: Db, count: number): Promise<readonly number[]> {
  await sql`create table bench_drafts (id int primary key, title text, text text, search tsvector)`.execute(db);
  const lengths: number[] = [];
  await inBatches(count, draftsPerBatch, async (numbers) => {
    const drafts = numbers.map(writeDraft);
    for (const { id, text } of drafts) lengths[id] = text.length;
    await sql`insert into bench_drafts select id, title, text, search::tsvector
      from json_to_recordset(${JSON.stringify(drafts)}::json) as d (id int, title text, text text, search text)`.execute(
      db,
    );
  });
  return lengths;
}

function writeDraft(id: number) {
  const random = seededRandom(id);
  const bell = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const wordCount = Math.min(wordsMax, Math.max(30, Math.round(wordsMedian * Math.exp(wordsSpread * bell))));
  const title = makeProse(random, { wordCount: 9, subject: id });
  const text = makeProse(random, { wordCount, subject: id });
  return { id, title, text, search: writeSearchVector(title, text) };
}

type MadeArticle = { readonly article: Row; readonly member: Row; readonly taggings: readonly Row[] };

function makeArticle(
  number: number,
  from: { readonly count: number; readonly lengths: readonly number[] },
): MadeArticle {
  const { count, lengths } = from;
  const random = seededRandom(-number);
  const at = archiveNow
    .subtract({ milliseconds: Math.round((spanMs * (count - number + 1)) / (count + 1)) })
    .toString();
  const draft = 1 + Math.floor(random() * (lengths.length - 1));
  const isRelevant = random() < relevantShare;
  const isCopy = number > 100 && random() < copyShare;
  const outlet = Math.floor(outletCount * random() ** 2);
  return {
    article: {
      id: number,
      draft,
      key: `outlet-${outlet}.example/${number}`,
      url: `https://outlet-${outlet}.example/${number}`,
      source_id: outlet < sourceCount ? `source-${outlet}` : null,
      outlet: `Outlet ${outlet}`,
      at,
      lang: languages[Math.floor(random() * languages.length)] ?? 'en',
      is_relevant: isRelevant,
    },
    member: {
      article_id: number,
      role: isCopy ? 'copy' : 'original',
      origin_id: isCopy ? number - 1 - Math.floor(random() * 99) : number,
      at,
    },
    taggings:
      isRelevant && random() < quotedShare
        ? makeTaggings(number, { random, length: lengths[draft] ?? 0, draft, at })
        : [],
  };
}

type TaggedArticle = {
  readonly random: () => number;
  readonly length: number;
  readonly draft: number;
  readonly at: string;
};

function makeTaggings(number: number, { random, length, draft, at }: TaggedArticle): readonly Row[] {
  // The first claims of a ledger are what it is about: they are met far more often than the last.
  const chosen = new Set(
    Array.from({ length: 1 + Math.floor(random() * 2) }, () => Math.floor(archiveClaims.length * random() ** 2)),
  );
  return [...chosen].map((claim, index) => {
    const start = Math.floor(random() * Math.max(1, length - 2 * quoteLength));
    const value = random() < numberShare ? Math.round(5.6 * 10 ** (random() * random() * 3)) / 10 : null;
    return {
      id: number * 4 + index,
      article_id: number,
      draft,
      claim_id: archiveClaims[claim] ?? '',
      stance: stances[Math.floor(3 * random() ** 1.5)] ?? 'reports',
      status: random() < 0.9 ? 'tag' : 'candidate',
      speaker: random() < 0.6 ? `${makeWord(Math.floor(300 * random()))} Speaker` : null,
      at,
      start,
      value: value === null ? null : value * 1e6,
    };
  });
}

async function insertHeads(db: Db): Promise<void> {
  await sql`insert into claims (id, position, short, statement, definition, definition_hash, is_listed, added_at)
    select id, position, id, 'The statement of ' || id, jsonb_build_object('id', id), id, true, ${archiveNow.subtract({ hours: 24 * 700 })}
    from unnest(${[...archiveClaims]}::text[]) with ordinality as c (id, position)`.execute(db);
  await sql`insert into claim_definitions (hash, claim_id, definition, first_used_at)
    select id, id, definition, added_at from claims`.execute(db);
  const names = Array.from({ length: sourceCount }, (_, index) => String(index));
  await sql`insert into hosts (host) select 'outlet-' || n || '.example' from unnest(${names}::text[]) as s (n)`.execute(
    db,
  );
  await sql`insert into resources (url, host, first_seen_at, due_rule)
    select 'https://outlet-' || n || '.example/feed', 'outlet-' || n || '.example', ${archiveNow}, 'hourly'
    from unnest(${names}::text[]) as s (n)`.execute(db);
  await sql`insert into sources (id, resource_id, name, is_named, read, position, is_listed, is_enabled, added_at)
    select 'source-' || n, r.id, 'Outlet ' || n, true, 'topics', n::int, true, true, ${archiveNow}
    from unnest(${names}::text[]) as s (n) join resources r on r.url = 'https://outlet-' || n || '.example/feed'`.execute(
    db,
  );
  await sql`insert into stories (last_at, article_count, words, weights) values (${archiveNow}, 1, '{}', '{}')`.execute(
    db,
  );
}

async function insertBatch(db: Db, made: readonly MadeArticle[]): Promise<void> {
  const articles = JSON.stringify(made.map(({ article }) => article));
  const members = JSON.stringify(made.map(({ member }) => member));
  const taggings = JSON.stringify(made.flatMap((each) => each.taggings));
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`with a as (select a.*, d.title, d.text, d.search from json_to_recordset(${articles}::json) as a (id bigint, draft int,
        key text, url text, source_id text, outlet text, at timestamptz, lang text, is_relevant boolean)
        join bench_drafts d on d.id = a.draft),
      article as (insert into articles (id, key, url, source_id, outlet, first_seen_at, current_version_id, title, lang, published,
          published_at, text_from, is_kept, is_relevant, topics, search, search_rules)
        overriding system value select id, key, url, source_id, outlet, at, id, title, lang, at::text, at, 'page', true, is_relevant,
          '{topic}', search, ${searchRules} from a)
      insert into versions (id, article_id, number, reason, text_from, seen_at, outlet, published_at, extractor, method, title, lang,
        text, text_hash, problems, corrections, topics, is_relevant, tagged_with, tagged_at)
      overriding system value select id, id, 1, 'page', 'page', at, outlet, at, '1', 'body', title, lang, text, id::text, '[]', '[]',
        '{topic}', is_relevant, 'rules', at from a`.execute(tx);
    await sql`insert into story_members (article_id, story_id, role, origin_id, repeats_id, since)
      select article_id, 1, role, origin_id, nullif(origin_id, article_id), at from json_to_recordset(${members}::json)
        as m (article_id bigint, role text, origin_id bigint, at timestamptz)`.execute(tx);
    await sql`with t as (select * from json_to_recordset(${taggings}::json) as t (id bigint, article_id bigint, draft int,
        claim_id text, stance text, status text, speaker text, at timestamptz, start int, value double precision)),
      tagging as (insert into taggings (id, version_id, article_id, claim_id, stance, status, score, speaker, definition_hash, engine,
          explain, created_at, first_stored_at)
        overriding system value select id, article_id, article_id, claim_id, stance, status, 0.9, speaker, claim_id, '1', '{}', at, at
        from t),
      quote as (insert into evidence (tagging_id, position, field, start_offset, end_offset, quote)
        select t.id, 0, 'text', start, start + ${quoteLength}::int, substr(d.text, start + 1, ${quoteLength}::int)
        from t join bench_drafts d on d.id = t.draft)
      insert into quantities (tagging_id, position, field, value, min, max, unit, modifier, start_offset, end_offset, written)
      select id, 0, 'text', value, value, value, 'USD', 'about', start, start + 10, '$' || value / 1e6 || ' million' from t
      where value is not null`.execute(tx);
  });
}
