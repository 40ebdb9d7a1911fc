/**
 * Mails that the mail server did not take for over two days go together in one. The earlier ones then end as `merged`, which says that
 * they were neither sent nor given up.
 */
import { type Kysely, sql } from 'kysely';

/** Allows the state. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table deliveries drop constraint deliveries_state_check`.execute(db);
  await sql`alter table deliveries add constraint deliveries_state_check
    check (state in ('pending', 'sending', 'in-doubt', 'sent', 'written', 'failed', 'merged'))`.execute(db);
}
