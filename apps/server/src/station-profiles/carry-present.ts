/**
 * The present value of a plan as a dynamic profile above it (OCPP 2.1 K28): where a new plan changes nothing but what holds now, one value
 * travels. It ends with the stretch it was meant for, at the station too; below it lies the plan for when the line is gone.
 */
import type { ChargingProfile, InstalledProfile } from '@smac/ocpp/profiles';
import type { Profile, TargetAnswer } from '../dispatch/index.ts';
import type { Stations } from '../stations/index.ts';
import type { Clock } from '../time/clock.ts';
import { type Meaning, meaningOf } from './answers.ts';
import { valuesOf } from './hand-made.ts';
import { presentProfileId } from './ids.ts';
import { type PlanWords, planProfile } from './plan-profile.ts';
import { presentChange, withPresent } from './present-value.ts';
import type { BookEntry, ProfileBook } from './profile-book.ts';
import { ACTOR, clearProfile, setProfile } from './set-profile.ts';

export interface PresentOptions {
  readonly stations: Pick<Stations, 'call' | 'connected'>;
  readonly book: Pick<ProfileBook, 'of' | 'sent' | 'answered' | 'replanned' | 'gone'>;
  readonly clock: Clock;
}

export interface PresentPlace {
  readonly stationId: string;
  readonly evseId: number;
  readonly transactionId: string;
}

export interface PresentCarrier {
  /** @returns undefined: the plan has to go out as a whole */
  carry(
    at: PresentPlace,
    words: Omit<PlanWords, 'id' | 'carrier'>,
    plan: Profile,
  ): Promise<TargetAnswer | undefined>;
  /** Takes the value away once the whole plan is there. @returns false: it may still stand above the plan */
  withdraw(at: PresentPlace, capability: PlanWords['capability']): Promise<boolean>;
}

/** How often a station asks for the value again, s: what a lost message was to say it learns so. */
const PULL_S = 300;

export function createPresentCarrier({ stations, book, clock }: PresentOptions): PresentCarrier {
  async function send(stationId: string, installed: InstalledProfile, isUpdate: boolean): Promise<Meaning> {
    if (!isUpdate) return setProfile(stations, stationId, installed, true);
    const { profile } = installed;
    const [period] = profile.chargingSchedule[0]?.chargingSchedulePeriod ?? [];
    const payload = { chargingProfileId: profile.id, scheduleUpdate: valuesOf(period ?? {}) };
    const call = { actor: ACTOR, urgent: true };
    return meaningOf(await stations.call(stationId, 'UpdateDynamicSchedule', payload, call));
  }

  return {
    async carry({ stationId, evseId, transactionId }, words, plan) {
      const { capability, version } = words;
      if (version !== '2.1' || !capability.dynamicProfiles || capability.maxStackLevel < 1) return undefined;
      const entries = await book.of(stationId);
      const id = presentProfileId(capability, evseId);
      const own = entries.filter((entry) => entry.transactionId === transactionId);
      const whole = own.find((entry) => entry.plan !== undefined);
      const present = own.find(({ profile }) => profile.id === id);
      if (!isWholeThere(whole, capability.maxPeriods) || (present && present.state !== 'accepted'))
        return undefined;
      const hasRoom = present !== undefined || entries.length < capability.maxProfiles;
      if (capability.stated.includes('maxProfiles') && !hasRoom) return undefined;
      const nowMs = clock.now();
      const presentUntilMs = endOf(present, nowMs);
      const change = presentChange(whole.plan, plan, nowMs, presentUntilMs);
      if (change === undefined) return undefined;
      const startMs = Math.floor(nowMs / 1000) * 1000;
      const value = { startMs, endMs: change.untilMs, periods: [{ startMs, powerW: change.powerW }] };
      const profile = dynamic(planProfile(value, { ...words, id, carrier: 'TxProfile' }), nowMs);
      const isUpdate = change.isUpdate && present !== undefined && isAlike(present.profile, profile);
      await book.sent(stationId, { evseId, profile }, { transactionId });
      const { answer } = await send(stationId, { evseId, profile }, isUpdate);
      if (answer.result === 'ACCEPTED') {
        const holds = withPresent(whole.plan, change, nowMs);
        await book.answered(stationId, id, 'accepted');
        await book.replanned(stationId, whole.profile.id, holds);
        return { result: 'ACCEPTED', holds };
      }
      await book.answered(stationId, id, answer.result === 'UNKNOWN' ? 'unknown' : 'refused', answer.detail);
      return answer.result === 'UNKNOWN' || answer.result === 'UNKNOWN_SESSION' ? answer : undefined;
    },

    async withdraw({ stationId, evseId }, capability) {
      const id = presentProfileId(capability, evseId);
      const present = (await book.of(stationId)).find(({ profile }) => profile.id === id);
      if (present === undefined) return true;
      if (endOf(present, clock.now()) !== undefined) {
        const { answer } = await clearProfile(stations, stationId, id);
        if (answer.result !== 'ACCEPTED') {
          await book.answered(stationId, id, 'unknown', answer.detail);
          return false;
        }
      }
      await book.gone(stationId, [id]);
      return true;
    },
  };
}

interface WholePlan extends BookEntry {
  readonly plan: Profile;
}

/** A plan that the station holds with all its steps, for this transaction alone. */
function isWholeThere(entry: BookEntry | undefined, maxPeriods: number): entry is WholePlan {
  return (
    entry?.plan !== undefined &&
    entry.state === 'accepted' &&
    entry.profile.chargingProfilePurpose === 'TxProfile' &&
    entry.plan.periods.length <= maxPeriods
  );
}

function endOf(entry: BookEntry | undefined, nowMs: number): number | undefined {
  const validToMs = entry?.profile.validToMs;
  return validToMs !== undefined && validToMs > nowMs ? validToMs : undefined;
}

/** One period that begins when it is heard, one level above the plan, over when its stretch is (K28). */
function dynamic({ validFromMs: _, ...profile }: ChargingProfile, nowMs: number): ChargingProfile {
  return {
    ...profile,
    stackLevel: 1,
    chargingProfileKind: 'Dynamic',
    dynUpdateInterval: PULL_S,
    dynUpdateTimeMs: nowMs,
    chargingSchedule: profile.chargingSchedule.map(({ startScheduleMs: __, ...schedule }) => schedule),
  };
}

/** What an update cannot change is the same: mode, phases, unit. */
function isAlike(before: ChargingProfile, after: ChargingProfile): boolean {
  const shape = ({ chargingSchedule }: ChargingProfile) =>
    chargingSchedule.map(({ chargingRateUnit, chargingSchedulePeriod }) => [
      chargingRateUnit,
      chargingSchedulePeriod.map(({ operationMode, numberPhases, phaseToUse, ...values }) => [
        operationMode,
        numberPhases,
        phaseToUse,
        Object.keys(valuesOf(values)).sort(),
      ]),
    ]);
  return JSON.stringify(shape(before)) === JSON.stringify(shape(after));
}
