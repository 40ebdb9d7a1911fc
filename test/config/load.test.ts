import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Environment, loadConfig, parseLedger } from '#src/config/load.ts';
import { LedgerError } from '#src/core/ledger-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'claimledger-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const smallest = 'version: 1\nname: River\ntopics: [{ id: river, any: [river] }]\nclaims: []\n';

/** Loads a ledger text with an environment. */
function load(text: string, env: Environment = {}) {
  writeFileSync(join(folder, 'ledger.yaml'), text);
  return loadConfig({ file: 'ledger.yaml', env, cwd: folder });
}

/** The lines of the one message that lists all mistakes. */
function mistakesOf(text: string, env: Environment = {}): readonly string[] {
  try {
    load(text, env);
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'config') throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

describe('loadConfig', () => {
  test('fills in the defaults of the smallest ledger', () => {
    const config = load(smallest);
    expect(config).toMatchObject({
      listen: { host: '127.0.0.1', port: 8080 },
      databaseUrl: null,
      smtpUrl: null,
      token: null,
      logLevel: null,
      dataDir: join(folder, 'data'),
      warnings: [],
    });
    expect(config.ledger.fetch).toMatchObject({ hostSpacing: 2_000, hostConnections: 1, allowPrivate: [] });
    expect(config.ledger.digest).toMatchObject({ time: '07:00', zone: 'UTC', readers: [] });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('durations become milliseconds, and addresses of files count from where they stand', () => {
    const text = `${smallest}store: { dir: state }\nfetch: { hostSpacing: 5s, hosts: { "127.0.0.1:8765": { spacing: 0s } } }\n`;
    const { ledger, dataDir } = load(text);
    expect(ledger.fetch.hostSpacing).toBe(5_000);
    expect(ledger.fetch.hosts['127.0.0.1:8765']).toEqual({ spacing: 0 });
    expect(dataDir).toBe(join(folder, 'state'));
    expect(load(smallest, { CLAIMLEDGER_DATA: 'elsewhere' }).dataDir).toBe(join(folder, 'elsewhere'));
    expect(load(smallest, { CLAIMLEDGER_DATA: '/srv/ledger' }).dataDir).toBe('/srv/ledger');
  });

  test('the environment says where to listen, where the store and the mail server are', () => {
    const env = {
      DATABASE_URL: 'postgres://desk@db.example/ledger',
      SMTP_URL: 'smtps://mail.example',
      CLAIMLEDGER_TOKEN: 'word',
      CLAIMLEDGER_LISTEN: '[::1]:9000',
      LOG_LEVEL: 'debug',
    };
    expect(load(smallest, env)).toMatchObject({
      databaseUrl: env.DATABASE_URL,
      smtpUrl: env.SMTP_URL,
      token: 'word',
      listen: { host: '::1', port: 9000 },
      logLevel: 'debug',
    });
  });

  test('a variable that is set to nothing is not set', () => {
    const env = { DATABASE_URL: '', SMTP_URL: '', CLAIMLEDGER_TOKEN: '', CLAIMLEDGER_DATA: '', LOG_LEVEL: '' };
    expect(load(smallest, env)).toMatchObject({ databaseUrl: null, smtpUrl: null, token: null, logLevel: null });
  });

  test('secrets may stand in files', () => {
    mkdirSync(join(folder, 'secrets'), { recursive: true });
    const file = join(folder, 'secrets', 'token');
    writeFileSync(file, 'from-a-file\n');
    expect(load(smallest, { CLAIMLEDGER_TOKEN_FILE: file }).token).toBe('from-a-file');
    const [mistake] = mistakesOf(smallest, { CLAIMLEDGER_TOKEN_FILE: join(folder, 'nowhere') });
    expect(mistake).toContain('CLAIMLEDGER_TOKEN_FILE');
  });

  test('mistakes of the file and of the environment are listed together', () => {
    const env = {
      DATABASE_URL: 'mysql://db/x',
      SMTP_URL: 'http://mail',
      LOG_LEVEL: 'loud',
      CLAIMLEDGER_LISTEN: 'here',
    };
    const mistakes = mistakesOf(smallest.replace('version: 1', 'version: 2'), env);
    const places = ['version', 'DATABASE_URL', 'SMTP_URL', 'LOG_LEVEL', 'CLAIMLEDGER_LISTEN'];
    for (const place of places)
      expect(
        mistakes.some((line) => line.includes(place)),
        place,
      ).toBe(true);
    expect(mistakes).toHaveLength(places.length);
  });

  test('secrets of the mail are checked, and the form needs an address to lead back to', () => {
    expect(mistakesOf(smallest, { CLAIMLEDGER_SECRET: `${'x'.repeat(24)} short` })).toEqual([
      'CLAIMLEDGER_SECRET: must be 24 characters or longer, each of several',
    ]);
    expect(mistakesOf(smallest, { DKIM_PRIVATE_KEY: 'no key' })).toEqual([
      'DKIM_PRIVATE_KEY: must be an RSA private key as PEM, without a password',
    ]);
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(mistakesOf(smallest, { DKIM_PRIVATE_KEY: pem })).toHaveLength(1);
    const digest = 'digest: { subscribe: open, readers: [{ id: self-1, address: a@b.example, dates: klingon-x }] }\n';
    expect(mistakesOf(`${smallest}${digest}`).map((line) => line.replace(/^line \d+: /, ''))).toEqual([
      expect.stringContaining('digest.readers[0].dates: must be a language'),
      'digest.readers[0].id: "self-" begins the names of readers who subscribed by themselves',
      'digest.subscribe: "open" needs web.publicUrl: the link that confirms must lead to these pages from anywhere',
    ]);
  });

  test('the public address is kept without its final slash: paths are put behind it', () => {
    const { ledger } = load(`${smallest}web: { publicUrl: "https://ledger.example/desk/" }\n`);
    expect(ledger.web.publicUrl).toBe('https://ledger.example/desk');
  });

  test('a file that nests aliases without end is a mistake', () => {
    const levels = Array.from({ length: 9 }, (_, at) => `l${at + 1}: &l${at + 1} [${`*l${at},`.repeat(9)}]`);
    expect(mistakesOf(['l0: &l0 [x]', ...levels].join('\n'))).toHaveLength(1);
  });

  test('listening where other machines reach needs a token', () => {
    const open = { CLAIMLEDGER_LISTEN: '0.0.0.0:8080' };
    expect(mistakesOf(smallest, open).join()).toContain('CLAIMLEDGER_TOKEN');
    expect(mistakesOf(smallest, { ...open, CLAIMLEDGER_TOKEN: 'word' })).toEqual([]);
    expect(mistakesOf(smallest, { CLAIMLEDGER_LISTEN: 'localhost:8080' })).toEqual([]);
  });
});

describe('parseLedger', () => {
  test.each([
    ['an unknown key', 'retentoin: {}', 'retentoin'],
    ['an unknown key far inside', 'digest: { readers: [{ id: a, address: a@b.example, tiem: "07:00" }] }', 'tiem'],
    ['a password in an address', 'sources: [{ url: "https://a:b@post.example/feed" }]', 'sources[0].url'],
    [
      'a reader twice',
      'digest: { readers: [{ id: a, address: a@b.example }, { id: a, address: c@b.example }] }',
      'readers[1].id',
    ],
    [
      'a reader with the name of the house',
      'digest: { readers: [{ id: house, address: a@b.example }] }',
      'readers[0].id',
    ],
    [
      'a reader of a claim that is not there',
      'digest: { readers: [{ id: a, address: a@b.example, claims: [moon] }] }',
      'moon',
    ],
    ['a zone that is none', 'digest: { zone: Mars/Base }', 'digest.zone'],
    ['two addresses in one', 'digest: { from: "a@b.example, c@d.example" }', 'digest.from'],
    ['a host without a port', 'fetch: { allowPrivate: [localhost] }', 'fetch.allowPrivate[0]'],
    ['no duration', 'fetch: { timeout: 30 }', 'fetch.timeout'],
    ['one key twice', 'name: Again', 'line 5'],
  ])('finds %s', (_, line, words) => {
    const { ledger, mistakes } = parseLedger(`${smallest}${line}\n`);
    expect(ledger).toBeNull();
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(words);
  });

  test('one address listed twice is odd and no mistake', () => {
    const sources = 'sources: [{ url: "https://post.example/feed" }, { url: "https://post.example/feed#x" }]\n';
    const { ledger, warnings, mistakes } = parseLedger(smallest + sources);
    expect(mistakes).toEqual([]);
    expect(ledger?.sources).toHaveLength(2);
    expect(warnings).toEqual(['"https://post.example/feed#x" is listed twice and counts once']);
  });

  test('a mistake in the words of a claim is found at its place', () => {
    const claims = 'claims: [{ id: spill, short: Spill, statement: It spilled, all: [["@nobody"]] }]\n';
    const { mistakes } = parseLedger(smallest.replace('claims: []\n', claims));
    expect(mistakes.join()).toMatch(/line 4: claims\[0\].*nobody/);
  });
});
