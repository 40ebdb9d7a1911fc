import { destination, type Logger, pino } from 'pino';
import type { Config, LogLevel } from '#src/config/load.ts';

export type Log = Logger;

/** Shorter texts stand in harmless places too, and whoever sets one has no secret. */
const secretLengthMin = 6;
const blot = '[Redacted]';

/**
 * One JSON line per event, ISO time. Secrets are blotted out wherever they stray: in fields by their name, and in any text, such as
 * the message of a driver, by their value. Commands print data on stdout and log beside it.
 */
export function openLog(level: LogLevel, to: 'stdout' | 'stderr', secrets: readonly string[] = []): Log {
  const written = secrets.filter((secret) => secret.length >= secretLengthMin).map(asWritten);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          'password',
          'token',
          'authorization',
          '*.password',
          '*.token',
          '*.authorization',
          'databaseUrl',
          'smtpUrl',
        ],
      },
      serializers: { err: describeError },
      hooks: { streamWrite: (line) => written.reduce((text, secret) => text.replaceAll(secret, blot), line) },
    },
    destination({ dest: to === 'stdout' ? 1 : 2, sync: true }),
  );
}

/** What helps: kind, words and stack, with those of its causes, and the code. A driver's error also carries its whole connection. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error);
  return { type, message, stack, ...('code' in error ? { code: error.code } : {}) };
}

/** Everything in a config that no log may hold: tokens and keys whole, of addresses the password. */
export function secretsOf(config: Config): readonly string[] {
  const addresses = [config.databaseUrl, config.smtpUrl, config.judge.url ?? null, config.ledger.judge?.url ?? null];
  const passwords = addresses.flatMap((address) => {
    const password = address === null ? '' : (URL.parse(address)?.password ?? '');
    return password === '' ? [] : [password, unescaped(password)];
  });
  const whole = [config.token, config.readToken, config.webhookSecret, config.judge.key, config.heartbeatUrl];
  const keys = [config.dkimPrivateKey?.trim() ?? null, ...(config.linkSecret?.split(/\s+/) ?? [])];
  return [...passwords, ...whole, ...keys].filter((secret) => secret !== null);
}

/** As a driver shows it; what is no escape stays as it is. */
function unescaped(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** As it stands within a line of JSON. */
function asWritten(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}
