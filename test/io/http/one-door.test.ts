import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
/** Modules that can send a request, and the calls that need no import. `parseURL` is how rss-parser fetches. */
const client = /from '(?:undici|node:https?|node:http2|node-fetch|axios|got|ky)'|(?<![\w.$#])fetch\(|\.parseURL\(/;

async function listSources(): Promise<readonly string[]> {
  const folders = await Promise.all(
    ['src', 'jobs'].map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: true });
      return names.map((name) => join(folder, name));
    }),
  );
  return folders.flat().filter((path) => path.endsWith('.ts'));
}

test('only io/http imports an HTTP client', async () => {
  const paths = await listSources();
  const outside = paths.filter((path) => !path.startsWith(join('src', 'io', 'http')));
  const texts = await Promise.all(outside.map((path) => readFile(join(root, path), 'utf8')));
  expect(outside.filter((_, index) => client.test(texts[index] ?? ''))).toEqual([]);
  expect(paths.length).toBeGreaterThan(outside.length);
});
