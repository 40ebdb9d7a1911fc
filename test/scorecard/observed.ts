/** O1 to O10: what a service tells those who watch over it, and what it keeps to itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeHouseFolder, runCommand, startCommand } from '#test/support/house.ts';
import { execute, findFreePort, startPostgres } from '#test/support/postgres.ts';
import { askLoopback, type ObservedGround, openObservedGround, parseLog } from './observed-ground.ts';
import { type ScoreTest, score } from './score.ts';

/** More series than this come from a label that grows with what is watched. */
const seriesMax = 400;
const readyMsMax = 30_000;
const lookMs = 100;
const alertTests = fileURLToPath(new URL('../alerts.test.yml', import.meta.url));
const alertRules = fileURLToPath(new URL('../../docs/alerts.yml', import.meta.url));
const program = fileURLToPath(new URL('../../src/start.ts', import.meta.url));
const logProgram = fileURLToPath(new URL('./observed-log.ts', import.meta.url));
const bareLedger = 'version: 1\nname: Nothing yet\ntopics: []\nclaims: []\n';

/** Runs the lines on one service; true when all hold. Without promtool O6 is left out, which is said; in CI it fails. */
export async function scoreObserved(): Promise<boolean> {
  await using closing = new AsyncDisposableStack();
  const ground = await openObservedGround(closing);
  const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;
  const isLeftOut = !hasPromtool && process.env['CI'] !== 'true';
  const tests = observedTests.filter(({ id }) => id !== 'O6' || !isLeftOut);
  const isWhole = await score('observed', tests, () => ground);
  if (isLeftOut) console.log('skip  O6   promtool is not on this machine (Debian: package "prometheus")');
  return isWhole;
}

/** One sample of the text format. */
type Sample = { readonly name: string; readonly labels: ReadonlyMap<string, string>; readonly value: number };

async function readMetrics(ground: ObservedGround): Promise<readonly Sample[]> {
  const { body } = await ground.get('/metrics');
  return body.split('\n').flatMap((line) => {
    if (line === '' || line.startsWith('#')) return [];
    const [, name = '', inner = '', value = ''] = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    assert.notEqual(name, '', `not a sample: ${line}`);
    const labels = new Map([...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text]));
    return [{ name, labels, value: Number(value) }];
  });
}

function sumOf(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels.get(label) === text),
  );
  assert.ok(found.length > 0, `no sample of ${name} ${JSON.stringify(labels)}`);
  return found.reduce((sum, { value }) => sum + value, 0);
}

const observedTests: readonly ScoreTest<ObservedGround>[] = [
  {
    id: 'O1',
    holds: 'live without a store; ready only while Postgres takes writes',
    fails: 'a service behind a standby, or without its database, is sent requests; or is killed for it',
    run: async () => {
      await using server = await startPostgres();
      const name = `observed-${process.pid}`;
      const databaseUrl = await server.createDatabase(name);
      await using folder = await makeHouseFolder(bareLedger, databaseUrl);
      const port = await findFreePort();
      await using service = startCommand(folder, ['serve'], {
        LOG_LEVEL: 'silent',
        CLAIMLEDGER_LISTEN: `127.0.0.1:${port}`,
      });
      await service.untilSaid('serves');
      const isLive = async (): Promise<void> => assert.equal((await askLoopback(port, '/livez')).status, 200);
      await untilReady(port, 200);
      const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
      await execute(server.url, `alter database "${name}" set default_transaction_read_only = on; ${cut}`);
      assert.match(await untilReady(port, 503), /takes no writes/);
      await isLive();
      await execute(server.url, `alter database "${name}" reset default_transaction_read_only; ${cut}`);
      await untilReady(port, 200);
      await execute(server.url, `alter database "${name}" allow_connections false`);
      await execute(server.url, cut);
      assert.match(await untilReady(port, 503), /does not answer/);
      await isLive();
    },
  },
  {
    id: 'O2',
    holds: '/metrics in Prometheus text for this machine alone, by the address of the socket',
    fails: 'a forged X-Forwarded-For opens it; names without claimledger_, counters without _total',
    run: async (ground) => {
      const { status, type, body } = await ground.get('/metrics');
      assert.equal(status, 200);
      assert.match(type, /^text\/plain; version=0\.0\.4/);
      const types = [...body.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name = '', kind = '']) => ({ name, kind }));
      assert.ok(types.length > 20);
      for (const { name, kind } of types) {
        assert.match(name, /^claimledger_[a-z_]+$/);
        assert.equal(name.endsWith('_total'), kind === 'counter', name);
        assert.doesNotMatch(name, /_(?:ms|millis|kb|mb|minutes|hours)(?:_|$)/);
      }
      assert.equal(sumOf(await readMetrics(ground), 'claimledger_build_info'), 1);
      for (const forged of ['127.0.0.1', '::1']) {
        const headers = { 'x-forwarded-for': forged, 'x-real-ip': forged, forwarded: `for=${forged}` };
        const other = await ground.get('/metrics', { localAddress: '127.0.0.2', headers });
        assert.equal(other.status, 404);
        assert.doesNotMatch(other.body, /claimledger_/);
      }
    },
  },
  {
    id: 'O3',
    holds: 'fetches by outcome, bytes, documents, taggings by stance, mails, retries, politeness are counted',
    fails: 'what the service did cannot be told from its numbers',
    run: async (ground) => {
      const samples = await readMetrics(ground);
      const fetched = (labels: Record<string, string>) => sumOf(samples, 'claimledger_fetches_total', labels);
      assert.equal(fetched({ kind: 'feed', outcome: 'ok' }), 2);
      assert.ok(fetched({ kind: 'page', outcome: 'ok' }) > 0);
      assert.ok(fetched({ outcome: 'robots' }) > 0);
      assert.ok(fetched({ outcome: 'failed' }) > 0);
      assert.ok(sumOf(samples, 'claimledger_fetched_bytes_total') > 1_000);
      assert.ok(sumOf(samples, 'claimledger_fetches_skipped_total', { reason: 'robots' }) > 0);
      assert.ok(sumOf(samples, 'claimledger_documents_total') > 5);
      assert.ok(sumOf(samples, 'claimledger_taggings_total', { stance: 'supports' }) > 0);
      assert.ok(sumOf(samples, 'claimledger_taggings_total', { stance: 'disputes' }) > 0);
      assert.ok(sumOf(samples, 'claimledger_mails_total', { outcome: 'written' }) > 0);
      assert.equal(sumOf(samples, 'claimledger_mails_in_doubt_total'), 0);
      assert.equal(sumOf(samples, 'claimledger_mail_retries_total'), 0);
    },
  },
  {
    id: 'O4',
    holds: 'fetch, parse and job seconds; what is due, late, pending, set aside; the last success of each job',
    fails: 'nobody sees that the service is slow or behind',
    run: async (ground) => {
      const samples = await readMetrics(ground);
      for (const name of ['fetch', 'parse', 'job']) assert.ok(sumOf(samples, `claimledger_${name}_seconds_count`) > 0);
      for (const name of ['oldest_overdue_seconds', 'outbox_pending', 'set_aside_items', 'mails_in_doubt'])
        assert.equal(sumOf(samples, `claimledger_${name}`), 0, name);
      assert.equal(sumOf(samples, 'claimledger_due_addresses'), 0);
      assert.equal(sumOf(samples, 'claimledger_store_up'), 1);
      const nowSeconds = Temporal.Now.instant().epochMilliseconds / 1_000;
      for (const name of ['last_successful_fetch', 'last_digest']) {
        const age = nowSeconds - sumOf(samples, `claimledger_${name}_timestamp_seconds`);
        assert.ok(age >= 0 && age < 300, `${name} ${age} s ago`);
      }
      const last = sumOf(samples, 'claimledger_job_last_success_timestamp_seconds', { job: 'build-digest' });
      assert.ok(nowSeconds - last < 300);
      assert.equal(sumOf(samples, 'claimledger_sources'), 2);
    },
  },
  {
    id: 'O5',
    holds: 'labels are few words of ours, never an address, a title or an error',
    fails: 'a label grows with what is watched, or tells who reads',
    run: async (ground) => {
      const samples = await readMetrics(ground);
      assert.ok(samples.length > 50 && samples.length < seriesMax, `${samples.length} series`);
      for (const { name, labels } of samples)
        for (const [label, text] of labels)
          assert.match(text, /^(?:[a-zA-Z_-]{0,40}|[\d.]+|\+Inf)$/, `${name} ${label}`);
    },
  },
  {
    id: 'O6',
    holds: 'the alerts that are shipped fire when they should, and not before',
    fails: 'a service stands still and nobody is told',
    run: async () => {
      for (const args of [
        ['check', 'rules', alertRules],
        ['test', 'rules', alertTests],
      ]) {
        const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
        assert.equal(status, 0, `${stdout}${stderr}`);
      }
    },
  },
  {
    id: 'O7',
    holds: 'one line of JSON per event, with time, level, job, run, source and cause; no secret, no body, no reader',
    fails: 'a line that no program reads, or a secret in the message of a driver',
    run: async (ground) => {
      const lines = ground.readLog();
      assert.ok(lines.length > 20);
      for (const { time, level } of lines) {
        assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.match(level, /^(?:debug|info|warn|error)$/);
      }
      const visited = lines.filter(({ msg }) => msg === 'address visited');
      assert.ok(visited.length > 5 && visited.every((line) => line['job'] === 'visit-host' && 'run' in line));
      assert.equal(new Set(visited.flatMap(({ source }) => source ?? [])).size, 2);
      const text = JSON.stringify(lines);
      for (const secret of ground.secrets) assert.ok(!text.includes(secret), 'a secret in the log');
      assert.doesNotMatch(text, /<html|<p>|[\w.]+@[\w.]+/);
      await checkRedaction();
    },
  },
  {
    id: 'O8',
    holds: 'one summary line per run of a job: seen, new, changed, skipped, failed, seconds',
    fails: 'what a run did must be pieced together',
    run: async (ground) => {
      const runs = ground.readLog().filter(({ msg }) => msg === 'job run');
      assert.ok(runs.length > 3);
      assert.equal(new Set(runs.map(({ run }) => run)).size, runs.length);
      assert.ok(runs.every(({ seconds, outcome }) => typeof seconds === 'number' && outcome === 'done'));
      const visits = runs.filter(({ job }) => job === 'visit-host');
      const total = (field: string): number => visits.reduce((sum, line) => sum + Number(line[field]), 0);
      const samples = await readMetrics(ground);
      // The other versions are made of entries whose page cannot be had.
      assert.ok(total('new') > 0 && total('new') <= sumOf(samples, 'claimledger_documents_total'));
      assert.ok(total('seen') > 5 && total('changed') > 0 && total('failed') > 0 && total('skipped') > 0);
      assert.ok(total('changed') + total('failed') + total('skipped') <= total('seen'));
    },
  },
  {
    id: 'O9',
    holds: 'the command line tells what is due, why not, why tagged, and what the next mail would say',
    fails: 'a person must read the database',
    run: async ({ folder }) => {
      const ask = async (...argv: string[]): Promise<string> => {
        const { out, err } = await runCommand(folder, argv);
        assert.equal(err, '');
        assert.notEqual(out.trim(), '', argv.join(' '));
        return out;
      };
      assert.match(await ask('doctor'), /work: /);
      const [first] = JSON.parse(await ask('sources', 'list', '--json')).items;
      assert.match(await ask('sources', 'why', first.id), /next visit|due/i);
      assert.match(await ask('mail', 'preview'), /Subject|quotes|evidence/i);
      assert.match(await ask('claims', 'show', 'copied-design'), /[“"]/);
      const article = JSON.stringify({
        id: '1',
        title: 'Turbine',
        text: 'Kestrel Tidal copied the turbine design of Halden Marine, a judge said on Monday.',
      });
      const { stdout } = spawnSync(process.execPath, [program, 'tag', '--jsonl', '--explain'], {
        cwd: folder.path,
        // npm names the folder that it was called from, and that one has a ledger of its own.
        env: { PATH: process.env['PATH'] },
        input: `${article}\n`,
        encoding: 'utf8',
      });
      const [tagging] = JSON.parse(stdout).taggings;
      assert.equal(tagging.claim, 'copied-design');
      assert.ok(JSON.stringify(tagging.explain).length > 10);
    },
  },
  {
    id: 'O10',
    holds: 'a heartbeat after the digest if one is set; nothing leaves the machine by default',
    fails: 'nobody notices that there was no digest; or a service calls home',
    run: async ({ heartbeat, secrets }) => {
      const [, , beat] = secrets;
      assert.deepEqual(
        heartbeat.seen.map(({ method, path }) => `${method} ${path}`),
        [`GET /${beat}`],
      );
      await checkSilence();
    },
  },
];

/** Errors as drivers make them, with everything that is secret in their words. */
async function checkRedaction(): Promise<void> {
  await using folder = await makeHouseFolder(bareLedger, 'postgres://desk:store%2Fword@127.0.0.1:9/none');
  const env = { CLAIMLEDGER_TOKEN: 'a token "in quotes"', SMTP_URL: 'smtp://desk:mail-word@127.0.0.1:9' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [logProgram], {
    cwd: folder.path,
    env: { ...process.env, ...folder.env, ...env },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const [line, ...others] = parseLog(stdout);
  assert.equal(others.length, 0, 'one event, one line');
  assert.equal(line?.msg, 'two\nlines');
  const err = JSON.stringify(line?.['err']);
  assert.match(err, /caused by: Error: connect postgres/);
  for (const secret of ['store', 'word', 'in quotes']) assert.ok(!stdout.includes(secret), `"${secret}" in ${stdout}`);
}

/** A service that was told nothing has no connection to anywhere. */
async function checkSilence(): Promise<void> {
  await using folder = await makeHouseFolder(bareLedger, null);
  const port = await findFreePort();
  await using service = startCommand(folder, ['serve'], {
    LOG_LEVEL: 'silent',
    CLAIMLEDGER_LISTEN: `127.0.0.1:${port}`,
  });
  await service.untilSaid('serves');
  await untilReady(port, 200);
  const { body } = await askLoopback(port, '/metrics');
  assert.match(body, /claimledger_build_info/);
  assert.doesNotMatch(body, /^claimledger_fetches_total/m);
  assert.deepEqual(listConnections(service.child.pid ?? 0, port), []);
}

/** The far ends of a process' connections, as the kernel writes them; those of its own server aside. */
function listConnections(pid: number, ownPort: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  const links = readdirSync(folder).map((name) => readlinkSync(`${folder}/${name}`));
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const rows = ['tcp', 'tcp6'].flatMap((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1));
  const own = ownPort.toString(16).toUpperCase().padStart(4, '0');
  return rows.flatMap((row) => {
    const [, local = '', remote = '', , , , , , , inode = ''] = row.trim().split(/\s+/);
    return inodes.has(inode) && !local.endsWith(`:${own}`) ? [remote] : [];
  });
}

/** Asks until the service answers so; gives its words. */
async function untilReady(port: number, status: number): Promise<string> {
  const startedAt = performance.now();
  for (;;) {
    const answer = await askLoopback(port, '/readyz').catch(() => null);
    if (answer?.status === status) return answer.body;
    if (performance.now() - startedAt > readyMsMax)
      throw new Error(`/readyz is not ${status} after ${readyMsMax / 1_000} s: ${answer?.status} ${answer?.body}`);
    await pause(lookMs);
  }
}
