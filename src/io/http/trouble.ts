import { errors } from 'undici';
import type { FailedReason, RefusedReason } from '#src/core/fetch/outcome.ts';

/** Why an exchange came to nothing; `detail` is one short line. */
export type Trouble =
  | { readonly kind: 'refused'; readonly reason: RefusedReason; readonly detail: string | null }
  | { readonly kind: 'failed'; readonly reason: FailedReason; readonly detail: string | null };

/**
 * Thrown inside this folder only, where a callback or stream cannot return a trouble; the door turns it into an
 * outcome.
 */
export class TroubleError extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.reason);
    this.name = 'TroubleError';
    this.trouble = trouble;
  }
}

/** An error to throw for a request that we do not send, or not on. */
export function refused(reason: RefusedReason, detail: string | null): TroubleError {
  return new TroubleError({ kind: 'refused', reason, detail });
}

/** An error to throw for an exchange that failed. */
export function failed(reason: FailedReason, detail: string | null): TroubleError {
  return new TroubleError({ kind: 'failed', reason, detail });
}

/** How far an exchange had come: a closed connection means a cut body once the body had begun. */
export type ExchangePhase = 'head' | 'body';

const reasonByCode: Readonly<Record<string, FailedReason>> = {
  ENOTFOUND: 'name-unknown',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'headers-too-large',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'cut-short',
  HPE_INVALID_EOF_STATE: 'cut-short',
  // zlib's word for input that ends too early.
  Z_BUF_ERROR: 'cut-short',
  EPROTO: 'certificate',
  UND_ERR_CLOSED: 'stopped',
  UND_ERR_DESTROYED: 'stopped',
};

/** First letters of whole families of codes: the HTTP parser, zlib and brotli, OpenSSL and certificates. */
const reasonByPrefix: readonly (readonly [prefix: string, reason: FailedReason])[] = [
  ['HPE_', 'malformed'],
  ['Z_', 'bad-encoding'],
  ['ERR__ERROR_', 'bad-encoding'],
  ['ERR_BROTLI_', 'bad-encoding'],
  ['ERR_SSL_', 'certificate'],
  ['ERR_TLS_', 'certificate'],
  ['CERT_', 'certificate'],
  ['DEPTH_ZERO_', 'certificate'],
  ['SELF_SIGNED_', 'certificate'],
  ['UNABLE_TO_', 'certificate'],
];

/** The trouble behind an error of the HTTP client, the resolver, TLS or the decoders; never throws. */
export function readTrouble(error: unknown, phase: ExchangePhase): Trouble {
  if (error instanceof TroubleError) return error.trouble;
  const code = errorCode(error);
  // Some faults have a name of their own at the HTTP parser, others only its class.
  if (code === '' && error instanceof errors.HTTPParserError)
    return { kind: 'failed', reason: 'malformed', detail: null };
  const known = reasonByCode[code] ?? reasonByPrefix.find(([prefix]) => code.startsWith(prefix))?.[1];
  const reason = known ?? (phase === 'body' ? 'cut-short' : 'unreachable');
  return { kind: 'failed', reason, detail: code === '' ? null : code };
}

function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : '';
}
