/**
 * Who has the last word about a tagging, for statements that join `verdicts` by `isStandingVerdict`: a person, else an optional
 * judge, else the rules. Every list and count of quotes reads these, so that no two of them disagree.
 */
import { type SqlBool, sql } from 'kysely';
import type { Stance } from './schema.ts';

/** What ties a tagging to the answer that stands about it: one and the same version, claim and stance. */
export const isStandingVerdict = sql<SqlBool>`verdicts.version_id = taggings.version_id
  and verdicts.claim_id = taggings.claim_id and verdicts.stance = taggings.stance and verdicts.undone_at is null`;

/** Whether a tagging counts. */
export const isCounted = sql<SqlBool>`coalesce(verdicts.verdict <> 'reject',
  (select o.is_about from opinions o where o.tagging_id = taggings.id), taggings.status = 'tag')`;

/** The stance that a tagging is shown and counted with. */
export const heldStance = sql<Stance>`coalesce(verdicts.new_stance, case when verdicts.verdict is null
  then (select o.stance from opinions o where o.tagging_id = taggings.id) end, taggings.stance)`;

/** The model of an optional judge whose word decides; null when a person's or the rules' does. */
export const judgedBy = sql<string | null>`case when verdicts.verdict is null
  then (select o.model from opinions o where o.tagging_id = taggings.id) end`;
