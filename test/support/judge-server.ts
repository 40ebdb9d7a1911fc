/** A judge on the loopback that speaks the protocol of chat completions, and answers as a test tells it. */
import { createServer } from 'node:http';
import { z } from 'zod';

const bodySchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.object({ json_schema: z.object({ schema: z.unknown() }) }),
});

/** One question as the judge saw it. */
export type SeenQuestion = {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly body: z.output<typeof bodySchema>;
};

/** How the judge answers: with a message, with a status, with bytes of the test's own, or not at all. */
export type JudgeAnswer = {
  readonly content?: string;
  readonly status?: number;
  readonly raw?: string;
  readonly isSilent?: boolean;
};

/** What a judge says to one question. */
export type JudgeScript = (question: SeenQuestion) => JudgeAnswer;

/** A running judge; close it with `await using`. */
export type TestJudge = AsyncDisposable & { readonly origin: string; readonly seen: readonly SeenQuestion[] };

/** Starts a judge. */
export async function startJudge(script: JudgeScript): Promise<TestJudge> {
  const seen: SeenQuestion[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const question = {
        method: message.method ?? '',
        path: message.url ?? '',
        authorization: message.headers.authorization ?? null,
        body: bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString())),
      };
      seen.push(question);
      const { content, status = 200, raw, isSilent } = script(question);
      if (isSilent === true) return;
      const reply = {
        id: 'x',
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content } }],
      };
      response.writeHead(status, { 'content-type': 'application/json' }).end(raw ?? JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Cannot listen on the loopback');
  return {
    seen,
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
