/** Reads the ledger file and the environment, once. The only reader of the environment. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { compileLedger } from '#src/core/claim/language.ts';
import { LedgerError } from '#src/core/ledger-error.ts';
import { documentUrl, resolveHttpUrl } from '#src/core/url.ts';
import { type Ledger, ledgerSchema } from './schema.ts';

/** Everything a process is told from outside, frozen at start. */
export type Config = {
  /** The absolute path of the ledger file; relative paths in it count from its folder. */
  readonly ledgerFile: string;
  readonly ledger: Ledger;
  /** What is odd but harmless, in words. */
  readonly warnings: readonly string[];
  readonly dataDir: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly databaseUrl: string | null;
  readonly smtpUrl: string | null;
  readonly token: string | null;
  /** Signs the webhooks; without it none is sent. */
  readonly webhookSecret: string | null;
  /** Asked of whoever reads; null = reading is open. */
  readonly readToken: string | null;
  /** What the environment says of the judge; it goes before the ledger. The key is never in the ledger. */
  readonly judge: { readonly url?: string; readonly model?: string; readonly key: string | null };
  /** Signs the links in mails; null = a key of the data directory does. The first of several signs, all are accepted. */
  readonly linkSecret: string | null;
  /** A PEM that signs mails (DKIM); null = they leave unsigned. */
  readonly dkimPrivateKey: string | null;
  /** Asked after each digest of the house, so that somebody else notices when there is none; null = nobody is told. */
  readonly heartbeatUrl: string | null;
  /** Null when LOG_LEVEL is not set: a service then says more than a single command. */
  readonly logLevel: LogLevel | null;
};

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The environment as a record; the command line hands in the process's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Largest ledger file read, in bytes: a thousand claims with examples are under 1 MB. */
const ledgerBytesMax = 10 * 1024 * 1024;
/** Aliases in a ledger; a few lines of them can stand for gigabytes. */
const aliasesMax = 100;
/** Characters of a secret that signs links: shorter ones can be guessed from one mail. */
const linkSecretLengthMin = 24;
const loopbackHosts = new Set(['127.0.0.1', 'localhost', '::1']);

/**
 * Reads `file` and the environment into one frozen config. Throws `LedgerError` `config` whose message lists every mistake at
 * once, each with its place in the file.
 */
export function loadConfig(options: {
  readonly file: string;
  readonly env: Environment;
  readonly cwd: string;
}): Config {
  const ledgerFile = resolve(options.cwd, options.file);
  const { ledger, warnings, mistakes, listenText } = readLedger(ledgerFile);
  const environment = readEnvironment(options.env);
  const allMistakes = [...mistakes, ...environment.mistakes];
  const listen = parseListen(environment.listen ?? ledger?.web.listen ?? listenText ?? '127.0.0.1:8080');
  if (!loopbackHosts.has(listen.host) && environment.token === null) {
    allMistakes.push(`web.listen: "${listen.host}" can be reached from other machines; set CLAIMLEDGER_TOKEN first`);
  }
  if (ledger === null || allMistakes.length > 0) throw listMistakes(options.file, allMistakes);
  return Object.freeze({
    ledgerFile,
    ledger,
    warnings,
    listen,
    dataDir: dataDirOf({ environment, ledger, ledgerFile, cwd: options.cwd }),
    databaseUrl: environment.databaseUrl,
    smtpUrl: environment.smtpUrl,
    token: environment.token,
    readToken: environment.readToken,
    webhookSecret: environment.webhookSecret,
    judge: environment.judge,
    linkSecret: environment.linkSecret,
    dkimPrivateKey: environment.dkimPrivateKey,
    heartbeatUrl: environment.heartbeatUrl,
    logLevel: environment.logLevel,
  });
}

/** Checks the text of a ledger file. Mistakes come with their line; warnings are odd but harmless. Never throws. */
export function parseLedger(text: string): {
  readonly ledger: Ledger | null;
  readonly warnings: readonly string[];
  readonly mistakes: readonly string[];
  /** Where a file with mistakes wants to listen, so that this can be judged beside them. */
  readonly listenText: string | null;
} {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const broken = document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
  if (broken.length > 0) return { ledger: null, warnings: [], mistakes: broken, listenText: null };
  const listen = document.getIn(['web', 'listen']);
  const listenText = typeof listen === 'string' ? listen : null;
  const content = readContent(document);
  if (content === null)
    return { ledger: null, warnings: [], mistakes: [`more than ${aliasesMax} aliases`], listenText: null };
  const parsed = ledgerSchema.safeParse(content.value);
  const place = (path: readonly PropertyKey[]): string => {
    const node = document.getIn(path.map(String), true) ?? document.getIn(path.slice(0, -1).map(String), true);
    const offset = isRanged(node) ? node.range[0] : null;
    return `${offset === null ? '' : `line ${lines.linePos(offset).line}: `}${formatPath(path)}`;
  };
  if (!parsed.success) {
    const found = parsed.error.issues.flatMap((issue) => describe(issue, place));
    return { ledger: null, warnings: [], mistakes: found, listenText };
  }
  const { problems } = compileLedger(parsed.data);
  if (problems.length > 0) {
    const mistakes = problems.map((problem) => `${place(splitPath(problem.path))}: ${problem.message}`);
    return { ledger: null, warnings: [], mistakes, listenText };
  }
  return { ledger: parsed.data, warnings: findOddities(parsed.data), mistakes: [], listenText };
}

/** The content of a document; null when its aliases multiply beyond the limit. */
function readContent(document: Document): { readonly value: unknown } | null {
  try {
    return { value: document.toJS({ maxAliasCount: aliasesMax }) };
  } catch (error) {
    if (error instanceof ReferenceError) return null;
    throw error;
  }
}

function readLedger(file: string): ReturnType<typeof parseLedger> {
  try {
    const bytes = readFileSync(file);
    if (bytes.length <= ledgerBytesMax) return parseLedger(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return {
      ledger: null,
      warnings: [],
      listenText: null,
      mistakes: [`is ${bytes.length} bytes long, limit ${ledgerBytesMax}`],
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = code === 'ENOENT' ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    return { ledger: null, warnings: [], listenText: null, mistakes: [reason] };
  }
}

function listMistakes(file: string, mistakes: readonly string[]): LedgerError {
  const count = mistakes.length === 1 ? 'one mistake' : `${mistakes.length} mistakes`;
  return new LedgerError(
    'config',
    [`Cannot use the ledger "${file}": ${count}`, ...mistakes.map((line) => `  ${line}`)].join('\n'),
  );
}

function describe(issue: z.core.$ZodIssue, place: (path: readonly PropertyKey[]) => string): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${place([...issue.path, key])}: no such key`);
  }
  return [`${place(issue.path)}: ${issue.message}`];
}

function isRanged(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}

function splitPath(path: string): readonly (string | number)[] {
  return path.split(/[.[\]]+/).flatMap((part) => (part === '' ? [] : [/^\d+$/.test(part) ? Number(part) : part]));
}

function findOddities(ledger: Ledger): readonly string[] {
  const seen = new Set<string>();
  const repeated: string[] = [];
  for (const { url } of [...ledger.sources, ...ledger.pages]) {
    const key = documentUrl(url);
    if (seen.has(key)) repeated.push(`"${url}" is listed twice and counts once`);
    seen.add(key);
  }
  return repeated;
}

type EnvironmentPart = Pick<
  Config,
  | 'databaseUrl'
  | 'smtpUrl'
  | 'token'
  | 'readToken'
  | 'webhookSecret'
  | 'judge'
  | 'linkSecret'
  | 'dkimPrivateKey'
  | 'heartbeatUrl'
  | 'logLevel'
> & {
  readonly dataDir: string | null;
  readonly listen: string | null;
  readonly mistakes: readonly string[];
};

function readEnvironment(env: Environment): EnvironmentPart {
  const mistakes: string[] = [];
  const secret = (name: string): string | null => {
    const file = env[`${name}_FILE`];
    if (file === undefined || file === '') return env[name] || null;
    try {
      return readFileSync(file, 'utf8').trim() || null;
    } catch (error) {
      mistakes.push(`${name}_FILE: cannot read "${file}": ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  const databaseUrl = secret('DATABASE_URL');
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl))
    mistakes.push('DATABASE_URL: must start with postgres://');
  const smtpUrl = secret('SMTP_URL');
  if (smtpUrl !== null && !/^smtps?:\/\//.test(smtpUrl)) mistakes.push('SMTP_URL: must start with smtp:// or smtps://');
  const linkSecret = secret('CLAIMLEDGER_SECRET');
  if (linkSecret?.split(/\s+/).some((key) => key.length < linkSecretLengthMin) === true)
    mistakes.push(`CLAIMLEDGER_SECRET: must be ${linkSecretLengthMin} characters or longer, each of several`);
  const dkimPrivateKey = secret('DKIM_PRIVATE_KEY');
  if (dkimPrivateKey !== null && !isRsaKey(dkimPrivateKey))
    mistakes.push('DKIM_PRIVATE_KEY: must be an RSA private key as PEM, without a password');
  const heartbeatUrl = secret('CLAIMLEDGER_HEARTBEAT_URL');
  if (heartbeatUrl !== null && resolveHttpUrl(heartbeatUrl, null) === null)
    mistakes.push('CLAIMLEDGER_HEARTBEAT_URL: must be an http or https address without a password');
  const level = env['LOG_LEVEL'] ? logLevels.find((known) => known === env['LOG_LEVEL']) : null;
  if (level === undefined)
    mistakes.push(`LOG_LEVEL: must be one of ${logLevels.join(', ')}, not "${env['LOG_LEVEL']}"`);
  const listen = env['CLAIMLEDGER_LISTEN'] || null;
  if (listen !== null && parsePort(listen) === null)
    mistakes.push(`CLAIMLEDGER_LISTEN: must be host:port, not "${listen}"`);
  return {
    databaseUrl,
    smtpUrl,
    listen: listen !== null && parsePort(listen) === null ? null : listen,
    token: secret('CLAIMLEDGER_TOKEN'),
    readToken: secret('CLAIMLEDGER_READ_TOKEN'),
    webhookSecret: secret('CLAIMLEDGER_WEBHOOK_SECRET'),
    judge: readJudge(env, { key: secret('CLAIMLEDGER_JUDGE_KEY'), mistakes }),
    linkSecret,
    dkimPrivateKey,
    heartbeatUrl,
    logLevel: level ?? null,
    dataDir: env['CLAIMLEDGER_DATA'] || null,
    mistakes,
  };
}

/** What the mailer signs with: it knows no other kind of key. */
function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function readJudge(
  env: Environment,
  at: { readonly key: string | null; readonly mistakes: string[] },
): Config['judge'] {
  const url = env['CLAIMLEDGER_JUDGE_URL'] || undefined;
  const model = env['CLAIMLEDGER_JUDGE_MODEL'] || undefined;
  if (url !== undefined && resolveHttpUrl(url, null) === null)
    at.mistakes.push(`CLAIMLEDGER_JUDGE_URL: must be an http or https address without a password, not "${url}"`);
  return { ...(url === undefined ? {} : { url }), ...(model === undefined ? {} : { model }), key: at.key };
}

function parsePort(listen: string): number | null {
  const port = /^(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+):(\d{1,5})$/i.exec(listen)?.[1];
  return port === undefined || Number(port) > 65_535 ? null : Number(port);
}

function parseListen(listen: string): Config['listen'] {
  const at = listen.lastIndexOf(':');
  return { host: listen.slice(0, at).replace(/^\[|\]$/g, ''), port: parsePort(listen) ?? 8080 };
}

function dataDirOf(options: {
  readonly environment: EnvironmentPart;
  readonly ledger: Ledger;
  readonly ledgerFile: string;
  readonly cwd: string;
}): string {
  const { environment, ledger, ledgerFile, cwd } = options;
  if (environment.dataDir !== null) return resolve(cwd, environment.dataDir);
  return resolve(dirname(ledgerFile), ledger.store.dir);
}
