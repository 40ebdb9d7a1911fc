/**
 * The operator's own judge: an endpoint that speaks the chat completions of OpenAI. It is named by the operator and may be on this
 * machine, so the guard against private addresses, which is for what pages name, does not stand before it.
 */
import { request as send } from 'undici';
import { z } from 'zod';
import { type JudgeMessage, judgeAnswerSchema } from '#src/core/tagging/judge-question.ts';
import { readBody } from '#src/io/http/body.ts';

/** Where the judge is, and how long it may take. */
export type JudgeEndpoint = {
  readonly url: string;
  readonly model: string;
  readonly key: string | null;
  readonly timeoutMs: number;
};

/** The text of an answer, or why there is none. `isBusy` asks to be left alone for a while. */
export type JudgeReply =
  | { readonly kind: 'answered'; readonly content: string }
  | { readonly kind: 'failed'; readonly isBusy: boolean; readonly detail: string };

/** Largest reply read, in bytes; an answer of ours has two hundred. */
const replyBytesMax = 64 * 1024;
/** Tokens that the answer may have: ours needs about twenty. */
const tokensMax = 100;

const replySchema = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })], z.unknown()),
});

/** Asks the judge once. Never throws for what the endpoint does; redirects are not followed. */
export async function askJudge(
  endpoint: JudgeEndpoint,
  messages: readonly JudgeMessage[],
  signal: AbortSignal,
): Promise<JudgeReply> {
  const { url, model, key, timeoutMs } = endpoint;
  try {
    const { statusCode, headers, body } = await send(`${url.replace(/(?<!\/)\/+$/, '')}/chat/completions`, {
      method: 'POST',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model,
        messages,
        temperature: 0,
        max_tokens: tokensMax,
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'judgement', strict: true, schema: judgeAnswerSchema },
        },
      }),
    });
    const { bytes, isCut } = await readBody(body, String(headers['content-encoding'] ?? ''), {
      bytesMax: replyBytesMax,
      encodingCountMax: 1,
    });
    if (statusCode !== 200) return failed(`answered ${statusCode}`, statusCode === 429 || statusCode === 503);
    if (isCut) return failed(`reply is over ${replyBytesMax} bytes`, false);
    const reply = replySchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return reply.success
      ? { kind: 'answered', content: reply.data.choices[0].message.content }
      : failed('reply is not a chat completion', false);
  } catch (error) {
    return failed(describe(error, timeoutMs), false);
  }
}

function failed(detail: string, isBusy: boolean): JudgeReply {
  return { kind: 'failed', isBusy, detail };
}

/** One short line; never the key, which no error of the client holds. */
function describe(error: unknown, timeoutMs: number): string {
  if (error instanceof SyntaxError) return 'reply is not JSON';
  if (!(error instanceof Error)) return 'no reply';
  if (error.name === 'TimeoutError') return `no reply within ${timeoutMs} ms`;
  const code = 'code' in error ? String(error.code) : '';
  return (code || error.message).slice(0, 200);
}
