/**
 * What was known at an earlier instant is read off the versions of that time. Two things that lists show were kept with the article
 * alone and changed with its newest version: who published it, and the instant that its date means. Versions now hold them too.
 */
import { type Kysely, sql } from 'kysely';

/** Lets each version say who published it and when; what an older store still knows is filled in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('versions').addColumn('outlet', 'text').addColumn('published_at', 'timestamptz').execute();
  await sql`update versions v set outlet = a.outlet, published_at = a.published_at
    from articles a where a.current_version_id = v.id`.execute(db);
}
