import { createOcpiClient, type OcpiPlatform } from '@smac/ocpi';
import type { AskIssuer } from '../../drivers/index.ts';

/** Real-time authorisation at the eMSP that issued a token (OCPI 2.3.0 mod_tokens). Every failure is "no answer": the whitelist decides then. */
export function issuerOf(platform: () => OcpiPlatform): AskIssuer {
  return async (peerId, token, location) => {
    const answer = await createOcpiClient(platform(), peerId).sender.tokens.authorize(token, location);
    if (answer.ok) return { kind: 'answer', info: answer.data };
    if (answer.statusCode === 2004) return { kind: 'unknown-token' };
    return { kind: 'no-answer', detail: answer.detail };
  };
}
