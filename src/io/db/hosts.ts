/** Hosts as the visits see them: who visits, whose turn it is, how long they want silence, and what they ask of programs. */
import { sql } from 'kysely';
import { afterStart, earliestStart, startSpacingMs } from '#src/core/host-schedule.ts';
import type { RobotsRecord } from '#src/core/robots.ts';
import type { Db } from './store.ts';

/** How long a visit may be silent before another process takes the host over. */
const hostLeaseSeconds = 60;

/** Silences a host that another process may be visiting; a longer silence stays. */
export async function blockHost(db: Db, host: string, until: Temporal.Instant): Promise<void> {
  await sql`update hosts set blocked_until = greatest(blocked_until, ${until}) where host = ${host}`.execute(db);
}

/** Takes a host for one visit; false when another process is visiting it. */
export async function takeHost(
  db: Db,
  options: { readonly host: string; readonly owner: string; readonly now: Temporal.Instant },
): Promise<boolean> {
  const { host, owner, now } = options;
  const { numUpdatedRows } = await db
    .updateTable('hosts')
    .set({ lease_owner: owner, lease_until: now.add({ seconds: hostLeaseSeconds }) })
    .where('host', '=', host)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', now), eb('lease_owner', '=', owner)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Who wants to make a request, and how long it would wait for its turn; `owner` is null behind a redirect, without a lease. */
export type TurnWish = {
  readonly host: string;
  readonly owner: string | null;
  readonly now: Temporal.Instant;
  readonly waitMsMax: number;
  readonly spacingMs: number;
};

/**
 * Books the host's next start and gives when it is; null when the host keeps silent for longer than the wish waits, or when its
 * lease has gone to another process. Booked before the request is sent: a process that dies has still used up its turn. A host
 * that is free at once, as one without spacing, is not written to.
 */
export async function bookTurn(db: Db, wish: TurnWish): Promise<Temporal.Instant | null> {
  const { host, owner, now } = wish;
  for (;;) {
    const row = await db
      .selectFrom('hosts')
      .select(['next_start_at', 'blocked_until', 'crawl_delay_ms', 'lease_owner', 'lease_until'])
      .where('host', '=', host)
      .executeTakeFirst();
    if (row === undefined || (owner !== null && row.lease_owner !== owner)) return null;
    const state = { nextStartAt: row.next_start_at, blockedUntil: row.blocked_until, crawlDelayMs: row.crawl_delay_ms };
    const startAt = earliestStart(state, now);
    if (startAt.since(now).total('milliseconds') > wish.waitMsMax) return null;
    const { nextStartAt } = afterStart(state, { now: startAt, spacingMs: wish.spacingMs });
    const isFree = nextStartAt !== null && Temporal.Instant.compare(nextStartAt, now) <= 0;
    const leaseUntil = startAt.add({ seconds: hostLeaseSeconds });
    if (isFree && (owner === null || isYoung(row.lease_until, now))) return startAt;
    const { numUpdatedRows } = await db
      .updateTable('hosts')
      .set({ next_start_at: nextStartAt, ...(owner === null ? {} : { lease_until: leaseUntil }) })
      .where('host', '=', host)
      .where(sql<boolean>`next_start_at is not distinct from ${row.next_start_at}::timestamptz`)
      .where(sql<boolean>`blocked_until is not distinct from ${row.blocked_until}::timestamptz`)
      .where(sql<boolean>`lease_owner is not distinct from ${row.lease_owner}`)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return startAt;
    // Somebody booked between the two statements: the turn after theirs is ours.
  }
}

function isYoung(leaseUntil: Temporal.Instant | null, now: Temporal.Instant): boolean {
  return leaseUntil !== null && leaseUntil.since(now).total('seconds') > hostLeaseSeconds / 2;
}

/** Ends a visit. */
export async function releaseHost(db: Db, options: { readonly host: string; readonly owner: string }): Promise<void> {
  await db
    .updateTable('hosts')
    .set({ lease_owner: null, lease_until: null })
    .where('host', '=', options.host)
    .where('lease_owner', '=', options.owner)
    .execute();
}

/** Forgets every lease: right only for a process that knows to be the only one. */
export async function releaseAllHosts(db: Db): Promise<void> {
  await db.updateTable('hosts').set({ lease_owner: null, lease_until: null }).execute();
}

/** Makes the row of a host. */
export async function addHost(db: Db, host: string): Promise<void> {
  await db
    .insertInto('hosts')
    .values({ host })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A host's robots.txt as last read; null when it never was. */
export async function getRobots(db: Db, host: string): Promise<RobotsRecord | null> {
  const row = await db
    .selectFrom('hosts')
    .select(['robots_text', 'robots_state', 'robots_due_at', 'robots_failure_count'])
    .where('host', '=', host)
    .executeTakeFirstOrThrow();
  if (row.robots_state === null || row.robots_due_at === null) return null;
  const { robots_state: state, robots_text: text, robots_due_at: dueAt, robots_failure_count: failureCount } = row;
  return { state, text: text ?? '', dueAt, failureCount };
}

/** Keeps what a host's robots.txt said. A crawl-delay counts from the request that told of it. */
export async function saveRobots(
  db: Db,
  options: RobotsRecord & {
    readonly host: string;
    readonly now: Temporal.Instant;
    readonly crawlDelayMs: number | null;
  },
): Promise<void> {
  const nextStartAt = options.now.add({ milliseconds: startSpacingMs(options.crawlDelayMs, 0) });
  await db
    .updateTable('hosts')
    .set({
      robots_text: options.text,
      robots_state: options.state,
      robots_due_at: options.dueAt,
      robots_failure_count: options.failureCount,
      robots_fetched_at: options.now,
      crawl_delay_ms: options.crawlDelayMs,
      next_start_at: sql<Temporal.Instant | null>`greatest(next_start_at, ${nextStartAt}::timestamptz)`,
    })
    .where('host', '=', options.host)
    .execute();
}
