/** Two weeks of the invented press as the service sees them, day by day, and its pages on top. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type House, runSession, type Session } from '#src/cli/program.ts';
import { openBareStore } from '#src/main.ts';
import { type DemoClock, openHouseOn, startClock } from './house.ts';
import { startPress } from './press.ts';

const firstDay = Temporal.PlainDate.from('2026-02-02');
/** Days that are lived through. */
export const dayCount = 15;
/** Each morning the sources are read before the digest is made; on the last one also after it. */
const readAt = '06:50';
const digestAt = '07:01';
const lastAt = '09:30';
/** A source that a person has paused. */
const pausedSource = 'https://gull.example/feed.xml';

/** What lets people answer on the pages of the demo; it guards a store that is thrown away. */
export const demoToken = 'demo';

/** The running demo; disposing stops it and deletes its store. `ended` gives the exit code of its service. */
export type Demo = AsyncDisposable & {
  readonly origin: string;
  /** A copy of `ledger.yaml` that may be changed. */
  readonly ledgerFile: string;
  readonly clock: DemoClock;
  readonly ended: Promise<number>;
  /** Carries out a command on the running service; gives its exit code. */
  run(...argv: readonly string[]): Promise<number>;
};

/** Starts the demo and lives through its days; `onDay` is told each that is over. Throws when the port is taken. */
export async function startDemo(options: {
  readonly port: number;
  readonly onDay: (day: number) => void;
  readonly signal: AbortSignal;
}): Promise<Demo> {
  const closing = new AsyncDisposableStack();
  const stopping = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), 'claimledger-demo-'));
  closing.defer(() => rmSync(folder, { recursive: true, force: true }));
  const ledgerFile = join(folder, 'ledger.yaml');
  copyFileSync(new URL('./ledger.yaml', import.meta.url), ledgerFile);
  const clock = startClock(instantOf(firstDay, '06:00'));
  const press = closing.use(await startPress(clock.now));
  const opened = Promise.withResolvers<House>();
  const base: Omit<Session, 'argv' | 'house'> = {
    cwd: folder,
    env: { LOG_LEVEL: 'fatal', CLAIMLEDGER_TOKEN: demoToken, CLAIMLEDGER_LISTEN: `127.0.0.1:${options.port}` },
    version: 'demo',
    openHouse: openHouseOn(press, { clock, onOpened: opened.resolve }),
    openBareStore,
    carryOut: runSession,
    stdin: Readable.from([]),
    signal: AbortSignal.any([options.signal, stopping.signal]),
    columns: null,
    out: () => {},
    err: (text) => void (/ serves |No mail server/.test(text) || process.stderr.write(text)),
  };
  const ended = runSession({ ...base, argv: ['serve'], house: null });
  closing.defer(async () => {
    stopping.abort();
    await ended;
  });
  const house = await Promise.race([opened.promise, ended]);
  if (typeof house === 'number') {
    await closing.disposeAsync();
    throw new Error(`the service ended with ${house}`);
  }
  const demo: Demo = {
    origin: `http://127.0.0.1:${options.port}`,
    ledgerFile,
    clock,
    ended,
    run: (...argv) => runSession({ ...base, argv, house }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
  await liveThrough(demo, options);
  return demo;
}

async function liveThrough(
  { run, clock }: Demo,
  { onDay, signal }: { readonly onDay: (day: number) => void; readonly signal: AbortSignal },
): Promise<void> {
  for (let day = 0; day < dayCount && !signal.aborted; day += 1) {
    const date = firstDay.add({ days: day });
    clock.set(instantOf(date, readAt));
    await run('run', '--until-idle', '--all');
    clock.set(instantOf(date, digestAt));
    await run('run', '--until-idle');
    onDay(day + 1);
  }
  if (signal.aborted) return;
  await run('sources', 'pause', pausedSource);
  clock.set(instantOf(firstDay.add({ days: dayCount - 1 }), lastAt));
  await run('run', '--until-idle', '--all');
}

function instantOf(date: Temporal.PlainDate, time: string): Temporal.Instant {
  return date.toZonedDateTime({ timeZone: 'UTC', plainTime: time }).toInstant();
}
