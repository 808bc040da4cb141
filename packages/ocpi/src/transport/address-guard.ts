import { BlockList, isIP } from 'node:net';

/**
 * URLs in credentials, version details, `response_url` and Link headers are chosen by the peer: without this guard a peer could
 * make us call our own network (SSRF, security: OCPI). Only https to public addresses passes.
 */
const BLOCKED = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  BLOCKED.addSubnet(network, prefix, 'ipv4');
}
/** Addresses of IPv6 that are global unicast; everything outside 2000::/3 is local, mapped, multicast or reserved. */
const GLOBAL_IPV6 = new BlockList();
GLOBAL_IPV6.addSubnet('2000::', 3, 'ipv6');
/** Inside 2000::/3: Teredo and 6to4 carry IPv4 addresses, 2001:db8 is documentation. */
const TUNNELS_IPV6 = new BlockList();
TUNNELS_IPV6.addSubnet('2001::', 23, 'ipv6');
TUNNELS_IPV6.addSubnet('2001:db8::', 32, 'ipv6');
TUNNELS_IPV6.addSubnet('2002::', 16, 'ipv6');
TUNNELS_IPV6.addSubnet('3fff::', 20, 'ipv6');

/** True for an address that may be called without `allowPrivate`. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !BLOCKED.check(address, 'ipv4');
  if (family !== 6) return false;
  return GLOBAL_IPV6.check(address, 'ipv6') && !TUNNELS_IPV6.check(address, 'ipv6');
}

/**
 * Checks a URL before anything is resolved or sent. Returns the URL, or one sentence why it is refused. Names are resolved and
 * the resolved address is checked again at connection time (`createHttpCaller`), against DNS rebinding.
 */
export function guardUrl(
  text: string,
  allowPrivate: boolean,
): { readonly url: URL } | { readonly refusal: string } {
  if (text.length > 2048 || !URL.canParse(text)) {
    return { refusal: 'is not an absolute URL' };
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    return { refusal: `uses ${url.protocol.replace(':', '')}; only https is allowed` };
  }
  if (url.username !== '' || url.password !== '') {
    return { refusal: 'carries a user name or password; remove it' };
  }
  if (allowPrivate) return { url };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const name = host.toLowerCase().replace(/\.$/, '');
  if (isIP(host) !== 0 ? !isPublicAddress(host) : isLocalName(name)) {
    return { refusal: `points at ${host}, which is not a public address` };
  }
  return { url };
}

function isLocalName(name: string): boolean {
  return (
    !name.includes('.') ||
    ['localhost', 'local', 'internal', 'home.arpa', 'localdomain'].some(
      (suffix) => name === suffix || name.endsWith(`.${suffix}`),
    )
  );
}
