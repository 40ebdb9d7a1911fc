/**
 * The composition root: clock, logger, store, queue, door and mailer are made here and nowhere else. Run as a program it is the
 * command `claimledger`, as `start.ts` is, which starts sooner.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import askJudge from '#jobs/ask-judge.ts';
import buildDigest from '#jobs/build-digest.ts';
import groupStory from '#jobs/group-story.ts';
import indexArticles from '#jobs/index-articles.ts';
import keepHouse from '#jobs/keep-house.ts';
import planWork from '#jobs/plan-work.ts';
import readEntries from '#jobs/read-entries.ts';
import retagArchive from '#jobs/retag-archive.ts';
import sendConfirmation from '#jobs/send-confirmation.ts';
import sendDigest from '#jobs/send-digest.ts';
import sendWebhook from '#jobs/send-webhook.ts';
import settleStandings from '#jobs/settle-standings.ts';
import tagArticle from '#jobs/tag-article.ts';
import tellWebhooks from '#jobs/tell-webhooks.ts';
import visitHost from '#jobs/visit-host.ts';
import { type BareStore, type House, type HouseOptions, type OpenHouse, runProgram } from '#src/cli/program.ts';
import type { Config } from '#src/config/load.ts';
import type { Ledger } from '#src/config/schema.ts';
import { compileLedger } from '#src/core/claim/language.ts';
import { buildUserAgent, defaultFetchLimits } from '#src/core/fetch/limits.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { fingerprintOf, type LinkKeys } from '#src/core/mail/link.ts';
import { rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { releaseAllHosts } from '#src/io/db/hosts.ts';
import { findLedger, type LedgerRevision, storeLedger } from '#src/io/db/ledger.ts';
import { compareSchema, migrate } from '#src/io/db/migrate.ts';
import { readServiceState } from '#src/io/db/service-state.ts';
import { openStore, type Store } from '#src/io/db/store.ts';
import { upsertLinkKey } from '#src/io/db/subscriptions.ts';
import type { Deps, LedgerInForce } from '#src/io/deps.ts';
import { openDoor } from '#src/io/http/door.ts';
import { openLinkKeys } from '#src/io/link-key.ts';
import { openLog, secretsOf } from '#src/io/log.ts';
import { openMailer } from '#src/io/mail.ts';
import { noMetrics } from '#src/io/metrics.ts';
import type { Prometheus } from '#src/io/prometheus.ts';
import { type NamedJob, nameJob, openQueue } from '#src/io/queue.ts';
import { openWorkerPool, serviceThreads } from '#src/io/worker-pool.ts';

/** Every job of the service under the name of its file. */
export const jobs: readonly NamedJob[] = [
  nameJob('plan-work', planWork),
  nameJob('visit-host', visitHost),
  nameJob('read-entries', readEntries),
  nameJob('tag-article', tagArticle),
  nameJob('retag-archive', retagArchive),
  nameJob('ask-judge', askJudge),
  nameJob('group-story', groupStory),
  nameJob('index-articles', indexArticles),
  nameJob('settle-standings', settleStandings),
  nameJob('build-digest', buildDigest),
  nameJob('send-digest', sendDigest),
  nameJob('send-confirmation', sendConfirmation),
  nameJob('tell-webhooks', tellWebhooks),
  nameJob('send-webhook', sendWebhook),
  nameJob('keep-house', keepHouse),
];

/** Running jobs get this long to end before a stop goes on without them. */
const queueStopMs = 7_000;

/** Opens everything a command needs on the store that the config names, and closes it in reverse order. */
export const openHouse: OpenHouse = (config, options) => openHouseAt(() => Temporal.Now.instant(), { config, options });

/** The same on another clock, for a house that lives through invented days. */
export async function openHouseAt(
  now: () => Temporal.Instant,
  { config, options }: { readonly config: Config; readonly options: HouseOptions },
): Promise<House> {
  const closing = new AsyncDisposableStack();
  try {
    const isService = options.kind === 'service';
    const level = config.logLevel ?? (isService ? 'info' : 'warn');
    const log = openLog(level, isService ? 'stdout' : 'stderr', secretsOf(config));
    const store = closing.use(
      await openStore({
        databaseUrl: config.databaseUrl,
        dataDir: config.dataDir,
        onError: (err) => log.warn({ err }, 'database connection lost'),
      }),
    );
    await bringSchema(store, options);
    const revision = await chooseLedger(store, config, { ...options, now: now() });
    let inForce = putInForce(revision);
    const queue = await openQueue(store, { jobs, onError: (err) => log.warn({ err }, 'queue trouble') });
    closing.defer(() => queue.stop(queueStopMs));
    // The lock says that no other process works on an embedded store: whatever runs there has died.
    if (store.kind === 'embedded') {
      await queue.empty();
      await releaseAllHosts(store.db);
    }
    const prometheus = isService ? closing.use(await startCounting(store, now)) : null;
    const metrics = prometheus?.metrics ?? noMetrics;
    const { fetch, contact } = inForce.ledger;
    const http = closing.use(
      openDoor({
        userAgent: buildUserAgent(readVersion(), contact),
        limits: {
          ...defaultFetchLimits,
          exchangeMs: fetch.timeout,
          bodyBytesMax: { ...defaultFetchLimits.bodyBytesMax, feed: fetch.feedBytesMax, page: fetch.pageBytesMax },
        },
        allowPrivate: fetch.allowPrivate,
        metrics,
      }),
    );
    const mailer = openMailer({ smtpUrl: config.smtpUrl, outboxDir: join(config.dataDir, 'outbox') });
    closing.defer(() => mailer.close());
    const linkKeys = await openLinkKeys({ secret: config.linkSecret, dataDir: config.dataDir });
    const isAuthority = options.ledger === 'file';
    if (isService || isAuthority) await noteLinkKey(store, linkKeys, { isAuthority, now: now() });
    const deps: Deps = {
      db: store.db,
      store,
      http,
      queue,
      mailer,
      linkKeys,
      log,
      metrics,
      now,
      config,
      pool: closing.use(openWorkerPool(serviceThreads, metrics)),
      random: Math.random,
      inForce: () => inForce,
      refreshLedger: async () => {
        const newest = await findLedger(store.db);
        if (newest !== null && newest.revision > inForce.revision) inForce = putInForce(newest);
      },
      owner: `${process.pid}-${randomUUID().slice(0, 8)}`,
      signal: options.signal,
    };
    return {
      deps,
      jobs,
      renderMetrics: prometheus === null ? null : () => prometheus.render(),
      reload: async (ledger: Ledger) => {
        inForce = putInForce(await storeLedger(store.db, ledger, now()));
      },
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

/** Only a service counts: a command starts 30 ms sooner without the package. */
async function startCounting(store: Store, now: () => Temporal.Instant): Promise<Prometheus> {
  const { openPrometheus } = await import('#src/io/prometheus.ts');
  return openPrometheus({
    version: readVersion(),
    store: store.kind,
    now,
    readState: () => readServiceState(store.db, now()),
    connections: () => store.connectionUse(),
  });
}

/** The store alone, for `restore`. */
export async function openBareStore({ databaseUrl, dataDir }: Config): Promise<BareStore> {
  const store = await openStore({ databaseUrl, dataDir, onError: () => {} });
  return {
    db: store.db,
    now: () => Temporal.Now.instant(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** `serve` and its like bring the schema up to date; everything else refuses another schema than its own. */
async function bringSchema(store: Store, options: HouseOptions): Promise<void> {
  const { missing, ahead } = await compareSchema(store.db);
  if (ahead.length > 0) {
    throw new LedgerError(
      'schema-mismatch',
      `The database is ahead of this program by ${ahead.join(', ')}: update claimledger`,
    );
  }
  if (missing.length === 0) return;
  if (options.schema === 'migrate' || store.kind === 'embedded') {
    await migrate(store.db);
    return;
  }
  throw new LedgerError('schema-mismatch', `The database lacks ${missing.join(', ')}: run "claimledger migrate" first`);
}

/** The file is the authority for a process that has it; a worker takes the newest revision that was stored. */
async function chooseLedger(
  store: Store,
  config: Config,
  options: HouseOptions & { readonly now: Temporal.Instant },
): Promise<LedgerRevision> {
  if (options.ledger === 'file') return await storeLedger(store.db, config.ledger, options.now);
  return (await findLedger(store.db)) ?? (await storeLedger(store.db, config.ledger, options.now));
}

/** Links that another process cannot read would stop no mail: whoever is not the service must have its secret. */
async function noteLinkKey(
  store: Store,
  keys: LinkKeys,
  { isAuthority, now }: { readonly isAuthority: boolean; readonly now: Temporal.Instant },
): Promise<void> {
  const fingerprint = fingerprintOf(keys[0]);
  if (await upsertLinkKey(store.db, { fingerprint, isAuthority }, now)) return;
  throw new LedgerError(
    'config',
    'This process signs links with another secret than the service: set CLAIMLEDGER_SECRET to the same value for both',
  );
}

function putInForce({ revision, ledger }: LedgerRevision): LedgerInForce {
  const { value: rules, problems } = compileLedger(ledger);
  const [problem] = problems;
  if (problem !== undefined)
    throw new LedgerError('config', `Cannot use ledger revision ${revision}: ${problem.path}: ${problem.message}`);
  return { revision, ledger, rules, rulesKey: rulesKeyOf(ledger) };
}

function readVersion(): string {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

/** Carries out the command line of this process and gives its exit code. */
export async function startProgram(): Promise<number> {
  return await runProgram({
    argv: process.argv.slice(2),
    // npm changes into the package's folder; the folder it was called from is the one people mean.
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    env: process.env,
    version: readVersion(),
    openHouse,
    openBareStore,
  });
}

if (import.meta.main) process.exitCode = await startProgram();
