/** What must hold in any ledger, after any run and any fault. */
import { sql } from 'kysely';
import type { Db } from '#src/io/db/store.ts';

/** How much evidence there is, and the quotes that are not the slice of the stored text that they claim to be. */
export async function checkEvidence(db: Db): Promise<{ readonly count: number; readonly wrong: readonly string[] }> {
  const rows = await db
    .selectFrom('evidence')
    .innerJoin('taggings', 'taggings.id', 'evidence.tagging_id')
    .innerJoin('versions', 'versions.id', 'taggings.version_id')
    .select(['evidence.field', 'evidence.start_offset', 'evidence.end_offset', 'evidence.quote'])
    .select(['versions.title', 'versions.text'])
    .execute();
  const wrong = rows.filter((row) => row[row.field].slice(row.start_offset, row.end_offset) !== row.quote);
  return { count: rows.length, wrong: wrong.map(({ quote }) => quote) };
}

/** The broken promises of the store in words; empty when all hold. `now` is later than every lease may last. */
export async function listBrokenPromises(db: Db, now: Temporal.Instant): Promise<readonly string[]> {
  const promises: readonly (readonly [string, ReturnType<typeof sql<{ broken: number }>>])[] = [
    [
      'an entry is stored twice',
      sql`select count(*)::int as broken from (
      select source_id, url, guid from items group by 1, 2, 3 having count(*) > 1) twice`,
    ],
    [
      'a kept article has no version that speaks for it',
      sql`select count(*)::int as broken from articles a
      left join versions v on v.id = a.current_version_id and v.article_id = a.id where v.id is null`,
    ],
    [
      'the newest version does not speak for its article',
      sql`select count(*)::int as broken from articles a
      join versions v on v.id = a.current_version_id
      where v.number <> (select max(number) from versions newest where newest.article_id = a.id)`,
    ],
    [
      'a tagging is there twice',
      sql`select count(*)::int as broken from (select version_id, claim_id, stance from taggings
      where closed_at is null group by 1, 2, 3 having count(*) > 1) twice`,
    ],
    [
      'a tagging has no evidence',
      sql`select count(*)::int as broken from taggings t
      where not exists (select from evidence e where e.tagging_id = t.id)`,
    ],
    [
      'a document of a version is missing',
      sql`select count(*)::int as broken from versions
      where text_from = 'page' and document_hash is null`,
    ],
    [
      'a digest is there twice',
      sql`select count(*)::int as broken from (select reader_id, date from digests
      group by 1, 2 having count(*) > 1) twice`,
    ],
    ['a host is still leased', sql`select count(*)::int as broken from hosts where lease_until > ${now}`],
    [
      'a mail is still being sent',
      sql`select count(*)::int as broken from deliveries
      where state = 'sending' and lease_until > ${now}`,
    ],
  ];
  const broken: string[] = [];
  for (const [words, query] of promises) {
    const { rows } = await query.execute(db);
    if (rows[0]?.broken !== 0) broken.push(`${words} (${rows[0]?.broken})`);
  }
  const { wrong } = await checkEvidence(db);
  return [...broken, ...wrong.map((quote) => `not in the text: "${quote}"`)];
}
