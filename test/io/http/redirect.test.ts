import { expect, test } from 'vitest';
import { defaultFetchLimits } from '#src/core/fetch/limits.ts';
import type { FetchOutcome } from '#src/core/fetch/outcome.ts';
import { type FetchRequest, openDoor } from '#src/io/http/door.ts';
import { startHttpServer, startSocketServer, type TestServer } from '#test/support/http-server.ts';

type Hop = { readonly status?: number; readonly location?: string };

/** A server that redirects the paths it is given and answers any other with its own name; `{other}` in a location is filled in. */
function startSite(name: string, hops: Readonly<Record<string, Hop>>, other: TestServer | null = null) {
  return startHttpServer(({ path, headers }, response) => {
    const hop = hops[path];
    response.setHeader('etag', `"${name}"`);
    if (hop === undefined) {
      const isKnown = headers['if-none-match'] === `"${name}"`;
      response.writeHead(isKnown ? 304 : 200).end(isKnown ? undefined : name);
      return;
    }
    const location = hop.location?.replace('{other}', other?.origin ?? '');
    response.writeHead(hop.status ?? 301, location === undefined ? {} : { location }).end('moved');
  });
}

async function ask(
  servers: readonly TestServer[],
  request: Partial<FetchRequest> & { url: string },
): Promise<FetchOutcome> {
  const allowPrivate = servers.map(({ host }) => host);
  await using door = openDoor({ userAgent: 'claimledger/0 (+test)', limits: defaultFetchLimits, allowPrivate });
  return await door.fetch({ kind: 'feed', etag: null, lastModified: null, ...request });
}

test.each([301, 302, 303, 307, 308])('openDoor follows and records %i', async (status) => {
  await using site = await startSite('site', {
    '/a': { status, location: '/b' },
    '/b': { status, location: 'c?x=1#part' },
  });
  const outcome = await ask([site], { url: `${site.origin}/a#top` });
  expect(outcome).toMatchObject({
    kind: 'fresh',
    finalUrl: `${site.origin}/c?x=1`,
    redirects: [
      { from: `${site.origin}/a`, to: `${site.origin}/b`, status },
      { from: `${site.origin}/b`, to: `${site.origin}/c?x=1`, status },
    ],
  });
  expect(site.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /a', 'GET /b', 'GET /c?x=1']);
});

test.each([
  [5, 'fresh', 6],
  [6, 'failed', 6],
  [50, 'failed', 6],
])('openDoor follows a chain of %i hops no further than five', async (hopCount, kind, requestCount) => {
  const hops = Object.fromEntries(
    Array.from({ length: hopCount }, (_, index) => [`/${index}`, { location: `/${index + 1}` }]),
  );
  await using site = await startSite('site', hops);
  const outcome = await ask([site], { url: `${site.origin}/0` });
  expect(outcome.kind).toBe(kind);
  if (outcome.kind === 'failed') expect(outcome).toMatchObject({ reason: 'too-many-redirects', status: 301 });
  expect(site.seen).toHaveLength(requestCount);
});

test.each<[string, Record<string, Hop>, number]>([
  ['itself', { '/a': { location: '/a' } }, 1],
  ['itself with a fragment', { '/a': { location: '/a#again' } }, 1],
  ['an address before', { '/a': { location: '/b' }, '/b': { location: '/a' } }, 2],
])('openDoor does not walk in a circle to %s', async (_, hops, requestCount) => {
  await using site = await startSite('site', hops);
  const outcome = await ask([site], { url: `${site.origin}/a` });
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'too-many-redirects', detail: 'a circle' });
  expect(site.seen).toHaveLength(requestCount);
});

test.each<[string, Hop]>([
  ['no Location', {}],
  ['an empty Location', { location: '' }],
  ['a Location that is no address', { location: 'http://[broken' }],
])('openDoor fails on %s', async (_, hop) => {
  await using site = await startSite('site', { '/a': hop });
  const outcome = await ask([site], { url: `${site.origin}/a` });
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'bad-redirect', status: 301 });
});

test.each([
  ['http://127.0.0.1/', 'address'],
  ['http://2130706433/', 'address'],
  ['http://0x7f.1/', 'address'],
  ['http://[::ffff:7f00:1]/', 'address'],
  ['http://[::7f00:1]/', 'address'],
  ['//169.254.169.254/latest/meta-data/', 'address'],
  ['https://10.0.0.1/', 'address'],
  ['http://[fd00:ec2::254]/', 'address'],
  ['http://localhost/', 'address'],
  ['http://localhost./', 'address'],
  ['http://8.8.8.8:8080/', 'port'],
  ['http://127.0.0.1:1/', 'port'],
  ['https://site.example:22/', 'port'],
  ['file:///etc/passwd', 'scheme'],
  ['ftp://site.example/', 'scheme'],
  ['data:text/xml,<rss/>', 'scheme'],
  ['javascript:alert(1)', 'scheme'],
  ['gopher://127.0.0.1:6379/_', 'scheme'],
  ['http://reader:secret@site.example/', 'credentials'],
  [`/${'x'.repeat(4_000)}`, 'url'],
])('openDoor refuses a redirect to %s', async (location, reason) => {
  await using site = await startSite('site', { '/a': { location } });
  const outcome = await ask([site], { url: `${site.origin}/a` });
  expect(outcome).toMatchObject({ kind: 'refused', reason });
  expect(JSON.stringify(outcome)).not.toContain('secret');
  expect(site.seen).toHaveLength(1);
});

test.each([
  ['ftp://site.example/feed', 'scheme'],
  ['file:///etc/passwd', 'scheme'],
  ['http://reader:secret@site.example/feed', 'credentials'],
  ['http://site.example:8080/feed', 'port'],
  ['http://', 'url'],
  ['feed', 'url'],
  [`http://site.example/${'x'.repeat(10_000)}`, 'url'],
])('openDoor refuses to ask %s', async (url, reason) => {
  const outcome = await ask([], { url });
  expect(outcome).toMatchObject({ kind: 'refused', reason, redirects: [] });
  expect(JSON.stringify(outcome)).not.toContain('secret');
});

test('openDoor sends validators to the address that gave them and to no other', async () => {
  await using next = await startSite('next', {});
  await using site = await startSite(
    'site',
    { '/moved': { location: '{other}/feed' }, '/near': { location: '/feed' } },
    next,
  );
  const validators = { etag: '"next"', lastModified: 'Tue, 28 Jan 2025 08:00:00 GMT' };
  const moved = `${site.origin}/moved`;
  expect(await ask([site, next], { url: moved, ...validators })).toMatchObject({ kind: 'fresh' });
  expect(await ask([site, next], { url: `${site.origin}/near`, ...validators })).toMatchObject({ kind: 'fresh' });
  const validatorsUrl = `${next.origin}/feed`;
  expect(await ask([site, next], { url: moved, ...validators, validatorsUrl })).toMatchObject({
    kind: 'unmodified',
    finalUrl: validatorsUrl,
    redirects: [{ from: moved, to: validatorsUrl, status: 301 }],
  });
  const conditional = (server: TestServer) =>
    server.seen
      .filter(({ headers }) => headers['if-none-match'] ?? headers['if-modified-since'])
      .map(({ path }) => path);
  expect([conditional(site), conditional(next)]).toEqual([['/moved', '/near'], ['/feed']]);
});

test.each([
  ['at the address itself', {}, '/gone', 'gone'],
  ['behind a permanent redirect', { '/a': { status: 308, location: '/gone' } }, '/a', 'gone'],
  ['behind a temporary redirect', { '/a': { status: 302, location: '/gone' } }, '/a', 'failed'],
])('openDoor takes 410 %s for what it is', async (_, hops: Record<string, Hop>, path, kind) => {
  await using site = await startSite('site', { '/gone': { status: 410 }, ...hops });
  expect(await ask([site], { url: `${site.origin}${path}` })).toMatchObject({ kind });
});

test('openDoor asks the caller before each hop', async () => {
  await using site = await startSite('site', { '/a': { location: '/b' }, '/b': { location: '/c' } });
  const asked: string[] = [];
  const outcome = await ask([site], {
    url: `${site.origin}/a`,
    admitHop: async (url) => {
      asked.push(new URL(url).pathname);
      return url.endsWith('/c') ? 'robots' : null;
    },
  });
  expect(outcome).toMatchObject({ kind: 'refused', reason: 'robots', finalUrl: `${site.origin}/c` });
  expect([asked, site.seen.map(({ path }) => path)]).toEqual([
    ['/b', '/c'],
    ['/a', '/b'],
  ]);
});

test.each([
  ['UTF-8', Buffer.from('/ü', 'utf8'), '/%C3%BC'],
  ['Latin-1', Buffer.from('/ü', 'latin1'), '/%C3%BC'],
])('openDoor reads a Location in %s', async (_, location, path) => {
  await using site = await startSocketServer((socket) => {
    socket.write('HTTP/1.1 302 Found\r\nLocation: ');
    socket.write(location);
    socket.end('\r\nContent-Length: 0\r\n\r\n');
  });
  const outcome = await ask([site], { url: `${site.origin}/a` });
  expect(outcome.redirects[0]?.to).toBe(`${site.origin}${path}`);
});

test('openDoor does not read the body of a redirect', async () => {
  await using site = await startHttpServer(({ path }, response) => {
    if (path === '/a') response.writeHead(302, { location: '/b' }).write('a body that never ends');
    else response.end('text');
  });
  expect(await ask([site], { url: `${site.origin}/a` })).toMatchObject({ kind: 'fresh' });
});
