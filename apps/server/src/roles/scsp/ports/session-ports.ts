import {
  type Caller,
  type ChargingPreferences,
  type ChargingPreferencesResponse,
  done,
  type Outcome,
  partyName,
  refused,
  type SessionsReceiver,
  type SessionsSender,
  sameParty,
} from '@smac/ocpi';
import type { SessionState, Sites } from '../../../sites/index.ts';
import type { Clock } from '../../../time/clock.ts';

/** Sessions, RECEIVER: the CPO's sessions with energy, status and SoC (D4.2-§4.1.1-SOC). */
export function sessionsReceiver(sites: Sites): SessionsReceiver {
  return {
    get: (caller, key) => sites.getSession({ peerId: caller.peerId, party: key.owner }, key.id),
    put: (caller, key, session) => sites.putSession({ peerId: caller.peerId, party: key.owner }, session),
    patch: (caller, key, patch) =>
      sites.patchSession({ peerId: caller.peerId, party: key.owner }, key.id, patch),
  };
}

const FORESEEN_MS = 24 * 3_600_000;

/** Sessions, SENDER: only PUT charging_preferences, which an eMSP, a hub or the CPO sends us (X39, D4.2-§4.1.1-DEP). */
export function sessionsSender(sites: Sites, clock: Clock): SessionsSender {
  return {
    async setChargingPreferences(caller, sessionId, preferences) {
      const session = await sessionFor(sites, caller, sessionId);
      if (session === undefined) {
        return refused('unknownObject', 'No live session of this party or of its tokens has that id.');
      }
      if (preferences.profile_type === 'GREEN' && !(await knowsGreen(sites, session, clock.now()))) {
        return done('PROFILE_TYPE_NOT_SUPPORTED');
      }
      const missing = missingForDischarge(preferences);
      if (missing !== undefined) return done(missing);
      return sites.setChargingPreferences(session, preferences) as Promise<
        Outcome<ChargingPreferencesResponse>
      >;
    },
  };
}

/**
 * Whoever lets the car be discharged must say when it leaves and how full it has to be then; without it the promise of enough energy
 * cannot be kept. For charging both are optional (X46).
 */
function missingForDischarge(wish: ChargingPreferences): ChargingPreferencesResponse | undefined {
  if (wish.discharge_allowed !== true) return undefined;
  if (wish.departure_time === undefined) return 'DEPARTURE_REQUIRED';
  const need = wish.energy_need ?? wish.target_soc ?? wish.min_soc;
  return need === undefined ? 'ENERGY_NEED_REQUIRED' : undefined;
}

/**
 * A session of the party that speaks, or one that was started with one of its tokens. Other parties of the same platform (behind a hub)
 * are strangers too.
 */
async function sessionFor(
  sites: Sites,
  caller: Caller,
  sessionId: string,
): Promise<SessionState | undefined> {
  const own = await sites.session({ peerId: caller.peerId, sessionId });
  if (own !== undefined && own.party === partyName(caller.from)) return own;
  for (const session of await sites.liveSessions()) {
    if (session.sessionId.toLowerCase() !== sessionId.toLowerCase()) continue;
    const [countryCode = '', partyId = ''] = session.party.split('-');
    const found = await sites.getSession(
      { peerId: session.peerId, party: { countryCode, partyId } },
      session.sessionId,
    );
    if (!found.ok) continue;
    const token = found.data.cdr_token;
    if (sameParty({ countryCode: token.country_code, partyId: token.party_id }, caller.from)) return session;
  }
  return undefined;
}

/** Charging by CO2 needs to know when power is clean: an intensity forecast, or own generation. */
async function knowsGreen(sites: Sites, session: SessionState, nowMs: number): Promise<boolean> {
  const series = await sites.series(session.contextId, nowMs, nowMs + FORESEEN_MS);
  return series.co2.length > 0 || series.generation.length > 0;
}
