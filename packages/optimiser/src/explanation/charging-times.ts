/** When a session charges, discharges and waits, and what was in the battery before each slot. */
import type { NormalProblem, NormalSession } from '../grid/index.ts';

/** Below this a slot counts as idle, W. */
const IDLE_W = 1;

export interface ChargingTimes {
  charging: number[];
  discharging: number[];
  /** Idle slots of the stay before the need was met. */
  waiting: number[];
  /** Slots of the stay in which the need was not met yet. */
  needy: number[];
  /** Content at the end of each slot, Wh. */
  contentWh: Float64Array;
}

/** @param contentWh where the contents are written, one per slot */
export function chargingTimes(
  normal: NormalProblem,
  session: NormalSession,
  powerW: Float64Array,
  contentWh: Float64Array,
): ChargingTimes {
  const times: ChargingTimes = {
    charging: [],
    discharging: [],
    waiting: [],
    needy: [],
    contentWh,
  };
  let nowWh = session.startWh;
  for (let slot = 0; slot < normal.slots; slot++) {
    const power = powerW[slot]!;
    if (slot >= session.firstSlot && slot < session.endSlot) {
      const needy = nowWh < session.startWh + session.needWh - 1;
      if (needy) times.needy.push(slot);
      if (power > IDLE_W) times.charging.push(slot);
      else if (power < -IDLE_W) times.discharging.push(slot);
      else if (needy) times.waiting.push(slot);
    }
    const factor = power > 0 ? session.chargeEfficiency : 1 / session.dischargeEfficiency;
    nowWh += power * normal.hours[slot]! * factor;
    contentWh[slot] = nowWh;
  }
  return times;
}
