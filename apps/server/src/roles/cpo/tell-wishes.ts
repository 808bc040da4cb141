import { isDeepStrictEqual } from 'node:util';
import { type ChargingPreferences, createOcpiClient, type Session } from '@smac/ocpi';
import { NO_PREFERENCES, type Preferences } from '../../sites/index.ts';
import { chosenBehind, providerBehind } from './chosen-provider.ts';
import { MOST_TOLD, NewestMap } from './newest-map.ts';
import { serving } from './push.ts';
import { type CpoRooms, PROFILES_AGREEMENT } from './rooms.ts';

/**
 * OCPI's Session carries no preferences, so a provider that plans for this operator hears them at the Sessions interface it serves for
 * them (X39), after the session message. Only what changed since it was told last.
 */
export function wishTeller(
  rooms: Pick<CpoRooms, 'platform' | 'sites' | 'network' | 'log'>,
): (session: Session) => Promise<void> {
  /** Wish last taken, by session and peer. */
  const told = new NewestMap<string, Map<string, string>>(MOST_TOLD);

  return async (session) => {
    if (session.status === 'COMPLETED' || session.status === 'INVALID') {
      told.delete(session.id);
      return;
    }
    const planners = (await serving(rooms, 'sessions', 'SENDER')).filter(({ agreements }) =>
      agreements.includes(PROFILES_AGREEMENT),
    );
    if (planners.length === 0) return;
    const state = await rooms.sites.session({
      peerId: rooms.network.owner.peerId,
      sessionId: session.id,
    });
    if (state === undefined) return;
    const { provider } = state;
    // Who chose a provider wishes something of that one, and of nobody else.
    const asked = planners.flatMap((peer) => {
      const to = chosenBehind(peer, provider);
      return to !== undefined || provider === undefined || provider === peer.id
        ? [{ peerId: peer.id, to }]
        : [];
    });
    const isWished = !isDeepStrictEqual(state.preferences, NO_PREFERENCES);
    const wish = ocpiPreferences(state.preferences);
    const text = JSON.stringify(wish);
    const known = told.get(session.id) ?? new Map<string, string>();
    told.set(session.id, known);
    await Promise.all(
      asked.map(async ({ peerId, to }) => {
        // A wish that was withdrawn is told too; one that never was is not.
        const receiver = to === undefined ? peerId : providerBehind(peerId, to);
        if (known.get(receiver) === text || (!isWished && !known.has(receiver))) return;
        const { sessions } = createOcpiClient(rooms.platform(), peerId).sender;
        const answer = await sessions.setChargingPreferences(session.id, wish, {
          from: rooms.network.owner.party,
          ...(to === undefined ? {} : { to }),
        });
        if (answer.ok) known.set(receiver, text);
        else {
          rooms.log.warn(
            { peerId, sessionId: session.id, detail: answer.detail },
            'The preferences of a driver were not taken; they are sent again with the next session message',
          );
        }
      }),
    );
  };
}

/** REGULAR is what OCPI calls a driver who named no profile. */
function ocpiPreferences(preferences: Preferences): ChargingPreferences {
  const { profileType, departureMs, energyNeedWh, dischargeAllowed } = preferences;
  const { targetSoc, minSoc, maxSoc, reserveSoc } = preferences;
  return {
    profile_type: profileType ?? 'REGULAR',
    ...(departureMs === undefined ? {} : { departure_time: new Date(departureMs).toISOString() }),
    ...(energyNeedWh === undefined ? {} : { energy_need: energyNeedWh / 1000 }),
    discharge_allowed: dischargeAllowed,
    ...(targetSoc === undefined ? {} : { target_soc: targetSoc }),
    ...(minSoc === undefined ? {} : { min_soc: minSoc }),
    ...(maxSoc === undefined ? {} : { max_soc: maxSoc }),
    ...(reserveSoc === undefined ? {} : { reserve_soc: reserveSoc }),
  };
}
