import { describe, expect, test } from 'vitest';
import { parseSource, readSourceTree, type SourceFile } from './support/source-tree.ts';

const files = readSourceTree();

/**
 * The rings, and the paths that a file of each may import. The doors (web, cli) read the store; what the command line needs
 * beyond that to start and stop a service is named file by file.
 */
const rings = {
  'src/core/': ['src/core/'],
  'src/config/': ['src/config/', 'src/core/'],
  'src/io/': ['src/io/', 'src/config/', 'src/core/'],
  'jobs/': ['jobs/', 'src/io/', 'src/config/', 'src/core/'],
  'src/web/': ['src/web/', 'src/io/db/', 'src/config/', 'src/core/', 'jobs/'],
  'src/cli/': [
    'src/cli/',
    'src/web/app.ts',
    'src/io/db/',
    'src/io/archive/bundle-check.ts',
    'src/io/archive/file-key.ts',
    'src/io/control.ts',
    'src/io/deps.ts',
    'src/io/job-runner.ts',
    'src/io/queue.ts',
    'src/io/schedule.ts',
    'src/io/worker-pool.ts',
    'src/config/',
    'src/core/',
    'jobs/',
  ],
  'src/main.ts': ['src/', 'jobs/'],
  'src/start.ts': ['src/main.ts'],
  'migrations/': [],
} as const satisfies Record<string, readonly string[]>;

/** Where each package and each module that reaches the world may be imported; anything not listed may be imported nowhere. */
const homes: Readonly<Record<string, readonly string[]>> = {
  '@electric-sql/pglite': ['src/io/db/'],
  '@fastify/helmet': ['src/web/'],
  '@fastify/rate-limit': ['src/web/'],
  '@fastify/swagger': ['src/web/'],
  '@mozilla/readability': ['src/core/'],
  'cli-progress': ['src/cli/'],
  commander: ['src/cli/'],
  'csv-stringify': ['src/cli/'],
  diff: ['src/core/'],
  eld: ['src/core/'],
  entities: ['src/core/'],
  fastify: ['src/web/', 'src/cli/'],
  'fastify-type-provider-zod': ['src/web/'],
  htm: ['src/web/'],
  feedsmith: ['src/core/output/feed.ts'],
  htmlparser2: ['src/core/'],
  'ipaddr.js': ['src/io/http/'],
  kysely: ['src/io/db/', 'src/io/queue.ts', 'migrations/'],
  linkedom: ['src/core/'],
  'node-cron': ['src/io/schedule.ts'],
  nodemailer: ['src/io/mail.ts'],
  pg: ['src/io/db/'],
  'pg-boss': ['src/io/queue.ts'],
  pino: ['src/io/log.ts'],
  piscina: ['src/io/worker-pool.ts'],
  preact: ['src/web/'],
  'preact-render-to-string': ['src/web/'],
  'prom-client': ['src/io/prometheus.ts'],
  re2js: ['src/core/'],
  'rss-parser': ['src/core/'],
  undici: ['src/io/http/'],
  warcio: ['src/io/archive/'],
  yaml: ['src/config/'],
  zod: ['src/', 'jobs/'],
  'node:crypto': ['src/core/', 'src/config/load.ts', 'src/io/', 'src/web/', 'src/main.ts'],
  'node:dns': ['src/io/http/'],
  'node:events': ['src/io/archive/'],
  'node:fs': ['src/config/', 'src/io/', 'src/web/', 'src/cli/', 'src/main.ts'],
  'node:module': ['src/io/worker-pool.ts', 'src/start.ts'],
  'node:net': ['src/io/http/', 'src/io/control.ts'],
  'node:os': ['src/io/'],
  'node:path': ['src/config/', 'src/io/', 'src/web/', 'src/cli/', 'src/main.ts'],
  'node:perf_hooks': ['src/io/prometheus.ts'],
  'node:readline': ['src/io/', 'src/cli/'],
  'node:sqlite': ['src/io/db/lock.ts'],
  'node:stream': ['src/io/'],
  'node:timers': ['src/io/', 'src/cli/', 'jobs/'],
  'node:url': ['src/config/', 'src/io/', 'src/web/', 'src/cli/', 'src/start.ts'],
  'node:worker_threads': ['src/io/'],
  'node:zlib': ['src/io/'],
};

/** Makers of a `Date` from a value that is at hand, where a library insists on one. Everything else is a `Temporal.Instant`. */
const dateMakers = ['src/core/output/feed.ts', 'src/io/db/embedded.ts', 'src/io/mail.ts'];

const clock = /\bDate\.now\b|\bnew Date\(\)|(?<!new )\bDate\(\)|\bTemporal\.Now\b|\bprocess\.hrtime\b/;
const date = /\bnew Date\b/;
const duration = /\bperformance\.now\b/;
const random = /\bMath\.random\b|\bgetRandomValues\b/;
const environment = /\bprocess\.env\b|from 'node:process'/;
const globalClient = /(?<![\w.$#])(?:fetch|XMLHttpRequest|WebSocket|EventSource)\(|\.parseURL\(/;
// `deps.now()` is our clock, so `now()` counts as SQL only where no object stands before it.
const sqlClock =
  /(?<![\w.])now\(\)|fn(?:<[^>]*>)?\('now'|'now'::|defaultTo\('now'\)|\b(?:current_timestamp|current_date|current_time|localtimestamp)\b|\b(?:clock|statement|transaction)_timestamp\b|\btimeofday\b/i;

const isUnder = (path: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => path === prefix || (prefix.endsWith('/') && path.startsWith(prefix)));

/** The paths of `among` whose code matches; a search through no files at all is a mistake of the test. */
function findIn(among: readonly SourceFile[], pattern: RegExp): readonly string[] {
  expect(among.length).toBeGreaterThan(0);
  return among.filter(({ code }) => pattern.test(code)).map(({ path }) => path);
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe('the rings', () => {
  test.each(Object.entries(rings))('%s imports only what its ring may', (ring, allowed) => {
    const members = files.filter(({ path }) => isUnder(path, [ring]));
    expect(members.length).toBeGreaterThan(0);
    const strays = members.flatMap(({ path, imports }) =>
      imports.flatMap(({ target }) => (target === null || isUnder(target, allowed) ? [] : [`${path} -> ${target}`])),
    );
    expect(strays).toEqual([]);
  });

  test('every file stands in one ring', () => {
    const homeless = files.filter(
      ({ path }) => Object.keys(rings).filter((ring) => isUnder(path, [ring])).length !== 1,
    );
    expect(homeless.map(({ path }) => path)).toEqual([]);
  });

  test('every import names a file that is there', () => {
    const known = new Set(files.map(({ path }) => path));
    const targets = files.flatMap(({ imports }) => imports.flatMap(({ target }) => (target === null ? [] : [target])));
    expect(targets.length).toBeGreaterThan(files.length);
    expect(targets.filter((target) => !known.has(target))).toEqual([]);
  });

  test('what node loads has no cycle', () => {
    const next = new Map(
      files.map(({ path, imports }) => [
        path,
        imports.flatMap(({ target, isTypeOnly }) => (target === null || isTypeOnly ? [] : [target])),
      ]),
    );
    expect(next.size).toBeGreaterThan(0);
    expect([...next.keys()].filter((path) => reaches(next, path))).toEqual([]);
  });

  test('the pages only read the store', () => {
    const taken = files
      .filter(({ path }) => path.startsWith('src/web/'))
      .flatMap(({ path, imports }) => imports.map((line) => ({ path, ...line })))
      .filter(({ target, isTypeOnly }) => !isTypeOnly && target?.startsWith('src/io/db/') === true)
      .flatMap(({ path, names }) =>
        [...names.matchAll(/(?:^|[{,])\s*(?!type\s)([a-z]\w*)/g)].map(([, name = '']) => `${path}: ${name}`),
      );
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.filter((line) => !/: (?:get|find|list|count|search|explain|gather)[A-Z]/.test(line))).toEqual([]);
  });
});

test('every package and every module that reaches the world is imported only where it is at home', () => {
  const outside = files.flatMap(({ path, imports }) =>
    imports.filter(({ target }) => target === null).map(({ specifier }) => ({ path, specifier })),
  );
  expect(outside.length).toBeGreaterThan(0);
  const strays = outside.filter(({ path, specifier }) => !isUnder(path, homes[packageOf(specifier)] ?? []));
  expect(strays).toEqual([]);
});

test('nothing but io/http asks the outer network', () => {
  const others = files.filter(({ path }) => !path.startsWith('src/io/http/'));
  expect(others.length).toBeLessThan(files.length);
  expect(findIn(others, globalClient)).toEqual([]);
});

describe('one clock, one environment', () => {
  const others = files.filter(({ path }) => path !== 'src/main.ts');
  const main = files.filter(({ path }) => path === 'src/main.ts');

  test('only main reads the clock', () => {
    expect(findIn(others, clock)).toEqual([]);
    expect(findIn(main, clock)).toEqual(['src/main.ts']);
  });

  test('a Date is made only where a library insists on one', () => {
    expect(findIn(others, date)).toEqual(dateMakers);
  });

  test('only requests and parses are timed with a stopwatch', () => {
    expect(findIn(others, duration).filter((path) => !path.startsWith('src/io/http/'))).toEqual([
      'src/io/worker-pool.ts',
    ]);
  });

  test('only main is random, and only main reads the environment', () => {
    expect(findIn(others, random)).toEqual([]);
    expect(findIn(others, environment)).toEqual([]);
    expect(findIn(main, environment)).toEqual(['src/main.ts']);
  });

  test('no statement and no table takes the time from the database', () => {
    expect(findIn(others, sqlClock)).toEqual([]);
  });
});

describe('the searches of this file', () => {
  const check = (
    text: string,
    expected: Partial<Record<'clock' | 'sql' | 'client' | 'environment', boolean>>,
  ): void => {
    const { code } = parseSource('src/core/sample.ts', text);
    const found = {
      clock: clock.test(code),
      sql: sqlClock.test(code),
      client: globalClient.test(code),
      environment: environment.test(code),
    };
    expect(found).toEqual({ clock: false, sql: false, client: false, environment: false, ...expected });
  };

  test('find what they look for, and not its likeness', () => {
    check('const at = Date.now();', { clock: true });
    check('const at = new Date();', { clock: true });
    check('const at = Temporal.Now.instant();', { clock: true });
    check('const at = deps.now();', {});
    check('const at = new Date(text);', {});
    check('// Date.now() would be a second clock', {});
    check('await sql`update hosts set lease_until = now()`;', { sql: true });
    check('column.defaultTo(sql`CURRENT_TIMESTAMP`)', { sql: true });
    check("column.defaultTo('now')", { sql: true });
    check('await touch(db, deps.now());', {});
    check("export type Deps = Pick<All, 'db' | 'now'>;", {});
    check("const answer = await fetch('https://example.org/');", { client: true });
    check('const outcome = await deps.http.fetch(request);', {});
    check("const level = process.env['LOG_LEVEL'];", { environment: true });
  });

  test('see imports of every shape', () => {
    const { imports } = parseSource(
      'src/io/sample.ts',
      "import { a, type B } from '#src/core/a.ts';\nimport type { C } from './c.ts';\nimport {\n  d,\n} from '../d.ts';\n" +
        "export { e } from 'e';\nimport 'f';\nconst g = await import('#jobs/g.ts');\n// import { h } from 'h';\n",
    );
    expect(imports.map(({ specifier, target, isTypeOnly }) => [specifier, target, isTypeOnly])).toEqual([
      ['#src/core/a.ts', 'src/core/a.ts', false],
      ['./c.ts', 'src/io/c.ts', true],
      ['../d.ts', 'src/d.ts', false],
      ['e', null, false],
      ['f', null, false],
      ['#jobs/g.ts', 'jobs/g.ts', false],
    ]);
  });
});

/** Whether a file comes back to itself along imports. */
function reaches(next: ReadonlyMap<string, readonly string[]>, start: string): boolean {
  const seen = new Set<string>();
  const open = [...(next.get(start) ?? [])];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (path === start) return true;
    if (seen.has(path)) continue;
    seen.add(path);
    open.push(...(next.get(path) ?? []));
  }
  return false;
}
