/** `npm run scorecard -- fetch`: how polite and how hard to hurt the fetcher is, measured on the real code. */
import { startClock } from './clock.ts';
import { makeField, namesOf } from './field.ts';
import { openScorecardHouse } from './house.ts';
import { mannerTests } from './polite-manners.ts';
import { timingTests } from './polite-timing.ts';
import { validatorTests } from './polite-validators.ts';
import { score } from './score.ts';
import { startSite } from './site.ts';

const start = Temporal.Instant.from('2025-01-27T09:00:00Z');

const tests = [...validatorTests, ...timingTests, ...mannerTests].filter(
  ({ id }) => process.argv.length < 4 || process.argv.slice(3).includes(id),
);
const clock = startClock(start);
await using site = await startSite(() => clock.now().since(start).total('milliseconds'));
const allowPrivate = tests.flatMap(({ id }) => namesOf(id).map((name) => `${name}:${site.port}`));
await using house = await openScorecardHouse({
  clock,
  databaseUrl: null,
  allowPrivate,
  limits: { exchangeMs: 3_000 },
  owner: 'scorecard',
});
await score('polite fetch', tests, (id) => makeField(id, { house, site, clock }));
