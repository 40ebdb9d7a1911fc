import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { load } from 'cheerio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { House } from '#src/cli/session.ts';
import { loadConfig } from '#src/config/load.ts';
import { buildWeb } from '#src/web/app.ts';
import { compareLedgerRows, readLedgerRows } from '#test/support/compare-stores.ts';
import {
  type HouseFolder,
  makeHouseFolder,
  openHouseAt,
  readHouse,
  runCommand,
  startClock,
} from '#test/support/house.ts';
import { startHttpServer, type TestServer } from '#test/support/http-server.ts';
import { riverLedger } from '#test/support/river-ledger.ts';
import { videoPage, webVtt } from '#test/support/video-site.ts';
import { pressDeps } from '#test/web/press.ts';

const description = 'Riverton Water answers the questions of the town about the lake and its plant.';
const words = webVtt([
  { second: 1, words: 'Thank you for coming.' },
  { second: 123, words: 'Riverton Water spent $5 million on its plant, the mayor said.' },
]);

let closing: AsyncDisposableStack;
let site: TestServer;
let folder: HouseFolder;
let ledger: string;
/** One open house for all questions, as a running service has. */
let house: House;
const clock = startClock();

beforeAll(async () => {
  closing = new AsyncDisposableStack();
  const answers = new Map<string, readonly [type: string, body: string]>([
    ['/robots.txt', ['text/plain', 'User-agent: *\nDisallow: /closed/\n']],
    ['/talk.vtt', ['text/vtt', words]],
    ['/closed/talk.vtt', ['text/vtt', words]],
    ['/empty.vtt', ['text/vtt', 'WEBVTT\n']],
  ]);
  for (const [path, src] of [
    ['/talk', '/talk.vtt'],
    ['/quiet', '/closed/talk.vtt'],
    ['/silent', '/empty.vtt'],
  ] as const) {
    const page = videoPage({ title: `A talk at ${path}`, description, tracks: [{ src, lang: 'en' }] });
    answers.set(path, ['text/html', page]);
  }
  site = closing.use(
    await startHttpServer(({ path }, response) => {
      const [type, body] = answers.get(path) ?? ['text/plain', ''];
      response.writeHead(answers.has(path) ? 200 : 404, { 'content-type': type }).end(body);
    }),
  );
  const fetch = { allowPrivate: [site.host], hosts: { [site.host]: { spacing: '0s', connections: 1 } } };
  const pages = ['/talk', '/quiet', '/silent'].map((path) => ({ url: `${site.origin}${path}` }));
  ledger = JSON.stringify({ version: 1, name: 'River', ...riverLedger, fetch, pages });
  folder = closing.use(await makeHouseFolder(ledger, null));
  expect(await runCommand(folder, ['run', '--until-idle'], clock)).toMatchObject({ code: 0, err: '' });
  const config = loadConfig({ file: folder.ledgerFile, env: folder.env, cwd: folder.path });
  const { signal } = new AbortController();
  house = closing.use(await openHouseAt(clock)(config, { kind: 'command', schema: 'check', ledger: 'stored', signal }));
});
afterAll(() => closing.disposeAsync());

async function run(...argv: readonly string[]): Promise<string> {
  const { code, out, err } = await runCommand(folder, argv, clock, house);
  expect({ code, err }, argv.join(' ')).toEqual({ code: 0, err: '' });
  return out;
}

/** The number of the article with this title. */
async function numberOf(title: string): Promise<string> {
  const { items } = JSON.parse(await run('articles', '--json'));
  return String(items.find((item: { readonly title: string }) => item.title === title).id);
}

test('articles show tells what was read of the captions, and why others were not', async () => {
  const talk = await run('articles', 'show', await numberOf('A talk at /talk'));
  expect(talk).toContain(`Captions read. ${site.origin}/talk.vtt`);
  expect(talk).toContain(`Captions, at 2:03 (${site.origin}/talk#t=123).`);
  const quiet = await run('articles', 'show', await numberOf('A talk at /quiet'));
  expect(quiet).toContain('Captions not read: The site asks programs not to read this page. We do not.');
  expect(quiet).not.toMatch(/captions, at|spent/i);
  const silent = await run('articles', 'show', await numberOf('A talk at /silent'));
  expect(silent).toContain('Captions not read: The captions have no words.');
  expect(site.seen.filter(({ path }) => path.startsWith('/closed/'))).toEqual([]);
});

test('articles show refuses what is no article, and still finds the word "show"', async () => {
  expect(await runCommand(folder, ['articles', 'show', '99'], clock, house)).toMatchObject({ code: 1, out: '' });
  expect(await runCommand(folder, ['articles', 'show', 'talk'], clock, house)).toMatchObject({ code: 2, out: '' });
  expect(await run('articles', '"show"')).toBe('No article fits.\n');
});

test('claims show, the digest and the exports name the second of a quote', async () => {
  expect(await run('claims', 'show', 'cost')).toContain(`captions, at 2:03 (${site.origin}/talk#t=123)`);
  expect(await run('digest', '--since', '24h', '--format', 'text')).toContain('Captions, at 2:03.');
  const rows = (await run('export', '--format', 'jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows).toMatchObject([{ claim: 'cost', captions: 'manual', second: 123 }]);
  const linked = await run('export', '--format', 'jsonld');
  expect(linked).toContain('"value": "t=123"');
});

test('the page and the API of an article tell its own words from what is said, and when', async () => {
  await using app = await buildWeb(pressDeps(house.deps.db, { now: clock.now }));
  const number = await numberOf('A talk at /talk');
  const $ = load((await app.inject({ url: `/articles/${number}` })).body);
  expect($('.text').text()).toMatch(/its plant\.\s*Captions\s*Thank you for coming\./);
  expect($('.notes').text()).toContain('captions at 2:03');
  expect($(`.notes a[href="${site.origin}/talk#t=123"]`)).toHaveLength(1);
  expect($('#versions').closest('section').text()).toContain('its captions were read');
  const quiet = load((await app.inject({ url: `/articles/${await numberOf('A talk at /quiet')}` })).body);
  expect(quiet('.origin').text()).toContain('captions not read: The site asks programs not to read this page.');
  const article = (await app.inject({ url: `/api/v1/articles/${number}` })).json();
  const { start, end } = article.captions.place;
  expect(article.text.slice(start, end)).toMatch(/^Thank you for coming\./);
  expect(article.taggings[0].evidence[0].spoken).toEqual({ kind: 'manual', lang: 'en', second: 123 });
});

test('the search finds what is said', async () => {
  const { items } = JSON.parse(await run('articles', '"thank you for coming"', '--json'));
  expect(items.map(({ title }: { readonly title: string }) => title)).toEqual(['A talk at /talk']);
});

test('what was known before the captions were read has none of their words', async () => {
  const { versions } = JSON.parse(await run('articles', 'show', await numberOf('A talk at /talk'), '--json'));
  const [captioned, first] = versions;
  expect([captioned.captions, first.captions]).toEqual(['manual', null]);
  const then = await run('articles', 'show', await numberOf('A talk at /talk'), '--json', '--as-of', first.seenAt);
  expect(JSON.parse(then)).toMatchObject({ text: description, taggings: [], versions: [{ number: 1 }] });
  const later = await run('articles', 'show', await numberOf('A talk at /talk'), '--json', '--as-of', captioned.seenAt);
  expect(JSON.parse(later)).toMatchObject({ captions: { kind: 'manual' }, taggings: [{ claim: 'cost' }] });
});

test('an archive holds the track as it was answered, and its words', async () => {
  await run('export', '--format', 'warc', '--output', 'talk.warc.gz');
  const archive = gunzipSync(readFileSync(join(folder.path, 'talk.warc.gz'))).toString();
  expect(archive).toContain(`WARC-Target-URI: ${site.origin}/talk.vtt`);
  expect(archive).toContain(words);
  expect(archive).not.toContain('/closed/talk.vtt\r\n');
});

test('a bundle carries the captions; it is verified, gives the same ledger again, and is refused when they were altered', async () => {
  await run('export', '--format', 'bundle', '--whole', '--output', 'bundle');
  await run('verify', 'bundle');
  await using fresh = await makeHouseFolder(ledger, null);
  const imported = await runCommand(fresh, ['import', join(folder.path, 'bundle')], clock);
  expect(imported).toMatchObject({ code: 0, err: '' });
  const [before, after] = [await readLedgerRows(house.deps.db), await readHouse(fresh, readLedgerRows)];
  const differences = compareLedgerRows(before, after).filter((line) =>
    /caption|versions|evidence|documents/.test(line),
  );
  expect(differences).toEqual([]);
  expect(after.get('version_captions')).toHaveLength(1);
  expect(after.get('caption_tracks')).toHaveLength(3);

  const file = join(folder.path, 'bundle', 'ledger.jsonl');
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes('"version_captions"'));
  expect(at).toBeGreaterThan(0);
  writeFileSync(file, lines.map((line, index) => (index === at ? line.replace('123', '124') : line)).join('\n'));
  const broken = await runCommand(folder, ['verify', 'bundle'], clock);
  expect(broken.code).toBe(1);
  expect(`${broken.out}${broken.err}`).toContain('version_captions');
});
