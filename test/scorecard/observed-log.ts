/** A program that logs an error with a cause, several lines and secrets in its words, as a driver may; the scorecard reads what it writes. */
import { loadConfig } from '#src/config/load.ts';
import { openLog, secretsOf } from '#src/io/log.ts';

const config = loadConfig({ file: 'ledger.yaml', env: process.env, cwd: process.cwd() });
const log = openLog('info', 'stdout', secretsOf(config));
const cause = new Error(`connect ${config.databaseUrl} failed\nwith ${config.token}`);
log.error({ err: new Error(`sent to ${config.smtpUrl}`, { cause }), smtpUrl: config.smtpUrl }, 'two\nlines');
