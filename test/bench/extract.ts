import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Readability } from '@mozilla/readability';
import { parseDocument } from 'htmlparser2';
import { parseHTML } from 'linkedom';
import { extractPage } from '#src/core/page.ts';

const RUN_COUNT = 4;

type Reader = { readonly name: string; readonly read: (bytes: Uint8Array) => unknown };

const READERS: readonly Reader[] = [
  { name: 'readability + linkedom, body only', read: readWithReadability },
  {
    name: 'claimledger, body + metadata + links',
    read: (bytes) => extractPage({ url: 'https://news.example/story', bytes, contentType: null }),
  },
  { name: 'htmlparser2, parse only', read: (bytes) => parseDocument(new TextDecoder().decode(bytes)) },
];

/**
 * Prints the best rate of each reader over the saved pages below `sharedDir`, and over this repository's own fixtures when
 * there are none, all on one core in one run.
 */
export function benchExtract(sharedDir: string): void {
  const saved = join(sharedDir, 'eval/extraction/html');
  const pages = existsSync(saved) ? readSavedPages(saved) : readFixturePages();
  const megabytes = pages.reduce((sum, page) => sum + page.length, 0) / 1e6;
  console.log(`extract: ${pages.length} pages, ${megabytes.toFixed(1)} MB, best of ${RUN_COUNT} passes`);
  const bests = new Map(READERS.map((reader) => [reader.name, Number.POSITIVE_INFINITY]));
  for (const reader of READERS) {
    for (let run = 0; run < RUN_COUNT; run += 1) {
      const seconds = timePass(reader, pages);
      bests.set(reader.name, Math.min(bests.get(reader.name) ?? seconds, seconds));
    }
  }
  const base = bests.get(READERS[0]?.name ?? '') ?? Number.NaN;
  for (const [name, seconds] of bests) {
    const rate = (pages.length / seconds).toFixed(0);
    console.log(
      `  ${name}: ${rate} pages/s, ${(megabytes / seconds).toFixed(1)} MB/s, ${(base / seconds).toFixed(1)}x`,
    );
  }
}

function timePass(reader: Reader, pages: readonly Uint8Array[]): number {
  const started = process.cpuUsage();
  for (const page of pages) reader.read(page);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

function readWithReadability(bytes: Uint8Array): string | null | undefined {
  const { document } = parseHTML(new TextDecoder().decode(bytes));
  return new Readability(document).parse()?.textContent;
}

function readSavedPages(dir: string): readonly Uint8Array[] {
  const names = readdirSync(dir).filter((name) => name.endsWith('.html.gz'));
  return names.map((name) => gunzipSync(readFileSync(join(dir, name))));
}

function readFixturePages(): readonly Uint8Array[] {
  const dir = new URL('../fixtures/pages/', import.meta.url).pathname;
  return readdirSync(dir).map((slug) => readFileSync(join(dir, slug, 'source.html')));
}
