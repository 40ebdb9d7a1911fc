import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { defaultFetchLimits } from '#src/core/fetch/limits.ts';
import type { FetchRequest } from '#src/io/http/door.ts';
import { openDoor } from '#src/io/http/door.ts';
import { isPublicAddress, type Resolve } from '#src/io/http/guarded-connector.ts';
import { startHttpServer, startHttpsServer } from '#test/support/http-server.ts';

const resolveNothing: Resolve = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));

function open(allowPrivate: readonly string[], resolve: Resolve = resolveNothing) {
  return openDoor({ userAgent: 'claimledger/0 (+test)', limits: defaultFetchLimits, allowPrivate, resolve });
}

function page(url: string): FetchRequest {
  return { url, kind: 'page', etag: null, lastModified: null };
}

test.each([
  '127.0.0.1',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.0.8',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001::1',
  '100::1',
  '2001:db8::1',
  '3fff::1',
  '5f00::1',
  '',
  'news.example',
])('isPublicAddress refuses %j', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('isPublicAddress lets %s pass', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://0/',
  'http://[::]/',
  'http://[::1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::7f00:1]/',
  'http://127.0.0.1./',
  'http://１２７.０.０.１/',
  'https://127.0.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00:ec2::254]/',
  'http://192.168.0.1/',
])('openDoor refuses %s without asking the resolver', async (url) => {
  const asked: string[] = [];
  await using door = open([], async (hostname) => {
    asked.push(hostname);
    return [];
  });
  expect(await door.fetch(page(url))).toMatchObject({ kind: 'refused', reason: 'address' });
  expect(asked).toEqual([]);
});

test.each<[string, readonly string[], string]>([
  ['localhost', ['8.8.8.8'], 'localhost'],
  ['localhost.', ['8.8.8.8'], 'localhost.'],
  ['site.localhost', ['8.8.8.8'], 'site.localhost'],
  ['inner.example', ['10.0.0.5'], '10.0.0.5'],
  // The mix is refused before anything is dialled, the public address least of all.
  ['mixed.example', ['8.8.8.8', '10.0.0.5'], '10.0.0.5'],
  ['mixed-six.example', ['2606:4700::1111', 'fe80::1'], 'fe80::1'],
])('openDoor refuses %s, which leads to %j', async (hostname, addresses, detail) => {
  await using door = open([], async () => addresses);
  const outcome = await door.fetch(page(`http://${hostname}/`));
  expect(outcome).toMatchObject({ kind: 'refused', reason: 'address', detail });
});

test('openDoor asks the resolver for each connection, so that a name cannot change behind an open one', async () => {
  await using server = await startHttpServer((request, response) => {
    response.setHeader('connection', request.path === '/last' ? 'close' : 'keep-alive');
    response.end('text');
  });
  const port = server.host.split(':')[1];
  const answers = [['127.0.0.1'], []];
  await using door = open([`name.example:${port}`], async () => answers.shift() ?? []);
  const kinds: string[] = [];
  for (const path of ['/first', '/last', '/again']) {
    const outcome = await door.fetch(page(`http://name.example:${port}${path}`));
    kinds.push(outcome.kind === 'failed' ? outcome.reason : outcome.kind);
    // The client takes its socket back one turn after the body has ended.
    await new Promise(setImmediate);
  }
  expect(kinds).toEqual(['fresh', 'fresh', 'name-unknown']);
  expect([server.connectionCount(), answers.length]).toEqual([1, 0]);
});

test('openDoor opens only the private host and port that are allowed', async () => {
  await using allowed = await startHttpServer((_, response) => response.end('allowed'));
  await using other = await startHttpServer((_, response) => response.end('other'));
  await using door = open([allowed.host], async () => ['127.0.0.1']);
  const port = allowed.host.split(':')[1];
  expect(await door.fetch(page(`${allowed.origin}/`))).toMatchObject({ kind: 'fresh' });
  expect(await door.fetch(page(`${other.origin}/`))).toMatchObject({ kind: 'refused', reason: 'port' });
  expect(await door.fetch(page(`http://name.example:${port}/`))).toMatchObject({ kind: 'refused', reason: 'port' });
  expect(await door.fetch(page('http://127.0.0.1/'))).toMatchObject({ kind: 'refused', reason: 'address' });
  expect(other.connectionCount()).toBe(0);
});

test('openDoor reaches a name whose host and port are allowed', async () => {
  await using server = await startHttpServer((_, response) => response.end('text'));
  const host = `name.example:${server.host.split(':')[1]}`;
  await using door = open([host], async () => ['127.0.0.1']);
  expect(await door.fetch(page(`http://${host}/`))).toMatchObject({ kind: 'fresh' });
  expect(server.seen[0]?.headers.host).toBe(host);
});

test('openDoor sends nothing to a host that cannot prove its name', async () => {
  const fixture = (name: string) => readFile(join(import.meta.dirname, '../../fixtures/tls', name), 'utf8');
  const [key, cert] = await Promise.all([fixture('key.pem'), fixture('certificate.pem')]);
  await using server = await startHttpsServer({ key, cert }, (_, response) => response.end('text'));
  const port = server.host.split(':')[1];
  const ask = async (name: string) => {
    await using door = open([`${name}:${port}`], async () => ['127.0.0.1']);
    return await door.fetch(page(`https://${name}:${port}/${name}`));
  };
  const unknown = { kind: 'failed', reason: 'certificate', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
  expect(await ask('name.example')).toMatchObject(unknown);
  const trusted = getCACertificates();
  try {
    setDefaultCACertificates([cert]);
    expect(await ask('name.example')).toMatchObject({ kind: 'fresh' });
    const stolen = { kind: 'failed', reason: 'certificate', detail: 'ERR_TLS_CERT_ALTNAME_INVALID' };
    expect(await ask('other.example')).toMatchObject(stolen);
  } finally {
    setDefaultCACertificates(trusted);
  }
  expect(server.seen.map(({ path }) => path)).toEqual(['/name.example']);
});

test('openDoor does not look at proxies of the environment', async () => {
  await using proxy = await startHttpServer((_, response) => response.end('proxy'));
  await using server = await startHttpServer((_, response) => response.end('site'));
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'];
  const before = names.map((name) => process.env[name]);
  try {
    for (const name of names) process.env[name] = proxy.origin;
    await using door = open([server.host]);
    expect(await door.fetch(page(`${server.origin}/`))).toMatchObject({ kind: 'fresh' });
  } finally {
    for (const [index, name] of names.entries()) {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }
  }
  expect([proxy.connectionCount(), server.seen.length]).toEqual([0, 1]);
});
