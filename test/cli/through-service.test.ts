import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'cheerio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DigestContent } from '#src/core/digest/digest.ts';
import { sourceId } from '#src/io/db/ledger.ts';
import {
  type CommandResult,
  type HouseFolder,
  makeHouseFolder,
  runCommand,
  type StartedCommand,
  startCommand,
} from '#test/support/house.ts';
import { findFreePort } from '#test/support/postgres.ts';
import { type Press, startPress } from '#test/support/press-server.ts';

let closing: AsyncDisposableStack;
let press: Press;
let folder: HouseFolder;
let service: StartedCommand;
/** What each command printed before the service was started. */
let alone: ReadonlyMap<string, CommandResult>;

const commands = [
  'digest',
  'digest --format json',
  'digest --format md --claim inquiry',
  'digest --date 2001-01-01',
  'articles',
  'articles turbine claim:turbine-cost --json',
  'articles --relevant --limit 2',
  'claims',
  'claims show copied-design',
  'claims show inquiry --json',
  'claims show unknown',
  'claims suggest Kestrel_Tidal_sold_the_turbine',
  'claims retag',
  'review list --json',
  'sources list --json',
  'sources why SOURCE',
  'mail preview',
  'doctor',
  'sevre',
];

beforeAll(async () => {
  closing = new AsyncDisposableStack();
  press = closing.use(await startPress());
  const made = closing.use(await makeHouseFolder(press.ledger, null));
  folder = { ...made, env: { ...made.env, CLAIMLEDGER_LISTEN: `127.0.0.1:${await findFreePort()}` } };
  expect(await runCommand(folder, ['run', '--until-idle'])).toMatchObject({ code: 0 });
  const printed = new Map<string, CommandResult>();
  for (const words of commands) printed.set(words, withoutClock(await runCommand(folder, argvOf(words))));
  alone = printed;
  service = closing.use(startCommand(folder, ['serve']));
  await service.untilSaid('serves http');
});
afterAll(() => closing.disposeAsync());

function argvOf(words: string): readonly string[] {
  return words
    .replace('SOURCE', sourceId(press.urlOf('harbour-post', '/feed.xml')))
    .split(' ')
    .map((word) => word.replaceAll('_', ' '));
}

/** The moment of asking, the log's time and the disk are no part of the answer. */
function withoutClock(result: CommandResult): CommandResult {
  const out = result.out
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.]*Z/g, 'TIME')
    .replace(/clock: .*/, 'clock')
    .replace(/disk: .*/, 'disk')
    .replace(/Covers .*/, 'Covers');
  return { ...result, out };
}

test.each(commands)('"%s" prints the same through the running service as without it', async (words) => {
  expect(withoutClock(await runCommand(folder, argvOf(words)))).toEqual(alone.get(words));
});

test('every one of these commands says something', () => {
  for (const [words, { out, err }] of alone) expect(`${out}${err}`, words).not.toBe('');
  expect(alone.get('doctor')?.out).toContain('store');
  expect(alone.get('claims show copied-design')?.out).toContain('Kestrel Tidal copied the turbine design');
});

test('the page of today and the printed digest show the same claims and quotes', async () => {
  const content: DigestContent = JSON.parse((await runCommand(folder, ['digest', '--format', 'json'])).out);
  const answer = await fetch(`http://${folder.env['CLAIMLEDGER_LISTEN']}/digests/${content.date}`);
  expect(answer.status).toBe(200);
  const page = load(await answer.text()).text();
  const quotes = [...content.moved.map(({ quote }) => quote), ...content.evidence.flatMap((claim) => claim.quotes)];
  expect(quotes.length).toBeGreaterThan(5);
  for (const quote of quotes) if (quote !== null) expect(page).toContain(quote.quote);
  for (const { statement } of [...content.moved, ...content.evidence]) expect(page).toContain(statement);
});

test('the socket is for its owner only and goes with the service', async () => {
  const socket = join(folder.dataDir, 'control.sock');
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  const other = await makeHouseFolder(press.ledger, null);
  await using stopped = startCommand(other, ['serve'], { CLAIMLEDGER_LISTEN: `127.0.0.1:${await findFreePort()}` });
  await stopped.untilSaid('serves http');
  stopped.child.kill('SIGTERM');
  expect(await stopped.ended).toMatchObject({ code: 0 });
  expect(existsSync(join(other.dataDir, 'control.sock'))).toBe(false);
  await other[Symbol.asyncDispose]();
});
