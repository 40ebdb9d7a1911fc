/** Debian's own mail server and mailbox, each a process of this test on a high port: Exim takes a mail and hands it to Dovecot. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { findFreePort } from './postgres.ts';

const exim = '/usr/sbin/exim4';
const dovecot = '/usr/sbin/dovecot';
/** Both programs start in under a second; a busy machine gets this long. */
const startMsMax = 20_000;
const deliverMsMax = 30_000;
const lookMs = 200;
const password = 'only-for-this-test';

/** The running pair. */
export type MailExchange = AsyncDisposable & {
  readonly smtpUrl: string;
  /** The messages of a mailbox as IMAP gives them, when there are so many; throws when they do not come. */
  readMailbox(address: string, count: number): Promise<readonly Buffer[]>;
};

/** Why the pair cannot be started here; null when it can. */
export function findExchangeProblem(): string | null {
  const missing = [exim, dovecot].filter((path) => !existsSync(path));
  if (missing.length > 0)
    return `${missing.join(' and ')} not installed (Debian: exim4-daemon-light dovecot-imapd dovecot-lmtpd)`;
  return process.getuid?.() === 0 ? null : 'both programs change their user, so they need root';
}

/** Starts both in a folder of their own, with nothing of the machine's configuration. */
export async function startMailExchange(): Promise<MailExchange> {
  await using opening = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'mx-'));
  opening.defer(() => rm(dir, { recursive: true, force: true }));
  const ports = { smtp: await findFreePort(), lmtp: await findFreePort(), imap: await findFreePort() };
  const ids = await findUser('Debian-exim');
  await chmod(dir, 0o755);
  for (const name of ['spool', 'log', 'mail']) {
    await mkdir(join(dir, name));
    await chown(join(dir, name), ids.uid, ids.gid);
  }
  await writeFile(join(dir, 'exim.conf'), eximConfig(dir, ports));
  await writeFile(join(dir, 'dovecot.conf'), dovecotConfig(dir, ports, ids));
  opening.use(startProgram(dovecot, ['-F', '-c', join(dir, 'dovecot.conf')]));
  opening.use(startProgram(exim, ['-C', join(dir, 'exim.conf'), '-bdf']));
  for (const port of Object.values(ports)) await untilListening(port, dir);
  const closing = opening.move();
  return {
    smtpUrl: `smtp://127.0.0.1:${ports.smtp}`,
    readMailbox: (address, count) => readMailbox({ port: ports.imap, address, count }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

type Ports = { readonly smtp: number; readonly lmtp: number; readonly imap: number };
type Ids = { readonly uid: number; readonly gid: number };

/** Takes every mail from this machine, asks no name server, and hands it on over LMTP. */
function eximConfig(dir: string, ports: Ports): string {
  return `primary_hostname = mx.test
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = ${dir}/spool
log_file_path = ${dir}/log/%slog
pid_file_path = ${dir}/spool/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${ports.smtp}
tls_advertise_hosts =
dkim_verify_signers =
host_lookup =
keep_environment =
acl_smtp_rcpt = accept hosts = 127.0.0.1
acl_smtp_data = accept
begin routers
mailbox:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = lmtp
begin transports
lmtp:
  driver = smtp
  protocol = lmtp
  port = ${ports.lmtp}
  allow_localhost
  hosts_avoid_tls = *
begin retry
* * F,1m,1s
`;
}

/** A mailbox for whoever gets a mail; one password for all of them. */
function dovecotConfig(dir: string, ports: Ports, { uid, gid }: Ids): string {
  return `base_dir = ${dir}/run
state_dir = ${dir}/run
log_path = ${dir}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:${dir}/mail/%u
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${dir}/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
`;
}

async function findUser(name: string): Promise<Ids> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`There is no user "${name}" on this machine`);
  return { uid: Number(uid), gid: Number(gid) };
}

function startProgram(path: string, args: readonly string[]): AsyncDisposable {
  const child: ChildProcess = spawn(path, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  return {
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilListening(port: number, dir: string): Promise<void> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < startMsMax) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isThere) return;
    await sleep(lookMs);
  }
  const log = await readFile(join(dir, 'dovecot.log'), 'utf8').catch(() => '');
  throw new Error(`Nothing listens on port ${port} after ${startMsMax / 1_000} s: ${log.slice(-500)}`);
}

async function readMailbox(box: {
  readonly port: number;
  readonly address: string;
  readonly count: number;
}): Promise<readonly Buffer[]> {
  const client = new ImapFlow({
    ...{ host: '127.0.0.1', port: box.port, secure: false, doSTARTTLS: false, logger: false },
    auth: { user: box.address, pass: password },
  });
  await client.connect();
  try {
    await client.mailboxOpen('INBOX');
    const startedAt = performance.now();
    while (performance.now() - startedAt < deliverMsMax) {
      await client.noop();
      const found = await client.fetchAll('1:*', { source: true });
      const sources = found.flatMap(({ source }) => source ?? []);
      if (sources.length >= box.count) return sources;
      await sleep(lookMs);
    }
    throw new Error(`The mailbox of "${box.address}" has not ${box.count} mails after ${deliverMsMax / 1_000} s`);
  } finally {
    await client.logout();
  }
}
