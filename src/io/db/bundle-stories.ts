/** Stories of a bundle on their way into a store that holds no others. */
import { sql } from 'kysely';
import type { Tx } from './store.ts';

/**
 * Writes a story with all places that its members have and had; gives the articles that stand in it now. Nothing is written, and nobody
 * given, when one of them has a place already: the story is here.
 */
export async function insertBundleStory(tx: Tx, row: string): Promise<readonly number[]> {
  const members = sql`jsonb_array_elements(${row}::jsonb -> 'members') as e (member) join articles a on a.key = e.member ->> 'article'`;
  const { rows: stories } = await sql<{ id: number }>`
    insert into stories (last_at, article_count, words, weights)
    select p.last_at, p.article_count, p.words, p.weights from jsonb_populate_record(null::stories, ${row}::jsonb) as p
    where not exists (select from ${members} join story_members m on m.article_id = a.id)
    returning id`.execute(tx);
  const [story] = stories;
  if (story === undefined) return [];
  await sql`insert into story_words (word, story_id)
    select word, ${story.id} from jsonb_array_elements_text(${row}::jsonb -> 'anchors') as word`.execute(tx);
  const { rows } = await sql<{ article_id: number; until: Temporal.Instant | null }>`
    insert into story_members (article_id, story_id, role, origin_id, repeats_id, same_words, credit, since, until)
    select a.id, ${story.id}, m.role, coalesce(origin.id, a.id), repeated.id, m.same_words, m.credit, m.since, m.until
    from ${members}
    cross join lateral jsonb_populate_record(null::story_members, e.member) as m
    left join articles origin on origin.key = e.member ->> 'origin'
    left join articles repeated on repeated.key = e.member ->> 'repeats'
    returning article_id, until`.execute(tx);
  return rows.flatMap(({ article_id: id, until }) => (until === null ? [id] : []));
}
