/**
 * The profiles a station keeps for when nobody talks to it: the station's maximum (the only place for a site's or grid operator's limit,
 * X30) and a default share per EVSE. They are installed before the first plan, and again when a limit changes.
 */
import { type ChargingProfile, converted, type InstalledProfile } from '@smac/ocpp/profiles';
import { type Network, type Placed, phasesOf } from '../network/index.ts';
import type { Sites, TriggerCause } from '../sites/index.ts';
import type { Stations } from '../stations/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import { createFallbackLimits } from './fallback-limits.ts';
import { fallbackProfiles, holdsMaximum } from './fallback-profiles.ts';
import { maxProfileId } from './ids.ts';
import type { BookEntry, ProfileBook } from './profile-book.ts';
import { clearProfile, setProfile } from './set-profile.ts';

export interface FallbackOptions {
  readonly stations: Stations;
  readonly network: Network;
  readonly sites: Sites;
  readonly book: ProfileBook;
  readonly clock: Clock;
  readonly activity: Activity;
  /** Does this transaction still run? */
  readonly isActive: (transactionId: string) => Promise<boolean>;
  readonly log: {
    info(fields: Readonly<Record<string, unknown>>, message: string): void;
    error(fields: Readonly<Record<string, unknown>>, message: string): void;
  };
}

export interface Fallback {
  /** Resolves when the station has what it needs, or refused it, or the wait is over. */
  ready(stationId: string): Promise<void>;
  /** What an EVSE keeps to without a plan, W, as its station confirmed it; undefined while that is in doubt. */
  confirmedW(stationId: string, evseId: number): number | undefined;
  /** The EVSE carries a plan where its fallback would be: what it falls back to is not certain until `refresh`. */
  distrust(stationId: string, evseId: number): void;
  /** Installs again where limits changed. */
  refresh(stationIds?: readonly string[]): Promise<void>;
  close(): void;
}

/** After these the limit of a supply point, or what its base load leaves of it, may be another. */
const MOVES_LIMITS: ReadonlySet<TriggerCause> = new Set(['static-inputs', 'cap', 'slot']);

export function createFallback(options: FallbackOptions): Fallback {
  const { stations, network, sites, book, clock, activity, log } = options;
  const inputs = { ...options, limits: createFallbackLimits({ ...options, moves: refreshAt }) };
  /** A cut that ends by itself is told by nobody: until its stations are, they keep to it whatever the plan says. */
  const moves = new Map<string, { readonly atMs: number; readonly cancel: () => void }>();
  const running = new Map<string, Promise<boolean>>();
  const done = new Set<string>();
  /** Stations that were given a maximum. */
  const withMaximum = new Set<string>();
  /** By station and EVSE; absent while it is in doubt. */
  const confirmed = new Map<string, number>();

  function install(stationId: string, force: boolean): Promise<void> {
    const before: Promise<unknown> = running.get(stationId) ?? Promise.resolve();
    const next = before.then(() => activity.track(() => installAll(stationId, force)));
    const settled = next.catch((error: unknown) => {
      log.error(
        { stationId, detail: String(error) },
        'The fallback profiles of a station were not installed',
      );
      return false;
    });
    running.set(stationId, settled);
    void settled.then((isInstalled) => {
      // While another one waits behind it, a boot for instance, the station is not ready.
      if (running.get(stationId) !== settled) return;
      running.delete(stationId);
      if (isInstalled) done.add(stationId);
    });
    return settled.then(() => {});
  }

  /** @returns false where there is nothing to install, or nobody to hear it */
  async function installAll(stationId: string, force: boolean): Promise<boolean> {
    const places = network.evsesOf(stationId);
    if (places.length === 0 || stations.connected(stationId) === undefined) return false;
    await clearLeftovers(stationId);
    await clearMaximum(stationId, places.length);
    const held = new Map((await book.of(stationId)).map((entry) => [entry.profile.id, entry]));
    let refused = 0;
    for (const wanted of await fallbackProfiles(inputs, stationId, places)) {
      const known = held.get(wanted.profile.id);
      if (wanted.evseId === 0) withMaximum.add(stationId);
      const isHeld = known?.state === 'accepted' && sameLimits(known, wanted);
      const isCovered = [...held.values()].some((entry) => covers(entry, wanted.evseId));
      if (isCovered) confirmed.delete(`${stationId} ${wanted.evseId}`);
      else if (isHeld) confirm(stationId, wanted, places);
      else doubt(stationId, wanted, known, places);
      // A plan in the place of the fallback gives way when its transaction is over.
      if (isCovered && known?.transactionId !== undefined) continue;
      if (!force && isHeld) continue;
      if (
        stations.capability(stationId).purposes[
          wanted.profile.chargingProfilePurpose as 'TxDefaultProfile'
        ] === 'refused'
      ) {
        continue;
      }
      await book.sent(stationId, wanted);
      const { answer } = await setProfile(stations, stationId, wanted, true);
      const accepted = answer.result === 'ACCEPTED';
      if (accepted && !isCovered) confirm(stationId, wanted, places);
      if (!accepted) {
        refused += 1;
        // After a boot nobody knows what it still holds: what it confirmed in an earlier life counts no more.
        if (isHeld) confirmed.delete(`${stationId} ${wanted.evseId}`);
      }
      await book.answered(
        stationId,
        wanted.profile.id,
        accepted ? 'accepted' : answer.result === 'UNKNOWN' ? 'unknown' : 'refused',
        'detail' in answer ? answer.detail : undefined,
      );
    }
    if (refused > 0) log.info({ stationId, refused }, 'A station did not take all of its fallback profiles');
    return true;
  }

  /** Plans of transactions that ended while the station was away would bind the next car. */
  async function clearLeftovers(stationId: string): Promise<void> {
    for (const entry of await book.of(stationId)) {
      if (!covers(entry, entry.evseId) || (await options.isActive(entry.transactionId ?? ''))) continue;
      const { answer } = await clearProfile(stations, stationId, entry.profile.id);
      if (answer.result === 'ACCEPTED') await book.gone(stationId, [entry.profile.id]);
    }
  }

  /** Whether it has a place for a maximum is known now, and it was not treated so. */
  function isSurprising(stationId: string): boolean {
    const evses = network.evsesOf(stationId).length;
    return evses > 0 && holdsMaximum(stations.capability(stationId), evses) !== withMaximum.has(stationId);
  }

  async function clearMaximum(stationId: string, evses: number): Promise<void> {
    const capability = stations.capability(stationId);
    if (holdsMaximum(capability, evses)) return;
    withMaximum.delete(stationId);
    const id = maxProfileId(capability);
    const known = (await book.of(stationId)).find(({ profile }) => profile.id === id);
    if (known === undefined) return;
    const { answer } = await clearProfile(stations, stationId, id);
    if (answer.result === 'ACCEPTED') await book.gone(stationId, [id]);
  }

  function confirm(
    stationId: string,
    { evseId, profile }: InstalledProfile,
    places: readonly Placed[],
  ): void {
    const watts = limitW(
      profile,
      places.find((place) => place.evseId === evseId),
    );
    if (watts !== undefined) confirmed.set(`${stationId} ${evseId}`, watts);
  }

  /** Until the answer either may hold: the higher counts; where nothing was held before, nothing is certain. */
  function doubt(
    stationId: string,
    { evseId, profile }: InstalledProfile,
    known: BookEntry | undefined,
    places: readonly Placed[],
  ): void {
    const name = `${stationId} ${evseId}`;
    const place = places.find((each) => each.evseId === evseId);
    const before = known?.state === 'accepted' ? limitW(known.profile, place) : undefined;
    const wanted = limitW(profile, place);
    if (before === undefined || wanted === undefined) confirmed.delete(name);
    else confirmed.set(name, Math.max(before, wanted));
  }

  const unlisten = stations.listen({
    event(event) {
      if (event.kind === 'booted' && event.registration === 'Accepted') {
        done.delete(event.stationId);
        void install(event.stationId, true);
      }
      if (event.kind === 'connected') void install(event.stationId, false);
      // Its configuration is read after its first profiles are there.
      if (event.kind === 'capability' && isSurprising(event.stationId)) void install(event.stationId, false);
      if (event.kind === 'disconnected') done.delete(event.stationId);
    },
  });
  const unsubscribe = sites.onTrigger(({ cause, contextId }) => {
    if (MOVES_LIMITS.has(cause)) refreshSoon(contextId);
  });

  function refreshSoon(contextId: string): void {
    activity
      .track(() => refreshContext(contextId))
      .catch((error: unknown) =>
        log.error(
          { contextId, detail: String(error) },
          'A changed limit did not reach the fallback profiles of its stations yet',
        ),
      );
  }

  function refreshAt(contextId: string, atMs: number): void {
    const known = moves.get(contextId);
    if (known?.atMs === atMs) return;
    known?.cancel();
    const cancel = clock.after(atMs - clock.now(), () => {
      moves.delete(contextId);
      refreshSoon(contextId);
    });
    moves.set(contextId, { atMs, cancel });
  }

  async function refreshContext(contextId: string): Promise<void> {
    const context = await sites.context(contextId);
    if (context?.peerId !== network.owner.peerId) return;
    const members = context.statics.evses.flatMap(
      ({ locationId, evseUid }) => network.find(locationId, evseUid)?.stationId ?? [],
    );
    await Promise.all([...new Set(members)].map((stationId) => install(stationId, false)));
  }

  return {
    async ready(stationId) {
      if (done.has(stationId)) return;
      await (running.get(stationId) ?? install(stationId, false));
    },
    distrust: (stationId, evseId) => void confirmed.delete(`${stationId} ${evseId}`),
    confirmedW: (stationId, evseId) => confirmed.get(`${stationId} ${evseId}`),
    async refresh(stationIds) {
      const wanted = stationIds ?? network.evses().map(({ stationId }) => stationId);
      await Promise.all([...new Set(wanted)].map((stationId) => install(stationId, false)));
    },
    close() {
      unlisten();
      unsubscribe();
      for (const { cancel } of moves.values()) cancel();
      moves.clear();
    },
  };
}

function sameLimits(known: InstalledProfile, wanted: InstalledProfile): boolean {
  const limits = ({ profile, evseId }: InstalledProfile) =>
    JSON.stringify([
      evseId,
      profile.chargingProfilePurpose,
      profile.chargingSchedule.map(({ chargingRateUnit, chargingSchedulePeriod }) => [
        chargingRateUnit,
        chargingSchedulePeriod,
      ]),
    ]);
  return limits(known) === limits(wanted);
}

/** What a TxDefaultProfile of one period lets an EVSE draw, W; undefined for other profiles. */
function limitW(profile: ChargingProfile, place: Placed | undefined): number | undefined {
  const connector = place?.connectors[0];
  const [schedule] = profile.chargingSchedule;
  const limit = schedule?.chargingSchedulePeriod[0]?.limit;
  if (profile.chargingProfilePurpose !== 'TxDefaultProfile' || connector === undefined) return undefined;
  if (schedule === undefined || limit === undefined) return undefined;
  if (connector.powerType === 'DC' && schedule.chargingRateUnit === 'A') return undefined;
  return converted(limit, schedule.chargingRateUnit, 'W', connector.maxVoltageV, phasesOf(connector));
}

/** A plan that went out as TxDefaultProfile stands above the fallback of its EVSE, also when its transaction is over. */
const covers = ({ transactionId, evseId, profile, state }: BookEntry, wanted: number) =>
  transactionId !== undefined &&
  state !== 'refused' &&
  profile.chargingProfilePurpose === 'TxDefaultProfile' &&
  evseId === wanted;
