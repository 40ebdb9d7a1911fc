/** The invented press of `stories.yaml` on the loopback: every outlet with its feed, its pages and its moods, as of the demo's clock. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { encodeXML } from 'entities';
import { parse } from 'yaml';
import { z } from 'zod';

const instant = z
  .union([z.date(), z.iso.datetime()])
  .transform((at) => Temporal.Instant.from(new Date(at).toISOString()));
const storySchema = z.strictObject({
  outlet: z.string(),
  at: instant,
  slug: z.string(),
  title: z.string(),
  lang: z.string().default('en'),
  author: z.string().optional(),
  text: z.string().default(''),
  copies: z.string().optional(),
  credit: z.string().optional(),
  edited: z.strictObject({ at: instant, from: z.string(), to: z.string() }).optional(),
});
const pressSchema = z.strictObject({
  stories: z.array(storySchema),
  troubles: z.array(
    z.strictObject({
      outlet: z.string(),
      from: instant,
      kind: z.enum(['sign-in', 'cut-short', 'asked-to-wait', 'moved']),
    }),
  ),
});

type Story = z.output<typeof storySchema>;
type PressData = z.output<typeof pressSchema>;

/** What an outlet calls itself on its pages; hosts without a name of their own are companies and offices. */
const outletNames: Readonly<Record<string, string>> = {
  'harbour-post': 'Harbour Post',
  'tide-journal': 'Tide Journal',
  'velmar-wire': 'Velmar Wire',
  'quay-notes': 'Quay Notes',
  'nordkai-zeitung': 'Nordkai Zeitung',
  'morning-harbour': '晨港报',
  bollard: 'The Daily Bollard',
  'isle-courier': 'Isle Courier',
  'capital-ledger': 'Capital Ledger',
  'slack-water': 'Slack Water',
  'lock-keeper': 'The Lock Keeper',
  gull: 'Gull and Anchor',
  'kestrel-tidal': 'Kestrel Tidal',
  'port-authority': 'Velmar Port Authority',
};
/** A site that asks for silence asks for so long. */
const waitSeconds = 7_200;

/** The running press: its port, and the names of its hosts. */
export type DemoPress = AsyncDisposable & { readonly port: number; readonly hosts: readonly string[] };

/** Starts the press; what it says is what had been written by `now()`. */
export async function startPress(now: () => Temporal.Instant): Promise<DemoPress> {
  const press = pressSchema.parse(parse(readFileSync(new URL('./stories.yaml', import.meta.url), 'utf8')));
  const server = createServer((request, response) => answer(request, response, { press, now: now() }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the press has no port');
  return {
    port: address.port,
    hosts: Object.keys(outletNames).map((outlet) => `${outlet}.example`),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

type Moment = { readonly press: PressData; readonly now: Temporal.Instant };

type Answer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

function answer(request: IncomingMessage, response: ServerResponse, at: Moment): void {
  const outlet = (request.headers.host ?? '').split('.')[0] ?? '';
  const { status, headers, body } = decide(
    { outlet, path: request.url ?? '/', known: request.headers['if-none-match'] },
    at,
  );
  response.writeHead(status, headers).end(body);
}

type Asked = { readonly outlet: string; readonly path: string; readonly known: string | undefined };

function decide({ outlet, path, known }: Asked, at: Moment): Answer {
  const isFeed = /^\/(?:feed|news)\.xml$/.test(path);
  const trouble = at.press.troubles.find((each) => each.outlet === outlet && isReached(each.from, at.now))?.kind;
  if (isFeed && trouble === 'sign-in') return { status: 403, headers: {}, body: 'Sign in to read this feed.' };
  if (isFeed && trouble === 'asked-to-wait')
    return { status: 429, headers: { 'retry-after': String(waitSeconds) }, body: 'Come back later.' };
  if (path === '/feed.xml' && trouble === 'moved') return { status: 301, headers: { location: '/news.xml' }, body: '' };
  const whole = isFeed ? writeFeed(outlet, at) : writePage(outlet, path, at);
  if (whole === null) return { status: 404, headers: {}, body: 'There is no such page.' };
  const body = isFeed && trouble === 'cut-short' ? whole.slice(0, whole.lastIndexOf('</title>')) : whole;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
  if (known === etag) return { status: 304, headers: { etag }, body: '' };
  const type = isFeed ? 'application/rss+xml' : 'text/html; charset=utf-8';
  return { status: 200, headers: { etag, 'content-type': type }, body };
}

function isReached(at: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(at, now) <= 0;
}

/** What an outlet has published by now, newest first. */
function listStories(outlet: string, { press, now }: Moment): readonly Story[] {
  return press.stories
    .filter((story) => story.outlet === outlet && isReached(story.at, now))
    .toSorted((a, b) => Temporal.Instant.compare(b.at, a.at));
}

function writeFeed(outlet: string, at: Moment): string | null {
  const name = outletNames[outlet];
  if (name === undefined) return null;
  const items = listStories(outlet, at).map(
    (story) => `<item><title>${encodeXML(story.title)}</title>
<link>${addressOf(story)}</link><guid>${addressOf(story)}</guid>
<pubDate>${new Date(story.at.epochMilliseconds).toUTCString()}</pubDate>
<description>${encodeXML(textOf(story, at).split('\n')[0] ?? '')}</description></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>${encodeXML(name)}</title><link>https://${outlet}.example/</link>
<description>${encodeXML(name)}, an invented outlet</description>
${items.join('\n')}
</channel></rss>`;
}

function writePage(outlet: string, path: string, at: Moment): string | null {
  const name = outletNames[outlet] ?? outlet;
  if (path === '/robots.txt') return 'User-agent: *\nAllow: /\n';
  const story = listStories(outlet, at).find((each) => path === `/${each.slug}.html`);
  if (story === undefined) return null;
  const paragraphs = textOf(story, at)
    .split(/\n\n+/)
    .map((words) => `<p>${encodeXML(words.trim()).replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>')}</p>`);
  const author = story.author === undefined ? '' : `<meta name="author" content="${encodeXML(story.author)}">`;
  return `<!doctype html>
<html lang="${story.lang}"><head><meta charset="utf-8"><title>${encodeXML(story.title)} | ${encodeXML(name)}</title>
<meta property="og:title" content="${encodeXML(story.title)}"><meta property="og:site_name" content="${encodeXML(name)}">
<meta property="article:published_time" content="${story.at}">${author}</head>
<body><header><nav><a href="/">Front page</a> <a href="/about.html">About us</a></nav></header>
<article><h1>${encodeXML(story.title)}</h1>
${paragraphs.join('\n')}
</article><footer>${encodeXML(name)}, Velmar</footer></body></html>`;
}

/** The text of a story as it reads now; a copy has its original's under its own credit line. */
function textOf(story: Story, at: Moment): string {
  const original = at.press.stories.find(({ outlet, slug }) => `${outlet}/${slug}` === story.copies);
  const text = original?.text ?? story.text;
  const { edited } = story;
  const words = edited !== undefined && isReached(edited.at, at.now) ? text.replace(edited.from, edited.to) : text;
  return story.credit === undefined ? words : `${story.credit}\n\n${words}`;
}

function addressOf({ outlet, slug }: Story): string {
  return `https://${outlet}.example/${slug}.html`;
}
