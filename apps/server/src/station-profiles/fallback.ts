/**
 * The profiles a station keeps for when nobody talks to it: the station's maximum (the only place for a site's or grid operator's limit,
 * X30) and a default share per EVSE. They are installed before the first plan, and again when a limit changes.
 */
import type { InstalledProfile } from '@smac/ocpp/profiles';
import type { Network } from '../network/index.ts';
import type { Sites, TriggerCause } from '../sites/index.ts';
import type { Stations } from '../stations/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Clock } from '../time/clock.ts';
import { fallbackProfiles } from './fallback-profiles.ts';
import type { ProfileBook } from './profile-book.ts';
import { setProfile } from './set-profile.ts';

export interface FallbackOptions {
  readonly stations: Stations;
  readonly network: Network;
  readonly sites: Sites;
  readonly book: ProfileBook;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly log: {
    info(fields: Readonly<Record<string, unknown>>, message: string): void;
    error(fields: Readonly<Record<string, unknown>>, message: string): void;
  };
}

export interface Fallback {
  /** Resolves when the station has what it needs, or refused it, or the wait is over. */
  ready(stationId: string): Promise<void>;
  /** Installs again where limits changed. */
  refresh(stationIds?: readonly string[]): Promise<void>;
  close(): void;
}

/** After these the limit of a supply point, or what its base load leaves of it, may be another. */
const MOVES_LIMITS: ReadonlySet<TriggerCause> = new Set(['static-inputs', 'cap', 'slot']);

export function createFallback(options: FallbackOptions): Fallback {
  const { stations, network, sites, book, activity, log } = options;
  const running = new Map<string, Promise<void>>();
  const done = new Set<string>();

  function install(stationId: string, force: boolean): Promise<void> {
    const before = running.get(stationId) ?? Promise.resolve();
    const next = before.then(() => activity.track(() => installAll(stationId, force)));
    const settled = next.catch((error: unknown) =>
      log.error(
        { stationId, detail: String(error) },
        'The fallback profiles of a station were not installed',
      ),
    );
    running.set(stationId, settled);
    void settled.then(() => {
      if (running.get(stationId) === settled) running.delete(stationId);
    });
    return settled;
  }

  async function installAll(stationId: string, force: boolean): Promise<void> {
    const places = network.evses().filter((place) => place.stationId === stationId);
    if (places.length === 0 || stations.connected(stationId) === undefined) return;
    const held = new Map((await book.of(stationId)).map((entry) => [entry.profile.id, entry]));
    let refused = 0;
    for (const wanted of await fallbackProfiles(options, stationId, places)) {
      const known = held.get(wanted.profile.id);
      if (!force && known?.state === 'accepted' && sameLimits(known, wanted)) continue;
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
      if (!accepted) refused += 1;
      await book.answered(
        stationId,
        wanted.profile.id,
        accepted ? 'accepted' : answer.result === 'UNKNOWN' ? 'unknown' : 'refused',
        'detail' in answer ? answer.detail : undefined,
      );
    }
    done.add(stationId);
    if (refused > 0) log.info({ stationId, refused }, 'A station did not take all of its fallback profiles');
  }

  const unlisten = stations.listen({
    event(event) {
      if (event.kind === 'booted' && event.registration === 'Accepted') void install(event.stationId, true);
      if (event.kind === 'connected') void install(event.stationId, false);
      if (event.kind === 'disconnected') done.delete(event.stationId);
    },
  });
  const unsubscribe = sites.onTrigger(({ cause, contextId }) => {
    if (!MOVES_LIMITS.has(cause)) return;
    void refreshContext(contextId);
  });

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
    async refresh(stationIds) {
      const wanted = stationIds ?? network.evses().map(({ stationId }) => stationId);
      await Promise.all([...new Set(wanted)].map((stationId) => install(stationId, false)));
    },
    close() {
      unlisten();
      unsubscribe();
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
