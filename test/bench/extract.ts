import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { Readability } from '@mozilla/readability';
import { parseDocument } from 'htmlparser2';
import { parseHTML } from 'linkedom';
import { z } from 'zod';
import { extractPage } from '#src/core/page.ts';

const RUN_COUNT = 6;

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
 * there are none, on one core in one run. Each reader has a thread of its own, as in the service, so that none pays for the
 * garbage that another left.
 */
export async function benchExtract(sharedDir: string): Promise<void> {
  const pages = readPages(sharedDir);
  const megabytes = pages.reduce((sum, page) => sum + page.length, 0) / 1e6;
  console.log(`extract: ${pages.length} pages, ${megabytes.toFixed(1)} MB, best of ${RUN_COUNT} passes`);
  let base = Number.NaN;
  for (const { name } of READERS) {
    const worker = new Worker(import.meta.filename, { workerData: { reader: name, sharedDir } });
    const seconds = z.number().parse((await once(worker, 'message'))[0]);
    if (Number.isNaN(base)) base = seconds;
    const rate = (pages.length / seconds).toFixed(0);
    console.log(
      `  ${name}: ${rate} pages/s, ${(megabytes / seconds).toFixed(1)} MB/s, ${(base / seconds).toFixed(1)}x`,
    );
  }
}

const taskSchema = z.object({ reader: z.string(), sharedDir: z.string() });

function measureHere(): void {
  const task = taskSchema.parse(workerData);
  const reader = READERS.find(({ name }) => name === task.reader);
  if (reader === undefined) return;
  const pages = readPages(task.sharedDir);
  const passes = Array.from({ length: RUN_COUNT }, () => timePass(reader, pages));
  parentPort?.postMessage(Math.min(...passes));
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

function readPages(sharedDir: string): readonly Uint8Array[] {
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

if (!isMainThread) measureHere();
