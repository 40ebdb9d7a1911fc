/** What the last two weeks of each source were like, day by day. */
import { sql } from 'kysely';
import type { Db } from './store.ts';

/** Days in the strip of a source. */
export const stripDays = 14;
/** Days over which kept articles are counted. */
const keptDays = 7;

/** What a day brought: entries never seen before, an answer without any, no answer, or no visit at all. */
export type DayMark = 'new' | 'answered' | 'failed' | 'unasked';

/** The last 14 days of a source, today last, and the articles kept of it in the last seven days. */
export type SourceActivity = { readonly days: readonly DayMark[]; readonly keptCount: number };

/** The activity of listed feeds by their ids. Days begin where the pages are read. */
export async function listSourceActivity(
  db: Db,
  options: { readonly ids: readonly string[]; readonly now: Temporal.Instant; readonly zone: string },
): Promise<ReadonlyMap<string, SourceActivity>> {
  const { ids, now, zone } = options;
  const today = now.toZonedDateTimeISO(zone).toPlainDate();
  const first = today.subtract({ days: stripDays - 1 });
  const from = first.toZonedDateTime(zone).toInstant();
  const visits = await db
    .selectFrom('fetches')
    .innerJoin('sources', 'sources.resource_id', 'fetches.resource_id')
    .select('sources.id')
    .select(sql<string>`(fetches.started_at at time zone ${zone})::date::text`.as('day'))
    .select(sql<boolean>`bool_or(fetches.outcome in ('fresh', 'unmodified', 'moved'))`.as('is_answered'))
    .where('sources.id', 'in', [...ids, ''])
    .where('fetches.started_at', '>=', from)
    .groupBy(['sources.id', 'day'])
    .execute();
  const news = await db
    .selectFrom('items')
    .select('source_id')
    .select(sql<string>`(first_seen_at at time zone ${zone})::date::text`.as('day'))
    .where('source_id', 'in', [...ids, ''])
    .where('first_seen_at', '>=', from)
    .groupBy(['source_id', 'day'])
    .execute();
  const kept = await db
    .selectFrom('articles')
    .select('source_id')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .where('source_id', 'in', [...ids, ''])
    .where('is_kept', '=', true)
    .where('first_seen_at', '>=', now.subtract({ hours: keptDays * 24 }))
    .groupBy('source_id')
    .execute();
  const answered = new Map(visits.map((row) => [`${row.day} ${row.id}`, row.is_answered]));
  const newDays = new Set(news.map((row) => `${row.day} ${row.source_id}`));
  const counts = new Map(kept.map((row) => [row.source_id, row.count]));
  const days = Array.from({ length: stripDays }, (_, index) => first.add({ days: index }).toString());
  const markOf = (key: string): DayMark => {
    if (newDays.has(key)) return 'new';
    const isAnswered = answered.get(key);
    return isAnswered === undefined ? 'unasked' : isAnswered ? 'answered' : 'failed';
  };
  return new Map(
    ids.map((id) => [id, { days: days.map((day) => markOf(`${day} ${id}`)), keptCount: counts.get(id) ?? 0 }]),
  );
}
