import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer, type Server, type Socket } from 'node:net';

/** One request as the server saw it; header names in lower case, values as Latin-1. */
export type SeenRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly atMs: number;
};

/** A server on the loopback that logs what it is asked; close it with `await using`. */
export type TestServer = AsyncDisposable & {
  readonly origin: string;
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  readonly connectionCount: () => number;
};

// A client that asks without end should fail the test, not fill the memory.
const seenCountMax = 20_000;

type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** Starts a server whose every answer the test writes. */
export async function startHttpServer(answer: Answer): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  return listen(createServer({ insecureHTTPParser: true }, logTo(seen, answer)), seen);
}

/** The same over TLS, with a key and certificate in PEM. */
export async function startHttpsServer(
  identity: { readonly key: string; readonly cert: string },
  answer: Answer,
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  return listen(createTlsServer(identity, logTo(seen, answer)), seen);
}

/** Starts a server that writes bytes of the test's own making once a request's head has come. */
export async function startSocketServer(answer: (socket: Socket) => void): Promise<TestServer> {
  const server = createSocketServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  return listen(server, []);
}

function logTo(seen: SeenRequest[], answer: Answer): RequestListener {
  return (message, response) => {
    const request = readRequest(message);
    if (seen.length < seenCountMax) seen.push(request);
    answer(request, response);
  };
}

async function listen(server: Server, seen: readonly SeenRequest[]): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connectionCount = 0;
  server.on('connection', (socket: Socket) => {
    connectionCount += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Cannot listen on the loopback');
  const host = `127.0.0.1:${address.port}`;
  return {
    host,
    origin: `http://${host}`,
    seen,
    connectionCount: () => connectionCount,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function readRequest(message: IncomingMessage): SeenRequest {
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    rawHeaders: message.rawHeaders,
    atMs: performance.now(),
  };
}
