import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The saved pages below `sharedDir` as received, or this repository's own fixtures when there are none. */
export function readPages(sharedDir: string): readonly Uint8Array[] {
  const saved = join(sharedDir, 'eval/extraction/html');
  return existsSync(saved) ? readSavedPages(saved) : readFixturePages();
}

function readSavedPages(dir: string): readonly Uint8Array[] {
  const names = readdirSync(dir).filter((name) => name.endsWith('.html.gz'));
  return names.map((name) => gunzipSync(readFileSync(join(dir, name))));
}

function readFixturePages(): readonly Uint8Array[] {
  const dir = new URL('../fixtures/pages/', import.meta.url).pathname;
  return readdirSync(dir).map((slug) => readFileSync(join(dir, slug, 'source.html')));
}
