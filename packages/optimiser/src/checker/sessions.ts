/** Rules that concern one session alone: window, power bounds, minimum power, SoC chain, reserve, ceilings. */
import type { ReadProblem, ReadSession } from './reading.ts';
import { ABSOLUTE_SOC, energyTolerance, powerTolerance } from './tolerance.ts';
import type { Finding } from './violation.ts';

/** The part of a planned session that says what flows; the baseline has the same. */
export interface SessionPowers {
  power_w: readonly number[];
  energy_wh: number;
  shortfall_wh: number;
}

/** Battery Wh gained since arrival at the end of each slot, from net powers and the efficiencies (V1.3, X13). */
export function gains(
  powerW: readonly number[],
  hours: readonly number[],
  charge: number,
  discharge: number,
): number[] {
  const gained = new Array<number>(powerW.length);
  let gainWh = 0;
  for (let slot = 0; slot < powerW.length; slot++) {
    const power = powerW[slot]!;
    gainWh += (power > 0 ? power * charge : power / discharge) * hours[slot]!;
    gained[slot] = gainWh;
  }
  return gained;
}

export function checkPowers(
  read: ReadProblem,
  of: ReadSession,
  planned: SessionPowers,
  where: string,
  found: Finding,
): void {
  const { session, stay } = of;
  const minimumW = session.min_charge_w ?? 0;
  const tolerance = powerTolerance(Math.max(session.max_charge_w, of.maxDischargeW));
  const at = (slot: number) => `${where}.power_w[${slot}]`;
  for (let slot = 0; slot < planned.power_w.length; slot++) {
    const power = planned.power_w[slot]!;
    if (power === 0) continue;
    if ((slot < stay.from || slot >= stay.to) && Math.abs(power) > tolerance) {
      found('outside_window', at(slot), `${power} W outside the window [${stay.from}, ${stay.to})`);
      continue;
    }
    const mostW = Math.min(session.max_charge_w, session.charge_limit_w?.[slot] ?? Infinity);
    if (power > mostW + tolerance) {
      found('charge_power', at(slot), `charges ${power} W, at most ${mostW} W is possible`);
    }
    if (power < -of.maxDischargeW - tolerance) {
      found('discharge_power', at(slot), `discharges ${-power} W, at most ${of.maxDischargeW} W is allowed`);
    }
    if (power > tolerance && power < minimumW - tolerance) {
      found('minimum_power', at(slot), `charges ${power} W: neither 0 nor at least ${minimumW} W`);
    }
  }
  checkEnergy(read, of, planned, where, found);
}

function checkEnergy(
  read: ReadProblem,
  of: ReadSession,
  planned: SessionPowers,
  where: string,
  found: Finding,
): void {
  const { session } = of;
  const gained = gains(planned.power_w, read.hours, of.chargeEfficiency, of.dischargeEfficiency);
  const tolerance = energyTolerance(session.battery_wh ?? session.energy_need_wh ?? 0);
  // One slot at minimum power may pass the need: it cannot be delivered in a smaller piece (X34).
  const lastPieceWh = (session.min_charge_w ?? 0) * read.slotHours * of.chargeEfficiency;
  const least = lowest(gained);
  if (least.gainWh < of.floorWh - tolerance) {
    found(
      'reserve_soc',
      `${where}.power_w[${least.slot}]`,
      `the battery falls ${of.floorWh - least.gainWh} Wh below its reserve`,
    );
  }
  const most = highest(gained);
  if (most.gainWh > of.ceilingWh + tolerance) {
    found(
      'max_soc',
      `${where}.power_w[${most.slot}]`,
      `the battery rises ${most.gainWh - of.ceilingWh} Wh above what it may hold`,
    );
  }
  if (most.gainWh > of.needCapWh + lastPieceWh + tolerance) {
    found(
      'need_cap',
      `${where}.power_w[${most.slot}]`,
      `${most.gainWh} Wh into the battery, ${of.needCapWh} Wh are needed`,
    );
  }
  let energyWh = 0;
  for (let slot = 0; slot < read.slots; slot++) energyWh += planned.power_w[slot]! * read.hours[slot]!;
  if (Math.abs(energyWh - planned.energy_wh) > energyTolerance(energyWh)) {
    found(
      'session_energy',
      `${where}.energy_wh`,
      `says ${planned.energy_wh} Wh, the powers make ${energyWh} Wh`,
    );
  }
  const shortWh = shortfallOf(of, gained);
  if (Math.abs(shortWh - planned.shortfall_wh) > tolerance) {
    found(
      'session_shortfall',
      `${where}.shortfall_wh`,
      `says ${planned.shortfall_wh} Wh, the powers leave ${shortWh} Wh missing`,
    );
  }
}

/** Wh missing, summed over the needs (contract, objective 2). */
export function shortfallOf(of: ReadSession, gained: readonly number[]): number {
  return of.needs.reduce(
    (sum, need) => sum + Math.max(0, need.gainWh - (need.bySlot > 0 ? gained[need.bySlot - 1]! : 0)),
    0,
  );
}

/** The reported SoC against the powers; SoC lost without power is a charge and a discharge in one slot. */
export function checkSocTrace(
  read: ReadProblem,
  of: ReadSession,
  powerW: readonly number[],
  soc: readonly number[] | null,
  where: string,
  found: Finding,
): void {
  const { battery_wh: batteryWh, soc: soc0 } = of.session;
  if (batteryWh === undefined || soc0 === undefined) {
    if (soc !== null) found('soc_chain', `${where}.soc`, 'there is no battery to have a SoC');
    return;
  }
  if (soc === null) {
    found('soc_chain', `${where}.soc`, 'missing although the battery is known');
    return;
  }
  const tolerance = ABSOLUTE_SOC + energyTolerance(0) / batteryWh;
  let before = soc0;
  for (let slot = 0; slot < soc.length; slot++) {
    const after = soc[slot]!;
    const power = powerW[slot]!;
    const stepWh =
      (power > 0 ? power * of.chargeEfficiency : power / of.dischargeEfficiency) * read.hours[slot]!;
    const expected = before + stepWh / batteryWh;
    if (Math.abs(after - expected) > tolerance) {
      // Running both ways at once loses energy in the two conversions, so the battery ends below the net power.
      const lossPerWh = 1 / of.dischargeEfficiency - of.chargeEfficiency;
      const mostBurntWh = lossPerWh * of.maxDischargeW * read.hours[slot]!;
      const burnt = after < expected && (expected - after) * batteryWh <= mostBurntWh;
      found(
        burnt ? 'charges_and_discharges' : 'soc_chain',
        `${where}.soc[${slot}]`,
        `says ${after}, the power leads to ${expected}`,
      );
      return;
    }
    before = after;
  }
}

/** `planned_start` and `planned_end` enclose the slots with power (SMC_010). */
export function checkTimes(
  read: ReadProblem,
  powerW: readonly number[],
  start: string | null,
  end: string | null,
  where: string,
  found: Finding,
): void {
  const inUse = (power: number) => Math.abs(power) > powerTolerance(0);
  const first = powerW.findIndex(inUse);
  const last = powerW.findLastIndex(inUse);
  if (first < 0) {
    if (start !== null || end !== null) found('planned_times', where, 'times given, but no power is planned');
    return;
  }
  const startMs = first === 0 ? read.nowMs : read.startMs + first * read.slotMs;
  const endMs = read.startMs + (last + 1) * read.slotMs;
  if (start === null || Date.parse(start) !== startMs) {
    found('planned_times', `${where}.planned_start`, `says ${start}, power flows from ${iso(startMs)}`);
  }
  if (end === null || Date.parse(end) !== endMs) {
    found('planned_times', `${where}.planned_end`, `says ${end}, power flows until ${iso(endMs)}`);
  }
}

const iso = (ms: number) => new Date(ms).toISOString();

interface Extreme {
  slot: number;
  gainWh: number;
}

function lowest(gained: readonly number[]): Extreme {
  let least: Extreme = { slot: 0, gainWh: 0 };
  for (let slot = 0; slot < gained.length; slot++) {
    if (gained[slot]! < least.gainWh) least = { slot, gainWh: gained[slot]! };
  }
  return least;
}

function highest(gained: readonly number[]): Extreme {
  let most: Extreme = { slot: 0, gainWh: 0 };
  for (let slot = 0; slot < gained.length; slot++) {
    if (gained[slot]! > most.gainWh) most = { slot, gainWh: gained[slot]! };
  }
  return most;
}
