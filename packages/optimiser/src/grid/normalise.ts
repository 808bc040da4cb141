/** Parsed problem in, the same problem on its slot grid out. Pure; the input must have passed `parseProblem`. */
import type { Group, Problem, Store } from '../contract/problem.ts';
import type { NormalGroup, NormalProblem, NormalStore } from './normal-problem.ts';
import { normalSession } from './session.ts';
import { normalSite } from './site.ts';
import { slotClock } from './slot-clock.ts';

export function normalise(problem: Problem): NormalProblem {
  const clock = slotClock(problem);
  const sessions = (problem.sessions ?? []).map((session, index) => normalSession(clock, session, index));
  const indexOf = new Map(sessions.map((session) => [session.id, session.index]));
  return {
    problem,
    ...clock,
    opportunity: problem.opportunity ?? 'exact',
    site: normalSite(problem.site ?? {}, clock.slots, problem.slot0_import_wh ?? 0),
    sessions,
    stores: (problem.stores ?? []).map(normalStore),
    groups: (problem.groups ?? []).map((group) => normalGroup(group, indexOf)),
  };
}

function normalStore(store: Store): NormalStore {
  const { capacity_wh: capacityWh, soc } = store;
  return {
    id: store.id,
    capacityWh,
    startWh: soc * capacityWh,
    floorWh: Math.min(soc, store.min_soc ?? 0) * capacityWh,
    ceilingWh: Math.max(soc, store.max_soc ?? 1) * capacityWh,
    endWh: (store.end_soc ?? soc) * capacityWh,
    maxChargeW: store.max_charge_w,
    chargeLimitW: null,
    maxDischargeW: store.max_discharge_w,
    chargeEfficiency: store.charge_efficiency ?? 1,
    dischargeEfficiency: store.discharge_efficiency ?? 1,
    wearCostPerKwh: store.wear_cost ?? 0,
  };
}

function normalGroup(group: Group, indexOf: Map<string, number>): NormalGroup {
  return {
    id: group.id,
    sessions: group.sessions.map((id) => indexOf.get(id)!),
    maxW: group.max_w ?? Number.POSITIVE_INFINITY,
    maxPhaseW: group.max_phase_w ?? Number.POSITIVE_INFINITY,
  };
}
