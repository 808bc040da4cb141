/** Limits that sessions and stores share: supply point, export, phases, groups (C1.4, C3.1, X6, X12). */
import type { Flows } from './flows.ts';
import type { ReadProblem } from './reading.ts';
import { powerTolerance } from './tolerance.ts';
import type { Finding } from './violation.ts';

const PHASES = [1, 2, 3] as const;

export function checkLimits(read: ReadProblem, flows: Flows, where: string, found: Finding): void {
  for (let slot = 0; slot < read.slots; slot++) {
    checkSupplyPoint(read, flows, slot, where, found);
    checkSitePhases(read, flows, slot, where, found);
  }
  checkGroups(read, flows, where, found);
}

function checkSupplyPoint(
  read: ReadProblem,
  flows: Flows,
  slot: number,
  where: string,
  found: Finding,
): void {
  const baseW = read.baseW[slot]!;
  const addedW = flows.evW[slot]! + flows.storeW[slot]!;
  const netW = baseW + addedW;
  const limitW = read.importLimitW[slot]!;
  const tolerance = powerTolerance(Math.max(Math.abs(baseW), Math.abs(netW)));
  const at = `${where}site.net_w[${slot}]`;
  if (baseW > limitW) {
    if (addedW > tolerance) {
      found('base_over_limit', at, `the base alone is above ${limitW} W, yet ${addedW} W are added`);
    }
  } else if (netW > limitW + tolerance) {
    found('import_limit', at, `${netW} W net import, the limit is ${limitW} W`);
  }
  // Export that the generation causes by itself is always allowed (X6).
  const floorW = Math.min(-read.exportLimitW[slot]!, baseW);
  if (netW < floorW - tolerance) {
    found('export_limit', at, `${-netW} W net export, ${-floorW} W are allowed`);
  }
}

function checkSitePhases(read: ReadProblem, flows: Flows, slot: number, where: string, found: Finding): void {
  const maxW = read.problem.site?.max_phase_w;
  if (maxW === undefined) return;
  const baseW = read.baseW[slot]! / 3;
  const storesW = flows.storeW[slot]! / 3;
  for (const phase of PHASES) {
    const addedW =
      storesW +
      read.sessions.reduce(
        (sum, of, index) => sum + phaseShare(of.phases, phase, flows.sessionsW[index]![slot]!),
        0,
      );
    const limitW = Math.max(maxW, baseW);
    if (baseW + addedW > limitW + powerTolerance(limitW)) {
      found(
        'site_phase',
        `${where}site.net_w[${slot}]`,
        `phase ${phase} carries ${baseW + addedW} W, the limit is ${limitW} W`,
      );
    }
  }
}

function checkGroups(read: ReadProblem, flows: Flows, where: string, found: Finding): void {
  const indexOf = new Map(read.sessions.map((of, index) => [of.session.id, index]));
  for (const group of read.problem.groups ?? []) {
    const members = group.sessions.map((id) => indexOf.get(id)!);
    for (let slot = 0; slot < read.slots; slot++) {
      const at = `${where}group ${group.id}, slot ${slot}`;
      const sumW = members.reduce((sum, index) => sum + flows.sessionsW[index]![slot]!, 0);
      const maxW = group.max_w ?? Infinity;
      if (Math.abs(sumW) > maxW + powerTolerance(maxW)) {
        found('group_power', at, `${sumW} W together, the limit is ${maxW} W`);
      }
      if (group.max_phase_w === undefined) continue;
      for (const phase of PHASES) {
        const phaseW = members.reduce(
          (sum, index) =>
            sum + phaseShare(read.sessions[index]!.phases, phase, flows.sessionsW[index]![slot]!),
          0,
        );
        if (Math.abs(phaseW) > group.max_phase_w + powerTolerance(group.max_phase_w)) {
          found('group_phase', at, `phase ${phase} carries ${phaseW} W, the limit is ${group.max_phase_w} W`);
        }
      }
    }
  }
}

/** Power splits evenly over the phases a session uses. */
function phaseShare(phases: readonly number[], phase: number, powerW: number): number {
  return phases.includes(phase) ? powerW / phases.length : 0;
}
