import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HouseFolder, makeHouseFolder, runCommand, startCommand } from '#test/support/house.ts';
import { findFreePort } from '#test/support/postgres.ts';

const ledger = 'version: 1\nname: Nothing yet\ntopics: []\nclaims: []\n';
let folder: HouseFolder;

beforeAll(async () => {
  folder = await makeHouseFolder(ledger, null);
});
afterAll(() => folder[Symbol.asyncDispose]());

describe('a command line that is wrong', () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['an unknown command', ['sevre'], 'sevre'],
    ['an unknown option', ['digest', '--dat', '2025-01-30'], '--dat'],
    ['a missing option', ['run'], '--until-idle'],
    ['a date that is none', ['digest', '--date', '2025-02-30'], '2025-02-30'],
    ['a window that ends before it begins', ['digest', '--since', '1h', '--until', '2h'], 'window'],
    ['a worker without a shared store', ['worker'], 'DATABASE_URL'],
    ['an address that is none', ['mail', 'test', 'two words'], 'two words'],
  ];
  test.each(cases)('%s ends with exit 2 and names it', async (_, argv, words) => {
    const { code, out, err } = await runCommand(folder, argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });

  test('help is asked for and no mistake', async () => {
    const { code, out, err } = await runCommand(folder, ['digest', '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('--since');
  });
});

describe('a ledger that is wrong', () => {
  test('all mistakes are listed at once, each with its line and place, exit 2', async () => {
    const wrong = `${folder.path}/wrong.yaml`;
    const lines = [
      'version: 1',
      'name: Wrong in six places',
      'topics: [{ id: river, any: [river], colour: blue }]',
      'claims:',
      '  - { id: spill, statement: It spilled }',
      'sources:',
      '  - url: ftp://post.example/feed',
      'fetch: { hostSpacing: soon }',
      'digest:',
      '  time: "25:00"',
      '  readers: [{ id: desk, address: nobody }]',
    ];
    writeFileSync(wrong, lines.join('\n'));
    const { code, out, err } = await runCommand(folder, ['serve', '--config', wrong]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const places = [
      'line 3: topics[0].colour',
      'line 5: claims[0].short',
      'line 7: sources[0].url',
      'line 8: fetch.hostSpacing',
      'line 10: digest.time',
      'line 11: digest.readers[0].address',
    ];
    for (const place of places) expect(err).toContain(place);
    expect(err).toContain('6 mistakes');
    expect(err.trim().split('\n')).toHaveLength(7);
  });

  test.each([
    ['a file that is not there', 'missing.yaml', null],
    ['a file that is no YAML', 'broken.yaml', 'version: 1\n  name: [half\n'],
    ['an empty file', 'empty.yaml', ''],
    ['a file in another encoding', 'latin.yaml', Buffer.from('version: 1\nname: Gr\xfcn\n', 'latin1')],
  ])('%s ends with exit 2', async (_, name, content) => {
    if (content !== null) writeFileSync(`${folder.path}/${name}`, content);
    const { code, err } = await runCommand(folder, ['digest', '--config', name]);
    expect(code).toBe(2);
    expect(err).toContain(name);
    expect(err).not.toContain(' at ');
  });
});

describe('what cannot be had ends with exit 1 and one clear line', () => {
  function expectOneLine(result: { readonly code: number; readonly out: string; readonly err: string }, words: string) {
    expect({ code: result.code, out: result.out }).toEqual({ code: 1, out: '' });
    expect(result.err).toMatch(/^claimledger: [^\n]+\n$/);
    expect(result.err).toContain(words);
  }

  test('a database that nobody serves', async () => {
    const lost = { ...folder, env: { ...folder.env, DATABASE_URL: 'postgres://desk:hidden@127.0.0.1:1/ledger' } };
    const result = await runCommand(lost, ['serve']);
    expectOneLine(result, '127.0.0.1:1/ledger');
    expect(result.err).not.toContain('hidden');
  });

  test('a port that another program has', async () => {
    const other = createServer();
    const port = await findFreePort();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    const busy = { ...folder, env: { ...folder.env, CLAIMLEDGER_LISTEN: `127.0.0.1:${port}` } };
    expectOneLine(await runCommand(busy, ['serve']), `127.0.0.1:${port}`);
    other.close();
  });

  test('a data directory that another service has', async () => {
    const listen = { CLAIMLEDGER_LISTEN: `127.0.0.1:${await findFreePort()}` };
    await using service = startCommand(folder, ['serve'], listen);
    await service.untilSaid('serves http');
    const other = { CLAIMLEDGER_LISTEN: `127.0.0.1:${await findFreePort()}` };
    expectOneLine(await startCommand(folder, ['serve'], other).ended, 'another claimledger process');
    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0 });
  });

  test('what the ledger does not have', async () => {
    expectOneLine(await runCommand(folder, ['claims', 'show', 'moon-landing']), 'moon-landing');
    expectOneLine(await runCommand(folder, ['sources', 'why', 'nobody']), 'nobody');
    expectOneLine(await runCommand(folder, ['digest', '--date', '2001-01-01']), 'no stored digest of 2001-01-01');
    expectOneLine(await runCommand(folder, ['mail', 'preview']), 'no readers');
  });
});
