/** Runs tests, prints a line for each, and counts. A test that does not run has failed. */
import type { Field } from './field.ts';

/** One line of the scorecard: what must hold, how a program fails it, and the proof. */
export type ScoreTest<Ground = Field> = {
  readonly id: string;
  readonly holds: string;
  readonly fails: string;
  readonly run: (ground: Ground) => Promise<void>;
};

/** No test of the scorecard needs longer; one that hangs has failed. */
const testMsMax = 120_000;

/** Runs the tests one after the other and prints their lines and the score; true when all passed. */
export async function score<Ground>(
  title: string,
  tests: readonly ScoreTest<Ground>[],
  groundOf: (id: string) => Ground,
): Promise<boolean> {
  if (tests.length === 0) return true;
  let passedCount = 0;
  for (const test of tests) {
    const startedAt = performance.now();
    const failure = await failureOf(test, groundOf(test.id));
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    if (failure === null) passedCount += 1;
    console.log(`${failure === null ? 'pass' : 'FAIL'}  ${test.id.padEnd(4)} ${test.holds}  (${seconds} s)`);
    if (failure !== null) console.log(`           how it fails: ${test.fails}\n           seen: ${failure}`);
  }
  console.log(`${title}: ${passedCount} of ${tests.length}`);
  return passedCount === tests.length;
}

async function failureOf<Ground>(test: ScoreTest<Ground>, ground: Ground): Promise<string | null> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`ran for over ${testMsMax / 1_000} s`)), testMsMax);
  try {
    await Promise.race([test.run(ground), late.promise]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
