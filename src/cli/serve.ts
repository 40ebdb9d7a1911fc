/** The background service, a worker beside it, and one run until nothing is left to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { InvalidArgumentError } from 'commander';
import type { FastifyInstance } from 'fastify';
import { countDueWork, planWork } from '#jobs/plan-work.ts';
import { listMailReaders, previewMail } from '#jobs/preview-mail.ts';
import { previewRetag } from '#jobs/preview-retag.ts';
import { beginRetag } from '#jobs/retag-archive.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { rulesKeyOf } from '#src/core/tagging/rules-key.ts';
import { type Handover, type Output, serveControl } from '#src/io/control.ts';
import { countOutdated } from '#src/io/db/judgements.ts';
import { compareSchema } from '#src/io/db/migrate.ts';
import { askAll, countAsked } from '#src/io/db/resources.ts';
import { takesWrites } from '#src/io/db/service-state.ts';
import type { Deps } from '#src/io/deps.ts';
import { runJob } from '#src/io/job-runner.ts';
import { startTicks, type Tick } from '#src/io/schedule.ts';
import type { ProbeDeps, WorkDoor } from '#src/web/app.ts';
import { type CommandGroup, command, configOf, type House, type Session, withHouse } from './session.ts';

/** The ticks in UTC. Each only nudges; what is due is computed from the store. */
const ticks: readonly Tick[] = [
  { cron: '* * * * *', name: 'plan-work', payload: {} },
  { cron: '*/5 * * * *', name: 'keep-house', payload: { isThorough: false } },
  { cron: '17 3 * * *', name: 'keep-house', payload: { isThorough: true } },
];

/** A run over feeds without news takes about a second: it must not wait long to notice that it has ended. */
const idleCheckMs = 50;
/** Looks at the queue between two looks at what is due, which cost more. */
const looksPerPlan = 30;
/** With nothing done and nothing running for this long, something is wrong that waiting will not mend. */
const stuckMsMax = 90_000;
/** Articles that a page reads with new rules, about a second's work; the command line reads them all. */
const previewedArticlesMax = 1_000;

/** `serve`, `worker` and `run`. */
export const serveCommands: CommandGroup = (session, exit) => [
  command('serve', 'the background service: migrate, schedule, work and serve the pages').action((options) =>
    serve(session, options),
  ),
  command('worker', 'only work, on the store that DATABASE_URL names; start as many as you want')
    .option('--probes <port>', 'answer /livez, /readyz and /metrics on this port of this machine', parsePort)
    .action((options) => work(session, options)),
  command('run', 'do everything that is due now, and end')
    .requiredOption('--until-idle', 'end when nothing is left to do')
    .option('--all', 'ask every source and watched page now, also those that are not due')
    .action(async (options) => {
      const { all = false } = options;
      await withHouse(session, { ...options, ledger: 'file', onHandedOver: exit }, (house) =>
        runUntilIdle(house, { session, all }),
      );
    }),
];

async function serve(session: Session, options: { readonly config?: string }): Promise<void> {
  const config = configOf(session, options);
  await using house = await session.openHouse(config, {
    kind: 'service',
    schema: 'migrate',
    ledger: 'file',
    signal: session.signal,
  });
  await using stack = new AsyncDisposableStack();
  const { deps } = house;
  const web = await startWeb(house, session, options);
  stack.defer(() => web.close());
  await startWorking(house);
  stack.use(startTicks(ticks, deps));
  if (deps.store.kind === 'embedded') {
    stack.use(
      await serveControl(config.dataDir, (handover, output) => runHandedOver(house, session, { handover, output })),
    );
  }
  const onReload = () => void reload(house, session, options);
  process.on('SIGHUP', onReload);
  stack.defer(() => void process.off('SIGHUP', onReload));
  await planWork({}, deps);
  await logOutdated(deps);
  session.err(`claimledger ${session.version} serves http://${config.listen.host}:${config.listen.port}/\n`);
  if (deps.mailer.kind === 'outbox')
    session.err(`No mail server is set: mail is written to ${config.dataDir}/outbox\n`);
  await untilStopped(session.signal);
  deps.log.info('service stops');
}

async function work(session: Session, options: { readonly config?: string; readonly probes?: number }): Promise<void> {
  const config = configOf(session, options);
  if (config.databaseUrl === null) {
    throw new LedgerError(
      'usage',
      'A worker needs a store it can share: set DATABASE_URL (the embedded store has one process)',
    );
  }
  await using house = await session.openHouse(config, {
    kind: 'service',
    schema: 'check',
    ledger: 'stored',
    signal: session.signal,
  });
  await using stack = new AsyncDisposableStack();
  if (options.probes !== undefined) {
    const { buildProbes } = await import('#src/web/app.ts');
    const probes = await buildProbes(probeDepsOf(house));
    await listenOn(probes, { host: '127.0.0.1', port: options.probes, setting: '--probes' });
    stack.defer(() => probes.close());
  }
  stack.use(startTicks(ticks, house.deps));
  await startWorking(house);
  await planWork({}, house.deps);
  session.err(`claimledger ${session.version} works\n`);
  await untilStopped(session.signal);
}

async function runUntilIdle(
  house: House,
  options: { readonly session: Session; readonly all: boolean },
): Promise<void> {
  const { deps } = house;
  const { session } = options;
  // Inside a running service the jobs are taken already.
  if (session.house === null) await startWorking(house);
  if (options.all) await askAll(deps.db, deps.now());
  const bar = session.columns === null ? null : startBar(session);
  const progress = { doneCount: 0, before: Number.NaN, stillSince: deps.now() };
  try {
    while (!session.signal.aborted) {
      await planWork({}, deps);
      const left = await waitForQueue(deps, session.signal);
      const asked = options.all ? await countAsked(deps.db, deps.now()) : 0;
      if (left === 0 && asked === 0) break;
      if (progress.before > left) progress.doneCount += progress.before - left;
      if (progress.before !== left) progress.stillSince = deps.now();
      progress.before = left;
      bar?.setTotal(progress.doneCount + left + asked);
      bar?.update(progress.doneCount);
      if (deps.now().since(progress.stillSince).total('milliseconds') > stuckMsMax && asked === 0) {
        throw new LedgerError(
          'check-failed',
          `Cannot finish: ${left} pieces of work stay due and nothing moves; see "claimledger doctor"`,
        );
      }
      await sleep(idleCheckMs);
    }
  } finally {
    bar?.stop();
  }
}

/** Waits a little while the queue works, so that the next look at what is due finds news; gives what is left to do. */
async function waitForQueue(deps: Deps, signal: AbortSignal): Promise<number> {
  for (let looks = 0; looks < looksPerPlan && !signal.aborted; looks += 1) {
    if ((await deps.queue.countOpen()) === 0) break;
    await sleep(idleCheckMs);
  }
  const open = await deps.queue.countOpen();
  const due = await countDueWork(deps);
  const { addresses, entries, versions, stories, runs, judgements, digests, mails } = due;
  const left = addresses + entries + versions + stories + runs + judgements + digests + mails;
  return Math.max(left, open);
}

async function startWorking(house: House): Promise<void> {
  const { deps } = house;
  await deps.queue.work((job, payload) => runJob(job, payload, deps), deps.inForce().ledger.fetch.workers);
}

async function startWeb(
  house: House,
  session: Session,
  options: { readonly config?: string },
): Promise<FastifyInstance> {
  const { deps } = house;
  const { config } = deps;
  // Only the service serves pages: every other command starts 0.1 s sooner without them.
  const { buildWeb } = await import('#src/web/app.ts');
  const web = await buildWeb({
    db: deps.db,
    now: deps.now,
    log: deps.log,
    ledgerName: () => deps.inForce().ledger.name,
    zone: () => deps.inForce().ledger.digest.zone,
    rulesKey: () => deps.inForce().rulesKey,
    token: config.token,
    readToken: config.readToken,
    publicUrl: config.ledger.web.publicUrl ?? null,
    ...probeDepsOf(house),
    metrics: hasMetrics(deps) ? house.renderMetrics : null,
    mail: {
      linkKeys: deps.linkKeys,
      digest: () => deps.inForce().ledger.digest,
      listReaders: () => listMailReaders(deps),
      preview: (readerId) => previewMail(readerId, deps),
      lookForWork: async () => void (await planWork({}, deps)),
    },
    work: openWorkDoor(house, session, options),
  });
  await listenOn(web, { ...config.listen, setting: 'web.listen, CLAIMLEDGER_LISTEN' });
  return web;
}

function probeDepsOf({ deps, renderMetrics }: House): ProbeDeps {
  return {
    isReady: () => checkReady(deps),
    isStopping: () => deps.signal.aborted,
    metrics: renderMetrics,
  };
}

async function listenOn(
  server: FastifyInstance,
  place: { readonly host: string; readonly port: number; readonly setting: string },
): Promise<void> {
  const { host, port, setting } = place;
  try {
    await server.listen({ host, port });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const reason =
      code === 'EADDRINUSE' ? 'another program listens there' : cause instanceof Error ? cause.message : String(cause);
    throw new LedgerError('port-busy', `Cannot listen on ${host}:${port}: ${reason} (${setting})`, { cause });
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw new InvalidArgumentError(`"${text}" is not a port, 1 to 65535`);
}

/** Behind another web server everybody looks like this machine; there the ledger must ask for the numbers. */
function hasMetrics(deps: Deps): boolean {
  const { metrics, publicUrl } = deps.config.ledger.web;
  return metrics ?? publicUrl === undefined;
}

/** The file is asked, not the rules in force, as by `claims retag`: what a person is about to change is what is shown. */
function openWorkDoor(house: House, session: Session, options: { readonly config?: string }): WorkDoor {
  const { deps } = house;
  return {
    countDue: () => countDueWork(deps),
    previewRules: () =>
      previewRetag(configOf(session, options).ledger, { report: () => {}, articlesMax: previewedArticlesMax }, deps),
    applyRules: async () => {
      const { ledger } = configOf(session, options);
      if (rulesKeyOf(ledger) !== deps.inForce().rulesKey) await house.reload(ledger);
      await beginRetag(deps);
      await planWork({}, deps);
    },
  };
}

/** Ready means: the store answers, takes writes and has this program's schema, and the process is not about to stop. */
async function checkReady(deps: Deps): Promise<{ readonly ok: boolean; readonly reason: string | null }> {
  if (deps.signal.aborted) return { ok: false, reason: 'the service is stopping' };
  try {
    const { missing, ahead } = await compareSchema(deps.db);
    const isCurrent = missing.length === 0 && ahead.length === 0;
    if (!isCurrent) return { ok: false, reason: 'the database has another schema than this program' };
    // As after a failover: a standby answers every question and takes nothing.
    const isWritable = await takesWrites(deps.db);
    return { ok: isWritable, reason: isWritable ? null : 'the database takes no writes' };
  } catch {
    return { ok: false, reason: 'the database does not answer' };
  }
}

async function runHandedOver(
  house: House,
  service: Session,
  request: { readonly handover: Handover; readonly output: Output },
): Promise<number> {
  const { argv, cwd, columns } = request.handover;
  return await service.carryOut({ ...service, ...request.output, house, argv, cwd, columns });
}

/** Reads the file again; with mistakes in it the ledger in force stays. */
async function reload(house: House, session: Session, options: { readonly config?: string }): Promise<void> {
  const { deps } = house;
  try {
    const { ledger } = configOf(session, options);
    await house.reload(ledger);
    deps.log.info({ revision: deps.inForce().revision }, 'ledger reloaded');
    await logOutdated(deps);
    await planWork({}, deps);
  } catch (err) {
    deps.log.error({ err }, 'ledger not reloaded');
  }
}

/** Articles that earlier rules judged stay as they are until a person re-tags them. */
async function logOutdated(deps: Deps): Promise<void> {
  const articleCount = await countOutdated(deps.db, deps.inForce().rulesKey);
  if (articleCount > 0)
    deps.log.info(
      { articleCount, command: 'claimledger claims retag' },
      'stored articles were judged by earlier rules',
    );
}

function startBar(session: Session): SingleBar {
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value} of {total} done, {eta_formatted} left',
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(1, 0);
  session.signal.addEventListener('abort', () => bar.stop());
  return bar;
}

async function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
