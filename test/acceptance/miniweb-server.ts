/** The stored piece of the real web as a process on a free port of the loopback, with its log, and a ledger that watches all of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { zoneAtNoon } from '#test/support/press-server.ts';

const folder = fileURLToPath(new URL('../../../shared/miniweb/', import.meta.url));
const shippedLedger = new URL('../../ledger.yaml', import.meta.url);

const requestSchema = z.object({
  path: z.string(),
  status: z.int(),
  inm: z.string().nullable(),
  ims: z.string().nullable(),
});

/** One answered request; `inm` and `ims` are the validators that it came with. */
type LoggedRequest = z.output<typeof requestSchema>;

const mutationSchema = z.object({ article: z.string(), feed: z.string(), newItem: z.string(), replacements: z.int() });

/** What the server changed: the addresses of the edited article, of the feed with the new entry, and of that entry's page. */
export type Mutation = z.output<typeof mutationSchema>;

/** The running server. */
export type Miniweb = AsyncDisposable & {
  readonly host: string;
  readonly feeds: readonly string[];
  readonly pages: readonly string[];
  /** Changes one article and adds an entry with its page, as the server's own plan says; gives what it announced. */
  mutate(): Promise<Mutation>;
  /** The requests answered since the last call. */
  takeRequests(): readonly LoggedRequest[];
};

/** Whether the stored web lies beside the checkout. */
export function hasMiniweb(): boolean {
  return existsSync(join(folder, 'serve.mjs'));
}

/** Starts the server; `args` are its own options. */
export async function startMiniweb(args: readonly string[] = []): Promise<Miniweb> {
  const home = mkdtempSync(join(tmpdir(), 'claimledger-miniweb-'));
  const log = join(home, 'access.jsonl');
  const server = spawn(process.execPath, [join(folder, 'serve.mjs'), '--port', '0', '--log', log, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: server.stdout });
  const [line] = await once(lines, 'line');
  const { host, port } = new URL(z.object({ url: z.string() }).parse(JSON.parse(String(line))).url);
  let readLength = 0;
  return {
    host,
    feeds: await list('--list', { port, home }),
    pages: (await list('--list-pages', { port, home })).map((row) => row.split('\t')[1] ?? ''),
    mutate: async () => {
      const announced = once(lines, 'line');
      const request = httpRequest({ host: '127.0.0.1', port, path: '/__miniweb/mutate', method: 'POST' });
      request.on('response', (response) => response.resume()).end();
      return mutationSchema.parse(JSON.parse(String((await announced)[0])));
    },
    takeRequests: () => {
      const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
      const lines = text.slice(readLength).split('\n').filter(Boolean);
      readLength = text.length;
      return lines.map((row) => requestSchema.parse(JSON.parse(row)));
    },
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGTERM');
      if (server.exitCode === null) await once(server, 'exit');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The shipped ledger with all feeds and pages of the miniweb in place of its own. */
export function ledgerOf(miniweb: Miniweb): string {
  const ledger = z.looseObject({}).parse(parse(readFileSync(shippedLedger, 'utf8')));
  return stringify({
    ...ledger,
    sources: miniweb.feeds.map((url) => ({ url, read: 'all' })),
    pages: miniweb.pages.map((url) => ({ url })),
    // Links lead out of the stored web, where nobody may go.
    watch: { depth: 0 },
    fetch: { allowPrivate: [miniweb.host], hosts: { [miniweb.host]: { spacing: '0s', connections: 8 } } },
    digest: { zone: zoneAtNoon(), readers: [{ id: 'me', address: 'me@localhost' }] },
  });
}

/** The server's own list, through a file: it ends before a pipe has taken all of it. */
async function list(
  option: string,
  place: { readonly port: string; readonly home: string },
): Promise<readonly string[]> {
  const file = join(place.home, 'list');
  const args = [join(folder, 'serve.mjs'), option, '--port', place.port];
  const child = spawn(process.execPath, args, { stdio: ['ignore', openSync(file, 'w'), 'inherit'] });
  await once(child, 'exit');
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}
