import { destination, type Logger, pino } from 'pino';
import type { LogLevel } from '#src/config/load.ts';

export type Log = Logger;

/** One JSON line per event on stderr, ISO time; secrets that stray into fields are blotted out. */
export function openLog(level: LogLevel): Log {
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
    },
    destination({ dest: 2, sync: true }),
  );
}
