import type { Outcome, Token, TokensReceiver } from '@smac/ocpi';
import type { Owner } from '../../sites/index.ts';
import type { CpoRooms } from './rooms.ts';

/** A token of a peer, for both who need it: authorisation, and planning, which wants the default profile type (SMC_006). */
export function storeToken(
  { tokens, sites }: Pick<CpoRooms, 'tokens' | 'sites'>,
  owner: Owner,
  token: Token,
): Promise<Outcome<undefined>> {
  return both(
    () => tokens.put(owner, token),
    () => sites.putToken(owner, token),
  );
}

/** Tokens, RECEIVER: what eMSPs push (D1.5-§2.3.1-TOK). */
export function tokensReceiver(rooms: Pick<CpoRooms, 'tokens' | 'sites'>): TokensReceiver {
  const { tokens, sites } = rooms;
  return {
    get: (caller, key) => tokens.get({ peerId: caller.peerId, party: key.owner }, key.uid, key.type),
    put: (caller, key, token) => storeToken(rooms, { peerId: caller.peerId, party: key.owner }, token),
    patch(caller, key, patch) {
      const owner = { peerId: caller.peerId, party: key.owner };
      return both(
        () => tokens.patch(owner, key.uid, key.type, patch),
        () => sites.patchToken(owner, key.uid, key.type, patch),
      );
    },
  };
}

/** The first decides what is answered; the second has the same rules and less to do. */
async function both(
  first: () => Promise<Outcome<undefined>>,
  second: () => Promise<Outcome<undefined>>,
): Promise<Outcome<undefined>> {
  const outcome = await first();
  if (outcome.ok) await second();
  return outcome;
}
