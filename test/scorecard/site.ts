/** The adversary: one server on the loopback that answers for as many names as a test wants, and logs in the clock's time. */
import type { ServerResponse } from 'node:http';
import { type SeenRequest, startHttpServer } from '#test/support/http-server.ts';

/** A request as the site logged it. `host` is the Host header, `atMs` counts on the scorecard's clock from its start. */
export type LoggedRequest = {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: SeenRequest['headers'];
  readonly rawHeaders: readonly string[];
  readonly atMs: number;
};

/** What a site answers; a function gets the request and how often its path was asked before, and may write the bytes itself. */
export type SiteAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
};
export type Answering = (request: LoggedRequest, turn: number) => SiteAnswer | ((response: ServerResponse) => void);

/** The running adversary. Names that no test has set answer 404. */
export type Site = AsyncDisposable & {
  readonly log: readonly LoggedRequest[];
  readonly port: number;
  /** The clock that the log is written by, in milliseconds. */
  readonly nowMs: () => number;
  /** Most requests that were open at the same time at each name. */
  readonly openMax: ReadonlyMap<string, number>;
  /** Lets a name (`a.p1.test`) answer from now on. */
  answer(name: string, answering: Answering): void;
};

/** Starts it; `nowMs` is the clock. */
export async function startSite(nowMs: () => number): Promise<Site> {
  const log: LoggedRequest[] = [];
  const answers = new Map<string, Answering>();
  const openCount = new Map<string, number>();
  const openMax = new Map<string, number>();
  const turns = new Map<string, number>();
  const server = await startHttpServer((seen, response) => {
    const host = seen.headers.host ?? '';
    const { method, path, headers, rawHeaders } = seen;
    const request = { method, host, path, headers, rawHeaders, atMs: nowMs() };
    log.push(request);
    const open = (openCount.get(host) ?? 0) + 1;
    openCount.set(host, open);
    openMax.set(host, Math.max(openMax.get(host) ?? 0, open));
    response.on('close', () => openCount.set(host, (openCount.get(host) ?? 1) - 1));
    const turn = turns.get(`${host}${path}`) ?? 0;
    turns.set(`${host}${path}`, turn + 1);
    const answer = answers.get(host.replace(/:\d+$/, ''))?.(request, turn) ?? { status: 404 };
    if (typeof answer === 'function') answer(response);
    else write(response, answer);
  });
  return {
    log,
    nowMs,
    port: Number(server.host.split(':')[1]),
    openMax,
    answer: (name, answering) => void answers.set(name, answering),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function write(response: ServerResponse, { status = 200, headers = {}, body = '' }: SiteAnswer): void {
  for (const [name, value] of Object.entries(headers))
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  response.writeHead(status).end(status === 304 ? undefined : body);
}

/** An RSS feed with as many entries as are named; each has its own address on the feed's host. */
export function rss(titles: readonly string[], channel = ''): string {
  const items = titles.map(
    (title, index) => `<item><title>${title}</title><link>/entry/${index}</link><guid>${title}</guid></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour notes</title><link>/</link>${channel}${items.join('')}</channel></rss>`;
}

/** A news page with this text. */
export function newsPage(text: string): string {
  const paragraphs = text.split('\n').map((line) => `<p>${line}</p>`);
  return `<!doctype html><html lang="en"><head><title>Harbour notes</title></head><body><article><h1>Harbour notes</h1>${paragraphs.join('')}</article></body></html>`;
}
