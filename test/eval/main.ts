/**
 * `npm run eval [-- --gate | --accept] [-- SET ...]`, sets feeds extraction claims quantities stance duplicates stories: measures the
 * parts on labelled data that is not part of
 * this project, in the folder `../shared` beside it or where CLAIMLEDGER_SHARED says. With `--gate` it ends with 1 when a figure
 * is outside its gate. `--accept` takes the tags on the data as they are now for the snapshot that later runs are compared with.
 */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { evaluateClaims } from './claims.ts';
import { evaluateDuplicates } from './duplicates.ts';
import { evaluateExtraction } from './extraction.ts';
import { evaluateFeeds } from './feeds.ts';
import { type GateResult, judgeReport } from './gates.ts';
import { evaluateQuantities } from './quantities.ts';
import { evaluateStance } from './stance.ts';
import { evaluateStories } from './stories.ts';

type Evaluate = (sharedDir: string, options: { readonly isAccepted: boolean }) => unknown;

const evaluations: ReadonlyMap<string, Evaluate> = new Map<string, Evaluate>([
  ['feeds', evaluateFeeds],
  ['extraction', evaluateExtraction],
  ['claims', evaluateClaims],
  ['quantities', evaluateQuantities],
  ['stance', evaluateStance],
  ['duplicates', evaluateDuplicates],
  ['stories', evaluateStories],
]);

const sharedDir = resolve(process.env['CLAIMLEDGER_SHARED'] ?? join(import.meta.dirname, '../../../shared'));

/** Evaluates one set in a process of its own, shows what it prints and gives it back; null when it failed. */
async function report(set: string, options: readonly string[]): Promise<string | null> {
  const child = spawn(process.execPath, [import.meta.filename, '--here', set, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    printed += chunk;
    process.stdout.write(chunk);
  }
  const code = await new Promise<number | null>((done) => {
    if (child.exitCode !== null) done(child.exitCode);
    child.once('close', done);
  });
  return code === 0 ? printed : null;
}

function print({ gate, figure, isPassed }: GateResult): void {
  const wanted = 'least' in gate ? `at least ${gate.least}` : `at most ${gate.most}`;
  console.log(`${isPassed ? 'pass' : 'FAIL'}  ${gate.set}: ${gate.name} ${figure ?? 'not measured'}, ${wanted}`);
}

async function main(argv: readonly string[]): Promise<number> {
  const isGated = argv.includes('--gate');
  const asked = argv.filter((word) => !word.startsWith('--'));
  const unknown = asked.filter((set) => !evaluations.has(set));
  if (unknown.length > 0) {
    console.error(`There is no evaluation "${unknown.join('", "')}"; there are ${[...evaluations.keys()].join(', ')}`);
    return 2;
  }
  const [first] = asked;
  if (argv.includes('--here') && first !== undefined) {
    // A scorer knows by its own path that it was started as a program; behind a symbolic link it would print nothing.
    await evaluations.get(first)?.(realpathSync(sharedDir), { isAccepted: argv.includes('--accept') });
    return 0;
  }
  if (!existsSync(join(sharedDir, 'eval'))) {
    console.log(
      `Nothing was measured: there is no labelled data in "${sharedDir}" (CLAIMLEDGER_SHARED names another folder)`,
    );
    return isGated ? 1 : 0;
  }
  const results: GateResult[] = [];
  for (const set of asked.length > 0 ? asked : evaluations.keys())
    results.push(...judgeReport(set, (await report(set, argv.includes('--accept') ? ['--accept'] : [])) ?? ''));
  const failedCount = results.filter(({ isPassed }) => !isPassed).length;
  console.log('gates');
  for (const result of results) print(result);
  console.log(`gates: ${results.length - failedCount} passed, ${failedCount} failed`);
  return isGated && failedCount > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
