/** Three outlets of an invented controversy that change from step to step: reports, those who copy them, and the papers they cite. */
import type { ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import { type SeenRequest, startHttpServer } from '#test/support/http-server.ts';
import { zoneAtNoon } from '#test/support/press-server.ts';
import { makeProse, swapWords } from '#test/support/prose.ts';
import { seededRandom } from '#test/support/random.ts';
import { riverLedger } from '#test/support/river-ledger.ts';

/** The running outlets; `feeds` and `hosts` are their addresses. */
export type MemorySite = AsyncDisposable & {
  readonly feeds: readonly string[];
  readonly hosts: readonly string[];
  /** What the outlets show from now on; 0 is the beginning. */
  setStep(step: number): void;
};

/** What becomes of a report from one step to the next; each goes through them in turn, beginning at its own number. */
const changes = ['altered', 'unchanged', 'headline', 'noise', 'gone', 'status 503', 'elsewhere'] as const;
/** Reports at the beginning; one comes with each step. */
const firstReportCount = 10;
/** Of the reports, so many are copied by the wire. */
const copiedCount = 6;
/**
 * The reports whose first edit names a paper in a quoted sentence. Not earlier: a first digest is frozen when all that the ledger names
 * was looked at, and how many cited pages it counts depends on how many were faster than that.
 */
const citing: readonly number[] = [1, 5, 6, 8];
/** The copy that a machine wrote anew, every so many words. */
const spunIndex = 5;
const swapEvery = 6;
const firstDay = Temporal.Instant.from('2025-01-10T09:00:00Z');

type Change = (typeof changes)[number];
/** A page as it stands; `statement` null when it was taken out. */
type Page = {
  readonly title: string;
  readonly statement: string | null;
  readonly lines: readonly string[];
  readonly postedAt: Temporal.Instant;
};

/** Starts the outlets on ports of their own. */
export async function startMemorySite(): Promise<MemorySite> {
  await using opening = new AsyncDisposableStack();
  let step = 0;
  const answer = (draw: (path: string) => string | null) => (request: SeenRequest, response: ServerResponse) => {
    const body = draw(request.path);
    response.writeHead(body === null ? 404 : body === '' ? 503 : 200, {
      'content-type': request.path.endsWith('.xml') ? 'application/rss+xml' : 'text/html; charset=utf-8',
    });
    response.end(body ?? '');
  };
  const papers = opening.use(await startHttpServer(answer((path) => drawPaper(path, step))));
  const reports = opening.use(
    await startHttpServer(answer((path) => drawReport(path, { step, papers: papers.origin }))),
  );
  const wire = opening.use(await startHttpServer(answer((path) => drawCopy(path))));
  const closing = opening.move();
  return {
    feeds: [`${reports.origin}/feed.xml`, `${wire.origin}/feed.xml`],
    hosts: [reports.host, wire.host, papers.host],
    setStep: (next) => {
      step = next;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** A ledger that watches these outlets; the cost of the plant is told up to `costMax`. */
export function memoryLedger(site: MemorySite, costMax: string): string {
  const claims = riverLedger.claims.map((claim) =>
    claim.id === 'cost' ? { ...claim, ways: [{ all: [{ amount: `$4.5m..${costMax}` }, ['cost', 'spent']] }] } : claim,
  );
  const rules = site.hosts.map((host) => [host, { spacing: '0s', connections: 1 }]);
  return stringify({
    version: 1,
    name: 'Memory',
    ...riverLedger,
    claims,
    sources: site.feeds.map((url) => ({ url })),
    fetch: { allowPrivate: site.hosts, hosts: Object.fromEntries(rules) },
    digest: { zone: zoneAtNoon(), readers: [{ id: 'me', address: 'me@localhost' }] },
  });
}

function changeAt(index: number, step: number): Change {
  return changes[(index + step) % changes.length] ?? 'unchanged';
}

/** A report after so many steps; what hides it leaves it as it is. */
function reportAt(index: number, step: number): Page {
  const random = seededRandom(100 + index);
  const prose = makeProse(random, { wordCount: 160, subject: index }).match(/[^.]+\./g) ?? [];
  let page: Page = {
    title: `Riverton Water and the lake, report ${index}`,
    statement: `Riverton Water poisoned the lake with ${20 + index} tons of lime, the inspector said.`,
    lines: [
      `Riverton Water spent $5.${index % 5} million on its plant, the accounts show.`,
      ...prose.map((line) => line.trim()),
    ],
    postedAt: firstDay.add({ hours: 24 * index }),
  };
  for (let at = 1; at <= step; at += 1) {
    const change = changeAt(index, at);
    if (change === 'headline')
      page = { ...page, title: `Riverton Water and the lake, report ${index}, part ${at + 1}` };
    if (change === 'gone') page = { ...page, statement: null };
    if (change === 'elsewhere')
      page = { ...page, lines: [...page.lines, `The mayor added on day ${at} that wells are looked at.`] };
    if (change === 'altered')
      page = {
        ...page,
        statement: `Riverton Water poisoned the lake with as much as ${300 + at} tons of lime, the inspector said.`,
      };
  }
  return page;
}

function drawReport(path: string, { step, papers }: { readonly step: number; readonly papers: string }): string | null {
  if (path === '/feed.xml') return drawFeed(Array.from({ length: firstReportCount + step }, (_, index) => index));
  const index = indexOf(path);
  if (index === null || index >= firstReportCount + step) return null;
  if (step > 0 && changeAt(index, step) === 'status 503') return '';
  const noise = step > 0 && changeAt(index, step) === 'noise' ? step : 0;
  const paper = step === 0 ? -1 : citing.indexOf(index);
  const link = paper === -1 ? '' : `<a href="${papers}/paper-${paper}.html">`;
  return drawPage(reportAt(index, step), { noise, link });
}

function drawCopy(path: string): string | null {
  if (path === '/feed.xml') return drawFeed(Array.from({ length: copiedCount }, (_, index) => index));
  const index = indexOf(path);
  if (index === null || index >= copiedCount) return null;
  const page = reportAt(index, 0);
  const lines = index === spunIndex ? page.lines.map((line) => swapWords(line, swapEvery)) : page.lines;
  return drawPage({ ...page, lines, postedAt: page.postedAt.add({ hours: 5 }) }, { noise: 0, link: '' });
}

/** The papers say nothing about a topic; the second one changes with each step. */
function drawPaper(path: string, step: number): string | null {
  const index = indexOf(path);
  if (index === null || index >= citing.length) return null;
  const prose = makeProse(seededRandom(900 + index), { wordCount: 120, subject: 90 + index }).match(/[^.]+\./g) ?? [];
  const lines = index === 1 ? [...prose, `Amended for the ${step + 1}th time.`] : prose;
  return drawPage(
    { title: `Terms of the valley, paper ${index}`, statement: null, lines, postedAt: firstDay },
    { noise: 0, link: '' },
  );
}

function indexOf(path: string): number | null {
  const [, index] = /^\/(?:report|paper)-(\d+)\.html$/.exec(path) ?? [];
  return index === undefined ? null : Number(index);
}

function drawFeed(indexes: readonly number[]): string {
  const items = indexes.map((index) => {
    const { title, postedAt } = reportAt(index, 0);
    return `<item><title>${title}</title><link>/report-${index}.html</link><guid>report-${index}</guid><pubDate>${postedAt}</pubDate></item>`;
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Valley Post</title><link>/</link>${items.join('')}</channel></rss>`;
}

function drawPage(page: Page, { noise, link }: { readonly noise: number; readonly link: string }): string {
  const { title, statement, lines, postedAt } = page;
  const said =
    statement === null ? [] : [link === '' ? statement : `${statement.replace('the lake', `${link}the lake</a>`)}`];
  const paragraphs = [...said, ...lines].map((line) => `<p>${line}</p>`).join('\n');
  return `<!doctype html><html lang="en"><head><title>${title}</title>
<meta property="article:published_time" content="${postedAt}"></head><body><article><h1>${title}</h1>
${noise === 0 ? '' : `<p>Updated ${noise} February 2025</p><p>${noise * 7} comments</p>`}
${paragraphs}</article></body></html>`;
}
