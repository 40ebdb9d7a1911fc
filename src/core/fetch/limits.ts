/** What is being fetched; it decides the Accept header and the largest body. */
export type FetchKind = 'feed' | 'page' | 'captions' | 'robots';

/** Bounds of one exchange; times in milliseconds, sizes in bytes. */
export type FetchLimits = {
  readonly connectMs: number;
  readonly headersMs: number;
  readonly exchangeMs: number;
  readonly headerBytesMax: number;
  readonly bodyBytesMax: Readonly<Record<FetchKind, number>>;
  readonly encodingCountMax: number;
  readonly redirectCountMax: number;
};

/** The bounds we keep unless the ledger says otherwise. */
export const defaultFetchLimits: FetchLimits = {
  connectMs: 10_000,
  headersMs: 15_000,
  // The only bound a byte every 0.2 s cannot stretch: each byte resets the others.
  exchangeMs: 30_000,
  headerBytesMax: 16 * 1024,
  // Counted after decoding: 1 MB of gzip can hold 1 GB. RFC 9309 2.5 asks for at least 500 KiB of robots.txt.
  // Ten hours of captions in the wordiest form take about 3 MB.
  bodyBytesMax: { feed: 10 * 1024 * 1024, page: 5 * 1024 * 1024, captions: 5 * 1024 * 1024, robots: 500 * 1024 },
  encodingCountMax: 5,
  redirectCountMax: 5,
};

/** The name by which robots.txt files address us; also the first word of our User-Agent. */
export const productToken = 'claimledger';

/** Our one User-Agent, `claimledger/VERSION (+contact)`; the contact is a URL or mail address in plain ASCII. */
export function buildUserAgent(version: string, contact: string): string {
  return `${productToken}/${version} (+${contact})`;
}
