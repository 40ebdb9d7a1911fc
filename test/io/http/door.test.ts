import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { defaultFetchLimits, type FetchLimits } from '#src/core/fetch/limits.ts';
import type { FetchOutcome } from '#src/core/fetch/outcome.ts';
import { type FetchRequest, openDoor } from '#src/io/http/door.ts';
import { type SeenRequest, startHttpServer, startSocketServer, type TestServer } from '#test/support/http-server.ts';

const userAgent = 'claimledger/1.2.3 (+https://desk.example/contact)';
const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

type Asking = Partial<FetchRequest> & { readonly limits?: Partial<FetchLimits>; readonly signal?: AbortSignal };
type Answer = (request: SeenRequest, response: ServerResponse) => void;

function open(servers: readonly TestServer[], limits: Partial<FetchLimits> = {}) {
  const allowPrivate = servers.map(({ host }) => host);
  return openDoor({ userAgent, limits: { ...defaultFetchLimits, ...limits }, allowPrivate });
}

async function ask(server: TestServer, { limits, signal, ...change }: Asking = {}): Promise<FetchOutcome> {
  await using door = open([server], limits);
  const request: FetchRequest = {
    url: `${server.origin}/feed`,
    kind: 'feed',
    etag: null,
    lastModified: null,
    ...change,
  };
  return await door.fetch(request, signal);
}

async function askHttp(answer: Answer, asking?: Asking): Promise<FetchOutcome> {
  await using server = await startHttpServer(answer);
  return await ask(server, asking);
}

async function askSocket(answer: (socket: Socket) => void, asking?: Asking): Promise<FetchOutcome> {
  await using server = await startSocketServer(answer);
  return await ask(server, asking);
}

function bodyText(outcome: FetchOutcome): string {
  return outcome.kind === 'fresh' ? new TextDecoder().decode(outcome.body) : `no body: ${JSON.stringify(outcome)}`;
}

test('openDoor sends one plain GET that says who we are', async () => {
  await using server = await startHttpServer((_, response) => response.end('text'));
  await ask(server, { url: `${server.origin}/feed?a=1&b=%20#part` });
  const [seen] = server.seen;
  expect(server.seen).toHaveLength(1);
  expect([seen?.method, seen?.path]).toEqual(['GET', '/feed?a=1&b=%20']);
  expect(seen?.headers['user-agent']).toBe(userAgent);
  expect(seen?.headers['accept-encoding']).toContain('gzip');
  const names = Object.keys(seen?.headers ?? {}).sort();
  expect(names).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
});

test.each([
  ['feed', 'application/rss+xml'],
  ['page', 'text/html'],
  ['robots', 'text/plain'],
] as const)('openDoor accepts what a %s is', async (kind, type) => {
  await using server = await startHttpServer((_, response) => response.end('text'));
  await ask(server, { kind });
  expect(server.seen[0]?.headers.accept).toContain(type);
});

test.each([
  ['"a"', 'Tue, 28 Jan 2025 08:00:00 GMT'],
  ['W/"a-gzip"', null],
  ['"a;gzip"', 'Sun, 28 Jan 2025 08:00:00 +0000'],
  ['"a--br"', 'yesterday'],
  ['abc', '1738051200'],
  ['"caf\xe9"', null],
  ['"', null],
  [null, 'Tue, 28 Jan 2025 08:00:00 GMT'],
  [null, null],
])('openDoor brings the validators %j and %j back as they came', async (etag, lastModified) => {
  await using server = await startHttpServer(({ headers }, response) => {
    if (etag !== null) response.setHeader('etag', etag);
    if (lastModified !== null) response.setHeader('last-modified', lastModified);
    const isConditional = headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined;
    response.writeHead(isConditional ? 304 : 200).end(isConditional ? undefined : 'text');
  });
  const first = await ask(server);
  expect(first).toMatchObject({ kind: 'fresh', etag, lastModified });
  const second = await ask(server, { etag, lastModified });
  expect(second.kind).toBe(etag === null && lastModified === null ? 'fresh' : 'unmodified');
  const sent = server.seen[1]?.headers;
  expect([sent?.['if-none-match'] ?? null, sent?.['if-modified-since'] ?? null]).toEqual([etag, lastModified]);
});

test.each(['', 'bad\nvalue', 'bad\0value', 'wide\u2603'])(
  'openDoor does not send the stored validator %j',
  async (etag) => {
    await using server = await startHttpServer((_, response) => response.end('text'));
    expect(await ask(server, { etag })).toMatchObject({ kind: 'fresh' });
    expect(server.seen[0]?.headers['if-none-match']).toBeUndefined();
  },
);

test('openDoor hands over new validators and hints of a 304', async () => {
  const outcome = await askHttp(
    (_, response) => response.writeHead(304, { etag: '"b"', 'cache-control': 'max-age=7200' }).end(),
    { etag: '"a"' },
  );
  expect(outcome).toMatchObject({ kind: 'unmodified', etag: '"b"', lastModified: null });
  expect(outcome).toMatchObject({ headers: { 'cache-control': 'max-age=7200' } });
});

test('openDoor takes no cookie, sends no referer and keeps the connection of a 304', async () => {
  await using server = await startHttpServer(({ path }, response) => {
    response.setHeader('set-cookie', 'id=1; Path=/');
    if (path === '/feed') response.writeHead(302, { location: '/next' }).end();
    else response.writeHead(304).end();
  });
  await using door = open([server]);
  const next = { url: `${server.origin}/next`, kind: 'feed', etag: '"a"', lastModified: null } as const;
  await door.fetch({ ...next, url: `${server.origin}/feed`, etag: null });
  await door.fetch(next);
  await new Promise(setImmediate);
  const connectionCount = server.connectionCount();
  await door.fetch(next);
  expect(server.connectionCount()).toBe(connectionCount);
  for (const { headers } of server.seen) expect([headers.cookie, headers.referer]).toEqual([undefined, undefined]);
});

const text = 'A feed with ünïcode, packed. '.repeat(100);

test.each<[string, Buffer]>([
  ['', Buffer.from(text)],
  ['identity', Buffer.from(text)],
  ['none', Buffer.from(text)],
  ['gzip', gzipSync(text)],
  ['X-GZIP', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['br', brotliCompressSync(text)],
  ['gzip, br', brotliCompressSync(gzipSync(text))],
  ['gzip, gzip, gzip, gzip, gzip', [1, 2, 3, 4, 5].reduce((bytes) => gzipSync(bytes), Buffer.from(text))],
])('openDoor unpacks %j', async (encoding, bytes) => {
  const outcome = await askHttp((_, response) => {
    if (encoding !== '') response.setHeader('content-encoding', encoding);
    response.end(bytes);
  });
  expect(bodyText(outcome)).toBe(text);
});

test.each<[string, string, Buffer, string]>([
  ['an unknown packing', 'zstd', Buffer.from(text), 'bad-encoding'],
  ['too many packings', Array(20).fill('br').join(', '), Buffer.from(text), 'bad-encoding'],
  ['text that says it is gzip', 'gzip', Buffer.from(text), 'bad-encoding'],
  ['text that says it is brotli', 'br', Buffer.from(text), 'bad-encoding'],
  ['gzip that was cut', 'gzip', gzipSync(text).subarray(0, 40), 'cut-short'],
  ['brotli that was cut', 'br', brotliCompressSync(text).subarray(0, 20), 'cut-short'],
  [
    'gzip with a wrong checksum',
    'gzip',
    Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8, 1)]),
    'bad-encoding',
  ],
  ['nothing that says it is gzip', 'gzip', Buffer.alloc(0), 'cut-short'],
])('openDoor refuses to read %s', async (_, encoding, bytes, reason) => {
  const outcome = await askHttp((__, response) => response.setHeader('content-encoding', encoding).end(bytes));
  expect(outcome).toMatchObject({ kind: 'failed', reason, status: 200 });
});

function* zeros(megabyteCount: number): Generator<Buffer> {
  const block = Buffer.alloc(megabyte);
  for (let count = 0; count < megabyteCount; count += 1) yield block;
}

test.each<[string, (response: ServerResponse) => void]>([
  [
    'a gzip bomb',
    (response) => Readable.from(zeros(200)).pipe(createGzip()).pipe(response.setHeader('content-encoding', 'gzip')),
  ],
  ['an endless body', (response) => Readable.from(zeros(1_000)).pipe(response)],
  ['a body announced as too long', (response) => response.setHeader('content-length', 400 * megabyte).write('x')],
  [
    'endless packed emptiness',
    (response) =>
      Readable.from(
        (function* () {
          const empty = Buffer.concat(Array(5_000).fill(gzipSync('')));
          for (;;) yield empty;
        })(),
      ).pipe(response.setHeader('content-encoding', 'gzip')),
  ],
])('openDoor stops %s at its limit', async (_, answer) => {
  const memoryBefore = process.memoryUsage().rss;
  const outcome = await askHttp(
    (__, response) => {
      response.on('error', () => {});
      answer(response);
    },
    { kind: 'page' },
  );
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'too-large' });
  // 50 MB for the client; the server that makes the bytes lives in the same process.
  expect((process.memoryUsage().rss - memoryBefore) / megabyte).toBeLessThan(100);
});

test('openDoor reads the first part of a long robots.txt', async () => {
  const limits = { bodyBytesMax: { ...defaultFetchLimits.bodyBytesMax, robots: 1_000 } };
  const outcome = await askHttp((_, response) => response.end('x'.repeat(5_000)), { kind: 'robots', limits });
  expect(bodyText(outcome)).toBe('x'.repeat(1_000));
});

test.each([200, 204])('openDoor takes an empty robots.txt with status %i', async (status) => {
  const outcome = await askHttp((_, response) => response.writeHead(status).end(), { kind: 'robots' });
  expect([outcome.kind, bodyText(outcome)]).toEqual(['fresh', '']);
});

test.each<[number, string]>([
  [201, 'unexpected-status'],
  [202, 'unexpected-status'],
  [204, 'empty'],
  [205, 'empty'],
  [206, 'unexpected-status'],
  [300, 'unexpected-status'],
  [304, 'unexpected-status'],
  [400, 'http-error'],
  [401, 'sign-in'],
  [403, 'sign-in'],
  [404, 'not-found'],
  [429, 'asked-to-wait'],
  [451, 'http-error'],
  [500, 'server-error'],
  [503, 'server-error'],
  [599, 'server-error'],
])('openDoor fails on status %i', async (status, reason) => {
  await using server = await startHttpServer((_, response) =>
    response.writeHead(status, { 'retry-after': '120' }).end(),
  );
  const outcome = await ask(server);
  expect(outcome).toMatchObject({
    kind: 'failed',
    reason,
    status,
    retryAfter: '120',
    finalUrl: `${server.origin}/feed`,
  });
  expect(server.seen).toHaveLength(1);
});

test.each([
  'image/png',
  'Video/mp4; codecs=avc1',
  'audio/mpeg',
  'application/pdf',
  'application/zip',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
])('openDoor does not read %s', async (type) => {
  const outcome = await askHttp((_, response) => response.setHeader('content-type', type).end('bytes'), {
    kind: 'page',
  });
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'wrong-type', detail: type });
});

test.each(['text/html', 'text/plain', 'application/octet-stream', 'application/vnd.example+xml', 'nonsense', ''])(
  'openDoor reads a feed served as %j',
  async (type) => {
    const outcome = await askHttp((_, response) => response.setHeader('content-type', type).end('<rss/>'));
    expect(bodyText(outcome)).toBe('<rss/>');
  },
);

test.each<[string, string, string]>([
  ['less than it announces', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort', 'cut-short'],
  ['an unfinished chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nshort', 'cut-short'],
  ['no last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n', 'cut-short'],
  ['a chunk size that is none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nshort\r\n', 'malformed'],
  ['nothing', '', 'unreachable'],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-', 'unreachable'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'malformed'],
  ['NUL in a header', 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n', 'malformed'],
  ['a line break in a header', 'HTTP/1.1 200 OK\r\nX-A: a\rb\r\nContent-Length: 0\r\n\r\n', 'malformed'],
  [
    'a header of 40 KB',
    `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`,
    'headers-too-large',
  ],
  ['10,000 headers', `HTTP/1.1 200 OK\r\n${'X-A: a\r\n'.repeat(10_000)}Content-Length: 0\r\n\r\n`, 'headers-too-large'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nshort', 'cut-short'],
])('openDoor survives a server that sends %s', async (_, bytes, reason) => {
  expect(await askSocket((socket) => socket.end(bytes, 'latin1'))).toMatchObject({ kind: 'failed', reason });
});

test('openDoor survives a server that switches protocols or never stops to announce', async () => {
  const upgraded = await askSocket((socket) => socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\n\r\n'));
  expect(upgraded).toMatchObject({ kind: 'failed' });
  const announced = await askSocket(
    (socket) => {
      const hint = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'), 20);
      socket.on('close', () => clearInterval(hint));
    },
    { limits: { exchangeMs: 250 } },
  );
  expect(announced).toMatchObject({ kind: 'failed', reason: 'timeout' });
});

test('openDoor takes no answer that was sent before it asked', async () => {
  const answer = (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  await using server = await startSocketServer((socket) => {
    const isFirst = server.connectionCount() === 1;
    socket.write(isFirst ? `${answer('first')}${answer('forged')}` : answer('second'));
  });
  await using door = open([server]);
  const request = { url: `${server.origin}/`, kind: 'page', etag: null, lastModified: null } as const;
  const outcomes = [await door.fetch(request), await door.fetch(request)];
  expect(outcomes.map(bodyText)).toEqual(['first', 'second']);
});

test('openDoor reads a body that ends with its connection', async () => {
  const outcome = await askSocket((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'));
  expect(bodyText(outcome)).toBe('to the end');
});

test('openDoor keeps odd names of headers from the objects behind them', async () => {
  const head = 'HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 4\r\n\r\n';
  const outcome = await askSocket((socket) => socket.end(`${head}text`));
  expect(outcome).toMatchObject({ kind: 'fresh', headers: { 'x-a': '1, 2' } });
  expect({}.constructor).toBe(Object);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
});

test.each<[string, (socket: Socket) => void]>([
  ['a server that never answers', () => {}],
  [
    'a body that drips for ever',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drip));
    },
  ],
  [
    'a head that drips for ever',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-A: ');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drip));
    },
  ],
  [
    'packed bytes that drip for ever',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n');
      const drip = setInterval(() => socket.write(gzipSync('')), 20);
      socket.on('close', () => clearInterval(drip));
    },
  ],
])('openDoor leaves %s at the deadline', async (_, answer) => {
  const outcome = await askSocket(answer, { limits: { exchangeMs: 250 } });
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'timeout', detail: '0.25 s' });
  expect(outcome.durationMs).toBeLessThan(2_000);
});

test('openDoor counts redirects and bodies against one deadline', async () => {
  const outcome = await askHttp(
    ({ path }, response) => {
      const step = Number(path.slice(1)) || 0;
      setTimeout(() => response.writeHead(302, { location: `/${step + 1}` }).end(), 100);
    },
    { limits: { exchangeMs: 250 } },
  );
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'timeout' });
});

test('openDoor tells a host that refuses connections', async () => {
  const server = await startHttpServer(() => {});
  await server[Symbol.asyncDispose]();
  expect(await ask(server)).toMatchObject({
    kind: 'failed',
    reason: 'unreachable',
    detail: 'ECONNREFUSED',
    status: null,
  });
});

test('openDoor ends a request as stopped when we stop', async () => {
  await using server = await startHttpServer((_, response) => response.write('begun'));
  const controller = new AbortController();
  const door = open([server]);
  const request = { url: `${server.origin}/feed`, kind: 'feed', etag: null, lastModified: null } as const;
  const aborted = door.fetch(request, controller.signal);
  controller.abort();
  expect(await aborted).toMatchObject({ kind: 'failed', reason: 'stopped' });
  const closed = door.fetch(request);
  await door[Symbol.asyncDispose]();
  expect(await closed).toMatchObject({ kind: 'failed', reason: 'stopped' });
  expect(await door.fetch(request)).toMatchObject({ kind: 'failed', reason: 'stopped' });
});
