import type { Peer } from '../exchange/peer.ts';
import { guardUrl } from './address-guard.ts';

/**
 * Why a URL that a peer asks us to call is refused, as the rest of a sentence. Only hosts the peer registered, only public https
 * (security: OCPI). A hub forwards the URL of the party behind it, whose host nobody told us, so for hubs the address alone decides.
 */
export function peerUrlRefusal(text: string, peer: Peer): string | undefined {
  const guarded = guardUrl(text, peer.allowPrivateAddresses);
  if ('refusal' in guarded) return guarded.refusal;
  if (peer.hubParty !== undefined) return undefined;
  const registered = [peer.versionsUrl, ...peer.endpoints.map((endpoint) => endpoint.url)];
  const known = registered.some(
    (url) => url !== undefined && URL.canParse(url) && new URL(url).hostname === guarded.url.hostname,
  );
  return known ? undefined : 'is on a host that is not among the registered endpoints';
}
