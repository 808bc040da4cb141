import type { SnapshotSession } from '../sites/index.ts';
import type { ServiceBand } from './service-band.ts';

/** 6 A at 230 V: below this an EV on AC does not charge at all (X34). */
const LEAST_W_PER_PHASE = 6 * 230;

/** Powers of a session at the supply side of its EVSE, W. */
export interface ChargingPower {
  /** Least of connector, EV, the calendar now and what the station reported. */
  readonly maxChargeW: number;
  /** The same without the calendar, whose bands are another matter in every slot. */
  readonly anyHourMaxW: number;
  /** Charging is 0 or at least this. */
  readonly minChargeW: number;
  /** What the session draws at most where nothing controls it: connector and EV alone. */
  readonly physicalMaxW: number;
  /**
   * What the car can be relied on to draw before it was seen charging: one phase of the connector, where nobody said more. A car that
   * waits as if it could use all three, and then turns out to charge on one, cannot catch up (X45, X57).
   */
  readonly believedMaxW: number;
}

/** @param shareW a fair share that must not be exceeded, W */
export function chargingPower(
  entry: SnapshotSession,
  band: ServiceBand,
  nowMs: number,
  shareW = Infinity,
): ChargingPower {
  const { session, connector } = entry;
  const physicalMaxW = Math.min(connector.chargeW, session.vehicle.maxChargeW ?? Infinity);
  const limit = session.stationLimit;
  const stationW = limit !== undefined && limit.untilMs > nowMs ? limit.powerW : Infinity;
  const anyHourMaxW = Math.min(shareW, physicalMaxW, stationW, session.vehicle.observedMaxW ?? Infinity);
  const maxChargeW = Math.min(anyHourMaxW, band.maxW);
  const leastW = Math.max(leastPowerW(entry, physicalMaxW), band.minW);
  const believedMaxW = Math.min(physicalMaxW, session.vehicle.observedMaxW ?? believedW(entry));
  return { maxChargeW, anyHourMaxW, minChargeW: Math.min(leastW, physicalMaxW), physicalMaxW, believedMaxW };
}

function believedW({ session, connector }: SnapshotSession): number {
  const isKnown = session.vehicle.maxChargeW !== undefined || connector.powerType === 'DC';
  if (isKnown) return Infinity;
  const wires = connectorPhases(connector.powerType) ?? 3;
  return (connector.chargeW * Math.min(session.vehicle.phases ?? 1, wires)) / wires;
}

/**
 * Least AC power by phases. Unknown phases: what holds for three is safe, because a power meant for one phase would be less than 6 A on
 * each of three and the car would not charge; where the maximum is less than that, there is one phase.
 */
function leastPowerW({ session, connector }: SnapshotSession, maxW: number): number {
  if (connector.powerType === 'DC') return 0;
  const wires = connectorPhases(connector.powerType);
  const phases = session.vehicle.phases ?? wires ?? 3;
  const least = LEAST_W_PER_PHASE * Math.min(phases, wires ?? 3);
  if (session.vehicle.phases !== undefined || maxW >= least) return least;
  return LEAST_W_PER_PHASE;
}

function connectorPhases(powerType: SnapshotSession['connector']['powerType']): 1 | 2 | 3 | undefined {
  if (powerType === 'AC_1_PHASE') return 1;
  if (powerType === 'AC_2_PHASE' || powerType === 'AC_2_PHASE_SPLIT') return 2;
  return powerType === 'AC_3_PHASE' ? 3 : undefined;
}
