/**
 * Asks the operator's judge about quotes that wait for review, one sentence at a time. It may let a quote count, set it aside or
 * give it another stance; it makes no quote and changes none. Without a judge in the ledger or the environment nothing is asked.
 */
import { z } from 'zod';
import { buildJudgeMessages, judgeKey, readJudgeAnswer } from '#src/core/tagging/judge-question.ts';
import {
  countCalls,
  findAnswers,
  findLastFailure,
  insertCall,
  insertOpinion,
  listFailedKeys,
  listUnjudgedQuotes,
  type UnjudgedQuote,
} from '#src/io/db/opinions.ts';
import type { Deps } from '#src/io/deps.ts';
import { askJudge, type JudgeEndpoint } from '#src/io/http/judge.ts';
import { defineJob, type RunSummary } from '#src/io/queue.ts';

/** Quotes looked at in one run; the next tick goes on. */
const quotesPerRun = 100;
/** A judge that fails so often in a row is left alone for a while. */
const failuresPerRunMax = 3;
const restMinutes = 15;
/** A question that failed is asked again no sooner: one odd sentence must not use up the day. */
const retryHours = 24;

/** What asking needs of the world. */
export type JudgeDeps = Pick<Deps, 'db' | 'inForce' | 'now' | 'signal'> & {
  readonly config: Pick<Deps['config'], 'judge'>;
};

/** The judge in use: where it is, and how often it may be asked on one day. */
export type JudgeInUse = JudgeEndpoint & { readonly callsPerDay: number };

export default defineJob<Record<string, never>>({
  description: 'Ask the judge about quotes that wait for review',
  payload: z.strictObject({}),
  retryCount: 0,
  expireSeconds: 900,
  concurrency: 1,
  run: askJudgeAboutQuotes,
});

/** The judge that environment and ledger name, the environment first; null when there is none. */
export function findJudge(deps: Pick<JudgeDeps, 'inForce' | 'config'>): JudgeInUse | null {
  const { judge } = deps.inForce().ledger;
  const { url = judge?.url, model = judge?.model, key } = deps.config.judge;
  if (url === undefined || model === undefined) return null;
  const { callsPerDay = callsPerDayUsual, timeout = timeoutMsUsual } = judge ?? {};
  return { url, model, key, callsPerDay, timeoutMs: timeout };
}

/** What the ledger says when it names no judge, and the environment does. */
const callsPerDayUsual = 200;
const timeoutMsUsual = 30_000;

/** Whether there is something to ask now: a judge, a quote it has not seen, calls left today, and no rest after failures. */
export async function isJudgeDue(deps: JudgeDeps): Promise<boolean> {
  const judge = findJudge(deps);
  if (judge === null || (await isResting(deps))) return false;
  const { open, known } = await listQuestions(judge, deps);
  return known.length > 0 || (open.length > 0 && (await countCallsLeft(judge, deps)) > 0);
}

/** Asks about what waits, until the day's calls are used up, the judge fails, or nothing is left. */
export async function askJudgeAboutQuotes(_payload: object, deps: JudgeDeps): Promise<RunSummary> {
  const judge = findJudge(deps);
  if (judge === null || (await isResting(deps))) return { asked: 0 };
  const { open, known } = await listQuestions(judge, deps);
  for (const { quote, answer } of known) {
    await insertOpinion(deps.db, { taggingId: quote.taggingId, answer, model: judge.model }, deps.now());
  }
  let callsLeft = await countCallsLeft(judge, deps);
  let [asked, failures] = [0, 0];
  for (const question of open) {
    if (callsLeft <= 0 || failures >= failuresPerRunMax || deps.signal.aborted) break;
    const outcome = await askOnce(question, judge, deps);
    callsLeft -= 1;
    asked += 1;
    failures = outcome === 'answered' ? 0 : failures + 1;
    if (outcome === 'busy') break;
  }
  return { asked, known: known.length, failures };
}

/** The calls of this day, counted from midnight where the house is. */
export async function countCallsToday(
  deps: Pick<JudgeDeps, 'db' | 'inForce' | 'now'>,
): Promise<Awaited<ReturnType<typeof countCalls>>> {
  const { zone } = deps.inForce().ledger.digest;
  return await countCalls(deps.db, deps.now().toZonedDateTimeISO(zone).startOfDay().toInstant());
}

async function countCallsLeft(judge: JudgeInUse, deps: JudgeDeps): Promise<number> {
  return judge.callsPerDay - (await countCallsToday(deps)).calls;
}

async function isResting(deps: JudgeDeps): Promise<boolean> {
  const failedAt = await findLastFailure(deps.db);
  return failedAt !== null && Temporal.Instant.compare(failedAt.add({ minutes: restMinutes }), deps.now()) > 0;
}

type Question = { readonly quote: UnjudgedQuote; readonly key: string };

/** What waits: questions that the store has an answer to, and those to be asked. */
async function listQuestions(judge: JudgeInUse, deps: JudgeDeps) {
  const quotes = await listUnjudgedQuotes(deps.db, quotesPerRun);
  const questions = quotes.map((quote): Question => {
    const { statement, sentence } = quote;
    return { quote, key: judgeKey({ statement, sentence }, judge.model) };
  });
  const keys = questions.map(({ key }) => key);
  const answers = await findAnswers(deps.db, keys);
  const failed = await listFailedKeys(deps.db, { keys, since: deps.now().subtract({ hours: retryHours }) });
  return {
    known: questions.flatMap(({ quote, key }) => {
      const answer = answers.get(key);
      return answer === undefined ? [] : [{ quote, answer }];
    }),
    // Copies ask the same question; what one of them is answered, the others get in the next run.
    open: [...new Map(questions.map((question) => [question.key, question])).values()].filter(
      ({ key }) => !answers.has(key) && !failed.has(key),
    ),
  };
}

/** One call, written down whatever comes of it: a call that is not counted could be made for ever. */
async function askOnce(
  { quote, key }: Question,
  judge: JudgeInUse,
  deps: JudgeDeps,
): Promise<'answered' | 'failed' | 'busy'> {
  const reply = await askJudge(judge, buildJudgeMessages(quote), deps.signal);
  // Broken off by our own stop: nothing is known about the judge.
  if (deps.signal.aborted) return 'busy';
  const answer = reply.kind === 'answered' ? readJudgeAnswer(reply.content) : null;
  const error = answer !== null ? null : reply.kind === 'failed' ? reply.detail : 'answer is not what was asked for';
  const now = deps.now();
  await deps.db.transaction().execute(async (tx) => {
    await insertCall(tx, { key, model: judge.model, askedAt: now, answer, error });
    if (answer !== null) await insertOpinion(tx, { taggingId: quote.taggingId, answer, model: judge.model }, now);
  });
  if (answer !== null) return 'answered';
  return reply.kind === 'failed' && reply.isBusy ? 'busy' : 'failed';
}
