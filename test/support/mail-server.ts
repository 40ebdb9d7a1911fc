/** A real mail server on the loopback that keeps what it takes. */
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A message as it arrived. */
export type ReceivedMail = { readonly from: string; readonly to: readonly string[]; readonly message: Buffer };

/** What the server says after a message; null = it takes it. */
export type MailAnswer = { readonly code: number; readonly words: string } | null;

/** The running server. `connectionCount` counts connections since it was started. */
export type MailServer = AsyncDisposable & {
  readonly url: string;
  readonly received: ReceivedMail[];
  readonly connectionCount: () => number;
};

/** Starts a server; `options` are smtp-server's own. */
export async function startMailServer(
  answer: () => MailAnswer = () => null,
  options: SMTPServerOptions = { disabledCommands: ['AUTH', 'STARTTLS'] },
  host = '127.0.0.1',
): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  let connectionCount = 0;
  const server = new SMTPServer({
    ...options,
    onConnect(_session, done) {
      connectionCount += 1;
      done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const said = answer();
        if (said !== null) {
          done(Object.assign(new Error(said.words), { responseCode: said.code }));
          return;
        }
        const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
        const to = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ from, to, message: Buffer.concat(chunks) });
        done();
      });
    },
  });
  server.on('error', () => {});
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, host, () => {
      const address = listening.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    url: `smtp://${host}:${port}`,
    received,
    connectionCount: () => connectionCount,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
