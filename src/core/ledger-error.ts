/**
 * Every failure that a caller cannot decide about, in one table: the exit code of a command and whether trying again later may
 * help. Expected outcomes are values, not errors.
 */
const codes = {
  /** The command line is wrong. */
  usage: { exit: 2, retry: 'never' },
  /** The ledger file or the environment is wrong; the message lists every mistake. */
  config: { exit: 2, retry: 'never' },
  /** What was asked for does not exist. */
  'not-found': { exit: 1, retry: 'never' },
  /** Another process listens on the port. */
  'port-busy': { exit: 1, retry: 'later' },
  /** Another process holds the embedded store. */
  'store-locked': { exit: 1, retry: 'later' },
  /** The database cannot be reached or opened. */
  'store-unreachable': { exit: 1, retry: 'later' },
  /** The database has another schema than this code. */
  'schema-mismatch': { exit: 1, retry: 'never' },
  /** A running service could not be asked, or went away while it answered. */
  'service-unreachable': { exit: 1, retry: 'later' },
  /** Outside bytes could not be read within the limits of time and memory. */
  'parse-failed': { exit: 1, retry: 'later' },
  /** The mail server did not take the message. */
  'mail-refused': { exit: 1, retry: 'later' },
  /** The command did its work and the answer is no (failed examples, a failed check). */
  'check-failed': { exit: 1, retry: 'never' },
} as const;

export type LedgerErrorCode = keyof typeof codes;

/** An error that says what it means for the caller. The message names the thing, the value and the limit. */
export class LedgerError extends Error {
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'LedgerError';
    this.code = code;
  }

  /** The exit code of a command that ends with this error: 1 = right but could not be done, 2 = asked wrongly. */
  get exitCode(): 1 | 2 {
    return codes[this.code].exit;
  }

  /** Whether the same attempt may succeed later. */
  get retry(): 'later' | 'never' {
    return codes[this.code].retry;
  }
}
