import { test } from 'vitest';
import { roundTripTest } from '#test/scorecard/mail-round-trip.ts';
import { findExchangeProblem } from '#test/support/mail-exchange.ts';

const problem = findExchangeProblem();
if (problem !== null) process.stderr.write(`SKIPPED: the round trip of a mail: ${problem}\n`);

test.skipIf(problem !== null)(roundTripTest.holds, async () => {
  await roundTripTest.run(null);
});
