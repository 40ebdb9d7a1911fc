import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HouseFolder, makeHouseFolder, readHouse, runCommand, startCommand } from '#test/support/house.ts';
import { listBrokenPromises } from '#test/support/ledger-checks.ts';
import { startPostgres } from '#test/support/postgres.ts';
import { type Press, startPress } from '#test/support/press-server.ts';
import { describeOnEachKind, describeOnPostgres } from '#test/support/store.ts';
import { makeRecord, makeResponse, packRecords } from '#test/support/warc-files.ts';

let press: Press;
beforeAll(async () => {
  press = await startPress();
});
afterAll(() => press[Symbol.asyncDispose]());

const html = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${body}`;

/** A page about the ledger's topic, with `words` in it. */
function pageOf(words: string): string {
  const filler = 'The narrows of Velmar have turned turbines for longer than most people there can remember. '.repeat(
    4,
  );
  return `<html lang="en"><body><article><h1>News of Kestrel Tidal</h1><p>${words}</p><p>${filler}</p></article></body></html>`;
}

const claim = 'Kestrel Tidal copied the turbine design of Halden Marine, its rival said.';

/** What the ledger holds of articles: address, version number and text, and the quotes. */
async function readArticles(folder: HouseFolder) {
  return await readHouse(folder, async (db) => {
    expect(await listBrokenPromises(db, Temporal.Now.instant())).toEqual([]);
    const versions = await db
      .selectFrom('versions')
      .innerJoin('articles', 'articles.id', 'versions.article_id')
      .select(['articles.url', 'versions.number', 'versions.text', 'versions.response', 'articles.is_kept'])
      .orderBy('articles.url')
      .orderBy('versions.number')
      .execute();
    const quotes = await db.selectFrom('evidence').select('quote').orderBy('quote').execute();
    return { versions, quotes: quotes.map(({ quote }) => quote) };
  });
}

describeOnEachKind('import FILE.warc.gz', (kind) => {
  let closing: AsyncDisposableStack;
  let folder: HouseFolder;
  beforeAll(async () => {
    closing = new AsyncDisposableStack();
    const server = kind === 'server' ? closing.use(await startPostgres()) : null;
    const databaseUrl = server === null ? null : await server.createDatabase(`import-${process.pid}`);
    folder = closing.use(await makeHouseFolder(press.ledger, databaseUrl));
    if (databaseUrl !== null) expect(await runCommand(folder, ['migrate'])).toMatchObject({ code: 0 });
  });
  afterAll(() => closing.disposeAsync());

  test('keeps pages on the topics with their quotes, passes over the rest, and goes on behind what is broken', async () => {
    const image = 'HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG';
    const missing = html(pageOf(claim)).replace('200 OK', '404 Not Found');
    const records = [
      makeRecord({ 'WARC-Type': 'warcinfo', 'WARC-Date': '2025-02-03T09:00:00Z' }, 'software: test\r\n'),
      makeResponse('https://one.example/a', html(pageOf(claim))),
      makeResponse('https://one.example/logo.png', image),
      makeResponse('https://one.example/gone', missing),
      Buffer.from('WARC/1.0\r\nWARC-Type: response\r\n\r\n'),
      makeResponse('https://two.example/eel', html(pageOf('Eels.').replaceAll('Kestrel Tidal', 'the eel'))),
      makeResponse('https://two.example/b', html(pageOf('The turbine of Kestrel Tidal cost $4.1 million.'))),
    ];
    const file = join(folder.path, 'crawl.warc.gz');
    writeFileSync(file, packRecords(records));
    const first = await runCommand(folder, ['import', 'crawl.warc.gz']);
    expect(first).toEqual({
      code: 0,
      out: 'Pages: 2 kept, 0 known already, 1 about none of the topics, 1 broken. Other records passed over: 3.\n',
      err: expect.stringMatching(/^claimledger: byte \d+: it is no record\n$/),
    });
    const { versions, quotes } = await readArticles(folder);
    expect(versions.map(({ url, number }) => [url, number])).toEqual([
      ['https://one.example/a', 1],
      ['https://two.example/b', 1],
    ]);
    expect(versions[0]?.response).toMatchObject({ status: 200, fetchedAt: '2025-02-03T09:00:00Z' });
    expect(quotes).toEqual(expect.arrayContaining([claim]));
    // Nothing of an archive is asked of the network.
    expect(await readHouse(folder, (db) => db.selectFrom('fetches').selectAll().execute())).toEqual([]);

    // The next stage was asked for in the transaction that stored the first text.
    const asked = await readHouse(folder, (db) =>
      sql`select from pgboss.job where name = 'group-story' and state = 'created'`.execute(db),
    );
    expect(asked.rows).toHaveLength(1);
    const again = await runCommand(folder, ['import', 'crawl.warc.gz']);
    expect(again).toMatchObject({ code: 0, err: '', out: expect.stringContaining('was imported already') });
    expect((await readArticles(folder)).versions).toEqual(versions);
  });

  test('a later capture is a new version, an earlier one changes nothing', async () => {
    const url = 'https://three.example/a';
    const at = (date: string, words: string) => packRecords([makeResponse(url, html(pageOf(words)), date)]);
    for (const [name, bytes] of [
      ['second', at('2025-02-05T09:00:00Z', 'Kestrel Tidal answered.')],
      ['first', at('2025-02-04T09:00:00Z', 'Kestrel Tidal was silent.')],
      ['third', at('2025-02-06T09:00:00Z', 'Kestrel Tidal answered twice.')],
    ] as const) {
      writeFileSync(join(folder.path, `${name}.warc.gz`), bytes);
      expect(await runCommand(folder, ['import', `${name}.warc.gz`])).toMatchObject({ code: 0, err: '' });
    }
    const { versions } = await readArticles(folder);
    const own = versions.filter((version) => version.url === url).map(({ text }) => text.split('\n')[0]);
    expect(own).toEqual(['Kestrel Tidal answered.', 'Kestrel Tidal answered twice.']);
  });

  test('refuses what is no archive', async () => {
    writeFileSync(join(folder.path, 'notes.warc'), 'Some notes of ours.\n');
    const { code, err } = await runCommand(folder, ['import', 'notes.warc']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('there is no page in it that can be read') });
    const missing = await runCommand(folder, ['import', 'nowhere.warc.gz']);
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('Cannot read') });
  });
});

describe('import FILE.jsonl', () => {
  test('takes markup, bytes and texts, and names the lines that are none of them', async () => {
    await using folder = await makeHouseFolder(press.ledger, null);
    const lines = [
      { url: 'https://one.example/a', html: pageOf(claim), fetchedAt: '2025-02-03T09:00:00Z' },
      { url: 'https://one.example/b', base64: Buffer.from(pageOf(claim)).toString('base64') },
      { url: 'https://one.example/c', title: 'Kestrel', text: claim, publishedAt: '2025-02-03' },
      { url: 'https://one.example/d' },
      { url: 'mailto:me@one.example', html: pageOf(claim) },
    ];
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\nno JSON\n`;
    writeFileSync(join(folder.path, 'pages.jsonl'), text);
    const { code, out, err } = await runCommand(folder, ['import', 'pages.jsonl']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('3 kept') });
    expect(err.trim().split('\n')).toEqual([
      expect.stringContaining('needs "html", "base64", or "title" and "text"'),
      expect.stringContaining('is no http or https address'),
      expect.stringContaining('JSON'),
    ]);
    const { versions, quotes } = await readArticles(folder);
    expect(versions.map(({ url }) => url)).toEqual(lines.slice(0, 3).map(({ url }) => url));
    expect(quotes.filter((quote) => quote === claim)).toHaveLength(3);
  });
});

/** Pages enough for a process to be killed among them. */
function manyPages(count: number): Buffer {
  return packRecords(
    Array.from({ length: count }, (_, at) =>
      makeResponse(`https://many.example/${at}`, html(pageOf(`${claim} Report ${at}.`))),
    ),
  );
}

describeOnPostgres('an import that is killed', () => {
  test('goes on, and ends with what an undisturbed one has', async () => {
    const count = 150;
    await using server = await startPostgres();
    const makeFolder = async (name: string): Promise<HouseFolder> => {
      const folder = await makeHouseFolder(press.ledger, await server.createDatabase(`${name}-${process.pid}`));
      writeFileSync(join(folder.path, 'many.warc.gz'), manyPages(count));
      expect(await runCommand(folder, ['migrate'])).toMatchObject({ code: 0 });
      return folder;
    };
    await using undisturbed = await makeFolder('undisturbed');
    await using killed = await makeFolder('killed');
    const undisturbedRun = await runCommand(undisturbed, ['import', 'many.warc.gz']);
    expect(undisturbedRun).toMatchObject({ code: 0, err: '' });
    const readCount = (): Promise<number> =>
      readHouse(killed, async (db) => (await db.selectFrom('articles').select('id').execute()).length);
    for (const killAt of [10, 70, 130]) {
      await using command = startCommand(killed, ['import', 'many.warc.gz']);
      while ((await readCount()) < killAt) await pause(5);
      command.child.kill('SIGKILL');
      expect((await command.ended).code).toBe(-1);
    }
    expect(await readCount()).toBeLessThan(count);
    expect(await runCommand(killed, ['import', 'many.warc.gz'])).toMatchObject({ code: 0, err: '' });
    const one = await readArticles(undisturbed);
    expect(one.versions).toHaveLength(count);
    expect(await readArticles(killed)).toEqual(one);
  });
});

const hasWget = spawnSync('wget', ['--version']).status === 0;
if (!hasWget && process.env['CI'] !== 'true')
  process.stderr.write('SKIPPED: import of what wget wrote: no wget here\n');

test.skipIf(!hasWget && process.env['CI'] !== 'true')('takes in what wget wrote', async () => {
  await using folder = await makeHouseFolder(press.ledger, null);
  const stories = ['copying', 'cost', 'denial', 'ferry', 'inquiry'];
  const urls = stories.map((name) => press.urlOf('harbour-post', `/stories/${name}.html`));
  const wget = spawn('wget', ['--no-verbose', '--warc-file=crawl', '--output-document=pages', ...urls], {
    cwd: folder.path,
    stdio: 'ignore',
  });
  await once(wget, 'close');
  expect(readFileSync(join(folder.path, 'crawl.warc.gz')).length).toBeGreaterThan(1_000);
  const result = await runCommand(folder, ['import', 'crawl.warc.gz']);
  expect(result).toMatchObject({ code: 0, err: '', out: expect.stringContaining('4 kept') });
  const { versions, quotes } = await readArticles(folder);
  expect(versions.map(({ url }) => url)).toEqual(urls.filter((url) => !url.includes('ferry')).toSorted());
  expect(quotes.length).toBeGreaterThan(3);
});
