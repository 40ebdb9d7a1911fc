import { parseFeed as parseWithFeedsmith } from 'feedsmith';
import Parser from 'rss-parser';
import { parseFeed } from '#src/core/feed.ts';

// Small feeds take a few milliseconds: only many rounds find a quiet one on a busy machine.
const ROUND_COUNT = 9;
const SMALL_ROUND_COUNT = 80;
const SMALL_BYTES = 1_000_000;
const PARAGRAPH =
  '<p>The company said on Tuesday that its new model was trained for &lt; $6 million, a figure that &quot;nobody outside&quot; has checked. <a href="https://news.example/story?a=1&amp;b=2">Read more</a></p>';

type Reader = { readonly name: string; readonly read: (bytes: Uint8Array) => unknown };
type Sample = { readonly name: string; readonly bytes: Uint8Array };

const READERS: readonly Reader[] = [
  { name: 'rss-parser bare', read: (bytes) => new Parser().parseString(new TextDecoder().decode(bytes)) },
  { name: 'claimledger', read: (bytes) => parseFeed({ bytes, url: 'https://news.example/feed.xml' }) },
  { name: 'feedsmith', read: (bytes) => parseWithFeedsmith(new TextDecoder().decode(bytes)) },
];

/** Prints for each generated feed the best time of each reader and its speed against bare rss-parser, all in one run. */
export async function benchFeeds(): Promise<void> {
  const samples = [50, 1000].flatMap((count) => [
    buildSample('RSS, full items', count, renderRssItem),
    buildSample('Atom, full items', count, renderAtomEntry),
    buildSample('RSS, headlines', count, renderHeadline),
  ]);
  const bests = new Map<string, number>();
  for (const sample of samples) {
    await measure(sample, bests);
    const bare = bests.get(`${sample.name} rss-parser bare`) ?? Number.NaN;
    const cells = READERS.map(({ name }) => {
      const ms = bests.get(`${sample.name} ${name}`) ?? Number.NaN;
      return `${name} ${ms.toFixed(2)} ms (${(bare / ms).toFixed(2)}x)`;
    });
    console.log(`${sample.name}, ${(sample.bytes.length / 1e6).toFixed(2)} MB: ${cells.join(', ')}`);
  }
  for (const kind of ['RSS, full items', 'Atom, full items', 'RSS, headlines']) {
    const few = bests.get(`${kind} 50 claimledger`) ?? Number.NaN;
    const many = bests.get(`${kind} 1000 claimledger`) ?? Number.NaN;
    console.log(`${kind}: time(1000 items)/time(50 items) = ${(many / few).toFixed(1)}`);
  }
}

// The readers take turns, so that a busy moment hits them alike.
async function measure(sample: Sample, bests: Map<string, number>): Promise<void> {
  const roundCount = sample.bytes.length < SMALL_BYTES ? SMALL_ROUND_COUNT : ROUND_COUNT;
  for (let round = 0; round < roundCount; round += 1) {
    for (const reader of READERS) {
      const startedAt = performance.now();
      await reader.read(sample.bytes);
      const key = `${sample.name} ${reader.name}`;
      bests.set(key, Math.min(bests.get(key) ?? Number.POSITIVE_INFINITY, performance.now() - startedAt));
    }
  }
}

function buildSample(kind: string, count: number, renderItem: (at: number) => string): Sample {
  const items = Array.from({ length: count }, (_, at) => renderItem(at)).join('\n');
  const text = kind.startsWith('Atom')
    ? `<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><link href="https://news.example/"/>${items}</feed>`
    : `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title><link>https://news.example/</link><description>d</description>${items}</channel></rss>`;
  return { name: `${kind} ${count}`, bytes: new TextEncoder().encode(text) };
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
