import { describe, expect, test } from 'vitest';
import { fingerprintOf, type LinkKeys, linkPath, mailedDigestPath, readLink, signLink } from '#src/core/mail/link.ts';

const keys: LinkKeys = ['the key of this winter'];
const token = signLink('stop', 'desk.1', keys);

describe('readLink', () => {
  test('gives the reader of a token that was signed for this purpose', () => {
    expect(readLink('stop', token, keys)).toBe('desk.1');
    expect(linkPath('stop', 'desk.1', keys)).toBe(`/mail/stop/${token}`);
    expect(mailedDigestPath('desk.1', '2025-01-30', keys)).toMatch(/^\/mail\/read\/desk\.1\.[\w-]{43}\/2025-01-30$/);
  });

  test.each([
    ['one bit changed', `${token.slice(0, -2)}${token.at(-2) === 'A' ? 'B' : 'A'}${token.slice(-1)}`],
    ['cut', token.slice(0, -1)],
    ['longer', `${token}A`],
    ['of another reader', token.replace('desk.1', 'desk.2')],
    ['of another purpose', signLink('start', 'desk.1', keys)],
    ['signed by another key', signLink('stop', 'desk.1', ['the key of somebody else'])],
    ['empty', ''],
    ['only a dot', '.'],
    ['no code', 'desk.1.'],
    ['10 KB', `desk.1.${'A'.repeat(10_000)}`],
    ['valid, with 10 KB before it', `${'x'.repeat(10_000)}${token}`],
    ['lone surrogates', `desk.\ud800.${token}`],
  ])('gives nobody for a token that is %s', (_name, wrong) => {
    expect(readLink('stop', wrong, keys)).toBeNull();
  });

  test('takes the tokens of an old key as long as it stands behind the new one', () => {
    expect(readLink('stop', token, ['the key of next spring', ...keys])).toBe('desk.1');
    expect(signLink('stop', 'desk.1', ['the key of next spring', ...keys])).not.toBe(token);
    expect(readLink('stop', token, ['the key of next spring'])).toBeNull();
  });
});

test('fingerprintOf tells keys apart and shows nothing of them', () => {
  expect(fingerprintOf('one key')).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprintOf('one key')).not.toBe(fingerprintOf('another key'));
});
