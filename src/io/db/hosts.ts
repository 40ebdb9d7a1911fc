/** Hosts as the visits see them: who visits, whose turn it is, how long they want silence, and what they ask of programs. */
import { sql } from 'kysely';
import { planStarts, type StartWish, startSpacingMs } from '#src/core/fetch/host-schedule.ts';
import type { RobotsRecord } from '#src/core/fetch/robots.ts';
import type { Db } from './store.ts';

/** How long a visit may be silent before another process takes the host over. */
const hostLeaseSeconds = 60;

/** Silences a host that another process may be visiting; a longer silence stays. */
export async function blockHost(db: Db, host: string, until: Temporal.Instant): Promise<void> {
  await sql`update hosts set blocked_until = greatest(blocked_until, ${until}) where host = ${host}`.execute(db);
}

/** Whether a host asked for silence that lasts still. */
export async function isSilent(db: Db, host: string, now: Temporal.Instant): Promise<boolean> {
  const row = await db.selectFrom('hosts').select('blocked_until').where('host', '=', host).executeTakeFirst();
  const until = row?.blocked_until ?? null;
  return until !== null && Temporal.Instant.compare(until, now) > 0;
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

/** Who wants to make requests; `owner` is null behind a redirect, without a lease. */
export type TurnWish = StartWish & { readonly host: string; readonly owner: string | null };

/**
 * Books the host's next starts and gives when they are, in order: fewer than wished when the host keeps silent for longer than the
 * wish waits, none when its lease has gone to another process. Booked before the requests are sent: a process that dies has still
 * used up its turns. A host that is free at once, as one without spacing, is not written to.
 */
export async function bookTurns(db: Db, wish: TurnWish): Promise<readonly Temporal.Instant[]> {
  const { host, owner, now } = wish;
  for (;;) {
    const row = await db
      .selectFrom('hosts')
      .select(['next_start_at', 'blocked_until', 'crawl_delay_ms', 'lease_owner', 'lease_until'])
      .where('host', '=', host)
      .executeTakeFirst();
    if (row === undefined || (owner !== null && row.lease_owner !== owner)) return [];
    const state = { nextStartAt: row.next_start_at, blockedUntil: row.blocked_until, crawlDelayMs: row.crawl_delay_ms };
    const { startsAt, after } = planStarts(state, wish);
    const lastStartAt = startsAt.at(-1);
    if (lastStartAt === undefined) return [];
    const isFree = after.nextStartAt !== null && Temporal.Instant.compare(after.nextStartAt, now) <= 0;
    if (isFree && (owner === null || isYoung(row.lease_until, now))) return startsAt;
    const leaseUntil = lastStartAt.add({ seconds: hostLeaseSeconds });
    const { numUpdatedRows } = await db
      .updateTable('hosts')
      .set({ next_start_at: after.nextStartAt, ...(owner === null ? {} : { lease_until: leaseUntil }) })
      .where('host', '=', host)
      .where(sql<boolean>`next_start_at is not distinct from ${row.next_start_at}::timestamptz`)
      .where(sql<boolean>`blocked_until is not distinct from ${row.blocked_until}::timestamptz`)
      .where(sql<boolean>`lease_owner is not distinct from ${row.lease_owner}`)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return startsAt;
    // Somebody booked between the two statements: the turns after theirs are ours.
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

/** Makes the rows of hosts that have none. */
export async function addHosts(db: Db, hosts: readonly string[]): Promise<void> {
  // In one order everywhere: two processes that add the same hosts would else wait for each other.
  const rows = [...new Set(hosts)].sort().map((host) => ({ host }));
  if (rows.length === 0) return;
  await db
    .insertInto('hosts')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Makes the row of a host. */
export async function addHost(db: Db, host: string): Promise<void> {
  await addHosts(db, [host]);
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
