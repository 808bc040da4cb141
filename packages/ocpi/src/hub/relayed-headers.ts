import type { RelayCall } from '../server/relay-contract.ts';
import { nextLink } from '../transport/paging.ts';

/** Headers of lists and of what was created, with addresses of the hub instead of the receiver's. */
export function headersOf(
  call: RelayCall,
  headers: Readonly<Record<string, string>>,
  endpoint: string,
): Record<string, string> {
  const own: Record<string, string> = {};
  const { 'x-total-count': total, 'x-limit': limit, location } = headers;
  if (total !== undefined) own['X-Total-Count'] = total;
  if (limit !== undefined) own['X-Limit'] = limit;
  const next = nextLink(headers.link);
  if (next !== undefined && URL.canParse(next))
    own.Link = `<${call.address}${new URL(next).search}>; rel="next"`;
  const below = endpoint.replace(/\/+$/, '');
  if (location?.startsWith(`${below}/`))
    own.Location = `${call.address.replace(/\/+$/, '')}${location.slice(below.length)}`;
  return own;
}
