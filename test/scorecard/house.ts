/** The real house on the scorecard's clock: the real store, door, parser threads and jobs; only the resolver and the waits are ours. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { readEntries } from '#jobs/read-entries.ts';
import { visitHost } from '#jobs/visit-host.ts';
import { type Ledger, ledgerSchema } from '#src/config/schema.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { buildUserAgent, defaultFetchLimits, type FetchLimits } from '#src/core/fetch/limits.ts';
import { rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { countEntriesToRead } from '#src/io/db/items.ts';
import { storeLedger } from '#src/io/db/ledger.ts';
import { migrate } from '#src/io/db/migrate.ts';
import { listDueHosts } from '#src/io/db/resources.ts';
import { openImage, openStore, type Store } from '#src/io/db/store.ts';
import type { Deps } from '#src/io/deps.ts';
import { openDoor } from '#src/io/http/door.ts';
import type { Resolve } from '#src/io/http/guarded-connector.ts';
import { openLog } from '#src/io/log.ts';
import { openMailer } from '#src/io/mail.ts';
import { noMetrics } from '#src/io/metrics.ts';
import type { Queue } from '#src/io/queue.ts';
import { openWorkerPool, type WorkerPool } from '#src/io/worker-pool.ts';
import { riverLedger } from '#test/support/river-ledger.ts';
import type { ScorecardClock } from './clock.ts';

/** What the house watches: parts of a ledger file as it is written. */
export type Watch = {
  readonly sources?: readonly object[];
  readonly pages?: readonly object[];
  readonly fetch?: object;
};

/** Another process that takes part in every pass. */
export type Helper = { visit(hosts: readonly string[], ledger: Ledger): Promise<void> };

/** The service looks for what is due once a minute. */
const tickMs = 60_000;
/** Every so many rounds the other process comes first, so that it is no mere onlooker. */
const roundsPerHelperTurn = 3;

/** How a house is opened; `databaseUrl` null takes an embedded store in memory. */
export type HouseOptions = {
  readonly clock: ScorecardClock;
  readonly databaseUrl: string | null;
  readonly allowPrivate: readonly string[];
  readonly limits: Partial<FetchLimits>;
  readonly owner: string;
  readonly helper?: Helper;
  /** Stands in for the parser threads. */
  readonly pool?: WorkerPool;
};

/** The open house. */
export type ScorecardHouse = AsyncDisposable & {
  readonly deps: Deps;
  /** Puts a ledger in force that watches exactly this. */
  watch(watch: Watch): Promise<void>;
  /** Does what is due now until nothing is. */
  runDue(): Promise<void>;
  /** Lets time pass, doing what falls due when it does. */
  pass(time: Temporal.DurationLike): Promise<void>;
  /** Visits these hosts with the given ledger, as another process would; gives how many it had for itself. */
  visit(hosts: readonly string[], ledger: Ledger): Promise<number>;
  /** The same store under a new process that knows nothing. */
  restart(): Promise<void>;
};

/** Every name of a test leads to the loopback, and so does the one site whose pages are read by its name; the machine's resolver is never asked. */
export const resolveToLoopback: Resolve = async (name) =>
  name.endsWith('.test') || name === 'www.youtube.com' ? ['127.0.0.1'] : [];

/** More rounds than this at one instant are a loop. */
const roundsMax = 500;

/** Opens a house that watches nothing yet. */
export async function openScorecardHouse(options: HouseOptions): Promise<ScorecardHouse> {
  const { clock, helper } = options;
  await using opening = new AsyncDisposableStack();
  const store = opening.use(await openTables(options.databaseUrl));
  const folder = await mkdtemp(join(tmpdir(), 'claimledger-scorecard-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const pool = options.pool ?? opening.use(openWorkerPool());
  let ledger = readLedger({});
  let rules = compileLedger(ledger).value;
  let door = openHouseDoor(options);
  const deps: Deps = {
    db: store.db,
    store,
    pool,
    http: {
      fetch: (request, signal) => door.fetch(request, signal),
      post: (request, signal) => door.post(request, signal),
      ping: (url, signal) => door.ping(url, signal),
      [Symbol.asyncDispose]: async () => {},
    },
    queue: forgetfulQueue,
    mailer: openMailer({ smtpUrl: null, outboxDir: folder }),
    config: {
      ledgerFile: join(folder, 'ledger.yaml'),
      ledger,
      warnings: [],
      dataDir: folder,
      listen: { host: '127.0.0.1', port: 0 },
      databaseUrl: options.databaseUrl,
      smtpUrl: null,
      readToken: null,
      webhookSecret: null,
      token: null,
      judge: { key: null },
      linkSecret: null,
      dkimPrivateKey: null,
      heartbeatUrl: null,
      logLevel: 'silent',
    },
    linkKeys: ['a key of the scorecard'],
    inForce: () => ({ revision: 1, ledger, rules, rulesKey: rulesKeyOf(ledger) }),
    refreshLedger: async () => {},
    log: openLog('silent', 'stderr'),
    metrics: noMetrics,
    now: clock.now,
    random: Math.random,
    owner: options.owner,
    signal: new AbortController().signal,
  };
  const visit = async (hosts: readonly string[], given: Ledger): Promise<number> => {
    ledger = given;
    rules = compileLedger(ledger).value;
    const summaries = await Promise.all(
      hosts.map((host) => clock.during(() => visitHost({ host }, deps, clock.pause))),
    );
    return summaries.filter(({ isTakenElsewhere }) => isTakenElsewhere !== true).length;
  };
  let roundCount = 0;
  const runDue = async (): Promise<void> => {
    for (let round = 0; round < roundsMax; round += 1) {
      const hosts = await listDueHosts(deps.db, clock.now());
      const hasEntries = (await countEntriesToRead(deps.db, deps.now())) > 0;
      if (hasEntries) await readEntries({}, deps);
      if (hosts.length === 0 && !hasEntries) return;
      roundCount += 1;
      if (roundCount % roundsPerHelperTurn === 0) await helper?.visit(hosts, ledger);
      await Promise.all([visit(hosts, ledger), helper?.visit(hosts, ledger)]);
    }
    throw new Error(`Work is still due after ${roundsMax} rounds at one instant`);
  };
  const closing = opening.move();
  return {
    deps,
    visit,
    runDue,
    watch: async (watch) => {
      ledger = readLedger(watch);
      await storeLedger(store.db, ledger, clock.now());
    },
    pass: async (time) => {
      const end = clock.now().add(time);
      for (;;) {
        await runDue();
        const next = await findNextDue(deps);
        if (next === null || Temporal.Instant.compare(next, end) > 0) break;
        const tick = Temporal.Instant.fromEpochMilliseconds(Math.ceil(next.epochMilliseconds / tickMs) * tickMs);
        if (Temporal.Instant.compare(tick, clock.now()) > 0) clock.set(tick);
      }
      if (Temporal.Instant.compare(end, clock.now()) > 0) clock.set(end);
    },
    restart: async () => {
      await door[Symbol.asyncDispose]();
      door = openHouseDoor(options);
      await storeLedger(store.db, ledger, clock.now());
    },
    [Symbol.asyncDispose]: async () => {
      await door[Symbol.asyncDispose]();
      await closing.disposeAsync();
    },
  };
}

/** The parts of the ledger that a test writes, checked as a ledger file is. */
function readLedger(watch: Watch): Ledger {
  return ledgerSchema.parse({ version: 1, name: 'Scorecard', ...riverLedger, ...watch });
}

async function openTables(databaseUrl: string | null): Promise<Store> {
  const store =
    databaseUrl === null
      ? await openImage(null, null)
      : await openStore({ databaseUrl, dataDir: '', onError: () => {} });
  await migrate(store.db);
  return store;
}

function openHouseDoor({ allowPrivate, limits }: HouseOptions) {
  return openDoor({
    userAgent: buildUserAgent('0.1.0', 'https://desk.example/contact'),
    limits: { ...defaultFetchLimits, ...limits },
    allowPrivate,
    resolve: resolveToLoopback,
  });
}

/** What is due stands in the tables and the house looks there itself, so that no worker acts behind the clock's back. */
const forgetfulQueue: Queue = {
  send: async () => 'queued',
  work: async () => {},
  countOpen: async () => 0,
  empty: async () => {},
  stop: async () => {},
};

/** When the next address may be asked; null when nothing waits. */
async function findNextDue({ db }: Deps): Promise<Temporal.Instant | null> {
  const { rows } = await sql<{ next: Temporal.Instant | null }>`
    select min(greatest(r.next_due_at, h.blocked_until)) as next from resources r join hosts h on h.host = r.host
    left join sources s on s.resource_id = r.id left join pages p on p.resource_id = r.id
    where r.gone_at is null and r.set_aside_at is null
      and (s.id is null or (s.is_listed and s.is_enabled and s.paused_at is null))
      and (p.resource_id is null or p.is_watched or r.last_fetched_at is null)`.execute(db);
  return rows[0]?.next ?? null;
}
