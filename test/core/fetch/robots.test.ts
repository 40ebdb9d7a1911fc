import { expect, test } from 'vitest';
import type { FetchOutcome } from '#src/core/fetch/outcome.ts';
import { isAllowed, planRobots, readRobots, robotsUrl } from '#src/core/fetch/robots.ts';
import { threadMsOf } from '#test/support/thread-time.ts';

const site = 'https://news.example';

test.each([
  ['nothing', '', '/a', true],
  ['a folder', 'User-agent: *\nDisallow: /private', '/private/x', false],
  ['a folder only from its start', 'User-agent: *\nDisallow: /private', '/x/private', true],
  ['an empty rule', 'User-agent: *\nDisallow:', '/a', true],
  ['everything', 'User-agent: *\nDisallow: /', '/a', false],
  ['robots.txt itself', 'User-agent: *\nDisallow: /', '/robots.txt', true],
  ['our group before the star', 'User-agent: *\nDisallow: /\n\nUser-agent: claimledger\nDisallow: /x', '/a', true],
  ['our group in capitals and with a version', 'User-agent: ClaimLedger/2.0\nDisallow: /x', '/x', false],
  ['not another name that begins like ours', 'User-agent: claimledgerbot\nDisallow: /', '/a', true],
  ['not another name that is part of ours', 'User-agent: claim\nDisallow: /', '/a', true],
  ['an empty group of ours', 'User-agent: *\nDisallow: /\nUser-agent: claimledger', '/a', true],
  ['both groups of one name', 'User-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b', '/a', false],
  ['several names of one group', 'User-agent: other\nUser-agent: claimledger\nDisallow: /a', '/a', false],
  [
    'names with another field between',
    'User-agent: claimledger\nSitemap: /s.xml\nUser-agent: other\nDisallow: /a',
    '/a',
    false,
  ],
  ['the longest rule', 'User-agent: *\nDisallow: /a\nAllow: /a/open', '/a/open/1', true],
  ['the longest rule in any order', 'User-agent: *\nAllow: /a/open\nDisallow: /a', '/a/shut', false],
  ['Allow between equals', 'User-agent: *\nDisallow: /a\nAllow: /a', '/a', true],
  ['a star', 'User-agent: *\nDisallow: /*/print', '/2025/print?x', false],
  ['a star with nothing behind it', 'User-agent: *\nDisallow: /a*', '/ab', false],
  ['a leading star', 'User-agent: *\nDisallow: *.pdf', '/x/y.pdf', false],
  ['an end', 'User-agent: *\nDisallow: /*.pdf$', '/x.pdf', false],
  ['an end that is not there', 'User-agent: *\nDisallow: /*.pdf$', '/x.pdf?page=2', true],
  ['an end without a star', 'User-agent: *\nDisallow: /a$', '/ab', true],
  ['an end that overlaps the beginning', 'User-agent: *\nDisallow: /aba*ba$', '/aba', true],
  ['a dollar inside', 'User-agent: *\nDisallow: /a$b', '/a$b', false],
  ['a query', 'User-agent: *\nDisallow: /*?print=', '/a?print=1', false],
  ['capitals in paths', 'User-agent: *\nDisallow: /Private', '/private', true],
  ['%7E for a tilde', 'User-agent: *\nDisallow: /%7Ejoe/', '/~joe/x', false],
  ['a tilde for %7e', 'User-agent: *\nDisallow: /~joe/', '/%7ejoe/x', false],
  ['%2F that is no slash', 'User-agent: *\nDisallow: /a%2fb', '/a/b', true],
  ['%2F in any case', 'User-agent: *\nDisallow: /a%2fb', '/a%2Fb', false],
  ['%2A that is no wildcard', 'User-agent: *\nDisallow: /a%2Ab', '/aXb', true],
  ['%2A for a star', 'User-agent: *\nDisallow: /a%2ab', '/a*b', false],
  ['letters outside ASCII', 'User-agent: *\nDisallow: /München', '/M%C3%BCnchen', false],
  ['a pattern without a slash', 'User-agent: *\nDisallow: private', '/private', true],
  ['rules before any name', 'Disallow: /\nUser-agent: *\nDisallow: /b', '/a', true],
  ['comments', 'User-agent: * # all\nDisallow: /a # not this', '/a', false],
  ['carriage returns', 'User-agent: *\r\nDisallow: /a\rDisallow: /b', '/b', false],
  ['a byte order mark', '\uFEFFUser-agent: *\nDisallow: /a', '/a', false],
  ['spaces around', '  user-AGENT :  *  \n  DISALLOW  :  /a  ', '/a', false],
  ['junk lines', '%PDF-1.7\nUser-agent: *\n:::\nDisallow /b\n\0\nDisallow: /a', '/a', false],
  ['a web page', '<!doctype html><p>User-agent: *</p>\n<p>Disallow: /</p>', '/a', true],
  ['names of object members', 'User-agent: __proto__\nDisallow: /\nUser-agent: constructor\nDisallow: /', '/a', true],
])('isAllowed obeys %s', (_, text, path, expected) => {
  expect(isAllowed(readRobots(text, 'claimledger'), `${site}${path}`)).toBe(expected);
});

test.each([
  ['User-agent: *\nCrawl-delay: 10', 10_000],
  ['User-agent: *\nCrawl-delay: 0.5', 500],
  ['User-agent: *\nCrawl-delay: 10\nUser-agent: claimledger\nCrawl-delay: 3', 3_000],
  ['User-agent: *\nCrawl-delay: 10\nUser-agent: claimledger\nDisallow: /a', null],
  ['User-agent: *\nCrawl-delay: soon', null],
  ['User-agent: *\nCrawl-delay: -5', null],
  ['User-agent: *\nCrawl-delay:', null],
  ['User-agent: *\nCrawl-delay: 1e99', null],
])('readRobots reads the delay of %j', (text, expected) => {
  expect(readRobots(text, 'claimledger').crawlDelayMs).toBe(expected);
});

test.each([
  ['pieces that nearly fit', `Disallow: /${'*a'.repeat(120)}b\n`],
  ['one run of stars', `Disallow: /${'*'.repeat(500)}b\n`],
  ['many names', 'User-agent: *\n'],
])('isAllowed stays quick on %s', (_, line) => {
  const text = `User-agent: *\n${line.repeat(Math.floor(500_000 / line.length))}Disallow: /x\n`;
  expect(
    threadMsOf(() => expect(isAllowed(readRobots(text, 'claimledger'), `${site}/${'a'.repeat(2_000)}`)).toBe(true)),
  ).toBeLessThan(500);
});

const now = Temporal.Instant.from('2025-01-28T09:00:00Z');
const chain = { finalUrl: `${site}/robots.txt`, redirects: [], durationMs: 5 };
const failed: FetchOutcome = {
  ...chain,
  kind: 'failed',
  reason: 'timeout',
  detail: null,
  status: null,
  retryAfter: null,
};

function fresh(text: string): FetchOutcome {
  const body = new TextEncoder().encode(text);
  return {
    ...chain,
    kind: 'fresh',
    status: 200,
    headers: {},
    body,
    requestHeaders: {},
    etag: null,
    lastModified: null,
  };
}

test.each<[string, FetchOutcome, string, number]>([
  ['a text', fresh('User-agent: *'), 'rules', 24],
  ['an empty text', fresh(''), 'rules', 24],
  ['404', { ...failed, reason: 'not-found', status: 404 }, 'allowed', 24],
  ['403', { ...failed, reason: 'sign-in', status: 403 }, 'allowed', 24],
  ['410', { ...chain, kind: 'gone', status: 410, headers: {} }, 'allowed', 24],
  ['an endless redirect', { ...failed, reason: 'too-many-redirects', status: 302 }, 'allowed', 24],
  ['429', { ...failed, reason: 'asked-to-wait', status: 429 }, 'refused', 1],
  ['503', { ...failed, reason: 'server-error', status: 503 }, 'refused', 1],
  ['no answer', failed, 'refused', 1],
  ['a private address', { ...chain, kind: 'refused', reason: 'address', detail: null }, 'refused', 1],
])('planRobots keeps what %s means', (_, outcome, state, hours) => {
  const record = planRobots(outcome, { now, failureCount: 0, bodyBytesMax: 1_000 });
  expect(record).toMatchObject({ state, dueAt: now.add({ hours }) });
});

test('planRobots waits longer after each failure and starts anew after an answer', () => {
  const hours = [0, 1, 2, 3, 4, 5, 6].map((failureCount) => {
    const record = planRobots(failed, { now, failureCount, bodyBytesMax: 1_000 });
    return record?.dueAt.since(now).total('hours');
  });
  expect(hours).toEqual([1, 2, 4, 8, 16, 24, 24]);
  expect(planRobots(fresh(''), { now, failureCount: 4, bodyBytesMax: 1_000 })?.failureCount).toBe(0);
});

test('planRobots drops the line that the size limit cuts', () => {
  const text = 'User-agent: *\nDisallow: /cart\nDisallow: /checkout\n';
  const bodyBytesMax = 'User-agent: *\nDisallow: /cart\nDisallow: /'.length;
  expect(planRobots(fresh(text), { now, failureCount: 0, bodyBytesMax })?.text).toBe(
    'User-agent: *\nDisallow: /cart\n',
  );
});

test('planRobots learns nothing from a request of ours that we broke off', () => {
  expect(planRobots({ ...failed, reason: 'stopped' }, { now, failureCount: 0, bodyBytesMax: 1_000 })).toBeNull();
});

test('robotsUrl stands at the root of the same host and port', () => {
  expect(robotsUrl('http://a.example:8080/x/y?z#f')).toBe('http://a.example:8080/robots.txt');
});
