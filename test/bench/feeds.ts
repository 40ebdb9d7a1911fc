import { execFileSync } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import FeedParser from 'feedparser';
import { parseFeed as parseWithFeedsmith } from 'feedsmith';
import Parser from 'rss-parser';
import { parseFeed } from '#src/core/feed/feed.ts';
import { openWorkerPool } from '#src/io/worker-pool.ts';
import { hostileFeeds } from '#test/support/hostile-feeds.ts';
import { printBar } from './bar.ts';

// Small feeds take a few milliseconds: only many rounds find a quiet one on a busy machine.
const ROUND_COUNT = 9;
const SMALL_ROUND_COUNT = 80;
const SMALL_BYTES = 1_000_000;
const KINDS = ['RSS, full items', 'Atom, full items', 'RSS, headlines'] as const;
const FEW = 50;
const MANY = 1000;
const PARAGRAPH =
  '<p>The company said on Tuesday that its new model was trained for &lt; $6 million, a figure that &quot;nobody outside&quot; has checked. <a href="https://news.example/story?a=1&amp;b=2">Read more</a></p>';

const BARE_RATIO_MIN = 0.3;
const GROWTH_MAX = 40;
const LARGE_BYTES = 16_000_000;
const LARGE_RSS_MB_MAX = 350;
const HOSTILE_MS_MAX = 2_000;
/** A pause that a person notices on a page served by the same process. */
const LOOP_PAUSE_MS_MAX = 200;

type Kind = (typeof KINDS)[number];
type Reader = { readonly name: string; readonly read: (bytes: Uint8Array) => unknown };
type Sample = { readonly kind: Kind; readonly count: number; readonly bytes: Uint8Array };

const BARE = 'rss-parser bare';
const OWN = 'claimledger';
const READERS: readonly Reader[] = [
  { name: BARE, read: (bytes) => new Parser().parseString(new TextDecoder().decode(bytes)) },
  { name: OWN, read: (bytes) => parseFeed({ bytes, url: 'https://news.example/feed.xml' }) },
  { name: 'feedsmith', read: (bytes) => parseWithFeedsmith(new TextDecoder().decode(bytes)) },
  { name: 'feedparser', read: readWithFeedparser },
];

/**
 * Prints for each generated feed the least processor time of each reader and its speed against bare rss-parser, all in one run; then what the
 * time of many items is against that of few, the memory for a very large feed, and how hostile feeds fare in the pool.
 */
export async function benchFeeds(): Promise<void> {
  const bests = new Map<string, number>();
  const best = (sample: Pick<Sample, 'kind' | 'count'>, reader: string): number =>
    bests.get(keyOf(sample, reader)) ?? Number.NaN;
  for (const count of [FEW, MANY]) {
    for (const kind of KINDS) {
      const sample = buildSample(kind, count);
      await measure(sample, bests);
      const cells = READERS.map(({ name }) => {
        const ms = best(sample, name);
        return `${name} ${ms.toFixed(2)} ms (${(best(sample, BARE) / ms).toFixed(2)}x)`;
      });
      console.log(`${kind} ${count}, ${(sample.bytes.length / 1e6).toFixed(2)} MB: ${cells.join(', ')}`);
    }
  }
  for (const kind of KINDS) {
    const ratios = [FEW, MANY].map((count) => best({ kind, count }, BARE) / best({ kind, count }, OWN));
    printBar({ name: `${kind}, speed of rss-parser`, figure: Math.min(...ratios), unit: 'x', least: BARE_RATIO_MIN });
    const growth = best({ kind, count: MANY }, OWN) / best({ kind, count: FEW }, OWN);
    printBar({ name: `${kind}, time of ${MANY} items against ${FEW}`, figure: growth, unit: 'x', most: GROWTH_MAX });
  }
  printBar({
    name: `memory for a feed of ${LARGE_BYTES / 1e6} MB`,
    figure: measureLarge(),
    unit: ' MB',
    most: LARGE_RSS_MB_MAX,
  });
  await benchHostile();
}

// Processor time: what else the machine does lengthens the time on the wall, and a long read never meets a quiet moment. The readers
// take turns, so that a busy moment hits them alike.
async function measure(sample: Sample, bests: Map<string, number>): Promise<void> {
  const roundCount = sample.bytes.length < SMALL_BYTES ? SMALL_ROUND_COUNT : ROUND_COUNT;
  for (let round = 0; round < roundCount; round += 1) {
    for (const reader of READERS) {
      const before = process.cpuUsage();
      await reader.read(sample.bytes);
      const { user, system } = process.cpuUsage(before);
      const key = keyOf(sample, reader.name);
      bests.set(key, Math.min(bests.get(key) ?? Number.POSITIVE_INFINITY, (user + system) / 1_000));
    }
  }
}

function keyOf({ kind, count }: Pick<Sample, 'kind' | 'count'>, reader: string): string {
  return `${kind} ${count} ${reader}`;
}

/** The most memory, in MB, that a process of its own took up to read a very large feed; node itself takes about 60 of it. */
function measureLarge(): number {
  const printed = execFileSync(process.execPath, [import.meta.filename, '--large'], { encoding: 'utf8' });
  return Number(printed);
}

async function readLarge(): Promise<void> {
  const one = buildSample('RSS, full items', 1).bytes.length;
  await parseFeed({ bytes: buildSample('RSS, full items', Math.ceil(LARGE_BYTES / one)).bytes, url: null });
  console.log(process.resourceUsage().maxRSS / 1024);
}

/** Reads each hostile feed in the pool of the service and watches how long this thread, which serves pages, was held up. */
async function benchHostile(): Promise<void> {
  await using pool = openWorkerPool();
  await pool.parseFeed({ bytes: buildSample('RSS, headlines', FEW).bytes, url: null });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let slowest = { name: '', ms: 0 };
  for (const { name, text } of hostileFeeds) {
    const bytes = new TextEncoder().encode(text);
    delay.enable();
    const startedAt = performance.now();
    await pool.parseFeed({ bytes, url: null });
    const ms = performance.now() - startedAt;
    delay.disable();
    if (ms > slowest.ms) slowest = { name, ms };
  }
  const count = hostileFeeds.length;
  printBar({
    name: `slowest of ${count} hostile feeds (${slowest.name})`,
    figure: slowest.ms,
    unit: ' ms',
    most: HOSTILE_MS_MAX,
  });
  printBar({
    name: 'longest pause of the event loop beside them',
    figure: delay.max / 1e6,
    unit: ' ms',
    most: LOOP_PAUSE_MS_MAX,
  });
}

function readWithFeedparser(bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const parser = new FeedParser({});
  parser.on('error', reject);
  parser.on('end', resolve);
  parser.resume();
  parser.end(Buffer.from(bytes));
  return promise;
}

function buildSample(kind: Kind, count: number): Sample {
  const renderItem = {
    'RSS, full items': renderRssItem,
    'Atom, full items': renderAtomEntry,
    'RSS, headlines': renderHeadline,
  }[kind];
  const items = Array.from({ length: count }, (_, at) => renderItem(at)).join('\n');
  const text = kind.startsWith('Atom')
    ? `<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><link href="https://news.example/"/>${items}</feed>`
    : `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title><link>https://news.example/</link><description>d</description>${items}</channel></rss>`;
  return { kind, count, bytes: new TextEncoder().encode(text) };
}

function renderHeadline(at: number): string {
  return `<item><title>Story ${at}: Q&amp;A on models &#8211; part ${at}</title><link>https://news.example/story/${at}?a=1&amp;b=2</link><guid isPermaLink="false">story-${at}</guid><pubDate>Wed, 29 Jan 2025 15:04:${String(at % 60).padStart(2, '0')} GMT</pubDate><dc:creator>Ann Lee</dc:creator><category>AI</category><description>A short summary of story ${at}, as agencies send it round.</description></item>`;
}

function renderRssItem(at: number): string {
  return renderHeadline(at).replace(
    '</item>',
    `<content:encoded><![CDATA[${PARAGRAPH.repeat(22)}]]></content:encoded></item>`,
  );
}

function renderAtomEntry(at: number): string {
  const escaped = PARAGRAPH.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<entry><id>tag:news.example,2025:${at}</id><title type="html">Story ${at}: Q&amp;amp;A</title><link href="https://news.example/story/${at}"/><published>2025-01-29T15:04:05Z</published><updated>2025-01-29T15:04:05Z</updated><author><name>Ann Lee</name></author><category term="AI"/><content type="html">${escaped.repeat(19)}</content></entry>`;
}

if (process.argv[2] === '--large') await readLarge();
