/** Times every regular expression of the program on long runs of what it likes to read. */
import { Worker } from 'node:worker_threads';
import { readSourceTree } from '#test/support/source-tree.ts';

/** A pattern that took too long: where it stands, on what, and for how many milliseconds (null when it was stopped). */
export type SlowPattern = {
  readonly path: string;
  readonly pattern: string;
  readonly input: string;
  readonly ms: number | null;
};

const inputLength = 100_000;
const msMax = 100;
/** A pattern that does not end is stopped with its thread. */
const stopMsMax = 1_000;
/** One character of each class that patterns name; runs of it end in a character that none of them takes. */
const samples: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\\s|\\n|\\r|\\t/, [' ', '\n', '\t ']],
  [/\\d|0-9/, ['1', '1,', '1.']],
  [/\\w|a-z|A-Z|\\p\{L/i, ['a', 'a ', 'aB']],
  [/\\p\{M/, ['\u0301', 'a\u0301']],
  [/\\S|\[\^|(?<!\\)\./, ['x', '<', '&', '"', "'", '(', '/', '-', ' -']],
];
const literal =
  /(?<=(?:^|[=(,:[!&|?{};>]|return|\s))\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/([dgimsuvy]*)(?=\s*(?:[.,;)\]}:?&|]|$))/gm;

/** Runs each pattern of src and jobs on its worst inputs, in a thread that can be ended. */
export async function findSlowPatterns(): Promise<{
  readonly patternCount: number;
  readonly slow: readonly SlowPattern[];
}> {
  const found = readSourceTree().flatMap(({ path, code }) =>
    [...code.matchAll(literal)].map(([, pattern = '', flags = '']) => ({ path, pattern, flags })),
  );
  const tasks = found.flatMap((each) => inputsOf(each.pattern).map((input) => ({ ...each, input })));
  const slow: SlowPattern[] = [];
  let at = 0;
  while (at < tasks.length) {
    const { timings, isStopped } = await timeFrom(tasks, at);
    for (const [offset, ms] of timings.entries()) {
      const task = tasks[at + offset];
      if (ms > msMax && task !== undefined) slow.push({ ...pick(task), ms: Math.round(ms) });
    }
    at += timings.length;
    const stopped = tasks[at];
    if (isStopped && stopped !== undefined) {
      slow.push({ ...pick(stopped), ms: null });
      at += 1;
    }
  }
  return { patternCount: found.length, slow: onePerPattern(slow) };
}

type Task = { readonly path: string; readonly pattern: string; readonly flags: string; readonly input: string };

function pick({ path, pattern, input }: Task): Omit<SlowPattern, 'ms'> {
  return { path, pattern, input: JSON.stringify(input) };
}

/** The words to repeat for a pattern: its own literal characters, and samples of the classes it names. */
function inputsOf(pattern: string): readonly string[] {
  const own = [...new Set(pattern.replace(/\\[a-zA-Z]|[\\[\](){}^$|?*+.]/g, ''))].filter(
    (character) => character.trim() !== '',
  );
  const runs = samples.flatMap(([shape, words]) => (shape.test(pattern) ? words : []));
  const words = (pattern.match(/[a-z]{3,}/gi) ?? []).slice(0, 3).map((word) => `${word} `);
  return [...new Set([...runs, ...own.slice(0, 8), ...words])];
}

async function timeFrom(tasks: readonly Task[], from: number): Promise<{ timings: number[]; isStopped: boolean }> {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    for (const { pattern, flags, input } of workerData.tasks) {
      const text = input.repeat(Math.ceil(workerData.length / input.length)) + '\\u0000';
      const regex = new RegExp(pattern, flags.replace(/[gy]/g, ''));
      const times = [];
      // A busy machine makes a quick pattern slow once, not three times.
      do {
        const start = performance.now();
        regex.test(text);
        times.push(performance.now() - start);
      } while (times.at(-1) > workerData.msMax && times.length < 3);
      parentPort.postMessage(Math.min(...times));
    }`;
  const worker = new Worker(code, { eval: true, workerData: { tasks: tasks.slice(from), length: inputLength, msMax } });
  const timings: number[] = [];
  const ended = Promise.withResolvers<boolean>();
  const stop = () => ended.resolve(true);
  let timer = setTimeout(stop, stopMsMax);
  worker.on('message', (ms: number) => {
    timings.push(ms);
    clearTimeout(timer);
    timer = setTimeout(stop, stopMsMax);
  });
  worker.on('error', ended.reject);
  worker.on('exit', () => ended.resolve(false));
  const isStopped = await ended.promise;
  clearTimeout(timer);
  await worker.terminate();
  return { timings, isStopped };
}

function onePerPattern(slow: readonly SlowPattern[]): readonly SlowPattern[] {
  return [...new Map(slow.map((each) => [`${each.path} ${each.pattern}`, each])).values()];
}
