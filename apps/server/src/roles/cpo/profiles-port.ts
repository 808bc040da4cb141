/** ChargingProfiles, RECEIVER (OCPI 2.3.0 mod_charging_profiles): profiles of other parties for own sessions. */
import {
  type ActiveChargingProfile,
  type Caller,
  type ChargingProfileResponse,
  type ChargingProfilesReceiver,
  createOcpiClient,
  done,
  partyName,
} from '@smac/ocpi';
import { takesOver } from '../../dispatch/index.ts';
import { answerLater } from './answer-later.ts';
import { isChosen } from './chosen-provider.ts';
import { COMMAND_TIMEOUT_S, type ProfileExecutor, type ProfileSetter } from './executors.ts';
import { MOST_TOLD, NewestMap } from './newest-map.ts';
import type { CpoRooms } from './rooms.ts';
import { createSetters } from './setters.ts';

/** How far an ActiveChargingProfile that nobody asked for looks ahead: OCPI calls 5 to 60 minutes useful. */
const PUSH_S = 3600;

/** So many are kept before it is asked whose sessions are over. */
const MOST_SETTERS = 1_000;

export interface ProfilesFace {
  readonly receiver: ChargingProfilesReceiver;
  /**
   * What is in force for a session changed: whoever set a profile is told (D1.5-§2.3.1.1-CPd). Nobody else ever is, and nobody before that
   * (OCPI 2.3.0 mod_charging_profiles).
   */
  activeChanged(sessionId: string): Promise<void>;
  /** Whose profile holds for the session; undefined: nobody's, or one that is not there over OCPI. */
  setterOf(sessionId: string): ProfileSetter | undefined;
  /** The driver chose who plans the session: what somebody else set for it ends (D1.5-R2-2). */
  chosen(sessionId: string): Promise<void>;
  /** Takes up again what was set before a restart. */
  start(): Promise<void>;
  /** The session is over, and with it every profile for it. */
  ended(sessionId: string): Promise<void>;
}

export function profilesFace(rooms: CpoRooms, executor: ProfileExecutor): ProfilesFace {
  const setters = createSetters(rooms.store);
  /** What the setter of a session believes to be in force. */
  const told = new NewestMap<string, ActiveChargingProfile>(MOST_TOLD);

  /** Undefined: go on. */
  async function refusal(
    caller: Caller,
    sessionId: string,
  ): Promise<ChargingProfileResponse['result'] | undefined> {
    const session = await rooms.sites.getSession(rooms.network.owner, sessionId);
    // Profiles are for ongoing sessions only (D1.5-§2.3.1.1-ACT).
    if (!session.ok || session.data.status !== 'ACTIVE') return 'UNKNOWN_SESSION';
    if (!(await rooms.maySetProfiles(caller.peerId))) return 'REJECTED';
    // Whom the driver chose, and nobody else (D1.5-R2-2).
    const chosen = await chosenFor(session.data.id);
    const peer = await peerOf(caller);
    if (chosen !== undefined) return isChosen(chosen, setterOf(caller), peer) ? undefined : 'REJECTED';
    // Two setters of one session would undo each other's work: the first one keeps it (D1.5-§2.3.1.1-MIX).
    const setter = setters.of(sessionId);
    const isPlatform = peer?.hubParty === undefined && setter?.peerId === caller.peerId;
    if (setter === undefined || isPlatform || isSameSetter(setter, setterOf(caller))) return undefined;
    const newcomer = { actor: 'scsp', sinceMs: rooms.clock.now() } as const;
    return takesOver(newcomer, { actor: 'scsp', sinceMs: 0 }) ? undefined : 'REJECTED';
  }

  const chosenFor = async (sessionId: string) =>
    (await rooms.sites.session({ peerId: rooms.network.owner.peerId, sessionId }))?.provider;

  async function isOverruled(sessionId: string, setter: ProfileSetter): Promise<boolean> {
    const chosen = await chosenFor(sessionId);
    return chosen !== undefined && !isChosen(chosen, setter, await peerOf(setter));
  }

  const peerOf = ({ peerId }: Pick<ProfileSetter, 'peerId'>) => rooms.platform().peers.byId(peerId);

  let mostSetters = MOST_SETTERS;
  /** A session that no station ever ended leaves its setter behind: when there are too many, those of sessions that are over go. */
  async function tidy(): Promise<void> {
    if (setters.all().length < mostSetters) return;
    for (const { sessionId } of setters.all()) {
      const session = await rooms.sites.getSession(rooms.network.owner, sessionId);
      if (!session.ok || session.data.status !== 'ACTIVE') await setters.remove(sessionId);
    }
    mostSetters = Math.max(MOST_SETTERS, 2 * setters.all().length);
  }

  /** As this server writes it: OCPI ids are compared without case. */
  async function idOf(sessionId: string): Promise<string> {
    const session = await rooms.sites.getSession(rooms.network.owner, sessionId);
    return session.ok ? session.data.id : sessionId;
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
          const profile = await executor.active(await idOf(sessionId), durationS);
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
        const setter = setterOf(caller);
        const before = setters.of(sessionId);
        await tidy();
        await setters.put({ ...setter, sessionId, profile: charging_profile }, rooms.clock.now());
        told.delete(sessionId.toLowerCase());
        answerLater(rooms, caller, response_url, async () => {
          const result = await executor.set(await idOf(sessionId), charging_profile, setter);
          // The driver may have chosen somebody else meanwhile.
          if (await isOverruled(sessionId, setter)) {
            await executor.clear(await idOf(sessionId), setter);
            await setters.remove(sessionId);
            return { kind: 'ChargingProfileResult', result: { result: 'REJECTED' } };
          }
          if (result === 'REJECTED' && before === undefined) await setters.remove(sessionId);
          return { kind: 'ChargingProfileResult', result: { result } };
        });
        return respond('ACCEPTED');
      },
      async delete(caller, sessionId, responseUrl) {
        const refused = await refusal(caller, sessionId);
        if (refused !== undefined) return respond(refused);
        answerLater(rooms, caller, responseUrl, async () => {
          const result = await executor.clear(await idOf(sessionId), setterOf(caller));
          if (result === 'ACCEPTED') await setters.remove(sessionId);
          return { kind: 'ClearProfileResult', result: { result } };
        });
        return respond('ACCEPTED');
      },
    },
    async activeChanged(sessionId) {
      const setter = setters.of(sessionId);
      if (setter === undefined) return;
      const profile = await executor.active(sessionId, PUSH_S);
      if (profile === undefined || setters.of(sessionId) === undefined) return;
      const name = sessionId.toLowerCase();
      const before = told.get(name);
      if (before !== undefined && sameProfile(before, profile)) return;
      told.set(name, profile);
      const { chargingprofiles } = createOcpiClient(rooms.platform(), setter.peerId).sender;
      const put = await chargingprofiles.putActiveProfile(sessionId, profile, { to: setter.party });
      if (!put.ok) {
        rooms.log.warn(
          { peerId: setter.peerId, sessionId, detail: put.detail },
          'A changed profile could not be told to the party that set one',
        );
        told.delete(name);
      }
    },
    setterOf: (sessionId) => setters.of(sessionId),
    async chosen(sessionId) {
      const setter = setters.of(sessionId);
      if (setter === undefined) return;
      if (!(await isOverruled(sessionId, setter))) return;
      await setters.remove(sessionId);
      told.delete(sessionId.toLowerCase());
      await executor.clear(await idOf(sessionId), setter);
      rooms.log.info(
        { peerId: setter.peerId, sessionId },
        'The driver chose somebody else: the profile of this party is taken back',
      );
    },
    async start() {
      for (const { sessionId, profile, ...setter } of await setters.load()) {
        const session = await rooms.sites.getSession(rooms.network.owner, sessionId);
        const isAllowed = !(await isOverruled(sessionId, setter));
        if (session.ok && session.data.status === 'ACTIVE' && isAllowed)
          await executor.resume(session.data.id, profile);
        else await setters.remove(sessionId);
      }
    },
    async ended(sessionId) {
      told.delete(sessionId.toLowerCase());
      await setters.remove(sessionId);
    },
  };
}

const isSameSetter = (a: ProfileSetter, b: ProfileSetter) =>
  a.peerId === b.peerId && partyName(a.party) === partyName(b.party);

/** The same powers at the same times, but for differences that are not worth a message. */
function sameProfile(a: ActiveChargingProfile, b: ActiveChargingProfile): boolean {
  const starts = [a, b].map(({ start_date_time }) => Date.parse(start_date_time));
  const fromMs = Math.max(...starts);
  const endOf = (profile: ActiveChargingProfile) =>
    Date.parse(profile.start_date_time) + (profile.charging_profile.duration ?? PUSH_S) * 1000;
  const untilMs = Math.min(endOf(a), endOf(b));
  const instants = [a, b].flatMap((profile) =>
    (profile.charging_profile.charging_profile_period ?? []).map(
      ({ start_period }) => Date.parse(profile.start_date_time) + start_period * 1000,
    ),
  );
  return [fromMs, ...instants]
    .filter((atMs) => atMs >= fromMs && atMs < untilMs)
    .every((atMs) => Math.abs(limitOf(a, atMs) - limitOf(b, atMs)) <= DEAD_BAND_W);
}

function limitOf({ start_date_time, charging_profile }: ActiveChargingProfile, atMs: number): number {
  const atS = (atMs - Date.parse(start_date_time)) / 1000;
  const periods = charging_profile.charging_profile_period ?? [];
  return periods.findLast(({ start_period }) => start_period <= atS)?.limit ?? 0;
}

/** As dispatch: less is no change, W. */
const DEAD_BAND_W = 150;
