/**
 * `npm run demo`: two weeks of an invented press in half a minute, then the pages on top of it, offline and with a store of its own
 * that is gone afterwards. `--port N` another port; `--screenshots` takes the pictures of the README and ends.
 */
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { dayCount, demoToken, startDemo } from './demo.ts';

const { values: options } = parseArgs({
  options: { port: { type: 'string', default: '8090' }, screenshots: { type: 'boolean', default: false } },
});

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const bar = new SingleBar({ format: 'Two invented weeks {bar} day {value} of {total}' });
bar.start(dayCount, 0);
await using demo = await startDemo({
  port: Number(options.port),
  onDay: (day) => bar.update(day),
  signal: stopping.signal,
}).finally(() => bar.stop());
if (options.screenshots) {
  const { takeScreenshots } = await import('./screenshots.ts');
  await takeScreenshots(demo.origin);
} else if (!stopping.signal.aborted) {
  process.stdout.write(`
The invented press is read. Open ${demo.origin}/

  /claims/turbine-cost   one claim: balance over time, quotes, numbers far apart
  /stories/1             one wire story and who repeats it
  /articles/2            a page that was edited after we quoted it
  /review                sign in with any name and the token "${demoToken}", and answer
  /sources               a feed that wants a sign-in, one that asks us to wait, one that moved

Nothing here is real, and nothing leaves this machine. Stop with Ctrl+C; everything is deleted then.
`);
  process.exitCode = await demo.ended;
}
