/**
 * All that the house remembers - entries, versions, quotes, stories, digests, mails, a run over the archive, a bundle out and in, what was
 * known earlier, what goes for its age - worked out by processes that are killed at random moments. After every stage the ledger must
 * be the one that a run without a kill leaves. Days pass by moving everything that the store remembers into the past.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { gatherAsOf } from '#src/io/db/as-of.ts';
import { type ClaimPage, findClaim } from '#src/io/db/claim-reads.ts';
import type { Db } from '#src/io/db/store.ts';
import { compareLedgerRows, type LedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import { type HouseFolder, makeHouseFolder, readHouse, runCommand, startCommand } from '#test/support/house.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import type { PostgresServer } from '#test/support/postgres.ts';
import { seededRandom } from '#test/support/random.ts';
import { riverLedger } from '#test/support/river-ledger.ts';
import { type MemorySite, memoryLedger, startMemorySite } from './memory-site.ts';

/** How often a process is killed in all, by which numbers, and on which store; null = the embedded one. */
export type MemoryOptions = {
  readonly killCount: number;
  readonly seed: number;
  readonly server: PostgresServer | null;
};

/** One stage: its kills, how many rows and lines of the past were compared, and those that differ. */
type StageReport = {
  readonly name: string;
  readonly kills: number;
  readonly comparedCount: number;
  readonly differences: readonly string[];
};

/** What came of it. `kills` are those that met a living process. */
export type MemoryReport = {
  readonly stages: readonly StageReport[];
  readonly kills: number;
};

/** What a stage changes before its command, the command, and of the kills its share. */
type Stage = {
  readonly name: string;
  readonly share: number;
  readonly prepare: (world: World) => Promise<void>;
  readonly command: (world: World) => readonly string[];
  /** The house that carries it out: the one that watches, or the one that takes its bundle in. */
  readonly house: 'first' | 'second';
};

/** One run through all stages. */
type World = {
  readonly site: MemorySite;
  readonly first: HouseFolder;
  readonly second: HouseFolder;
  /** The ends of earlier stages, as the store remembers them now. */
  readonly instants: Temporal.Instant[];
};

/** What a stage left: every row, and what is told of the ends of the stages before it. */
type Snapshot = { readonly rows: LedgerRows; readonly past: readonly string[] };

const keepHouseProgram = fileURLToPath(new URL('memory-keep-house.ts', import.meta.url));
/** Stands for the program that throws away what is old: the service does it by itself, at night. */
const keepHouse = 'keep-house';

const untilIdle = () => ['run', '--until-idle'];
const nothing = async (): Promise<void> => {};

const stages: readonly Stage[] = [
  { name: 'read', share: 0.22, house: 'first', prepare: async ({ site }) => site.setStep(0), command: untilIdle },
  {
    name: 'watch',
    share: 0.18,
    house: 'first',
    prepare: (world) => nextStep(world, { step: 1, days: 8 }),
    command: untilIdle,
  },
  {
    name: 're-tag',
    share: 0.12,
    house: 'first',
    prepare: async ({ first, site }) => writeLedger(first, site, '$5.2m'),
    command: () => ['claims', 'retag', '--apply'],
  },
  {
    name: 'watch again',
    share: 0.12,
    house: 'first',
    prepare: (world) => nextStep(world, { step: 2, days: 9 }),
    command: untilIdle,
  },
  {
    // The digest of a day tells what the days before it brought: this one tells of the last look. Pages are due after 48 or 96 hours, a
    // little more or less; 72 lie between, so that seconds do not decide.
    name: 'tell',
    share: 0.06,
    house: 'first',
    prepare: (world) => passDays(world, 3),
    command: untilIdle,
  },
  {
    name: 'export',
    share: 0.08,
    house: 'first',
    prepare: nothing,
    command: () => ['export', '--format', 'bundle', '--whole', '--output', 'bundle'],
  },
  { name: 'verify', share: 0.02, house: 'first', prepare: nothing, command: () => ['verify', 'bundle'] },
  {
    name: 'import',
    share: 0.14,
    house: 'second',
    prepare: async ({ second, site }) => writeLedger(second, site, '$5.2m'),
    command: ({ first }) => ['import', join(first.path, 'bundle')],
  },
  {
    name: 'retention',
    share: 0.06,
    house: 'first',
    prepare: (world) => passDays(world, 400),
    command: () => [keepHouse],
  },
];

/** Goes through all stages twice, without a kill and with kills, and compares what they leave. */
export async function rememberKilled(options: MemoryOptions): Promise<MemoryReport> {
  await using site = await startMemorySite();
  const { snapshots, lengths } = await runStages(site, options, null);
  const random = seededRandom(options.seed);
  const killed = await runStages(site, options, { random, lengths });
  const report = stages.map(({ name }, at) => ({
    name,
    kills: killed.kills[at] ?? 0,
    comparedCount: countCompared(snapshots[at]),
    differences: compareSnapshots(snapshots[at], killed.snapshots[at]),
  }));
  return { stages: report, kills: killed.kills.reduce((sum, count) => sum + count, 0) };
}

/** The killing of a run: where in a stage, by how long it takes in peace, in milliseconds. */
type Killing = { readonly random: () => number; readonly lengths: readonly number[] };

async function runStages(site: MemorySite, { killCount, server }: MemoryOptions, killing: Killing | null) {
  await using closing = new AsyncDisposableStack();
  const makeFolder = async (name: string): Promise<HouseFolder> => {
    const databaseUrl = (await server?.createDatabase(`claimledger-${name}-${process.pid}`)) ?? null;
    const folder = closing.use(await makeHouseFolder('', databaseUrl));
    writeLedger(folder, site, '$5.5m');
    if (databaseUrl !== null) await succeed(folder, ['migrate']);
    return folder;
  };
  const world: World = { site, first: await makeFolder('first'), second: await makeFolder('second'), instants: [] };
  const snapshots: Snapshot[] = [];
  const lengths: number[] = [];
  const kills: number[] = [];
  let killsLeft = killCount;
  for (const [at, { name, share, prepare, command, house }] of stages.entries()) {
    await prepare(world);
    const wanted = at === stages.length - 1 ? killsLeft : Math.round(killCount * share);
    killsLeft -= wanted;
    const argv = command(world);
    if (killing !== null) {
      const { random, lengths: inPeace } = killing;
      await killOften(world[house], argv, { count: wanted, lengthMs: inPeace[at] ?? 0, random });
      kills.push(wanted);
    }
    const startedAt = performance.now();
    await finish(world[house], argv);
    const lengthMs = performance.now() - startedAt;
    lengths.push(lengthMs);
    console.log(
      `    ${killing === null ? 'in peace' : `${wanted} kills`}, ${name}: ${(lengthMs / 1_000).toFixed(1)} s to its end`,
    );
    world.instants.push(Temporal.Now.instant());
    snapshots.push(await takeSnapshot(world[house], world.instants));
  }
  return { snapshots, lengths, kills };
}

/** Starts the command again and again and kills it somewhere in its course; one that had ended before does not count. */
async function killOften(
  folder: HouseFolder,
  argv: readonly string[],
  { count, lengthMs, random }: { readonly count: number; readonly lengthMs: number; readonly random: () => number },
): Promise<void> {
  for (let killed = 0; killed < count; ) {
    const process = start(folder, argv);
    await Promise.race([pause(random() * lengthMs), process.ended]);
    if (process.child.exitCode === null && process.child.kill('SIGKILL')) killed += 1;
    await process.ended;
    await readHouse(folder, forgetDead);
  }
}

/** What a dead process held is free after a minute, and its jobs are found dead; that minute has passed here. */
async function forgetDead(db: Db): Promise<void> {
  await sql`update hosts set lease_until = null, lease_owner = null, next_start_at = null`.execute(db);
  await sql`update deliveries set lease_until = lease_until - interval '10 minutes' where state = 'sending'`.execute(
    db,
  );
  const { rows } = await sql<{ queue: string | null }>`select to_regclass('pgboss.job')::text as queue`.execute(db);
  if (rows[0]?.queue !== null) await sql`delete from pgboss.job where state < 'completed'`.execute(db);
}

async function finish(folder: HouseFolder, argv: readonly string[]): Promise<void> {
  const process = start(folder, argv);
  const { code, err } = await process.ended;
  if (code !== 0) throw new Error(`"${argv.join(' ')}" ended with ${code}: ${err}`);
}

function start(folder: HouseFolder, argv: readonly string[]) {
  if (argv[0] !== keepHouse) return startCommand(folder, argv);
  const env = { PATH: process.env['PATH'], ...folder.env };
  const child = spawn(process.execPath, [keepHouseProgram], {
    cwd: folder.path,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code === null ? -1 : Number(code), err: '' }));
  return { child, ended };
}

async function succeed(folder: HouseFolder, argv: readonly string[]): Promise<string> {
  const { code, out, err } = await runCommand(folder, argv);
  if (code !== 0) throw new Error(`"${argv.join(' ')}" ended with ${code}: ${err}`);
  return out;
}

async function nextStep(world: World, { step, days }: { readonly step: number; readonly days: number }): Promise<void> {
  world.site.setStep(step);
  await passDays(world, days);
}

/** Everything that the first house remembers happened so many days earlier. */
async function passDays({ first, instants }: World, days: number): Promise<void> {
  await readHouse(first, async (db) => {
    const { rows } = await sql<{ table: string; sets: string }>`
      select table_name as "table", string_agg(case data_type
        when 'date' then format('%1$I = %1$I - ${sql.raw(String(days))}', column_name)
        else format('%1$I = %1$I - interval ''${sql.raw(String(days))} days''', column_name) end, ', ') as sets
      from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_schema = 'public' and table_type = 'BASE TABLE'
        and data_type in ('timestamp with time zone', 'date')
      group by table_name`.execute(db);
    for (const { table, sets } of rows) await sql.raw(`update ${table} set ${sets}`).execute(db);
    // The day is part of a mail's name, and today's is free again.
    await sql`update deliveries set message_id = 'earlier.' || message_id`.execute(db);
  });
  for (const [at, instant] of instants.entries()) instants[at] = instant.subtract({ hours: 24 * days });
}

async function takeSnapshot(folder: HouseFolder, instants: readonly Temporal.Instant[]): Promise<Snapshot> {
  return await readHouse(folder, async (db) => {
    const broken = await listBrokenPromises(db, Temporal.Now.instant());
    if (broken.length > 0) throw new Error(broken.join('; '));
    const past: string[] = [];
    for (const [at, instant] of instants.entries()) {
      const pages = await gatherAsOf(db, instant, (then) => readClaims(then, instant));
      past.push(...pages.flatMap(describePast).map((line) => `after ${stages[at]?.name}: ${line}`));
    }
    return { rows: await readLedgerRows(db), past };
  });
}

async function readClaims(db: Db, now: Temporal.Instant): Promise<readonly ClaimPage[]> {
  const pages: ClaimPage[] = [];
  for (const { id } of riverLedger.claims) {
    const page = await findClaim(db, id, { now, zone: 'UTC' });
    if (page !== null) pages.push(page);
  }
  return pages;
}

/** Ids and instants are a run's own. */
const ownKeys = new Set([
  'articleId',
  'taggingId',
  'originId',
  'storedAt',
  'firstSeenAt',
  'lastThereAt',
  'seenAt',
  'since',
]);

/** What was known of a claim, a line each, whatever the order of what came at one instant. */
function describePast({ id, tally, moves, quotes, numbers }: ClaimPage): readonly string[] {
  const said = [...moves, ...quotes, ...numbers].map((each) =>
    JSON.stringify(each, (key, value) => (ownKeys.has(key) ? undefined : value)),
  );
  return [`${id} ${JSON.stringify(tally)}`, ...said.map((line) => `${id} ${line}`).toSorted()];
}

function compareSnapshots(one: Snapshot | undefined, other: Snapshot | undefined): readonly string[] {
  if (one === undefined || other === undefined) return ['the stage was not reached'];
  const past = ({ past: lines }: Snapshot): LedgerRows => new Map([['as of', lines]]);
  return [...compareLedgerRows(one.rows, other.rows), ...compareLedgerRows(past(one), past(other))];
}

function countCompared(snapshot: Snapshot | undefined): number {
  if (snapshot === undefined) return 0;
  return [...snapshot.rows.values()].reduce((sum, rows) => sum + rows.length, snapshot.past.length);
}

function writeLedger({ ledgerFile }: HouseFolder, site: MemorySite, costMax: string): void {
  writeFileSync(ledgerFile, memoryLedger(site, costMax));
}

/** Prints the stages; true when nothing differs. */
export function printMemory({ stages: reports }: MemoryReport): boolean {
  for (const { name, kills, comparedCount, differences } of reports) {
    console.log(
      `${name.padEnd(14)}${String(kills).padStart(3)} kills  ${differences.length} differences in ${comparedCount} rows and lines of the past`,
    );
    for (const line of differences.slice(0, 10)) console.log(`    ${line.slice(0, 300)}`);
  }
  return reports.every(({ differences }) => differences.length === 0);
}
