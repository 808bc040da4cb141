import type { Outcome, Token, TokensReceiver } from '@smac/ocpi';
import type { Owner } from '../../sites/index.ts';
import type { CpoRooms } from './rooms.ts';

type Rooms = Pick<CpoRooms, 'tokens' | 'sites' | 'isProvider'>;

/** A token of a peer, for both who need it: planning, which wants the default profile type (SMC_006), and authorisation. */
export function storeToken(rooms: Rooms, owner: Owner, token: Token): Promise<Outcome<undefined>> {
  return both(
    rooms,
    owner,
    () => rooms.tokens.put(owner, token),
    () => rooms.sites.putToken(owner, token),
  );
}

/** Tokens, RECEIVER: what eMSPs push (D1.5-§2.3.1-TOK). */
export function tokensReceiver(rooms: Rooms): TokensReceiver {
  const { tokens, sites } = rooms;
  return {
    get: (caller, key) => sites.getToken({ peerId: caller.peerId, party: key.owner }, key.uid, key.type),
    put: (caller, key, token) => storeToken(rooms, { peerId: caller.peerId, party: key.owner }, token),
    patch(caller, key, patch) {
      const owner = { peerId: caller.peerId, party: key.owner };
      return both(
        rooms,
        owner,
        () => tokens.patch(owner, key.uid, key.type, patch),
        () => sites.patchToken(owner, key.uid, key.type, patch),
      );
    },
  };
}

/** Tokens of whoever is no mobility provider plan, and charge nowhere. Both rooms have the same rules about what is new. */
async function both(
  { isProvider }: Rooms,
  { peerId, party }: Owner,
  authorise: () => Promise<Outcome<undefined>>,
  plan: () => Promise<Outcome<undefined>>,
): Promise<Outcome<undefined>> {
  if (await isProvider(peerId, party)) {
    const outcome = await authorise();
    if (!outcome.ok) return outcome;
  }
  return plan();
}
