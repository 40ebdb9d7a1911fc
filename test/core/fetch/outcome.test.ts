import { expect, test } from 'vitest';
import { buildUserAgent } from '#src/core/fetch/limits.ts';
import { explainTrouble, type FetchTrouble, permanentTarget, statusReason } from '#src/core/fetch/outcome.ts';

function chain(...statuses: readonly number[]) {
  return statuses.map((status, index) => ({
    from: `http://a.example/${index}`,
    to: `http://a.example/${index + 1}`,
    status,
  }));
}

test.each<[number[], string | null]>([
  [[], null],
  [[301], 'http://a.example/1'],
  [[308], 'http://a.example/1'],
  [[301, 308, 301], 'http://a.example/3'],
  [[301, 302, 301], 'http://a.example/1'],
  [[302], null],
  [[303], null],
  [[307, 301], null],
])('permanentTarget of %j is %j', (statuses, expected) => {
  expect(permanentTarget(chain(...statuses))).toBe(expected);
});

test.each<[number, string]>([
  [401, 'sign-in'],
  [402, 'http-error'],
  [403, 'sign-in'],
  [404, 'not-found'],
  [429, 'asked-to-wait'],
  [500, 'server-error'],
  [206, 'unexpected-status'],
])('statusReason of %i is %s', (status, expected) => {
  expect(statusReason(status)).toBe(expected);
});

const plain: FetchTrouble = { reason: 'timeout', status: null, detail: null };

test.each<[Partial<FetchTrouble>, string]>([
  [{ reason: 'sign-in', status: 403 }, 'The site asks us to sign in (403).'],
  [{ reason: 'not-found', status: 404 }, 'The page is not there (404).'],
  [{ reason: 'server-error', status: 503 }, 'The site answered with an error of its own (503).'],
  [{ reason: 'robots' }, 'The site asks programs not to read this page. We do not.'],
  [{ reason: 'timeout' }, 'The site took too long.'],
  [{ reason: 'timeout', detail: '30 s' }, 'The site took too long (30 s).'],
  [{ reason: 'too-large', status: 200, detail: 'over 5 MB' }, 'The answer is too large (over 5 MB).'],
  [
    { reason: 'address', detail: '10.0.0.1' },
    'The address leads into a private network (10.0.0.1). We do not go there.',
  ],
  [{ reason: 'wrong-type', detail: '$& {code}' }, 'The address holds something that is not text ($& {code}).'],
])('explainTrouble says %j in words', (trouble, expected) => {
  expect(explainTrouble({ ...plain, ...trouble })).toBe(expected);
});

test('buildUserAgent names the program, its version and who to ask', () => {
  expect(buildUserAgent('1.2.3', 'https://desk.example/contact')).toBe(
    'claimledger/1.2.3 (+https://desk.example/contact)',
  );
});
