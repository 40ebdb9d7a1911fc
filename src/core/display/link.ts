import { resolveHttpUrl } from '#src/core/url.ts';

/**
 * An address that may stand in an `href`: http or https without a password, or a path, query or place on our own pages. Null for
 * every other scheme and for `//host` and `/\host`, which browsers read as another site.
 */
export function safeHref(address: string): string | null {
  if (/^[/?#]/.test(address)) return /^\/[/\\]|[\p{Cc}\s\\]/u.test(address) ? null : address;
  return resolveHttpUrl(address, null);
}

/** The host of an address as readers know it: "harbourledger.example"; null when it is no web address. */
export function showHost(address: string): string | null {
  const url = resolveHttpUrl(address, null);
  return url === null ? null : new URL(url).host.replace(/^www\./, '');
}
