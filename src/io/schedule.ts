/** The ticks. They decide nothing: each puts one job into the queue under an id made of its name and slot, whatever the node. */
import { schedule } from 'node-cron';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Queue } from './queue.ts';

/** One tick: a cron expression in UTC and the job it nudges. */
export type Tick = { readonly cron: string; readonly name: string; readonly payload: object };

/** Starts the ticks; disposing stops them. A tick that cannot be put in is logged, and the next one tries again. */
export function startTicks(
  ticks: readonly Tick[],
  deps: { readonly queue: Queue; readonly log: Log; readonly metrics: Metrics },
): AsyncDisposable {
  const tasks = ticks.map(({ cron, name, payload }) =>
    schedule(
      cron,
      async (context) => {
        const slot = `${cron} ${context.date.toISOString()}`;
        try {
          const sent = await deps.queue.send({ name, payload, key: 'tick', slot });
          if (sent === 'already-open') deps.metrics.overran(name);
        } catch (err) {
          deps.log.warn({ err, job: name }, 'tick could not be queued');
        }
      },
      { timezone: 'UTC', noOverlap: true },
    ),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      for (const task of tasks) await task.destroy();
    },
  };
}
