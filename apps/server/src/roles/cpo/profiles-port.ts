/** ChargingProfiles, RECEIVER (OCPI 2.3.0 mod_charging_profiles): profiles of other parties for own sessions. */
import {
  type Caller,
  type ChargingProfileResponse,
  type ChargingProfilesReceiver,
  createOcpiClient,
  done,
} from '@smac/ocpi';
import { answerLater } from './answer-later.ts';
import { COMMAND_TIMEOUT_S, type ProfileExecutor, type ProfileSetter } from './executors.ts';
import type { CpoRooms } from './rooms.ts';

/** How far an ActiveChargingProfile that nobody asked for looks ahead: OCPI calls 5 to 60 minutes useful. */
const PUSH_S = 3600;

export interface ProfilesFace {
  readonly receiver: ChargingProfilesReceiver;
  /**
   * What is in force for a session changed: whoever set a profile is told (D1.5-§2.3.1.1-CPd). Nobody else ever is, and nobody before that
   * (OCPI 2.3.0 mod_charging_profiles).
   */
  activeChanged(sessionId: string): Promise<void>;
}

export function profilesFace(rooms: CpoRooms, executor: ProfileExecutor): ProfilesFace {
  /** Who set the profile of a session. */
  const setters = new Map<string, ProfileSetter>();

  /** Undefined: go on. */
  async function refusal(
    caller: Caller,
    sessionId: string,
  ): Promise<ChargingProfileResponse['result'] | undefined> {
    const session = await rooms.sites.getSession(rooms.network.owner, sessionId);
    // Profiles are for ongoing sessions only (D1.5-§2.3.1.1-ACT).
    if (!session.ok || session.data.status !== 'ACTIVE') return 'UNKNOWN_SESSION';
    if (!(await rooms.maySetProfiles(caller.peerId))) return 'REJECTED';
    // Two setters of one session would undo each other's work: the first one keeps it (D1.5-§2.3.1.1-MIX).
    const setter = setters.get(sessionId.toLowerCase());
    return setter !== undefined && setter.peerId !== caller.peerId ? 'REJECTED' : undefined;
  }

  const respond = (result: ChargingProfileResponse['result']) =>
    done<ChargingProfileResponse>({ result, timeout: result === 'ACCEPTED' ? COMMAND_TIMEOUT_S : 0 });
  const setterOf = ({ peerId, from }: Caller): ProfileSetter => ({ peerId, party: from });

  return {
    receiver: {
      async get(caller, sessionId, durationS, responseUrl) {
        const refused = await refusal(caller, sessionId);
        if (refused !== undefined) return respond(refused);
        answerLater(rooms, caller, responseUrl, async () => {
          const profile = await executor.active(sessionId, durationS);
          return {
            kind: 'ActiveChargingProfileResult',
            result: profile === undefined ? { result: 'UNKNOWN' } : { result: 'ACCEPTED', profile },
          };
        });
        return respond('ACCEPTED');
      },
      async put(caller, sessionId, { charging_profile, response_url }) {
        const refused = await refusal(caller, sessionId);
        if (refused !== undefined) return respond(refused);
        const key = sessionId.toLowerCase();
        const before = setters.get(key);
        setters.set(key, setterOf(caller));
        answerLater(rooms, caller, response_url, async () => {
          const result = await executor.set(sessionId, charging_profile, setterOf(caller));
          if (result === 'REJECTED' && before === undefined) setters.delete(key);
          return { kind: 'ChargingProfileResult', result: { result } };
        });
        return respond('ACCEPTED');
      },
      async delete(caller, sessionId, responseUrl) {
        const refused = await refusal(caller, sessionId);
        if (refused !== undefined) return respond(refused);
        answerLater(rooms, caller, responseUrl, async () => {
          const result = await executor.clear(sessionId, setterOf(caller));
          if (result === 'ACCEPTED') setters.delete(sessionId.toLowerCase());
          return { kind: 'ClearProfileResult', result: { result } };
        });
        return respond('ACCEPTED');
      },
    },
    async activeChanged(sessionId) {
      const setter = setters.get(sessionId.toLowerCase());
      if (setter === undefined) return;
      const profile = await executor.active(sessionId, PUSH_S);
      if (profile === undefined) return;
      const { chargingprofiles } = createOcpiClient(rooms.platform(), setter.peerId).sender;
      const put = await chargingprofiles.putActiveProfile(sessionId, profile, { to: setter.party });
      if (!put.ok) {
        rooms.log.warn(
          { peerId: setter.peerId, sessionId, detail: put.detail },
          'A changed profile could not be told to the party that set one',
        );
      }
    },
  };
}
