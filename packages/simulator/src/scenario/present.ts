import type { Stay } from './traffic.ts';

/** From the mains into a battery, roughly. */
const INTO_BATTERY = 0.9;
/** Who said a time sooner than this stays on: it says another one. */
const SOONEST_MS = 30 * 60_000;

/**
 * A car that came before a world begins and is still there, as it is then: it got its share of the energy for the part of its stay that is
 * over, and a departure that is as good as over is said anew.
 * @param fromMs where the world begins @param plugInMs when the car shows up in it
 */
export function presentSince(stay: Stay, fromMs: number, plugInMs: number): Stay {
  const leftShare = (stay.unplugMs - fromMs) / (stay.unplugMs - stay.plugInMs);
  const { arrival, needWh, said } = stay;
  const gotWh = Math.round(needWh * (1 - leftShare));
  return {
    ...stay,
    plugInMs,
    needWh: needWh - gotWh,
    arrival: {
      ...arrival,
      soc: Math.min(1, arrival.soc + (gotWh * INTO_BATTERY) / arrival.vehicle.capacityWh),
      ...(arrival.wishWh === undefined ? {} : { wishWh: Math.max(0, arrival.wishWh - gotWh) }),
    },
    ...(said === undefined || said.departureMs >= fromMs + SOONEST_MS
      ? {}
      : { said: { ...said, departureMs: stay.unplugMs } }),
  };
}
