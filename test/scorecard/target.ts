/** The part of the scorecard that any reader can be put to from outside: a command is run once a poll, and the server's log judges. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Answering, type LoggedRequest, newsPage, rss, startSite } from './site.ts';

/** One test from outside: what the server does, how often the command polls, and what its log must show. */
type TargetTest = {
  readonly id: string;
  readonly holds: string;
  readonly pollCount: number;
  readonly answer: Answering;
  readonly judge: (seen: readonly LoggedRequest[]) => boolean;
};

/** A reader that does not end by itself is ended; its poll counts as it was logged. */
const pollMsMax = 45_000;

const tag = (request: LoggedRequest | undefined) => request?.headers['if-none-match'] ?? null;
const date = (request: LoggedRequest | undefined) => request?.headers['if-modified-since'] ?? null;
const isFull = (request: LoggedRequest | undefined) =>
  request !== undefined && tag(request) === null && date(request) === null;
const isAskedOnce = (seen: readonly LoggedRequest[]) => seen.length === 1;
const someDate = 'Sun, 28 Jan 2025 08:00:00 GMT';
const etag = (value: string) => ({ headers: { etag: value }, body: rss([value]) });
const failing =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answering =>
  () => ({ status, headers });
const foreignHeaders = /^(?:cookie|referer|pragma|cache-control|sec-.*)$/;

/** Polls follow each other at once: whoever keeps an interval, a hint or a silence sends nothing at the second. */
const tests: readonly TargetTest[] = [
  {
    id: 'P1',
    holds: 'later requests are conditional',
    pollCount: 2,
    answer: (_, turn) =>
      turn === 0 ? { headers: { etag: '"a"', 'last-modified': someDate }, body: rss(['a']) } : { status: 304 },
    judge: (seen) => isFull(seen[0]) && seen.slice(1).every((request) => !isFull(request)),
  },
  {
    id: 'P2',
    holds: 'both validators come back byte for byte',
    pollCount: 2,
    answer: () => ({ headers: { etag: 'W/"a  b"', 'last-modified': someDate }, body: rss(['a']) }),
    judge: (seen) => tag(seen[1]) === 'W/"a  b"' && date(seen[1]) === someDate,
  },
  {
    id: 'P3',
    holds: 'no date is invented',
    pollCount: 2,
    answer: () => etag('"only"'),
    judge: (seen) => tag(seen[1]) === '"only"' && date(seen[1]) === null,
  },
  {
    id: 'P4',
    holds: 'a spoilt tag comes back as it was',
    pollCount: 2,
    answer: () => etag('"a;gzip"'),
    judge: (seen) => tag(seen[1]) === '"a;gzip"',
  },
  {
    id: 'P5',
    holds: 'the newest tag is sent',
    pollCount: 3,
    answer: (_, turn) => ({ headers: { etag: `"${turn}"`, 'last-modified': someDate }, body: rss([`${turn}`]) }),
    judge: (seen) => tag(seen[1]) === '"0"' && tag(seen[2]) === '"1"',
  },
  {
    id: 'P6',
    holds: 'a new tag on the same body is kept',
    pollCount: 3,
    answer: (_, turn) => ({ headers: { etag: `"${turn}"` }, body: rss(['same']) }),
    judge: (seen) => tag(seen[2]) === '"1"',
  },
  {
    id: 'P7',
    holds: 'a 304 renews the tag',
    pollCount: 3,
    answer: (_, turn) => (turn === 0 ? etag('"old"') : { status: 304, headers: { etag: '"new"' } }),
    judge: (seen) => tag(seen[2]) === '"new"',
  },
  {
    id: 'P8',
    holds: 'validators that are gone are dropped',
    pollCount: 3,
    answer: (_, turn) => (turn === 0 ? etag('"gone"') : { body: rss([`${turn}`]) }),
    judge: (seen) => tag(seen[1]) === '"gone"' && isFull(seen[2]),
  },
  {
    id: 'P9',
    holds: 'validators of a broken body are not kept',
    pollCount: 2,
    answer: (_, turn) => (turn === 0 ? { headers: { etag: '"bad"' }, body: newsPage('Repairs.') } : etag('"good"')),
    judge: (seen) => tag(seen[1]) !== '"bad"',
  },
  {
    id: 'P10',
    holds: 'max-age is kept',
    pollCount: 2,
    answer: () => ({ headers: { etag: '"a"', 'cache-control': 'max-age=7200' }, body: rss(['a']) }),
    judge: isAskedOnce,
  },
  {
    id: 'P11',
    holds: 'no second request within the hour',
    pollCount: 2,
    answer: () => etag('"a"'),
    judge: isAskedOnce,
  },
  {
    id: 'P12',
    holds: 'Retry-After is kept',
    pollCount: 2,
    answer: failing(429, { 'retry-after': '7200' }),
    judge: isAskedOnce,
  },
  { id: 'P13', holds: 'an error is not asked again at once', pollCount: 2, answer: failing(500), judge: isAskedOnce },
  {
    id: 'P14',
    holds: 'a refusal meets one identity',
    pollCount: 2,
    answer: failing(403),
    judge: (seen) => isAskedOnce(seen) && new Set(seen.map(({ headers }) => headers['user-agent'])).size === 1,
  },
  { id: 'P15', holds: '410 ends the requests', pollCount: 3, answer: failing(410), judge: isAskedOnce },
  {
    id: 'P17',
    holds: 'a temporary redirect is not believed',
    pollCount: 2,
    answer: ({ path }) => (path === '/feed' ? { status: 302, headers: { location: '/other' } } : { body: rss(['a']) }),
    judge: (seen) => seen.filter(({ path }) => path === '/feed').length === 2,
  },
  {
    id: 'P18',
    holds: 'at most five hops',
    pollCount: 1,
    answer: ({ path }) => ({ status: 302, headers: { location: `/${(Number(path.slice(1)) || 0) + 1}` } }),
    judge: (seen) => seen.length > 1 && seen.length <= 6,
  },
  {
    id: 'P19',
    holds: 'no cookie, referer or foreign header',
    pollCount: 2,
    answer: ({ path }) =>
      path === '/feed'
        ? { status: 302, headers: { 'set-cookie': 'a=1; Path=/', location: '/other' } }
        : { headers: { 'set-cookie': 'b=1; Path=/' }, body: rss(['a']) },
    judge: (seen) => seen.length > 1 && seen.every(({ headers }) => !headers.cookie && !headers.referer),
  },
  {
    id: 'P20',
    holds: 'a User-Agent with a way to reach its operator, gzip, no foreign headers',
    pollCount: 2,
    answer: () => etag('"a"'),
    judge: (seen) =>
      seen.length > 0 &&
      seen.every(
        ({ headers }) =>
          /\/\d.*(?:https?:|@)/.test(headers['user-agent'] ?? '') &&
          /gzip/.test(headers['accept-encoding'] ?? '') &&
          !Object.keys(headers).some((name) => foreignHeaders.test(name)),
      ),
  },
  {
    id: 'P21',
    holds: 'packed transfer is offered and understood',
    pollCount: 2,
    answer: ({ headers }, turn) => {
      const offered = headers['accept-encoding'] ?? '';
      const encoding = /gzip/.test(offered) ? 'gzip' : /br/.test(offered) ? 'br' : null;
      if (turn > 0) return { status: 304 };
      const body = rss(['packed']);
      const packed = encoding === 'gzip' ? gzipSync(body) : encoding === 'br' ? brotliCompressSync(body) : body;
      return { headers: { etag: '"p"', ...(encoding === null ? {} : { 'content-encoding': encoding }) }, body: packed };
    },
    judge: (seen) => /gzip|br/.test(seen[0]?.headers['accept-encoding'] ?? ''),
  },
  {
    id: 'P22',
    holds: 'GET only, and no other path',
    pollCount: 2,
    answer: () => etag('"a"'),
    judge: (seen) =>
      seen.length > 0 && seen.every(({ method, path }) => method === 'GET' && /^\/(?:feed|robots\.txt)$/.test(path)),
  },
  {
    id: 'P23',
    holds: 'ttl is kept',
    pollCount: 2,
    answer: () => ({ headers: { etag: '"a"' }, body: rss(['a'], '<ttl>180</ttl>') }),
    judge: isAskedOnce,
  },
  {
    id: 'P26',
    holds: 'another poll in the same minute sends nothing',
    pollCount: 4,
    answer: (_, turn) => (turn === 0 ? etag('"a"') : { status: 304 }),
    judge: isAskedOnce,
  },
];

/** Puts `command`, in which `{url}` stands for the feed, to every test; prints a line for each. Gives 0 when all pass. */
export async function scoreTarget(command: string): Promise<number> {
  let passedCount = 0;
  for (const test of tests) {
    const startedAt = performance.now();
    await using site = await startSite(() => performance.now() - startedAt);
    site.answer('127.0.0.1', test.answer);
    const url = `http://127.0.0.1:${site.port}/feed`;
    for (let poll = 0; poll < test.pollCount; poll += 1) await runOnce(command.replaceAll('{url}', url));
    const isPassed = test.judge(site.log);
    if (isPassed) passedCount += 1;
    console.log(
      `${isPassed ? 'pass' : 'FAIL'}  ${test.id.padEnd(4)} ${test.holds}  (${site.log.length} requests in ${test.pollCount} polls)`,
    );
  }
  console.log(`polite fetch from outside (${command}): ${passedCount} of ${tests.length}`);
  return passedCount === tests.length ? 0 : 1;
}

async function runOnce(command: string): Promise<void> {
  const child = spawn('sh', ['-c', command], { stdio: 'ignore', detached: true });
  const timer = setTimeout(() => {
    // The group, as the shell may have started the reader beside itself.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, pollMsMax);
  await once(child, 'exit');
  clearTimeout(timer);
}
