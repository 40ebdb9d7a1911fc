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
const batchSize = 500;

type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Fills an empty store with so many articles; indexes that would be written a row at a time are made at the end. */
export async function fillArchive(db: Db, count: number): Promise<void> {
  const index = await sql<{ indexdef: string }>`
    select indexdef from pg_indexes where indexname = 'articles_by_words'`.execute(db);
  await sql`drop index articles_by_words`.execute(db);
  await insertHeads(db);
  for (let first = 1; first <= count; first += batchSize) {
    const size = Math.min(batchSize, count - first + 1);
    await insertBatch(
      db,
      Array.from({ length: size }, (_, at) => makeArticle(first + at, count)),
    );
  }
  await db.transaction().execute(async (tx) => {
    await sql`set local maintenance_work_mem = '512MB'`.execute(tx);
    await sql`set local statement_timeout = 0`.execute(tx);
    for (const { indexdef } of index.rows) await sql.raw(indexdef).execute(tx);
  });
  await sql`vacuum (analyze)`.execute(db);
}

type MadeArticle = { readonly article: Row; readonly member: Row; readonly taggings: readonly Row[] };

function makeArticle(number: number, count: number): MadeArticle {
  const random = seededRandom(number);
  const at = archiveNow.subtract({ milliseconds: Math.round((spanMs * (count - number + 1)) / (count + 1)) });
  const bell = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const wordCount = Math.min(wordsMax, Math.max(30, Math.round(wordsMedian * Math.exp(wordsSpread * bell))));
  const title = makeProse(random, { wordCount: 9, subject: number });
  const text = makeProse(random, { wordCount, subject: number });
  const isRelevant = random() < relevantShare;
  const isCopy = number > 100 && random() < copyShare;
  const outlet = Math.floor(outletCount * random() ** 2);
  return {
    article: {
      id: number,
      key: `outlet-${outlet}.example/${number}`,
      url: `https://outlet-${outlet}.example/${number}`,
      source_id: outlet < sourceCount ? `source-${outlet}` : null,
      outlet: `Outlet ${outlet}`,
      at: at.toString(),
      title,
      lang: languages[Math.floor(random() * languages.length)] ?? 'en',
      text,
      search: writeSearchVector(title, text),
      is_relevant: isRelevant,
    },
    member: {
      article_id: number,
      role: isCopy ? 'copy' : 'original',
      origin_id: isCopy ? number - 1 - Math.floor(random() * 99) : number,
      at: at.toString(),
    },
    taggings: isRelevant && random() < quotedShare ? makeTaggings(number, { random, text, at: at.toString() }) : [],
  };
}

function makeTaggings(
  number: number,
  from: { readonly random: () => number; readonly text: string; readonly at: string },
): readonly Row[] {
  const { random, text, at } = from;
  // The first claims of a ledger are what it is about: they are met far more often than the last.
  const chosen = new Set(
    Array.from({ length: 1 + Math.floor(random() * 2) }, () => Math.floor(archiveClaims.length * random() ** 2)),
  );
  return [...chosen].map((claim, index) => {
    const start = Math.floor(random() * Math.max(1, text.length - 200));
    const value = random() < numberShare ? Math.round(5.6 * 10 ** (random() * random() * 3)) / 10 : null;
    return {
      id: number * 4 + index,
      article_id: number,
      claim_id: archiveClaims[claim] ?? '',
      stance: stances[Math.floor(3 * random() ** 1.5)] ?? 'reports',
      status: random() < 0.9 ? 'tag' : 'candidate',
      speaker: random() < 0.6 ? `${makeWord(Math.floor(300 * random()))} Speaker` : null,
      at,
      start,
      quote: text.slice(start, start + 180),
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
    await sql`with a as (select * from json_to_recordset(${articles}::json) as a (id bigint, key text, url text, source_id text,
        outlet text, at timestamptz, title text, lang text, text text, search text, is_relevant boolean)),
      article as (insert into articles (id, key, url, source_id, outlet, first_seen_at, current_version_id, title, lang, published,
          published_at, text_from, is_kept, is_relevant, topics, search, search_rules)
        overriding system value select id, key, url, source_id, outlet, at, id, title, lang, at::text, at, 'page', true, is_relevant,
          '{topic}', search::tsvector, ${searchRules} from a)
      insert into versions (id, article_id, number, reason, text_from, seen_at, outlet, published_at, extractor, method, title, lang,
        text, text_hash, problems, corrections, topics, is_relevant, tagged_with, tagged_at)
      overriding system value select id, id, 1, 'page', 'page', at, outlet, at, '1', 'body', title, lang, text, id::text, '[]', '[]',
        '{topic}', is_relevant, 'rules', at from a`.execute(tx);
    await sql`insert into story_members (article_id, story_id, role, origin_id, repeats_id, since)
      select article_id, 1, role, origin_id, nullif(origin_id, article_id), at from json_to_recordset(${members}::json)
        as m (article_id bigint, role text, origin_id bigint, at timestamptz)`.execute(tx);
    await sql`with t as (select * from json_to_recordset(${taggings}::json) as t (id bigint, article_id bigint, claim_id text,
        stance text, status text, speaker text, at timestamptz, start int, quote text, value double precision)),
      tagging as (insert into taggings (id, version_id, article_id, claim_id, stance, status, score, speaker, definition_hash, engine,
          explain, created_at, first_stored_at)
        overriding system value select id, article_id, article_id, claim_id, stance, status, 0.9, speaker, claim_id, '1', '{}', at, at
        from t),
      quote as (insert into evidence (tagging_id, position, field, start_offset, end_offset, quote)
        select id, 0, 'text', start, start + length(quote), quote from t)
      insert into quantities (tagging_id, position, field, value, min, max, unit, modifier, start_offset, end_offset, written)
      select id, 0, 'text', value, value, value, 'USD', 'about', start, start + 10, '$' || value / 1e6 || ' million' from t
      where value is not null`.execute(tx);
  });
}
