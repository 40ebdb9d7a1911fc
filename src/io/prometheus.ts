/** The numbers of this process and of its store, in the text format of Prometheus (version 0.0.4). Loaded by a service alone. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FetchOutcome } from '#src/core/fetch/outcome.ts';
import type { ServiceState } from './db/service-state.ts';
import type { ConnectionUse } from './db/store.ts';
import type { Metrics } from './metrics.ts';

/** Counts what it is told, and asks for the rest when it is read. */
export type Prometheus = Disposable & {
  readonly metrics: Metrics;
  /** Everything as text. What the store does not answer is left out, and `claimledger_store_up` says so. */
  render(): Promise<string>;
};

/** What is asked at each reading; `connections` null = the embedded store, which has none. */
export type Asked = {
  readonly version: string;
  readonly store: 'embedded' | 'server';
  readonly now: () => Temporal.Instant;
  readonly readState: () => Promise<ServiceState>;
  readonly connections: () => ConnectionUse | null;
};

/** Upper bounds in seconds. An exchange ends after 30 s, a parse after 5 s; jobs may take minutes. */
const fetchBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];
const parseBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const jobBuckets = [0.01, 0.05, 0.25, 1, 5, 15, 60, 180, 420];
/** The event loop's delay is sampled this often. */
const delaySampleMs = 50;
const nanosecondsPerSecond = 1e9;

/** Starts counting, in a registry of its own. */
export function openPrometheus(asked: Asked): Prometheus {
  const registry = new Registry();
  const counts = makeCounters(registry);
  const gauges = makeGauges(registry);
  const delay = monitorEventLoopDelay({ resolution: delaySampleMs });
  delay.enable();
  gauges.buildInfo.set({ version: asked.version, store: asked.store }, 1);
  return {
    metrics: countEvents(counts, gauges),
    render: async () => {
      gauges.memory.set(process.memoryUsage.rss());
      gauges.delay.set(delay.max / nanosecondsPerSecond);
      delay.reset();
      for (const [state, count] of Object.entries(asked.connections() ?? {})) gauges.connections.set({ state }, count);
      const state = await asked.readState().catch(() => null);
      gauges.storeUp.set(state === null ? 0 : 1);
      if (state === null) for (const gauge of Object.values(gauges.store)) gauge.reset();
      else setState(gauges.store, state, asked.now());
      return await registry.metrics();
    },
    [Symbol.dispose]: () => delay.disable(),
  };
}

function makeCounters(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name: `claimledger_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = <Label extends string>(
    name: string,
    options: { readonly help: string; readonly labelNames: readonly Label[]; readonly buckets: readonly number[] },
  ) =>
    new Histogram({
      name: `claimledger_${name}`,
      help: options.help,
      labelNames: [...options.labelNames],
      buckets: [...options.buckets],
      registers,
    });
  return {
    fetches: counter('fetches_total', 'Addresses asked, by what came of it', ['kind', 'outcome', 'reason']),
    bytes: counter('fetched_bytes_total', 'Bytes of bodies read, after decoding', ['kind']),
    skipped: counter('fetches_skipped_total', 'Addresses that were due and left alone out of politeness', ['reason']),
    documents: counter('documents_total', 'Versions of articles written'),
    taggings: counter('taggings_total', 'Taggings that count, as they were made', ['stance']),
    mails: counter('mails_total', 'Tries to send a mail, by how they ended', ['outcome']),
    doubtful: counter('mails_in_doubt_total', 'Tries to send a mail after which it may have arrived or not'),
    retries: counter('mail_retries_total', 'Tries to send a mail after the first one'),
    jobs: counter('job_runs_total', 'Runs of jobs, by how they ended', ['job', 'outcome']),
    overruns: counter('job_overruns_total', 'Ticks that found the run of an earlier tick still open', ['job']),
    unread: counter('parse_failures_total', 'Documents that a parser gave up on', ['what']),
    fetchSeconds: histogram('fetch_seconds', {
      ...{ help: 'Time of an exchange, redirects included', labelNames: ['kind'], buckets: fetchBuckets },
    }),
    parseSeconds: histogram('parse_seconds', {
      ...{ help: 'Time of reading one document', labelNames: ['what'], buckets: parseBuckets },
    }),
    jobSeconds: histogram('job_seconds', {
      ...{ help: 'Time of a run of a job', labelNames: ['job'], buckets: jobBuckets },
    }),
  };
}

function makeGauges(registry: Registry) {
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name: `claimledger_${name}`, help, labelNames: [...labelNames], registers });
  return {
    buildInfo: gauge('build_info', 'The version of the program and the kind of its store; always 1', [
      ...(['version', 'store'] as const),
    ]),
    memory: gauge('resident_memory_bytes', 'Memory of the process'),
    delay: gauge('event_loop_delay_seconds', 'Longest delay of the event loop since the last reading'),
    connections: gauge('database_connections', 'Connections to the server: all, unused, and waited for', ['state']),
    lastSuccess: gauge('job_last_success_timestamp_seconds', 'When a run of the job last ended well', ['job']),
    storeUp: gauge('store_up', 'Whether the store answered at this reading'),
    /** Read from the store, and so the same in every process that shares it. */
    store: {
      due: gauge('due_addresses', 'Addresses that could be asked now', ['kind']),
      overdue: gauge('oldest_overdue_seconds', 'How long the longest waiting of them has been due'),
      outbox: gauge('outbox_pending', 'Mails that wait to be sent'),
      doubtful: gauge('mails_in_doubt', 'Mails that may have arrived or not'),
      failed: gauge('mails_failed', 'Mails that were given up'),
      setAside: gauge('set_aside_items', 'Addresses whose document no parser can read, until a person asks again'),
      sources: gauge('sources', 'Listed sources by state', ['state']),
      lastRead: gauge('last_successful_fetch_timestamp_seconds', 'When an address last gave something to read'),
      lastDigest: gauge('last_digest_timestamp_seconds', 'The end of the newest digest of the house'),
    },
  };
}

type Counters = ReturnType<typeof makeCounters>;
type Gauges = ReturnType<typeof makeGauges>;

function countEvents(counts: Counters, gauges: Gauges): Metrics {
  return {
    fetched: (kind, outcome) => {
      counts.fetches.inc({ kind, ...describeOutcome(outcome) });
      if (outcome.kind === 'fresh') counts.bytes.inc({ kind }, outcome.body.length);
      if (outcome.kind !== 'refused') counts.fetchSeconds.observe({ kind }, outcome.durationMs / 1_000);
    },
    skipped: (reason) => counts.skipped.inc({ reason }),
    parsed: (what, { isRead, seconds }) => {
      counts.parseSeconds.observe({ what }, seconds);
      if (!isRead) counts.unread.inc({ what });
    },
    ranJob: (job, { outcome, seconds, endedAt }) => {
      counts.jobs.inc({ job, outcome });
      counts.jobSeconds.observe({ job }, seconds);
      if (outcome === 'done') gauges.lastSuccess.set({ job }, secondsOf(endedAt));
    },
    overran: (job) => counts.overruns.inc({ job }),
    keptVersion: () => counts.documents.inc(),
    tagged: (stances) => {
      for (const stance of stances) counts.taggings.inc({ stance });
    },
    mailed: (outcome, { isRetry }) => {
      counts.mails.inc({ outcome });
      if (outcome === 'in-doubt') counts.doubtful.inc();
      if (isRetry) counts.retries.inc();
    },
  };
}

/** Robots rules stand beside the other outcomes: they are the refusal that operators look for. */
function describeOutcome(outcome: FetchOutcome): { readonly outcome: string; readonly reason: string } {
  if (outcome.kind === 'fresh') return { outcome: 'ok', reason: '' };
  if (outcome.kind === 'unmodified') return { outcome: 'not_modified', reason: '' };
  if (outcome.kind === 'gone') return { outcome: 'gone', reason: '' };
  const isRobots = outcome.reason === 'robots' || outcome.reason === 'robots-unreachable';
  return { outcome: isRobots ? 'robots' : outcome.kind, reason: outcome.reason };
}

function setState(gauges: Gauges['store'], state: ServiceState, now: Temporal.Instant): void {
  const { feedCount, pageCount, oldestAt } = state.due;
  gauges.due.set({ kind: 'feed' }, feedCount);
  gauges.due.set({ kind: 'page' }, pageCount);
  gauges.overdue.set(oldestAt === null ? 0 : secondsOf(now) - secondsOf(oldestAt));
  gauges.outbox.set(state.pendingMailCount);
  gauges.doubtful.set(state.doubtfulMailCount);
  gauges.failed.set(state.failedMailCount);
  gauges.setAside.set(state.setAsideCount);
  for (const [name, count] of Object.entries(state.sourceCounts)) gauges.sources.set({ state: name }, count);
  if (state.lastReadAt !== null) gauges.lastRead.set(secondsOf(state.lastReadAt));
  if (state.lastDigestAt !== null) gauges.lastDigest.set(secondsOf(state.lastDigestAt));
}

function secondsOf(instant: Temporal.Instant): number {
  return instant.epochMilliseconds / 1_000;
}
