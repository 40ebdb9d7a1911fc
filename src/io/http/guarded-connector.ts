/**
 * Opens sockets to public addresses only. The check sits here because every connection passes here, redirect hops and
 * replaced keep-alive sockets included; a lookup hook alone never sees an address that is written as one.
 */
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { failed, refused } from '#src/io/http/trouble.ts';

/** Finds all addresses of a name, as dotted or colon text; rejects with ENOTFOUND when there is none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** What the connector is told; `allowPrivate` holds `host:port` keys that may lead anywhere. */
export type ConnectorOptions = {
  readonly allowPrivate: ReadonlySet<string>;
  readonly connectMs: number;
  readonly resolve: Resolve;
};

/** The machine's own resolver, IPv4 and IPv6. */
export async function resolveBySystem(hostname: string): Promise<readonly string[]> {
  const found = await systemLookup(hostname, { all: true });
  return found.map(({ address }) => address);
}

/**
 * Whether an IP address belongs to the public internet; mapped IPv4 is unwrapped first, anything unreadable is not
 * public. IPv6 must also lie in 2000::/3, all that was ever given out: ipaddr.js calls `::7f00:1`, an old spelling of
 * 127.0.0.1, unicast.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const [firstByte = 0] = parsed.toByteArray();
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || firstByte >> 5 === 1);
}

/**
 * A connector for undici that refuses private and special addresses: written, looked up, and once more as connected.
 */
export function buildGuardedConnector({
  allowPrivate,
  connectMs,
  resolve,
}: ConnectorOptions): buildConnector.connector {
  // HTTP/1.1 only: its parser holds the header limit. Certificates are checked whatever the environment says.
  const options = { timeout: connectMs, allowH2: false, rejectUnauthorized: true };
  const connectGuarded = buildConnector({ ...options, lookup: lookupThrough(resolve, isPublicAddress) });
  const connectAnywhere = buildConnector({ ...options, lookup: lookupThrough(resolve, () => true) });
  return (target, callback) => {
    const port = target.port === '' ? defaultPort(target.protocol) : target.port;
    if (allowPrivate.has(`${target.hostname}:${port}`) || allowPrivate.has(`[${target.hostname}]:${port}`)) {
      connectAnywhere(target, callback);
      return;
    }
    const isLiteral = isIP(target.hostname) !== 0;
    if (isLocalName(target.hostname) || (isLiteral && !isPublicAddress(target.hostname))) {
      callback(refused('address', target.hostname), null);
      return;
    }
    connectGuarded(target, (error, socket) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      const peer = socket.remoteAddress;
      if (peer !== undefined && isPublicAddress(peer)) {
        callback(null, socket);
        return;
      }
      socket.destroy();
      // Without an address the peer has already hung up.
      callback(peer === undefined ? failed('unreachable', null) : refused('address', peer), null);
    });
  };
}

/** These names mean this machine, whatever a resolver makes of them (RFC 6761 6.3). */
function isLocalName(hostname: string): boolean {
  return /(?:^|\.)localhost\.?$/i.test(hostname);
}

/** One bad address among several refuses the name: an attacker who mixes them waits for the bad one to be picked. */
function lookupThrough(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const bad = addresses.find((address) => !isAllowed(address));
        const [first] = addresses;
        if (bad !== undefined) callback(refused('address', bad), []);
        else if (first === undefined) callback(failed('name-unknown', null), []);
        else if (options.all === true) callback(null, addresses.map(withFamily));
        else callback(null, first, isIP(first));
      },
      (error: unknown) => callback(error instanceof Error ? error : failed('name-unknown', null), []),
    );
  };
}

function withFamily(address: string): { readonly address: string; readonly family: number } {
  return { address, family: isIP(address) };
}

function defaultPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}
