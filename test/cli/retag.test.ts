import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HouseFolder, makeHouseFolder, runCommand } from '#test/support/house.ts';
import { type Press, startPress } from '#test/support/press-server.ts';

let press: Press;
let folder: HouseFolder;

beforeAll(async () => {
  press = await startPress();
  folder = await makeHouseFolder(press.ledger, null);
  expect(await runCommand(folder, ['run', '--until-idle'])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await press[Symbol.asyncDispose]();
});

async function run(...argv: readonly string[]): Promise<string> {
  const { code, out, err } = await runCommand(folder, argv);
  expect({ code, err }, argv.join(' ')).toEqual({ code: 0, err: '' });
  return out;
}

async function balance(): Promise<unknown> {
  const { items } = JSON.parse(await run('claims', 'list', '--json'));
  return items.map(({ id, tally }: { readonly id: string; readonly tally: unknown }) => [id, tally]);
}

test('a changed claim waits for consent, is previewed, applied, taken back, and said in between', async () => {
  const before = await balance();
  expect(await run('claims', 'retag')).toContain('there is nothing to re-tag');
  const ledger = readFileSync(folder.ledgerFile, 'utf8');
  const changed = ledger.replace('about: kestrel\n    ways:', 'about: kestrel\n    not: [million]\n    ways:');
  expect(changed).not.toBe(ledger);
  writeFileSync(folder.ledgerFile, changed);
  const preview = await run('claims', 'retag', '--preview');
  expect(preview).toMatch(/^\d+ stored articles: 0 quotes gained, [1-9]\d* lost/);
  expect(preview).toContain('turbine-cost: 0 quotes gained');
  expect(preview).toContain('Nothing was changed.');
  expect(await balance()).toEqual(before);

  await run('run', '--until-idle');
  expect(await balance()).toEqual(before);
  expect((await runCommand(folder, ['doctor'])).out).toContain(
    'judged by earlier rules; "claimledger claims retag" shows',
  );
  expect(await run('digest', '--since', '24h')).toMatch(/\d+ stored articles were judged by earlier\s+rules/);

  expect(await run('claims', 'retag', '--apply')).toMatch(
    /^Run 1: \d+ articles judged anew\. "claimledger claims retag --undo 1"/,
  );
  expect(await balance()).not.toEqual(before);
  expect(await run('digest', '--since', '24h')).not.toContain('earlier');
  expect(await run('claims', 'retag', '--undo', '1')).toMatch(/^Run 1: \d+ articles taken back\.\n$/);
  expect(await balance()).toEqual(before);
});

test('answers are given, named, exported and taken back on the command line', async () => {
  const first = async () =>
    JSON.parse(await run('articles', 'claim:copied-design', '--json', '--limit', '1')).items[0].taggings[0];
  const { id, stance, answer } = await first();
  expect(answer).toBeNull();
  expect(await run('review', 'confirm', `${id}`, '--by', 'Ada')).toContain(`Saved: ${stance} copied-design.`);
  expect(await first()).toMatchObject({ stance, answer: { verdict: 'confirm', by: 'Ada' } });
  const other = stance === 'disputes' ? 'reports' : 'disputes';
  expect(await run('review', 'stance', `${id}`, other)).toContain(`Saved: ${other} copied-design.`);
  expect(await first()).toMatchObject({ stance: other, answer: { verdict: 'stance', by: 'the operator' } });
  const exported = await run('review', 'export');
  expect(exported).toContain('id: copied-design');
  expect(exported).toContain(`stance: ${other}`);
  expect(await run('review', 'reject', `${id}`)).toContain('not about copied-design');
  expect(await run('review', 'export')).toContain('no-match:');
  await run('review', 'undo', `${id}`);
  expect(await first()).toMatchObject({ stance, answer: null });
  expect(await runCommand(folder, ['review', 'undo', `${id}`])).toMatchObject({
    code: 1,
    err: `claimledger: Nobody has answered about quote ${id}\n`,
  });
  expect((await runCommand(folder, ['review', 'stance', `${id}`, 'true'])).code).toBe(2);
});

test('what cannot be is refused in words', async () => {
  expect(await runCommand(folder, ['claims', 'retag', '--apply', '--preview'])).toMatchObject({
    code: 2,
    err: 'claimledger: Cannot re-tag: give one of --preview, --apply and --undo\n',
  });
  expect(await runCommand(folder, ['claims', 'retag', '--undo', 'last'])).toMatchObject({
    code: 2,
    err: 'claimledger: Cannot take back run "last": it is a whole number, as --apply printed it\n',
  });
  expect(await runCommand(folder, ['claims', 'retag', '--undo', '99'])).toMatchObject({
    code: 1,
    err: 'claimledger: There is no run 99 over the archive\n',
  });
});
