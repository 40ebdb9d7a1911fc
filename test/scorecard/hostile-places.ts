/** H1 to H8: where requests may go. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { sql } from 'kysely';
import { defaultFetchLimits } from '#src/core/fetch/limits.ts';
import type { FetchOutcome } from '#src/core/fetch/outcome.ts';
import { resolveHttpUrl } from '#src/core/url.ts';
import { openDoor } from '#src/io/http/door.ts';
import type { Resolve } from '#src/io/http/guarded-connector.ts';
import type { Field } from './field.ts';
import { resolveToLoopback } from './house.ts';
import type { ScoreTest } from './score.ts';
import { rss } from './site.ts';

const spellings = [
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '127.1',
  '0',
  '[::]',
  '[::1]',
  '[::ffff:7f00:1]',
  '[::7f00:1]',
  '127.0.0.1.',
  '１２７.０.０.１',
  'localhost',
  'localhost.',
  'inner.localhost',
];
const specialAddresses = [
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.0.8',
  '192.0.2.1',
  '198.18.0.1',
  '198.19.255.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[ff02::1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2001::1]',
  '[100::1]',
  '[2001:db8::1]',
  '[3fff::1]',
];
const otherSchemes = [
  'file:///etc/passwd',
  'ftp://a.h4.test/feed',
  'data:text/xml,<rss/>',
  'gopher://127.0.0.1:6379/_',
  'javascript:alert(1)',
];
/** Never resolves to anything that could be dialled. */
const resolveNothing: Resolve = async () => [];

/** Asks once through a door of its own. */
async function ask(
  url: string,
  options: { readonly allowPrivate?: readonly string[]; readonly resolve?: Resolve } = {},
): Promise<FetchOutcome> {
  const { allowPrivate = [], resolve = resolveNothing } = options;
  await using door = openDoor({
    userAgent: 'claimledger/0 (+test)',
    limits: defaultFetchLimits,
    allowPrivate,
    resolve,
  });
  return await door.fetch({ url, kind: 'page', etag: null, lastModified: null });
}

/** How many sockets this process opened while `work` ran. */
async function countSockets(work: () => Promise<void>): Promise<number> {
  let count = 0;
  const onSocket = (): void => {
    count += 1;
  };
  subscribe('net.client.socket', onSocket);
  try {
    await work();
  } finally {
    unsubscribe('net.client.socket', onSocket);
  }
  return count;
}

async function assertRefused(hosts: readonly string[]): Promise<void> {
  const socketCount = await countSockets(async () => {
    for (const host of hosts) {
      for (const scheme of ['http', 'https']) {
        const outcome = await ask(`${scheme}://${host}/`);
        assert.deepEqual([host, outcome.kind, 'reason' in outcome && outcome.reason], [host, 'refused', 'address']);
      }
    }
  });
  assert.equal(socketCount, 0, 'a socket was opened');
}

function allowed(field: Field, letter = 'a'): readonly string[] {
  return [new URL(field.url('/', letter)).host];
}

/** The tests of places. */
export const placeTests: readonly ScoreTest[] = [
  {
    id: 'H1',
    holds: 'every spelling of this machine is refused before a socket is opened',
    fails: 'the guard compares text, or sits in a lookup that literals never reach',
    run: () => assertRefused(spellings),
  },
  {
    id: 'H2',
    holds: 'private, special and documentation ranges are refused',
    fails: 'one range is missing, or an IPv4 address inside IPv6 is not unwrapped',
    run: () => assertRefused(specialAddresses),
  },
  {
    id: 'H3',
    holds: 'a name with one private address is refused, and the looked-up address is the one used',
    fails: 'the check asks the resolver once and the socket asks it again',
    run: async (field) => {
      for (const mixed of [
        ['10.0.0.5', '8.8.8.8'],
        ['8.8.8.8', '10.0.0.5'],
        ['2606:4700::1111', 'fe80::1'],
      ]) {
        const outcome = await ask('http://mixed.example/', { resolve: async () => mixed });
        assert.deepEqual([outcome.kind, 'reason' in outcome && outcome.reason], ['refused', 'address']);
      }
      // The resolver would name another address when asked again: whoever asks twice connects to the second one.
      const changing = [['10.0.0.5'], ['8.8.8.8']];
      const outcome = await ask('http://changing.example/', { resolve: async () => changing.shift() ?? [] });
      assert.deepEqual([outcome.kind, changing.length], ['refused', 1]);
      let lookupCount = 0;
      const once: Resolve = async () => {
        lookupCount += 1;
        return lookupCount === 1 ? ['127.0.0.1'] : ['10.0.0.5'];
      };
      field.answer('a', () => ({ body: 'text' }));
      const read = await ask(field.url('/page'), { allowPrivate: allowed(field), resolve: once });
      assert.deepEqual([read.kind, lookupCount], ['fresh', 1]);
    },
  },
  {
    id: 'H4',
    holds: 'a redirect to any of these, to another scheme or port ends at that hop',
    fails: 'only the first address is checked',
    run: async (field) => {
      const targets = [...[...spellings, ...specialAddresses].map((host) => `http://${host}/`), ...otherSchemes];
      const elsewhere = `http://a.h4.test:${field.site.port + 1}/`;
      for (const target of [...targets, elsewhere]) {
        // A header holds bytes: names outside ASCII travel in UTF-8.
        const location = Buffer.from(target, 'utf8').toString('latin1');
        field.answer('a', () => ({ status: 302, headers: { location } }));
        const socketCount = await countSockets(async () => {
          const outcome = await ask(field.url('/a'), { allowPrivate: allowed(field), resolve: resolveToLoopback });
          assert.deepEqual([target, outcome.kind], [target, 'refused']);
        });
        assert.equal(socketCount, 1, target);
      }
    },
  },
  {
    id: 'H5',
    holds: 'passwords, backslashes, line breaks and endless addresses are refused or made plain before storing',
    fails: 'a password from a link ends up in the store or the log',
    run: async (field) => {
      const links: readonly (readonly [string, string | null])[] = [
        ['http://reader:secret-word@a.h5.test/x', null],
        ['https://reader@a.h5.test/x', null],
        ['http:\\\\a.h5.test\\x', 'http://a.h5.test/x'],
        ['ht\ntp://a.h5.test/\tx', 'http://a.h5.test/x'],
        [`http://a.h5.test/${'x'.repeat(10_000)}`, null],
        ['http://', null],
        ['http:///', null],
      ];
      for (const [link, wanted] of links) assert.equal(resolveHttpUrl(link, null), wanted);
      const entries = links.map(
        ([link], index) => `<item><title>Riverton Water ${index}</title><link>${link}</link></item>`,
      );
      field.answer('a', () => ({ body: rss([], entries.join('')) }));
      await field.feeds('/feed');
      await field.hours(0.1);
      const { rows } = await sql<{ text: string }>`
        select to_jsonb(items)::text as text from items union all select to_jsonb(resources)::text from resources
        union all select to_jsonb(fetches)::text from fetches`.execute(field.house.deps.db);
      assert.ok(
        rows.some(({ text }) => text.includes('Riverton Water 0')),
        'the entries were not read',
      );
      assert.deepEqual(
        rows.filter(({ text }) => text.includes('secret-word')),
        [],
      );
      const outcome = await ask('http://reader:secret-word@a.h5.test/x');
      assert.ok(!JSON.stringify(outcome).includes('secret-word'));
    },
  },
  {
    id: 'H6',
    holds: 'each new connection is checked, also to a host that was asked before',
    fails: 'a verdict is remembered by name, so a name that changes leads inside',
    run: async (field) => {
      field.answer('a', () => ({ headers: { connection: 'close' }, body: 'text' }));
      const [host = ''] = allowed(field);
      const answers = [['127.0.0.1'], []];
      await using door = openDoor({
        userAgent: 'claimledger/0 (+test)',
        limits: defaultFetchLimits,
        allowPrivate: [host],
        resolve: async () => answers.shift() ?? [],
      });
      const request = { url: field.url('/page'), kind: 'page', etag: null, lastModified: null } as const;
      const first = await door.fetch(request);
      const second = await door.fetch(request);
      assert.deepEqual([first.kind, second.kind, answers.length], ['fresh', 'failed', 0]);
    },
  },
  {
    id: 'H7',
    holds: 'the allow-list opens the named host and port and nothing else',
    fails: 'one entry opens all ports of the host, or all private hosts',
    run: async (field) => {
      field.answer('a', () => ({ body: 'text' }));
      field.answer('b', () => ({ body: 'text' }));
      const allowPrivate = [...allowed(field), 'c.h7.test:80'];
      const asked = await Promise.all(
        [field.url('/'), field.url('/', 'b'), `http://a.h7.test:${field.site.port + 1}/`, 'http://b.h7.test/'].map(
          (url) => ask(url, { allowPrivate, resolve: resolveToLoopback }),
        ),
      );
      assert.deepEqual(
        asked.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.kind)),
        ['fresh', 'port', 'port', 'address'],
      );
    },
  },
  {
    id: 'H8',
    holds: 'proxies named in the environment are not used',
    fails: 'HTTP_PROXY sends every request, private ones too, through a stranger',
    run: async (field) => {
      field.answer('a', () => ({ body: 'text' }));
      const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
      const before = names.map((name) => process.env[name]);
      for (const name of names) process.env[name] = field.url('/proxy', 'b');
      try {
        const outcome = await ask(field.url('/page'), { allowPrivate: allowed(field), resolve: resolveToLoopback });
        assert.equal(outcome.kind, 'fresh');
      } finally {
        for (const [index, name] of names.entries()) {
          if (before[index] === undefined) delete process.env[name];
          else process.env[name] = before[index];
        }
      }
      assert.deepEqual([field.seen().map(({ path }) => path), field.seen('b')], [['/page'], []]);
    },
  },
];
