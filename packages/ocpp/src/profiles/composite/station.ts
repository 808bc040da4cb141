import type { CompositeContext, EvseState, InstalledProfile } from '../types.ts';
import { candidates, type Lead, leadAt, type Stack } from './leading.ts';
import { type Reading, type ReadingContext, readProfile } from './reading.ts';
import { type WallClock, wallClock } from './wall-clock.ts';

/** The stacks that decide one EVSE, besides the station's own. */
export interface EvseStacks {
  readonly evse: EvseState;
  readonly external: Stack;
  readonly localGeneration: Stack;
  readonly transactionAt: (instantMs: number) => Lead | undefined;
  readonly readings: readonly Reading[];
}

/** The stacks of a station as read in one window. */
export interface StationStacks {
  readonly max: Stack;
  readonly external: Stack;
  readonly localGeneration: Stack;
  readonly evses: readonly EvseStacks[];
}

/** Sorts what is installed into the stacks of the EVSEs asked for. */
export function readStation(
  installed: readonly InstalledProfile[],
  context: CompositeContext,
  evses: readonly EvseState[],
  startMs: number,
  endMs: number,
): StationStacks {
  let clock: WallClock | undefined;
  const wall = (): WallClock => {
    clock ??= wallClock(context.timeZone ?? 'UTC', startMs, endMs);
    return clock;
  };
  const shared = {
    startMs,
    endMs,
    wall,
    ...(context.offlineSinceMs === undefined ? {} : { offlineSinceMs: context.offlineSinceMs }),
  };
  const stationWide = (
    purpose: 'ChargingStationMaxProfile' | 'ChargingStationExternalConstraints' | 'LocalGeneration',
  ) =>
    candidates(installed, purpose, [0]).map(({ profile }) => readProfile(profile, { ...shared, delayS: 0 }));
  return {
    max: stationWide('ChargingStationMaxProfile'),
    external: stationWide('ChargingStationExternalConstraints'),
    localGeneration: stationWide('LocalGeneration'),
    evses: evses.map((evse) => readEvse(installed, context, evse, { ...shared, delayS: 0 })),
  };
}

function readEvse(
  installed: readonly InstalledProfile[],
  context: CompositeContext,
  evse: EvseState,
  shared: ReadingContext,
): EvseStacks {
  const { transaction, evseId } = evse;
  const forEvse = { ...shared, relativeFromMs: transaction?.energyMayFlowSinceMs ?? shared.startMs };
  const read = (list: readonly InstalledProfile[]): Reading[] =>
    list.map(({ profile }) => readProfile(profile, forEvse));
  // a delay is drawn for a running transaction only (K01.FR.92, K08.FR.06)
  const readDelayed = (list: readonly InstalledProfile[]): Reading[] =>
    list.map(({ profile }) =>
      readProfile(profile, { ...forEvse, delayS: transaction?.randomDelayS?.[profile.id] ?? 0 }),
    );
  const external = read(candidates(installed, 'ChargingStationExternalConstraints', [evseId]));
  const localGeneration = read(candidates(installed, 'LocalGeneration', [evseId]));
  const priority =
    transaction?.priorityCharging === true
      ? read(candidates(installed, 'PriorityCharging', [evseId, 0]))
      : [];
  const ofTransaction = readDelayed(
    candidates(installed, 'TxProfile', [evseId]).filter(
      ({ profile }) =>
        transaction !== undefined &&
        (profile.transactionId === undefined || profile.transactionId === transaction.transactionId),
    ),
  );
  const ownDefault = readDelayed(candidates(installed, 'TxDefaultProfile', [evseId]));
  const anyDefault = readDelayed(candidates(installed, 'TxDefaultProfile', [evseId, 0]));
  const stationDefault = anyDefault.filter((each) => !ownDefault.some((own) => own.profile === each.profile));
  const defaultsAt = (instantMs: number): Stack => {
    if (context.version !== '1.6') return anyDefault;
    return ownDefault.some((each) => each.validAt(instantMs)) ? ownDefault : stationDefault;
  };
  return {
    evse,
    external,
    localGeneration,
    transactionAt: (instantMs) =>
      leadAt(priority, context.version, instantMs) ??
      leadAt(ofTransaction, context.version, instantMs) ??
      leadAt(defaultsAt(instantMs), context.version, instantMs),
    readings: [...external, ...localGeneration, ...priority, ...ofTransaction, ...anyDefault],
  };
}
