import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { helpOf } from './support/known-commands.ts';
import { readSourceTree, rootDir } from './support/source-tree.ts';

const read = (path: string): string => readFileSync(join(rootDir, path), 'utf8');

const versions = z.record(z.string(), z.string());
const manifest = z
  .looseObject({
    engines: z.strictObject({ node: z.string() }),
    scripts: versions,
    dependencies: versions,
    devDependencies: versions,
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(JSON.parse(read('package.json')));
const lock = z
  .looseObject({
    packages: z.record(
      z.string(),
      z.looseObject({
        version: z.string().optional(),
        hasInstallScript: z.boolean().optional(),
        optionalDependencies: versions.optional(),
      }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json')));

const composeSchema = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      build: z.string().optional(),
      command: z.array(z.string()).optional(),
      restart: z.string(),
      read_only: z.boolean(),
      profiles: z.array(z.string()).optional(),
      ports: z.array(z.string()).default([]),
      networks: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
      environment: versions.default({}),
      network_mode: z.string().optional(),
      healthcheck: z.looseObject({ test: z.array(z.string()) }),
    }),
  ),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.unknown()),
});
const composeText = read('docker-compose.yml');
const compose = composeSchema.parse(parse(composeText, { merge: true }));
const services = Object.entries(compose.services).map(([name, service]) => ({ name, ...service }));
const ours = services.filter(({ build }) => build !== undefined);

describe('docker-compose.yml', () => {
  test('runs Postgres 18, one serve, a worker that scales, and Mailpit only when asked for', () => {
    expect(services.map(({ name }) => name).toSorted()).toEqual(['mailpit', 'postgres', 'serve', 'worker']);
    expect(compose.services['postgres']?.image).toMatch(/^postgres:18\b/);
    expect(
      services.filter(({ profiles }) => profiles !== undefined).map(({ name, profiles }) => [name, profiles]),
    ).toEqual([['mailpit', ['dev']]]);
    // A published port or a fixed name can be had by one container only.
    expect(compose.services['worker']).not.toHaveProperty('container_name');
    expect(compose.services['worker']?.ports).toEqual([]);
    expect(compose.services['serve']).not.toHaveProperty('deploy');
  });

  test('publishes nothing beyond the loopback, and the database not at all', () => {
    const ports = services.flatMap((service) => service.ports);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
    expect(services.filter((service) => service.network_mode === 'host')).toEqual([]);
    const database = compose.services['postgres'];
    expect(database?.ports).toEqual([]);
    expect(database?.networks.map((name) => compose.networks[name]?.internal)).toEqual([true]);
  });

  test('every service is checked, restarted and cannot write its own files', () => {
    expect(services.length).toBeGreaterThan(0);
    for (const { name, healthcheck, restart, read_only } of services) {
      expect({ name, restart, read_only, test: healthcheck.test[0] }).toEqual({
        name,
        restart: 'unless-stopped',
        read_only: true,
        test: 'CMD',
      });
    }
  });

  test('keeps data in named volumes', () => {
    const sources = services.flatMap(({ volumes }) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const files = sources.filter((source) => source.startsWith('.'));
    expect(new Set(files)).toEqual(new Set(['./ledger.yaml']));
    expect(new Set(sources.filter((source) => !source.startsWith('.')))).toEqual(new Set(Object.keys(compose.volumes)));
  });

  test('holds no secret and starts with none missing', () => {
    expect(ours.length).toBe(2);
    for (const { environment } of ours) {
      expect(environment['CLAIMLEDGER_TOKEN']).toBe(`$${'{CLAIMLEDGER_TOKEN:?see README}'}`);
      expect(environment['DATABASE_URL']).toContain(`$${'{POSTGRES_PASSWORD:?see README}'}`);
    }
    expect(compose.services['postgres']?.environment['POSTGRES_PASSWORD']).toBe(
      `$${'{POSTGRES_PASSWORD:?see README}'}`,
    );
  });

  test('every variable it sets is one that the program reads', () => {
    const reader = read('src/config/load.ts');
    const names = new Set(ours.flatMap(({ environment }) => Object.keys(environment)));
    expect(names.size).toBeGreaterThan(0);
    expect([...names].filter((name) => !reader.includes(`'${name}'`))).toEqual([]);
  });

  test('every command it runs is one that the program has', () => {
    const commands = ours.flatMap(({ command = [], healthcheck }) => [
      command,
      ...(healthcheck.test[1] === 'claimledger' ? [healthcheck.test.slice(2)] : []),
    ]);
    expect(commands.length).toBe(3);
    for (const words of commands) expect(helpOf(words), words.join(' ')).not.toBeNull();
    expect(helpOf(['sevre'])).toBeNull();
    expect(helpOf(['sources', 'lsit'])).toBeNull();
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const argumentsOf = (word: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

  test('runs on the node of the package, not as root, without what only developers need', () => {
    const [major] = (manifest.devDependencies['node'] ?? '').split('.');
    expect(argumentsOf('FROM')).toEqual([`node:${major}-slim`]);
    expect(argumentsOf('USER')).toEqual(['node']);
    expect(lines.findIndex((line) => line.startsWith('USER'))).toBeGreaterThan(
      lines.findLastIndex((line) => line.startsWith('RUN')),
    );
    expect(argumentsOf('RUN')[0]).toMatch(/^npm ci --omit=dev\b/);
  });

  test('has the command claimledger, and starts the service by default', () => {
    expect(argumentsOf('RUN').join()).toContain('exec node /app/src/start.ts "$@"');
    expect(argumentsOf('ENTRYPOINT')).toEqual(['["claimledger"]']);
    const command = z.array(z.string()).parse(JSON.parse(argumentsOf('CMD')[0] ?? ''));
    expect(helpOf(command)).not.toBeNull();
  });

  test('holds every file that the program is made of, and nothing that is not there', () => {
    const copied = argumentsOf('COPY').flatMap((line) => line.split(' ').slice(0, -1));
    expect(copied.filter((path) => !existsSync(join(rootDir, path)))).toEqual([]);
    const folders = new Set(readSourceTree().map(({ path }) => path.split('/')[0] ?? ''));
    expect([...folders, 'package.json', 'ledger.yaml'].filter((path) => !copied.includes(path))).toEqual([]);
    const [everything, ...kept] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    expect(kept.toSorted()).toEqual(copied.map((path) => `!${path}`).toSorted());
  });
});

describe('package.json', () => {
  const pinned = { ...manifest.dependencies, ...manifest.devDependencies };

  /** Versions below these have holes that outside input reaches; they hold for every copy that anything brings along. */
  const floors = {
    // An answer can name any number of encodings, each of which is decoded.
    undici: [7, 18],
    // Addresses that end up at another domain, and endless recursion in its address parser.
    nodemailer: [7, 0, 7],
    // A feed can write into the prototype of every object.
    xml2js: [0, 5],
  } as const;

  test('names exact versions, the ones in the lock file', () => {
    const inexact = Object.entries(pinned).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version));
    expect(inexact).toEqual([]);
    const others = Object.entries(pinned).filter(
      ([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version,
    );
    expect(others).toEqual([]);
  });

  test('puts no shell between npm and the program, which would keep a signal to itself', () => {
    const { start, dev, claimledger } = z
      .record(z.string(), z.string())
      .parse(JSON.parse(read('package.json')).scripts);
    for (const script of [start, dev, claimledger]) expect(script).toMatch(/^exec node /);
  });

  test('has every optional part in the lock file, without which npm ci refuses to install', () => {
    const parts = Object.values(lock.packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}),
    );
    expect(parts.length).toBeGreaterThan(0);
    const locked = Object.keys(lock.packages);
    expect(parts.filter((name) => !locked.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
  });

  test('starts on any Node from 20 on and brings the Node it runs on', () => {
    expect(manifest.engines.node).toBe('>=20');
    expect(manifest.devDependencies['node']).toMatch(/^26\./);
  });

  test('lets the install scripts run that the scripts and tests need', () => {
    const scripts = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const names = scripts.map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(Object.keys(manifest.allowScripts).filter((name) => !names.includes(name))).toEqual([]);
    expect(manifest.allowScripts).toHaveProperty('node', true);
  });

  test('imports only what it declares', () => {
    const specifiers = readSourceTree().flatMap(({ imports }) =>
      imports.flatMap(({ specifier, target }) =>
        target === null && !specifier.startsWith('node:') ? [specifier] : [],
      ),
    );
    expect(specifiers.length).toBeGreaterThan(0);
    const undeclared = specifiers.filter(
      (specifier) => !Object.keys(manifest.dependencies).some((name) => `${specifier}/`.startsWith(`${name}/`)),
    );
    expect(undeclared).toEqual([]);
  });

  test.each(Object.entries(floors))('every installed copy of %s is new enough', (name, floor) => {
    const copies = Object.entries(lock.packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.filter(([, { version }]) => !isAtLeast(version ?? '0', floor))).toEqual([]);
  });

  test('versions are compared part by part', () => {
    expect(isAtLeast('7.18.0', [7, 18])).toBe(true);
    expect(isAtLeast('8.2.0', [7, 18])).toBe(true);
    expect(isAtLeast('7.9.4', [7, 18])).toBe(false);
    expect(isAtLeast('6.30.0', [7, 18])).toBe(false);
  });
});

function isAtLeast(version: string, floor: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  const at = floor.findIndex((least, index) => parts[index] !== least);
  return at === -1 || (parts[at] ?? 0) > (floor[at] ?? 0);
}
