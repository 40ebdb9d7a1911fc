/** At which second of a recording evidence is said. */
import { type RawBuilder, sql } from 'kysely';
import type { Spoken } from '#src/core/caption/spoken.ts';

/**
 * What a row of evidence is of the captions of its version; null when it stands in the page's own words. Both are named as in the
 * query around it. The marks are ascending, so that the last one at or before the quote is found by halving.
 */
export function spokenIn(evidence: 'evidence' | 'e', versionId: string): RawBuilder<Spoken | null> {
  const row = sql.table(evidence);
  return sql<Spoken | null>`(
    select jsonb_build_object('kind', spoken.kind, 'lang', spoken.lang,
      'second', spoken.mark_seconds[width_bucket(${row}.start_offset, spoken.mark_offsets)])
    from version_captions spoken where spoken.version_id = ${sql.ref(versionId)}
      and ${row}.field = 'text' and ${row}.start_offset >= spoken.start_offset)`;
}
