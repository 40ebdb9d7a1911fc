/** A second process on the same Postgres: visits what the first one is told to visit, at the same time, on the first one's clock. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Ledger } from '#src/config/schema.ts';
import type { ScorecardClock } from './clock.ts';
import { type Helper, openScorecardHouse } from './house.ts';

/** What the first process starts the second one with. */
type Start = { readonly databaseUrl: string; readonly allowPrivate: readonly string[]; readonly now: string };

/** To the second process: the time, a host to visit, or the end of a wait. */
const orderSchema = z.union([
  z.strictObject({ now: z.string() }),
  z.strictObject({ host: z.string(), visit: z.int(), ledger: z.custom<Ledger>() }),
  z.strictObject({ woken: z.int() }),
]);
/** To the first process: a wait begins, a visit is over (`count` is 1 when it had the host) or failed, the house is open. */
const reportSchema = z.union([
  z.strictObject({ waitMs: z.number(), id: z.int() }),
  z.strictObject({ visited: z.int(), count: z.int() }),
  z.strictObject({ visited: z.int(), failed: z.string() }),
  z.strictObject({ opened: z.literal(true) }),
]);

/** The second process as the first one sees it; `tell` passes every new time on, `visitCount` is how often it had a host. */
export type Second = Helper & AsyncDisposable & { tell(now: Temporal.Instant): void; visitCount(): number };

/** Starts it. Its waits are waits on `clock`, which stands still while it works. */
export async function startSecond(start: Start, clock: () => ScorecardClock): Promise<Second> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(start)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const opened = Promise.withResolvers<void>();
  const visits = new Map<number, PromiseWithResolvers<void>>();
  let lastVisit = 0;
  let visitCount = 0;
  child.on('message', (message) => {
    const report = reportSchema.parse(message);
    if ('opened' in report) opened.resolve();
    else if ('waitMs' in report) void waitFor(report, { child, clock: clock() });
    else if ('failed' in report) visits.get(report.visited)?.reject(new Error(`The second process: ${report.failed}`));
    else {
      visitCount += report.count;
      visits.get(report.visited)?.resolve();
    }
  });
  child.on('exit', (code) => {
    const end = new Error(`The second process ended with ${code}`);
    opened.reject(end);
    for (const visit of visits.values()) visit.reject(end);
  });
  await opened.promise;
  const visitOne = async (host: string, ledger: Ledger): Promise<void> => {
    lastVisit += 1;
    const id = lastVisit;
    const visit = Promise.withResolvers<void>();
    visits.set(id, visit);
    child.send({ host, visit: id, ledger });
    await visit.promise;
    visits.delete(id);
  };
  return {
    visitCount: () => visitCount,
    tell: (now) => void child.send({ now: now.toString() }),
    // Each visit has at most one wait open, so that each is one worker on the clock.
    visit: async (hosts, ledger) => {
      await Promise.all(hosts.map((host) => clock().during(() => visitOne(host, ledger))));
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function waitFor(
  wish: { readonly waitMs: number; readonly id: number },
  { child, clock }: { readonly child: ChildProcess; readonly clock: ScorecardClock },
): Promise<void> {
  await clock.pause(wish.waitMs, new AbortController().signal);
  child.send({ woken: wish.id });
}

/** The second process itself. */
async function serveFirst(start: Start): Promise<void> {
  let now = Temporal.Instant.from(start.now);
  let lastWait = 0;
  const waiting = new Map<number, () => void>();
  const report = (message: z.infer<typeof reportSchema>): void => void process.send?.(message);
  const house = await openScorecardHouse({
    clock: {
      now: () => now,
      set: () => {},
      during: (work) => work(),
      pause: (waitMs) =>
        new Promise((wake) => {
          lastWait += 1;
          waiting.set(lastWait, wake);
          report({ waitMs, id: lastWait });
        }),
    },
    databaseUrl: start.databaseUrl,
    allowPrivate: start.allowPrivate,
    limits: { exchangeMs: 3_000 },
    owner: 'second',
  });
  process.on('message', async (message) => {
    const order = orderSchema.parse(message);
    if ('now' in order) now = Temporal.Instant.from(order.now);
    else if ('woken' in order) waiting.get(order.woken)?.();
    else {
      try {
        report({ visited: order.visit, count: await house.visit([order.host], order.ledger) });
      } catch (error) {
        report({ visited: order.visit, failed: error instanceof Error ? error.message : String(error) });
      }
    }
  });
  process.on('disconnect', () => process.exit(0));
  report({ opened: true });
}

if (import.meta.main) {
  const start: Start = JSON.parse(process.argv[2] ?? '');
  await serveFirst(start);
}
