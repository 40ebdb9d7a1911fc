/** The service as the demo runs it: its own clock, and a door that leads to the invented press and nowhere else. */
import type { House, OpenHouse } from '#src/cli/program.ts';
import { buildUserAgent, defaultFetchLimits } from '#src/core/fetch/limits.ts';
import type { FetchOutcome } from '#src/core/fetch/outcome.ts';
import { type HttpDoor, openDoor } from '#src/io/http/door.ts';
import { openHouseAt } from '#src/main.ts';
import type { DemoPress } from './press.ts';

/** A clock that starts at an invented moment and goes on from there; it can be set ahead. */
export type DemoClock = { readonly now: () => Temporal.Instant; set(at: Temporal.Instant): void };

/** Starts the clock. */
export function startClock(at: Temporal.Instant): DemoClock {
  let from = { shown: at, real: Temporal.Now.instant() };
  const now = (): Temporal.Instant => from.shown.add(Temporal.Now.instant().since(from.real));
  return {
    now,
    set: (next) => {
      if (Temporal.Instant.compare(next, now()) > 0) from = { shown: next, real: Temporal.Now.instant() };
    },
  };
}

/** Opens the house of the composition root with the demo's clock and door; `onOpened` is told of it. */
export function openHouseOn(
  press: DemoPress,
  options: { readonly clock: DemoClock; readonly onOpened: (house: House) => void },
): OpenHouse {
  return async (config, houseOptions) => {
    const house = await openHouseAt(options.clock.now, { config, options: houseOptions });
    const http = openDemoDoor(press);
    const demo: House = {
      ...house,
      deps: { ...house.deps, http },
      [Symbol.asyncDispose]: async () => {
        await http[Symbol.asyncDispose]();
        await house[Symbol.asyncDispose]();
      },
    };
    options.onOpened(demo);
    return demo;
  };
}

/** The service's own door; the invented names are found at the press, and no other name is found at all. */
function openDemoDoor(press: DemoPress): HttpDoor {
  const known = new Set(press.hosts);
  const door = openDoor({
    userAgent: buildUserAgent('demo', 'https://velmar.example/contact'),
    limits: defaultFetchLimits,
    allowPrivate: press.hosts.map((host) => `${host}:${press.port}`),
    resolve: async (name) => {
      if (known.has(name)) return ['127.0.0.1'];
      throw Object.assign(new Error(`the demo has no ${name}`), { code: 'ENOTFOUND' });
    },
  });
  const inward = (url: string): string =>
    url.replace(/^https:\/\/([^/:]+\.example)(?=\/|$)/, `http://$1:${press.port}`);
  const outward = (url: string): string => url.replace(`:${press.port}`, '').replace(/^http:/, 'https:');
  return {
    fetch: async (request, signal) => {
      const { admitHop } = request;
      const outcome = await door.fetch(
        {
          ...request,
          url: inward(request.url),
          validatorsUrl: request.validatorsUrl ? inward(request.validatorsUrl) : null,
          ...(admitHop === undefined ? {} : { admitHop: (url) => admitHop(outward(url)) }),
        },
        signal,
      );
      return nameAgain(outcome, outward);
    },
    post: (request, signal) => door.post({ ...request, url: inward(request.url) }, signal),
    ping: (url, signal) => door.ping(inward(url), signal),
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
  };
}

function nameAgain(outcome: FetchOutcome, outward: (url: string) => string): FetchOutcome {
  const redirects = outcome.redirects.map(({ from, to, status }) => ({ from: outward(from), to: outward(to), status }));
  return { ...outcome, finalUrl: outward(outcome.finalUrl), redirects };
}
