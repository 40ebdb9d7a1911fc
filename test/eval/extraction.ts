import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { type ExtractedPage, extractPage } from '#src/core/page/page.ts';

const truthSchema = z.record(
  z.string(),
  z.object({
    articleBody: z.string(),
    url: z.string(),
    title: z.string().nullish(),
    authors: z.string().nullish(),
    date: z.string().nullish(),
  }),
);
const scoreSchema = z.object({
  f1: z.number(),
  precision: z.number(),
  recall: z.number(),
  accuracy: z.number(),
  page_f1: z.number(),
});
const runSchema = z.object({
  score: scoreSchema,
  ci: z.object({ f1: z.object({ lo: z.number(), hi: z.number() }) }),
  pages: z.array(z.object({ id: z.string(), f1: z.number() })),
});
const scorerSchema = z.object({
  run: z.custom<(truth: unknown, predictions: unknown, ids: readonly string[], rounds: number) => unknown>(),
});

type Truth = z.infer<typeof truthSchema>;
type Pages = ReadonlyMap<string, ExtractedPage>;

/** Body figures as the set's own scorer counts them; a page under F1 0.75 is listed. */
export type BodyScore = z.infer<typeof scoreSchema> & { readonly lowPages: readonly string[] };

/** Shares of the labelled pages on which the field is right; the date within one day. */
export type MetadataScore = { readonly title: number; readonly byline: number; readonly date: number };

/** The extractor's figures on both labelled sets, and how many of readability's own pages made it throw. */
export type ExtractionEvaluation = {
  readonly scrapinghub: BodyScore;
  readonly news: BodyScore;
  readonly metadata: MetadataScore;
  readonly readabilityThrowCount: number;
};

const BOOTSTRAP_ROUNDS = 1000;
const LOW_PAGE_F1 = 0.75;
const DAY_MS = 86_400_000;

/** Reads every labelled page, prints the figures and returns them; null, said plainly, when the data is not there. */
export async function evaluateExtraction(sharedDir: string): Promise<ExtractionEvaluation | null> {
  const dir = join(sharedDir, 'eval/extraction');
  if (!existsSync(join(dir, 'ground-truth.json'))) {
    console.log(`extraction: no labelled pages in ${dir}, nothing was measured`);
    return null;
  }
  const scorer = scorerSchema.parse(await import(pathToFileURL(join(dir, 'score.mjs')).href));
  const score = (truth: Truth, pages: Pages): BodyScore => {
    const predictions = Object.fromEntries([...pages].map(([id, page]) => [id, { articleBody: page.text }]));
    const result = runSchema.parse(scorer.run(truth, predictions, Object.keys(truth), BOOTSTRAP_ROUNDS));
    const lowPages = result.pages.filter((page) => page.f1 < LOW_PAGE_F1).map((page) => page.id);
    const { lo, hi } = result.ci.f1;
    const figures = Object.entries(result.score).map(([name, value]) => `${name} ${value.toFixed(4)}`);
    console.log(`  ${pages.size} pages: ${figures.join('  ')}  (F1 95% ${lo.toFixed(4)}..${hi.toFixed(4)})`);
    for (const id of lowPages) console.log(`  under ${LOW_PAGE_F1}: ${id}`);
    return { ...result.score, lowPages };
  };
  console.log('extraction: article body, scrapinghub');
  const scrapinghub = score(...readSet(dir));
  console.log('extraction: article body and metadata, 2023 news');
  const [truth, pages] = readSet(join(dir, 'news-metadata'));
  const news = score(truth, pages);
  const metadata = scoreMetadata(truth, pages);
  const readabilityThrowCount = countThrows(join(sharedDir, 'eval/readability/html'));
  return { scrapinghub, news, metadata, readabilityThrowCount };
}

function readSet(dir: string): [Truth, Pages] {
  const truth = truthSchema.parse(JSON.parse(readFileSync(join(dir, 'ground-truth.json'), 'utf8')));
  const pages = new Map<string, ExtractedPage>();
  for (const [id, { url }] of Object.entries(truth)) {
    const bytes = gunzipSync(readFileSync(join(dir, 'html', `${id}.html.gz`)));
    pages.set(id, extractPage({ url, bytes, contentType: null }));
  }
  return [truth, pages];
}

function scoreMetadata(truth: Truth, pages: Pages): MetadataScore {
  const counts = { title: [0, 0], byline: [0, 0], date: [0, 0] };
  for (const [id, page] of pages) {
    const label = truth[id];
    if (label === undefined) continue;
    if (label.title) count(counts.title, foldWords(label.title) === foldWords(page.title));
    if (label.authors) count(counts.byline, foldWords(label.authors) === foldWords(page.byline));
    if (label.date) count(counts.date, isWithinADay(label.date, page.publishedAt));
  }
  const share = ([right = 0, all = 0]: readonly number[]): number => (all === 0 ? 0 : right / all);
  const shares = { title: share(counts.title), byline: share(counts.byline), date: share(counts.date) };
  console.log(
    `  title equal ${shares.title.toFixed(3)}  byline equal ${shares.byline.toFixed(3)}  date within a day ${shares.date.toFixed(3)}`,
  );
  return shares;
}

function count(pair: number[], isRight: boolean): void {
  pair[0] = (pair[0] ?? 0) + (isRight ? 1 : 0);
  pair[1] = (pair[1] ?? 0) + 1;
}

function foldWords(text: string | null): string {
  const words = (text ?? '')
    .toLowerCase()
    .normalize('NFKC')
    .match(/[\p{L}\p{N}]+/gu);
  return words === null ? '' : words.join(' ');
}

function isWithinADay(label: string, published: string | null): boolean {
  return published !== null && Math.abs(Date.parse(published.slice(0, 10)) - Date.parse(label)) <= DAY_MS;
}

function countThrows(dir: string): number {
  if (!existsSync(dir)) {
    console.log(`extraction: no readability pages in ${dir}`);
    return 0;
  }
  const files = readdirSync(dir).filter((name) => name.endsWith('.html.gz'));
  let throwCount = 0;
  for (const file of files) {
    try {
      extractPage({ url: null, bytes: gunzipSync(readFileSync(join(dir, file))), contentType: null });
    } catch (error) {
      throwCount++;
      console.log(`  threw on ${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log(`extraction: readability's own ${files.length} pages, ${throwCount} threw`);
  return throwCount;
}
