import { fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

/** A process that does a task whenever it is asked and answers with what it measured. It ends when it is disposed of. */
export type Runner = Disposable & { readonly run: (task: string) => Promise<readonly number[]> };

const answerSchema = z.array(z.number());
/** How much of a process's error output is told when it fails. */
const COMPLAINT_CHARS = 2_000;

/** Starts the module `file` as a process of its own, which calls `answerTurns`. */
export function startRunner(file: string, args: readonly string[]): Runner {
  // Some of what is measured writes to the output what it thinks of a page.
  const child = fork(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-COMPLAINT_CHARS);
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${file} ${args.join(' ')} ended before its turn: ${complaints}`);
  });
  // Without a turn to come, the end is no failure.
  ended.catch(() => {});
  return {
    run: async (task) => {
      child.send(task);
      const [answer] = await Promise.race([once(child, 'message'), ended]);
      return answerSchema.parse(answer);
    },
    [Symbol.dispose]: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** Does the tasks that the parent process sends, one after the other; to be called once in a process of `startRunner`. */
export function answerTurns(work: (task: string) => Promise<readonly number[]> | readonly number[]): void {
  process.on('message', async (task) => {
    process.send?.(await work(z.string().parse(task)));
  });
}

/**
 * Gives the processor seconds of all threads of this process since the call before, or since its start: also what it collects of
 * its own garbage while it waits for its turn.
 */
export function openMeter(): () => number {
  let total = 0;
  return () => {
    const { user, system } = process.cpuUsage();
    const before = total;
    total = (user + system) / 1e6;
    return total - before;
  };
}
