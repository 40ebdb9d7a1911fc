/** What the lines about being observed stand on: a service as a process of its own that has read the invented press and made a digest. */
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type HouseFolder, makeHouseFolder, type StartedCommand, startCommand } from '#test/support/house.ts';
import { startHttpServer, type TestServer } from '#test/support/http-server.ts';
import { findFreePort } from '#test/support/postgres.ts';
import { startPress } from '#test/support/press-server.ts';

/** The ground. `readLog` gives the lines that the service has written, parsed. */
export type ObservedGround = {
  readonly folder: HouseFolder;
  readonly service: StartedCommand;
  readonly port: number;
  readonly heartbeat: TestServer;
  readonly secrets: readonly string[];
  get(
    path: string,
    from?: RequestFrom,
  ): Promise<{ readonly status: number; readonly type: string; readonly body: string }>;
  readLog(): readonly LogLine[];
};

/** Where a request seems to come from: the address of its socket, and what it says itself. */
export type RequestFrom = { readonly localAddress?: string; readonly headers?: Readonly<Record<string, string>> };

const logLine = z.looseObject({ level: z.string(), time: z.string(), msg: z.string() });
/** One line of the log. */
export type LogLine = z.output<typeof logLine>;

const lookMs = 100;
const readyMsMax = 60_000;

/** Starts everything; the service has made its first digest when this ends. */
export async function openObservedGround(closing: AsyncDisposableStack): Promise<ObservedGround> {
  const press = closing.use(await startPress());
  const heartbeat = closing.use(await startHttpServer((_, response) => response.end('OK')));
  const ledger = press.ledger.replace('allowPrivate: [', `allowPrivate: ["${heartbeat.host}", `);
  const folder = closing.use(await makeHouseFolder(ledger, null));
  const port = await findFreePort();
  const secrets = ['a-token-nobody-may-see', 'a-webhook-secret-nobody-may-see', 'a-heartbeat-nobody-may-see'];
  const [token = '', webhookSecret = '', beat = ''] = secrets;
  const service = closing.use(
    startCommand(folder, ['serve'], {
      LOG_LEVEL: 'debug',
      CLAIMLEDGER_LISTEN: `127.0.0.1:${port}`,
      CLAIMLEDGER_TOKEN: token,
      CLAIMLEDGER_WEBHOOK_SECRET: webhookSecret,
      CLAIMLEDGER_HEARTBEAT_URL: `${heartbeat.origin}/${beat}`,
    }),
  );
  const lines: string[] = [];
  service.child.stdout?.on('data', (chunk) => lines.push(String(chunk)));
  const get = (path: string, from: RequestFrom = {}) => askLoopback(port, path, from);
  const startedAt = performance.now();
  while (heartbeat.seen.length === 0) {
    if (performance.now() - startedAt > readyMsMax) throw new Error(`No digest after ${readyMsMax / 1_000} s`);
    await pause(lookMs);
  }
  // The line of the run that made the digest follows the heartbeat.
  while (!lines.join('').includes('"built":true')) await pause(lookMs);
  return { folder, service, port, heartbeat, secrets, get, readLog: () => parseLog(lines.join('')) };
}

/** The complete lines of a log. Throws at a line that is no object of JSON with a level, a time and words. */
export function parseLog(text: string): readonly LogLine[] {
  const whole = text.slice(0, text.lastIndexOf('\n'));
  return whole.split('\n').map((line) => logLine.parse(JSON.parse(line)));
}

/** One GET to this machine on a connection of its own. */
export async function askLoopback(
  port: number,
  path: string,
  { localAddress, headers = {} }: RequestFrom = {},
): Promise<{ readonly status: number; readonly type: string; readonly body: string }> {
  return await new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers, agent: false };
    const sent = request(localAddress === undefined ? options : { ...options, localAddress }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const type = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, type, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
