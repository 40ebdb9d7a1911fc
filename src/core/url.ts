/**
 * Longest address kept, in characters after normalising: it is a unique key, and a Postgres btree entry ends at 2,704
 * bytes.
 */
export const urlLengthMax = 2_048;

/** Parameters that say how a reader came to an article, never which article it is; names are compared in lower case. */
const trackingNames = new Set(
  `_ga _gl __twitter_impression cmp cmpid dclid fbclid ftag gbraid gclid gclsrc guccounter guce_referrer
   guce_referrer_sig igsh igshid mkt_tok msclkid ncid ocid oly_anon_id oly_enc_id
   ref_src ref_url s_cid sh_kit si smid smtyp spm srnd sr_share ttclid twclid vero_id wbraid xtor yclid`.split(/\s+/),
);
/** Families of such parameters: Google, Matomo, Mailchimp and HubSpot campaigns, and the BBC's `at_`. */
const trackingPrefixes = ['utm_', 'mtm_', 'pk_', 'piwik_', 'mc_', '_hs', 'hsa_', 'at_'];
/** These mean "came from" only when the value says so (`?source=rss`); `?ref=main` can be another page. */
const originNames = new Set(['emc', 'from', 'partner', 'ref', 'source', 'src']);
const originValuePrefixes = ['rss', 'feed'];

/**
 * The absolute http(s) address that `href` means on the page `base`, with its fragment; null when it is not one we may
 * keep: another scheme, no host, a name or password inside, or longer than `urlLengthMax`. Line breaks and tabs are
 * dropped (WHATWG URL).
 */
export function resolveHttpUrl(href: string, base: string | null): string | null {
  const trimmed = href.trim();
  if (trimmed === '' || trimmed.length > urlLengthMax) return null;
  const url = base === null ? URL.parse(trimmed) : URL.parse(trimmed, base);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  if (url.username !== '' || url.password !== '') return null;
  return url.href.length > urlLengthMax ? null : url.href;
}

/**
 * The identity of the document behind an absolute http(s) address: no fragment, no default port, host in lower case,
 * query as it is. Two addresses with one identity are one row and one request. Throws on what `resolveHttpUrl` would
 * refuse to parse.
 */
export function documentUrl(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}

/**
 * The `host:port` that spacing, connection limits and robots rules count by; the port is always written, IPv6 stands in
 * brackets.
 */
export function hostKey(url: string): string {
  const parsed = new URL(url);
  const port = parsed.port === '' ? defaultPort(parsed.protocol) : parsed.port;
  return `${parsed.hostname}:${port}`;
}

/**
 * The same address without parameters that only say how the reader came there; the other parameters keep their order
 * and spelling.
 */
export function withoutTracking(url: string): string {
  const parsed = new URL(url);
  const kept = parsed.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !isTrackingPair(pair));
  parsed.search = kept.length === 0 ? '' : `?${kept.join('&')}`;
  return parsed.href;
}

/**
 * A key under which two addresses of one article meet: no scheme, `www.`, fragment, tracking parameter or closing
 * slash. For comparing only; it is not an address and is never fetched.
 */
export function articleUrlKey(url: string): string {
  const parsed = new URL(withoutTracking(url));
  const host = parsed.host.replace(/^www\./, '');
  return `${host}${parsed.pathname.replace(/\/$/, '')}${parsed.search}`;
}

/**
 * The addresses that have the key of `url`, itself first: over http and https, with and without `www.` and closing slash, and without
 * tracking parameters. Forms with other tracking parameters have that key too; they are without number and left out.
 */
export function articleUrlForms(url: string): readonly string[] {
  const [path = '', ...query] = articleUrlKey(url).split('?');
  const search = query.length === 0 ? '' : `?${query.join('?')}`;
  const hosts = ['https://', 'http://', 'https://www.', 'http://www.'];
  const forms = hosts.flatMap((start) => [`${start}${path}${search}`, `${start}${path}/${search}`]);
  return [...new Set([documentUrl(url), ...forms])];
}

function defaultPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}

function isTrackingPair(pair: string): boolean {
  const [rawName = '', value = ''] = pair.toLowerCase().split('=');
  const name = rawName.replaceAll('%5f', '_');
  if (trackingNames.has(name)) return true;
  if (trackingPrefixes.some((prefix) => name.startsWith(prefix))) return true;
  return originNames.has(name) && originValuePrefixes.some((prefix) => value.startsWith(prefix));
}
