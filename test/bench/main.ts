/**
 * `npm run bench [-- NAME...]`: speeds, each beside its rivals in the same run. What needs labelled data takes it from the folder
 * `../shared` beside the project or from where CLAIMLEDGER_SHARED says, and is skipped without it.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { benchExtract } from './extract.ts';
import { benchFeeds } from './feeds.ts';
import { benchGroup } from './group.ts';
import { benchPoll } from './poll.ts';
import { benchSearch } from './search.ts';
import { benchTag } from './tag.ts';

const sharedDir = resolve(process.env['CLAIMLEDGER_SHARED'] ?? join(import.meta.dirname, '../../../shared'));

const benches: ReadonlyMap<string, (argv: readonly string[]) => Promise<void> | void> = new Map([
  ['feeds', () => benchFeeds()],
  ['extract', () => benchExtract(sharedDir)],
  [
    'tag',
    () => (existsSync(join(sharedDir, 'eval')) ? benchTag(sharedDir) : console.log('tag: skipped, no labelled data')),
  ],
  ['poll', benchPoll],
  ['group', benchGroup],
  ['search', benchSearch],
]);

const argv = process.argv.slice(2);
const optionsAt = argv.findIndex((word) => word.startsWith('--'));
const names = optionsAt === -1 ? argv : argv.slice(0, optionsAt);
const options = optionsAt === -1 ? [] : argv.slice(optionsAt);
const unknown = names.filter((name) => !benches.has(name));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown.join('", "')}"; there are ${[...benches.keys()].join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of names.length > 0 ? names : benches.keys()) await benches.get(name)?.(options);
}
