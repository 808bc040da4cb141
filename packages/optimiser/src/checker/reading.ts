/** The problem as the checker reads it: plain numbers per slot, straight from the JSON, its own arithmetic. */
import type { Problem, Session, Store } from '../contract/index.ts';
import { type Need, needsOf, type Stay, stayOf } from './needs.ts';

export interface ReadSession {
  session: Session;
  stay: Stay;
  needs: Need[];
  phases: readonly number[];
  chargeEfficiency: number;
  dischargeEfficiency: number;
  maxDischargeW: number;
  /** Battery Wh above the state at arrival: never below `floorWh`, never above `ceilingWh`. */
  floorWh: number;
  ceilingWh: number;
  /** Further ceiling from `energy_need_wh`, which one slot at `min_charge_w` may pass; Infinity without one. */
  needCapWh: number;
}

export interface ReadProblem {
  slots: number;
  startMs: number;
  nowMs: number;
  slotMs: number;
  slotHours: number;
  /** Usable hours of each slot: slot 0 begins at `now`. */
  hours: number[];
  /** Demand less generation, W. */
  baseW: number[];
  /** min(max_import + flex, cap), W; Infinity where there is no limit. */
  importLimitW: number[];
  /** Magnitude of the export allowed to controlled power, W. */
  exportLimitW: number[];
  importPrice: number[];
  exportPrice: number[];
  co2GPerKwh: number[] | undefined;
  sessions: ReadSession[];
  stores: Store[];
  problem: Problem;
}

/** Reads a problem that `parseProblem` accepted. */
export function readProblem(problem: Problem): ReadProblem {
  const slots = problem.slots ?? 96;
  const slotMs = (problem.slot_minutes ?? 15) * 60_000;
  const startMs = Date.parse(problem.start);
  const nowMs = problem.now === undefined ? startMs : Date.parse(problem.now);
  const site = problem.site ?? {};
  const at = (series: number | number[] | undefined, slot: number, otherwise: number) =>
    typeof series === 'number' ? series : (series?.[slot] ?? otherwise);
  const perSlot = (value: (slot: number) => number) =>
    Array.from({ length: slots }, (_, slot) => value(slot));

  return {
    problem,
    slots,
    startMs,
    nowMs,
    slotMs,
    slotHours: slotMs / 3_600_000,
    hours: perSlot((slot) => (slot === 0 ? startMs + slotMs - nowMs : slotMs) / 3_600_000),
    baseW: perSlot((slot) => at(site.demand_w, slot, 0) - at(site.generation_w, slot, 0)),
    importLimitW: perSlot((slot) =>
      Math.min(
        at(site.max_import_w, slot, Infinity) + at(site.flex_w, slot, 0),
        at(site.cap_w, slot, Infinity),
      ),
    ),
    exportLimitW: perSlot((slot) => at(site.max_export_w, slot, 0)),
    importPrice: perSlot((slot) => at(site.import_price, slot, 0)),
    exportPrice: perSlot((slot) => at(site.export_price, slot, 0)),
    co2GPerKwh: site.co2_g_per_kwh,
    sessions: (problem.sessions ?? []).map((session) => {
      const stay = stayOf(session, startMs, nowMs, slotMs, slots);
      return {
        session,
        stay,
        needs: needsOf(session, stay, startMs, slotMs, slots),
        phases: session.phases ?? [1, 2, 3],
        chargeEfficiency: session.charge_efficiency ?? 1,
        dischargeEfficiency: session.discharge_efficiency ?? 1,
        maxDischargeW: session.max_discharge_w ?? 0,
        ...boundsOf(session),
      };
    }),
    stores: problem.stores ?? [],
  };
}

function boundsOf(session: Session): Pick<ReadSession, 'floorWh' | 'ceilingWh' | 'needCapWh'> {
  const needCapWh = session.energy_need_wh ?? Infinity;
  if (session.battery_wh === undefined || session.soc === undefined) {
    // Without a battery there is nothing to discharge, and without a need there is no energy at all.
    return {
      floorWh: 0,
      ceilingWh: session.energy_need_wh === undefined ? 0 : Infinity,
      needCapWh,
    };
  }
  const { battery_wh: batteryWh, soc } = session;
  const reserve = Math.min(soc, session.reserve_soc ?? 0.2);
  return {
    floorWh: (reserve - soc) * batteryWh,
    ceilingWh: (Math.max(soc, session.max_soc ?? 1) - soc) * batteryWh,
    needCapWh,
  };
}
