import { isIPv4, isIPv6 } from 'node:net';

/** What one household or company is given of IPv6 at least (RIPE-690 4.2): whoever has one address of it has all. */
const IPV6_BITS = 56;

/**
 * Whom attempts from an address are counted for. One IPv4 address, also one that is written as IPv6; of IPv6 the network around it,
 * because who has it draws a new address for every attempt (ASVS 6.3.1).
 * @param address as the socket or a trusted proxy says it; what is none stays as it is
 */
export function networkOf(address: string): string {
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare)) return address;
  const parts = sixteens(bare);
  const [six = 0, seven = 0] = parts.slice(6);
  if (parts.slice(0, 5).every((part) => part === 0) && parts[5] === 0xffff)
    return [six >> 8, six & 255, seven >> 8, seven & 255].join('.');
  const kept = parts.map((part, at) => {
    const bits = Math.min(16, Math.max(0, IPV6_BITS - 16 * at));
    return part & (0xffff << (16 - bits)) & 0xffff;
  });
  return `${kept
    .slice(0, Math.ceil(IPV6_BITS / 16))
    .map((part) => part.toString(16))
    .join(':')}::/${IPV6_BITS}`;
}

/** The eight parts of an IPv6 address. */
function sixteens(address: string): number[] {
  const [front = [], back = []] = address.split('::').map(partsOf);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

function partsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!isIPv4(part)) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
