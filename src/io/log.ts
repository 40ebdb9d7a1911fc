import { destination, type Logger, pino } from 'pino';
import type { LogLevel } from '#src/config/load.ts';

export type Log = Logger;

/** One JSON line per event, ISO time; secrets that stray into fields are blotted out. Commands print data on stdout and log beside it. */
export function openLog(level: LogLevel, to: 'stdout' | 'stderr'): Log {
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
    destination({ dest: to === 'stdout' ? 1 : 2, sync: true }),
  );
}
