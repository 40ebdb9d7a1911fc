import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { upsertLinkKey } from '#src/io/db/subscriptions.ts';
import { openLinkKeys } from '#src/io/link-key.ts';
import { describeOnBothStores } from '#test/support/store.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'claimledger-key-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('a key is made once, for its owner only, and given to all who open the folder at the same time', async () => {
  const dir = join(dataDir, 'new');
  const opened = await Promise.all([1, 2, 3].map(() => openLinkKeys({ secret: null, dataDir: dir })));
  expect(new Set(opened.flat()).size).toBe(1);
  expect((await stat(join(dir, 'link-key'))).mode & 0o777).toBe(0o600);
  expect(await openLinkKeys({ secret: null, dataDir: dir })).toEqual(opened[0]);
});

test('a new line on top of the file signs, and the old one is still accepted', async () => {
  await writeFile(join(dataDir, 'link-key'), 'the-new-one\nthe-old-one\n');
  expect(await openLinkKeys({ secret: null, dataDir })).toEqual(['the-new-one', 'the-old-one']);
});

test('the environment stands above the file, and then none is made', async () => {
  expect(await openLinkKeys({ secret: 'first second', dataDir })).toEqual(['first', 'second']);
  await expect(stat(join(dataDir, 'link-key'))).rejects.toThrow('ENOENT');
});

describeOnBothStores('link keys', (open) => {
  test('a process with another secret than the service is told so, and a service may bring a new one', async () => {
    const { db } = await open();
    const now = Temporal.Instant.from('2025-01-30T07:00:00Z');
    const note = (fingerprint: string, isAuthority: boolean) => upsertLinkKey(db, { fingerprint, isAuthority }, now);
    expect(await note('a', false)).toBe(true);
    expect(await note('b', false)).toBe(false);
    expect(await note('b', true)).toBe(true);
    expect(await note('b', false)).toBe(true);
  });
});
