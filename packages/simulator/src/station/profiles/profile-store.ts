import { type Circumstances, type Refusal, refusalOf, replaces } from './accept.ts';
import type { ProfileLimits } from './limits.ts';
import type { EvseFacts, Installed, PeriodValues, Profile, Purpose } from './profile.ts';

/** ClearChargingProfile: an id alone decides; everything else is joined by AND; nothing named = all (1.6 errata 3.25, 3.26). */
export interface ClearFilter {
  readonly id?: number;
  readonly evseId?: number;
  readonly purpose?: Purpose;
  readonly stackLevel?: number;
}

/** The profiles a station holds. What the back office may send is judged; what the station gives itself is not. */
export class ProfileStore {
  readonly #limits: ProfileLimits;
  #installed: Installed[] = [];

  constructor(limits: ProfileLimits) {
    this.#limits = limits;
  }

  get all(): readonly Installed[] {
    return this.#installed;
  }

  /** Takes a profile of the back office or says why not. A Dynamic one is stamped with `atMs` (K28). */
  install(incoming: Installed, evses: readonly EvseFacts[], atMs: number): Refusal | undefined {
    const circumstances: Circumstances = { limits: this.#limits, evses, installed: this.#installed };
    const refusal = refusalOf(incoming, circumstances);
    if (refusal !== undefined) return refusal;
    this.#put(incoming, atMs);
    return undefined;
  }

  /** A profile of the station itself: an external constraint or local generation (its own id range, not judged; same id replaces). */
  installLocally(incoming: Installed, atMs: number): void {
    this.#installed = this.#installed.filter(({ profile }) => profile.id !== incoming.profile.id);
    this.#installed.push(stamped(incoming, atMs));
  }

  removeLocally(id: number): boolean {
    return this.#remove(({ profile }) => profile.id === id && isOwn(profile)) > 0;
  }

  /** How many went; 0 is answered with Unknown. External constraints and local generation stay (K10.FR.04 to 09). */
  clear(filter: ClearFilter): number {
    return this.#remove(({ profile, evseId }) => {
      if (isOwn(profile)) return false;
      if (filter.id !== undefined) return profile.id === filter.id;
      return (
        (filter.evseId === undefined || evseId === filter.evseId) &&
        (filter.purpose === undefined || profile.chargingProfilePurpose === filter.purpose) &&
        (filter.stackLevel === undefined || profile.stackLevel === filter.stackLevel)
      );
    });
  }

  /** UpdateDynamicSchedule or the answer to a pull (K28): the named values replace those of the one period; stamped anew. */
  update(id: number, values: PeriodValues, atMs: number): Refusal | undefined {
    const found = this.#installed.find(({ profile }) => profile.id === id);
    if (found === undefined || found.profile.chargingProfileKind !== 'Dynamic') {
      return { code: 'InvalidProfileId', message: `there is no Dynamic profile ${id}` };
    }
    if (Object.values(values).every((value) => value === undefined)) {
      return { code: 'InvalidSchedule', message: 'scheduleUpdate names no value' };
    }
    const schedule = found.profile.chargingSchedule[0]!;
    const period = { ...schedule.chargingSchedulePeriod[0]!, ...values };
    const chargingSchedule = [{ ...schedule, chargingSchedulePeriod: [period] }];
    this.#put({ evseId: found.evseId, profile: { ...found.profile, chargingSchedule } }, atMs);
    return undefined;
  }

  /** The transaction is over: its profiles vanish with it. */
  endTransaction(evseId: number): void {
    this.#remove((entry) => entry.evseId === evseId && entry.profile.chargingProfilePurpose === 'TxProfile');
  }

  /** K01.FR.27, 1.6 errata 3.37: everything survives a restart but TxProfiles. */
  restart(): void {
    this.#remove(({ profile }) => profile.chargingProfilePurpose === 'TxProfile');
  }

  /** K01.FR.103: what was invalid because of the time offline and may not become valid again is dropped on reconnecting. */
  reconnected(offlineS: number): void {
    this.#remove(
      ({ profile }) =>
        profile.invalidAfterOfflineDuration === true &&
        profile.maxOfflineDuration !== undefined &&
        offlineS >= profile.maxOfflineDuration,
    );
  }

  /** A 1.6 station learns the number of its transaction from the answer to StartTransaction. */
  renameTransaction(from: string, to: string): void {
    this.#installed = this.#installed.map((entry) =>
      entry.profile.transactionId === from
        ? { ...entry, profile: { ...entry.profile, transactionId: to } }
        : entry,
    );
  }

  #put(incoming: Installed, atMs: number): void {
    this.#remove((other) => replaces(incoming, other, this.#limits.version));
    this.#installed.push(stamped(incoming, atMs));
  }

  #remove(goes: (installed: Installed) => boolean): number {
    const before = this.#installed.length;
    this.#installed = this.#installed.filter((installed) => !goes(installed));
    return before - this.#installed.length;
  }
}

function isOwn(profile: Profile): boolean {
  const purpose = profile.chargingProfilePurpose;
  return purpose === 'ChargingStationExternalConstraints' || purpose === 'LocalGeneration';
}

function stamped({ evseId, profile }: Installed, atMs: number): Installed {
  const isDynamic = profile.chargingProfileKind === 'Dynamic';
  return { evseId, profile: isDynamic ? { ...profile, dynUpdateTimeMs: atMs } : profile };
}
