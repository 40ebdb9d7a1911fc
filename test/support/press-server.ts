/** Serves the invented press of `fixtures/press` on the loopback: each outlet on a port of its own, as each has its own robots.txt. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SeenRequest, startHttpServer, type TestServer } from './http-server.ts';

/** The outlets; their folders carry these names, their addresses in the fixtures are `https://NAME.example`. */
const outlets = ['harbour-post', 'tide-journal'] as const;
type Outlet = (typeof outlets)[number];

/** One answered request. */
export type PressRequest = {
  readonly outlet: Outlet;
  readonly path: string;
  readonly status: number;
  readonly isConditional: boolean;
};

/** The running press. Addresses of the fixtures become those of the running outlets in all that it serves. */
export type Press = AsyncDisposable & {
  /** Everything that was asked, oldest first. */
  readonly requests: readonly PressRequest[];
  /** The fixtures' ledger with the running addresses, ready to be written to a file. */
  readonly ledger: string;
  /** The running address of an outlet's document. */
  urlOf(outlet: Outlet, path: string): string;
  /** Replaces words in one document from now on. */
  change(outlet: Outlet, path: string, words: { readonly from: string; readonly to: string }): void;
  /** Answers everything with this status until it is set back to null. */
  fail(status: number | null): void;
  /** Forgets the requests so far. */
  forget(): void;
};

const folder = fileURLToPath(new URL('../fixtures/press/', import.meta.url));
const lastModified = 'Wed, 05 Feb 2025 09:00:00 GMT';
const contentTypes: Readonly<Record<string, string>> = {
  '.xml': 'application/rss+xml',
  '.atom': 'application/atom+xml',
  '.html': 'text/html; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** Starts the press. */
export async function startPress(): Promise<Press> {
  const requests: PressRequest[] = [];
  const changes: { outlet: Outlet; path: string; from: string; to: string }[] = [];
  let failure: number | null = null;
  const answer = (outlet: Outlet, request: SeenRequest, response: ServerResponse): void => {
    const isConditional = 'if-none-match' in request.headers || 'if-modified-since' in request.headers;
    const body = failure === null ? read(outlet, request.path) : null;
    const status = failure ?? (body === null ? 404 : isUnchanged(request, body) ? 304 : 200);
    requests.push({ outlet, path: request.path, status, isConditional });
    const type = contentTypes[extname(request.path)] ?? 'text/plain';
    response.statusCode = status;
    if (body !== null) response.setHeaders(new Map([...validatorsOf(body), ['content-type', type]]));
    response.end(status === 200 ? body : '');
  };
  const read = (outlet: Outlet, path: string): string | null => {
    const text = readDocument(outlet, path);
    const own = changes.filter((change) => change.outlet === outlet && change.path === path);
    return text === null
      ? null
      : withRunningAddresses(own.reduce((all, { from, to }) => all.replaceAll(from, to), text));
  };
  const servers = new Map<Outlet, TestServer>();
  for (const outlet of outlets) {
    servers.set(outlet, await startHttpServer((request, response) => answer(outlet, request, response)));
  }
  const hosts = [...servers.values()].map(({ host }) => host);
  const withRunningAddresses = (text: string): string =>
    [...servers].reduce((all, [outlet, { origin }]) => all.replaceAll(`https://${outlet}.example`, origin), text);
  const ledger = readFileSync(join(folder, 'ledger.yaml'), 'utf8');
  return {
    requests,
    ledger: `${withRunningAddresses(ledger).replace('zone: UTC', `zone: ${zoneAtNoon()}`)}\n${fetchSection(hosts)}`,
    urlOf: (outlet, path) => `${servers.get(outlet)?.origin}${path}`,
    change: (outlet, path, words) => void changes.push({ outlet, path, ...words }),
    fail: (status) => {
      failure = status;
    },
    forget: () => void requests.splice(0),
    [Symbol.asyncDispose]: async () => {
      for (const server of servers.values()) await server[Symbol.asyncDispose]();
    },
  };
}

/** A zone in which it is about noon now: no test of a few minutes then meets midnight or the hour of the digest. */
export function zoneAtNoon(): string {
  const ahead = 12 - Temporal.Now.zonedDateTimeISO('UTC').hour;
  // The names of the tz database count the other way round: Etc/GMT-3 is three hours ahead.
  return `Etc/GMT${ahead >= 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

/** The press stands on this machine and minds no haste. */
function fetchSection(hosts: readonly string[]): string {
  const rules = hosts.map((host) => `    "${host}": { spacing: 0s, connections: 4 }\n`);
  return `fetch:\n  allowPrivate: ${JSON.stringify(hosts)}\n  hosts:\n${rules.join('')}`;
}

function readDocument(outlet: Outlet, path: string): string | null {
  const file = join(folder, outlet, normalize(path.split('?')[0] ?? ''));
  return existsSync(file) && extname(file) !== '' ? readFileSync(file, 'utf8') : null;
}

function validatorsOf(body: string): readonly (readonly [string, string])[] {
  const tag = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return [
    ['etag', `"${tag}"`],
    ['last-modified', lastModified],
  ];
}

/** RFC 9110 section 13.1: the entity tag decides, and a date alone is not trusted to tell two texts of one second apart. */
function isUnchanged(request: SeenRequest, body: string): boolean {
  const [[, etag] = ['', '']] = validatorsOf(body);
  return request.headers['if-none-match'] === etag;
}
