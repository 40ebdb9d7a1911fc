import { findPostgresProblem, startPostgres } from '#test/support/postgres.ts';
import { median, printBar } from './bar.ts';
import { type Runner, startRunner } from './runner.ts';
import { ARTICLE_CHARS, MATCHERS } from './tag-matchers.ts';
import { benchStage } from './tag-stage.ts';

const CLAIM_COUNTS = [15, 1_000, 10_000] as const;
/** The first turns compile the claims, and the code as it turns out to be used much. */
const WARM_UP_COUNT = 3;
const TURN_COUNT = 7;

const NAIVE_RATIO_MIN: Readonly<Record<number, number>> = { 1000: 100, 10000: 200 };
const POSTGRES_RATIO_MIN = 5;
const GROWTH_MAX = 3;

/**
 * What one matcher takes for an article, in milliseconds: the middle turn of processor time, and of each article its quickest turn on
 * the wall, because other work on the machine only adds.
 */
type Cost = { readonly cpuMs: number; readonly wallMs: number };

/**
 * Prints how long finding the claims of an article takes, alone: our index with its windows of sentences against a pattern per
 * claim and against a query per claim in Postgres, both of which look at whole articles. Each has a process of its own and pays
 * for all the processor time that it uses, in turns; only against Postgres the clock on the wall counts, because a database works
 * in processes of its own. Then what the whole stage takes.
 */
export async function benchTag(sharedDir: string): Promise<void> {
  await benchFinding(sharedDir);
  await benchStage(sharedDir);
}

async function benchFinding(sharedDir: string): Promise<void> {
  const problem = findPostgresProblem();
  if (problem !== null) console.log(`tag: not compared with Postgres: ${problem}`);
  await using server = problem === null ? await startPostgres() : null;
  using closing = new DisposableStack();
  const names = Object.values(MATCHERS).filter((name) => name !== MATCHERS.queries || server !== null);
  const runners = names.map((name) =>
    closing.use(
      startRunner(new URL('./tag-matchers.ts', import.meta.url).pathname, [name, sharedDir, server?.url ?? '']),
    ),
  );
  console.log(`tag: articles of ${ARTICLE_CHARS} characters, finding claims alone, ${TURN_COUNT} turns`);
  const costs = new Map<number, number>();
  for (const count of CLAIM_COUNTS) costs.set(count, await compareMatchers(runners, count));
  const [few = 0, , many = 0] = CLAIM_COUNTS;
  const growth = (costs.get(many) ?? Number.NaN) / (costs.get(few) ?? Number.NaN);
  printBar({ name: `time at ${many} claims against ${few}`, figure: growth, unit: 'x', most: GROWTH_MAX });
}

/** Prints the three rates for a number of claims and gives our milliseconds per article. */
async function compareMatchers(runners: readonly Runner[], count: number): Promise<number> {
  const [own, patterns, queries] = await timeMatchers(runners, count);
  if (own === undefined || patterns === undefined) return Number.NaN;
  const postgres =
    queries === undefined ? '' : `, a query per claim in Postgres ${(1000 / queries.wallMs).toFixed(1)}/s`;
  console.log(
    `  ${count} claims: claimledger ${(1000 / own.cpuMs).toFixed(0)}/s, a pattern per claim ${(1000 / patterns.cpuMs).toFixed(1)}/s${postgres}`,
  );
  const least = NAIVE_RATIO_MIN[count];
  if (least !== undefined) {
    printBar({ name: `${count} claims, speed of patterns`, figure: patterns.cpuMs / own.cpuMs, unit: 'x', least });
  }
  if (queries !== undefined && count === CLAIM_COUNTS[2]) {
    const figure = queries.wallMs / own.wallMs;
    printBar({ name: `${count} claims, speed of Postgres`, figure, unit: 'x', least: POSTGRES_RATIO_MIN });
  }
  return own.cpuMs;
}

async function timeMatchers(runners: readonly Runner[], count: number): Promise<readonly Cost[]> {
  const turns = runners.map(() => ({ cpu: [] as number[], wall: [] as number[] }));
  for (let turn = 0; turn < WARM_UP_COUNT + TURN_COUNT; turn++) {
    for (const [at, runner] of runners.entries()) {
      const [cpuMs = Number.NaN, ...wallMs] = await runner.run(String(count));
      const own = turns[at];
      if (own === undefined || turn < WARM_UP_COUNT) continue;
      own.cpu.push(cpuMs);
      own.wall = wallMs.map((ms, article) => Math.min(ms, own.wall[article] ?? ms));
    }
  }
  return turns.map(({ cpu, wall }) => ({
    cpuMs: median(cpu),
    wallMs: wall.reduce((sum, ms) => sum + ms, 0) / wall.length,
  }));
}
