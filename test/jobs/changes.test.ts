import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type HouseFolder,
  type MovableClock,
  makeHouseFolder,
  readHouse,
  runCommand,
  startClock,
} from '#test/support/house.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import { type Press, startPress } from '#test/support/press-server.ts';

let press: Press;
let folder: HouseFolder;
let clock: MovableClock;

beforeEach(async () => {
  press = await startPress();
  folder = await makeHouseFolder(press.ledger, null);
  clock = startClock();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
  await press[Symbol.asyncDispose]();
});

async function run(...argv: readonly string[]): Promise<string> {
  const { code, out, err } = await runCommand(folder, argv, clock);
  expect({ code, err }, argv.join(' ')).toEqual({ code: 0, err: '' });
  return out;
}

test('a press that answers nothing is told as such: by every source, by the digest and by the mail', async () => {
  press.fail(503);
  await run('run', '--until-idle');
  const { items } = JSON.parse(await run('sources', 'list', '--json'));
  expect(items).toHaveLength(2);
  for (const item of items) expect(item).toMatchObject({ state: 'failing', lastError: expect.stringContaining('503') });
  const digest = JSON.parse(await run('digest', '--format', 'json'));
  expect(digest).toMatchObject({ sight: 'blind', quoteCount: 0, headline: expect.stringContaining('could not look') });
  const outbox = join(folder.dataDir, 'outbox');
  const [name = '', ...others] = readdirSync(outbox);
  expect(others).toEqual([]);
  const mail = await simpleParser(readFileSync(join(outbox, name)));
  expect(mail.text).toContain('could not look');
  expect(mail.text).not.toMatch(/nothing new/i);
});

test('an edited watched page becomes a second version beside the first, and speaks for the article', async () => {
  await run('run', '--until-idle');
  const words = { from: 'It cost about $4 million, wages aside.', to: 'We shall not speak about its cost.' };
  press.change('tide-journal', '/stories/kestrel-statement.html', words);
  clock.move({ minutes: 2 });
  await run('run', '--until-idle', '--all');
  await readHouse(folder, async (db) => {
    const versions = await db
      .selectFrom('versions')
      .innerJoin('articles', 'articles.id', 'versions.article_id')
      .select(['versions.number', 'versions.reason', 'versions.text', 'versions.id', 'articles.current_version_id'])
      .where('articles.title', '=', 'Statement of Kestrel Tidal')
      .orderBy('versions.number')
      .execute();
    expect(versions.map(({ number, reason }) => ({ number, reason }))).toEqual([
      { number: 1, reason: 'page' },
      { number: 2, reason: 'page' },
    ]);
    expect(versions[0]?.text).toContain(words.from);
    expect(versions[1]?.text).toContain(words.to);
    expect(versions[1]?.id).toBe(versions[1]?.current_version_id);
    const taggings = await db
      .selectFrom('taggings')
      .select(['version_id', 'claim_id'])
      .where(
        'version_id',
        'in',
        versions.map(({ id }) => id),
      )
      .execute();
    expect(taggings).toEqual([{ version_id: versions[0]?.id, claim_id: 'turbine-cost' }]);
    expect(await listBrokenPromises(db, clock.now())).toEqual([]);
    const states = await db.selectFrom('quote_states').selectAll().execute();
    expect(states).toMatchObject([
      { version_id: versions[0]?.id, state: 'gone', found_version_id: versions[1]?.id, words: null, closed_at: null },
    ]);
    expect(states.every((state) => Temporal.Instant.compare(state.last_there_at, state.seen_at) < 0)).toBe(true);
  });
  // What was said was said: it counts on, and is told as gone.
  const { quotes, moves } = JSON.parse(await run('claims', 'show', 'turbine-cost', '--json'));
  const gone = quotes.filter(({ change }: { readonly change: unknown }) => change !== null);
  expect(gone).toMatchObject([
    { quote: words.from, change: { kind: 'gone', was: words.from, version: 1, foundVersion: 2 } },
  ]);
  expect(moves[0].moves.at(-1)).toMatchObject({
    kind: 'quote-gone',
    words: expect.stringMatching(/^a quote we showed on \d+ \w+ is no longer on the page\.$/),
  });
  press.change('tide-journal', '/stories/kestrel-statement.html', { from: words.to, to: words.from });
  clock.move({ minutes: 2 });
  await run('run', '--until-idle', '--all');
  await readHouse(folder, async (db) => {
    const [state, ...others] = await db.selectFrom('quote_states').selectAll().execute();
    expect(others).toEqual([]);
    expect(state?.closed_at, 'the quote is back').not.toBeNull();
  });
});

test('a press that is back after a bad day is read as if nothing had been', async () => {
  press.fail(500);
  await run('run', '--until-idle');
  press.fail(null);
  clock.move({ hours: 30 });
  await run('run', '--until-idle');
  const { items } = JSON.parse(await run('sources', 'list', '--json'));
  expect(items.map(({ state }: { readonly state: string }) => state)).toEqual(['working', 'working']);
  const found = JSON.parse(await run('articles', '--json', '--relevant', 'turbine'));
  expect(found.items.length).toBeGreaterThan(5);
  expect(readdirSync(join(folder.dataDir, 'outbox'))).toHaveLength(2);
});
