import { currentSoc, type SessionState, type SocTarget } from '../sites/index.ts';
import type { PlanningPolicy } from './policy.ts';

/** What a session needs, as far as it is known. */
export type ChargingNeed =
  /** Capacity and SoC are known: targets in SoC. */
  | {
      readonly kind: 'soc';
      readonly batteryWh: number;
      readonly soc: number;
      readonly targetSoc: number;
      readonly minSoc: number | undefined;
      /** Wanted right away, where it is not reached yet. */
      readonly atOnceSoc: number | undefined;
      readonly maxSoc: number;
      /** Targets with times of their own (X54). */
      readonly timed: readonly SocTarget[];
      readonly known: boolean;
      /** Supply side, Wh. */
      readonly remainingWh: number;
    }
  /** Only energy: what is left of it, supply side. */
  | {
      readonly kind: 'energy';
      readonly remainingWh: number;
      /** The part of it that is wanted right away, 0 where none is. */
      readonly atOnceWh: number;
      readonly known: boolean;
    };

/**
 * X53: an energy need counts from the start of the session. Nothing said: a full battery where capacity and SoC are known, else the
 * configured amount, and never less than half an hour at full power while the car is there.
 */
export function chargingNeed(
  session: SessionState,
  powerW: number,
  chargeEfficiency: number,
  policy: PlanningPolicy,
): ChargingNeed {
  const { preferences, vehicle, energyWh } = session;
  const soc = currentSoc(vehicle, energyWh);
  const leftWh =
    preferences.energyNeedWh === undefined ? undefined : Math.max(0, preferences.energyNeedWh - energyWh);
  const firstWh = Math.max(0, (preferences.atOnceWh ?? 0) - energyWh);
  if (soc === undefined || vehicle.batteryWh === undefined) {
    const unknownWh = Math.max(policy.unknownNeedWh - energyWh, powerW / 2);
    const remainingWh = Math.max(leftWh ?? unknownWh, firstWh);
    return { kind: 'energy', remainingWh, atOnceWh: firstWh, known: leftWh !== undefined };
  }
  const maxSoc = preferences.maxSoc ?? 1;
  const timed = preferences.targets ?? [];
  const byEnergy =
    leftWh === undefined ? undefined : Math.min(1, soc + (leftWh * chargeEfficiency) / vehicle.batteryWh);
  const wished = preferences.targetSoc ?? byEnergy ?? (timed.length > 0 ? soc : maxSoc);
  const targetSoc = Math.min(wished, Math.max(maxSoc, soc));
  const firstSoc = Math.min(
    Math.max(preferences.atOnceSoc ?? 0, soc + (firstWh * chargeEfficiency) / vehicle.batteryWh),
    Math.max(maxSoc, soc),
  );
  const highest = Math.max(targetSoc, firstSoc, ...timed.map((target) => Math.min(target.soc, maxSoc)));
  return {
    kind: 'soc',
    batteryWh: vehicle.batteryWh,
    soc,
    targetSoc,
    minSoc:
      preferences.minSoc === undefined ? undefined : Math.min(preferences.minSoc, Math.max(maxSoc, soc)),
    atOnceSoc: firstSoc > soc ? firstSoc : undefined,
    maxSoc: Math.max(maxSoc, 0),
    timed: timed.map((target) => ({ ...target, soc: Math.min(target.soc, Math.max(maxSoc, soc)) })),
    known: preferences.targetSoc !== undefined || byEnergy !== undefined || timed.length > 0,
    remainingWh: (Math.max(0, highest - soc) * vehicle.batteryWh) / chargeEfficiency,
  };
}
