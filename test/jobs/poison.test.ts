import { expect, test } from 'vitest';
import { LedgerError } from '#src/core/ledger-error.ts';
import { askOne } from '#src/io/db/resources.ts';
import { openWorkerPool, type WorkerPool } from '#src/io/worker-pool.ts';
import { startClock } from '#test/scorecard/clock.ts';
import { makeField, namesOf } from '#test/scorecard/field.ts';
import { openScorecardHouse } from '#test/scorecard/house.ts';
import { newsPage, rss, startSite } from '#test/scorecard/site.ts';

const start = Temporal.Instant.from('2025-01-27T09:00:00Z');

/** Threads that reach their limit on whatever comes from `/poison`. */
function refusePoison(pool: WorkerPool): WorkerPool {
  return {
    ...pool,
    parseFeed: (input) =>
      input.url?.endsWith('/poison') === true
        ? Promise.reject(new LedgerError('parse-failed', 'Cannot read "/poison": parsing took over 5 s'))
        : pool.parseFeed(input),
  };
}

test('a document that reaches the parser limits is set aside after three tries; one that is no feed is asked on', async () => {
  const clock = startClock(start);
  await using pool = openWorkerPool(1);
  await using site = await startSite(() => clock.now().since(start).total('milliseconds'));
  await using house = await openScorecardHouse({
    clock,
    databaseUrl: null,
    allowPrivate: namesOf('t1').map((name) => `${name}:${site.port}`),
    limits: {},
    owner: 'test',
    pool: refusePoison(pool),
  });
  const field = makeField('t1', { house, site, clock });
  field.answer('a', ({ path }) => ({ body: path === '/html' ? newsPage('Repairs.') : rss(['Entry']) }));
  await field.feeds('/poison', '/html', '/good');
  await field.hours(72);
  expect(field.seen('a', '/poison')).toHaveLength(3);
  expect(field.seen('a', '/html').length).toBeGreaterThan(5);
  const row = await field.row(field.url('/poison'));
  expect(row).toMatchObject({ state: 'failing', lastError: expect.stringContaining('parsing took over 5 s') });
  expect(row.dueWords).toContain('It waits until somebody asks for it');
  expect(await field.row(field.url('/html'))).toMatchObject({ lastError: expect.stringContaining('not a feed') });
  expect((await field.row(field.url('/good'))).state).toBe('working');
  await askOne(house.deps.db, field.url('/poison'), clock.now());
  await field.hours(1);
  expect(field.seen('a', '/poison')).toHaveLength(4);
});
