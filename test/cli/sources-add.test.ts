import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type HouseFolder, makeHouseFolder, runCommand } from '#test/support/house.ts';
import { startHttpServer } from '#test/support/http-server.ts';

const feed =
  '<rss version="2.0"><channel><title>Harbour notes</title><item><title>A</title><guid>1</guid></item></channel></rss>';
const bodies: Readonly<Record<string, string>> = {
  '/feed': feed,
  '/other': feed.replace('Harbour notes', 'Other notes'),
  '/page':
    '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"><link rel="feed" href="/other"></head></html>',
  '/silent/': '<html><body>No feed here.</body></html>',
  '/silent/rss.xml': feed,
};

async function startSite() {
  return await startHttpServer(({ path }, response) => {
    const body = bodies[path];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
}

async function makeFolder(host: string): Promise<HouseFolder> {
  const ledger = `version: 1
name: Test  # a comment
topics: []
claims: []
fetch:
  allowPrivate: ["${host}"]
  hosts: {"${host}": {spacing: 0s}}
`;
  return await makeHouseFolder(ledger, null);
}

test('sources add lists the feed behind a page and keeps the file as it was', async () => {
  await using site = await startSite();
  await using folder = await makeFolder(site.host);
  const before = readFileSync(folder.ledgerFile, 'utf8');
  const shown = await runCommand(folder, ['sources', 'add', `${site.origin}/page`, '--print']);
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.out).toContain('Other notes');
  expect(readFileSync(folder.ledgerFile, 'utf8')).toBe(before);
  const added = await runCommand(folder, ['sources', 'add', `${site.origin}/page`]);
  expect(added).toMatchObject({ code: 0 });
  const after = readFileSync(folder.ledgerFile, 'utf8');
  expect(after).toContain(`url: ${site.origin}/feed\n    name: Harbour notes`);
  expect(after).toContain('# a comment');
  const listed = await runCommand(folder, ['sources', 'list', '--json']);
  expect(JSON.parse(listed.out).items).toMatchObject([{ url: `${site.origin}/feed`, state: 'waiting' }]);
  expect((await runCommand(folder, ['sources', 'add', `${site.origin}/feed`])).out).toContain('lists this already');
  expect(new Set(site.seen.map(({ path }) => path))).toEqual(new Set(['/page', '/feed', '/other']));
});

test('sources add tries the usual places only when told to', async () => {
  await using site = await startSite();
  await using folder = await makeFolder(site.host);
  const refused = await runCommand(folder, ['sources', 'add', `${site.origin}/silent/`]);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('--guess');
  expect(site.seen.map(({ path }) => path)).toEqual(['/silent/']);
  const added = await runCommand(folder, ['sources', 'add', `${site.origin}/silent/`, '--guess', '--name', 'Quiet']);
  expect(added).toMatchObject({ code: 0 });
  expect(readFileSync(folder.ledgerFile, 'utf8')).toContain('name: Quiet');
});

test.each(['ftp://a.example/feed', 'http://reader:word@a.example/', 'feed'])('sources add refuses %s', async (url) => {
  await using folder = await makeFolder('127.0.0.1:1');
  expect(await runCommand(folder, ['sources', 'add', url])).toMatchObject({ code: 2 });
});

test('what export writes, import takes back', async () => {
  await using folder = await makeFolder('127.0.0.1:1');
  const list = join(folder.path, 'list.opml');
  const outlines = '<outline text="A &amp; B" xmlUrl="https://a.example/feed"/><outline xmlUrl="gopher://b.example/"/>';
  writeFileSync(list, `<opml version="2.0"><body>${outlines}</body></opml>`);
  const shown = await runCommand(folder, ['import', 'list.opml', '--print']);
  expect(shown.out).toContain('url: https://a.example/feed');
  const taken = await runCommand(folder, ['import', 'list.opml']);
  expect(taken).toMatchObject({ code: 0 });
  expect(taken.err).toContain('gopher://b.example/');
  const { out } = await runCommand(folder, ['export', '--format', 'opml']);
  expect(out).toContain('text="A &amp; B" title="A &amp; B" xmlUrl="https://a.example/feed"');
  writeFileSync(list, out);
  expect((await runCommand(folder, ['import', 'list.opml'])).out).toContain('lists this already');
});
