/** What became of one request, as values: nothing that a remote site does is an exception here. */

/** One hop of a redirect chain, with the addresses as they were asked. */
export type Redirect = { readonly from: string; readonly to: string; readonly status: number };

/** Why a request was not sent, or not sent on: a rule of ours or of the site forbids it. */
export type RefusedReason =
  | 'address'
  | 'scheme'
  | 'port'
  | 'credentials'
  | 'url'
  | 'robots'
  | 'robots-unreachable'
  | 'waiting';

/** Why a request that was sent brought nothing to read. */
export type FailedReason =
  | 'sign-in'
  | 'not-found'
  | 'asked-to-wait'
  | 'http-error'
  | 'server-error'
  | 'unexpected-status'
  | 'name-unknown'
  | 'unreachable'
  | 'certificate'
  | 'timeout'
  | 'cut-short'
  | 'malformed'
  | 'headers-too-large'
  | 'too-large'
  | 'bad-encoding'
  | 'wrong-type'
  | 'empty'
  | 'too-many-redirects'
  | 'bad-redirect'
  | 'stopped';

/** What every answer carries; `headers` has lower-case names, repeated ones joined by a comma, bytes as Latin-1. */
export type Answer = {
  readonly status: number;
  readonly finalUrl: string;
  readonly redirects: readonly Redirect[];
  readonly headers: Readonly<Record<string, string>>;
  readonly durationMs: number;
};

/**
 * A complete body, decoded from its transfer encodings; its charset is the reader's business. Validators are the bytes
 * received.
 */
export type Fresh = Answer & {
  readonly kind: 'fresh';
  readonly body: Uint8Array;
  /** What was sent to get it, `Host` aside. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly etag: string | null;
  readonly lastModified: string | null;
};

/** A 304 to validators that we sent; a validator is null when the answer does not repeat it. */
export type Unmodified = Answer & {
  readonly kind: 'unmodified';
  readonly etag: string | null;
  readonly lastModified: string | null;
};

/** A 410 at the address itself or behind permanent redirects only. */
export type Gone = Answer & { readonly kind: 'gone' };

/**
 * Not asked. `finalUrl` is the hop that was refused; `detail` is a short plain text such as the address a name led to.
 */
export type Refused = {
  readonly kind: 'refused';
  readonly reason: RefusedReason;
  readonly detail: string | null;
  readonly finalUrl: string;
  readonly redirects: readonly Redirect[];
  readonly durationMs: number;
};

/** Asked in vain, last at `finalUrl`. `status` is null without an answer; `retryAfter` is the header as received. */
export type Failed = {
  readonly kind: 'failed';
  readonly reason: FailedReason;
  readonly detail: string | null;
  readonly status: number | null;
  readonly retryAfter: string | null;
  readonly finalUrl: string;
  readonly redirects: readonly Redirect[];
  readonly durationMs: number;
};

/** The five things that can become of a request. */
export type FetchOutcome = Fresh | Unmodified | Gone | Refused | Failed;

/** What is kept of a refusal or failure, enough to say it in words later. */
export type FetchTrouble = {
  readonly reason: RefusedReason | FailedReason;
  readonly status: number | null;
  readonly detail: string | null;
};

/** The failure that an HTTP status means; only statuses that are not read, redirected, unmodified or gone come here. */
export function statusReason(status: number): FailedReason {
  if (status === 401 || status === 403 || status === 407) return 'sign-in';
  if (status === 404) return 'not-found';
  if (status === 429) return 'asked-to-wait';
  if (status >= 400 && status < 500) return 'http-error';
  return status >= 500 ? 'server-error' : 'unexpected-status';
}

/**
 * Where the chain leads for good: the end of its leading run of 301 and 308, null when the first hop is temporary or
 * there is none. RFC 9110 15.4.2 and 15.4.9.
 */
export function permanentTarget(redirects: readonly Redirect[]): string | null {
  const firstTemporary = redirects.findIndex(({ status }) => status !== 301 && status !== 308);
  const permanent = firstTemporary === -1 ? redirects : redirects.slice(0, firstTemporary);
  return permanent.at(-1)?.to ?? null;
}

/**
 * The sentence shown to people for a refusal or failure; `detail` may hold outside text, so the page escapes the whole.
 */
export function explainTrouble(trouble: FetchTrouble): string {
  const code = trouble.status === null ? '' : ` (${trouble.status})`;
  const detail = trouble.detail === null ? '' : ` (${trouble.detail})`;
  const sentence = sentences[trouble.reason];
  return sentence.replace('{code}', () => code).replace('{detail}', () => detail);
}

const sentences: Readonly<Record<RefusedReason | FailedReason, string>> = {
  address: 'The address leads into a private network{detail}. We do not go there.',
  scheme: 'The address is not a web address{detail}. We read only http and https.',
  port: 'The address names an unusual port{detail}. We do not go there.',
  credentials: 'The address carries a name or password. We do not use it.',
  url: 'The address cannot be read.',
  robots: 'The site asks programs not to read this page. We do not.',
  'robots-unreachable': 'We could not read what the site asks of programs (robots.txt). We wait and ask again.',
  waiting: 'The address leads to a site that asked us to wait. We wait.',
  'sign-in': 'The site asks us to sign in{code}.',
  'not-found': 'The page is not there{code}.',
  'asked-to-wait': 'The site asked us to wait{code}. We wait.',
  'http-error': 'The site refused the request{code}.',
  'server-error': 'The site answered with an error of its own{code}.',
  'unexpected-status': 'The site gave an answer we cannot use{code}.',
  'name-unknown': 'There is no site of that name{detail}.',
  unreachable: 'The site could not be reached{detail}.',
  certificate: 'The site could not prove who it is{detail}.',
  timeout: 'The site took too long{detail}.',
  'cut-short': 'The answer stops in the middle{detail}.',
  malformed: 'The answer breaks the rules of the web{detail}.',
  'headers-too-large': 'The answer has too long a head.',
  'too-large': 'The answer is too large{detail}.',
  'bad-encoding': 'The answer cannot be unpacked{detail}.',
  'wrong-type': 'The address holds something that is not text{detail}.',
  empty: 'The answer is empty{code}.',
  'too-many-redirects': 'The address leads from one address to the next without end{detail}.',
  'bad-redirect': 'The site sends us on without saying where{code}.',
  stopped: 'We stopped before the answer came.',
};
