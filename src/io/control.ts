/**
 * The door for commands of this machine into a running service: a socket in the data directory, for its owner only. A command
 * hands over its arguments and gets back what it would have printed; the service is the only one that has the store open.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** A command as it is handed over. */
const handoverSchema = z.strictObject({
  argv: z.array(z.string()),
  cwd: z.string(),
  columns: z.int().nullable(),
});

export type Handover = z.output<typeof handoverSchema>;

const frameSchema = z.union([
  z.strictObject({ out: z.string() }),
  z.strictObject({ err: z.string() }),
  z.strictObject({ exit: z.int() }),
]);

/** Where output goes, whether to a terminal or over the socket. */
export type Output = { readonly out: (text: string) => void; readonly err: (text: string) => void };

/** Runs one handed-over command and gives its exit code. */
export type RunHandover = (handover: Handover, output: Output) => Promise<number>;

const connectTimeoutMs = 2_000;
/** Unix socket addresses end at 108 bytes; a longer path is reached relative to the data directory. */
const socketName = 'control.sock';

/** The socket of a data directory. */
export function socketPath(dataDir: string): string {
  return join(dataDir, socketName);
}

/** Listens for commands until disposed. The caller holds the store's lock, so an old socket file belongs to nobody. */
export async function serveControl(dataDir: string, run: RunHandover): Promise<AsyncDisposable> {
  const path = socketPath(dataDir);
  rmSync(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    answer(socket, run);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(path, { force: true });
    },
  };
}

/** Hands a command to the service of a data directory; null when none is running there. Throws when it goes away half-way. */
export async function handOver(dataDir: string, handover: Handover, output: Output): Promise<number | null> {
  const socket = await connect(socketPath(dataDir));
  if (socket === null) return null;
  socket.write(`${JSON.stringify(handover)}\n`);
  try {
    for await (const line of createInterface({ input: socket })) {
      const frame = frameSchema.parse(JSON.parse(line));
      if ('out' in frame) output.out(frame.out);
      else if ('err' in frame) output.err(frame.err);
      else return frame.exit;
    }
  } finally {
    socket.destroy();
  }
  throw new Error('the running service closed the connection before it had answered');
}

function answer(socket: Socket, run: RunHandover): void {
  const lines = createInterface({ input: socket });
  lines.on('error', () => socket.destroy());
  lines.once('line', async (line) => {
    const send = (frame: z.input<typeof frameSchema>): void => {
      if (socket.writable) socket.write(`${JSON.stringify(frame)}\n`);
    };
    try {
      const handover = handoverSchema.parse(JSON.parse(line));
      const exit = await run(handover, { out: (out) => send({ out }), err: (err) => send({ err }) });
      send({ exit });
    } catch (error) {
      send({ err: `${error instanceof Error ? error.message : String(error)}\n` });
      send({ exit: 1 });
    }
    socket.end();
  });
}

function connect(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.setTimeout(connectTimeoutMs, () => {
      socket.destroy();
      resolve(null);
    });
    socket.once('connect', () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    // No file, or a file that nobody listens on any more.
    socket.once('error', () => resolve(null));
  });
}
