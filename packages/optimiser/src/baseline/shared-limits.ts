/** The limits that cars charging in one slot share. */
import type { NormalProblem, NormalSession } from '../grid/index.ts';
import type { SharedLimit } from './filling.ts';

const PHASES = [1, 2, 3] as const;

export function sharedLimits(
  normal: NormalProblem,
  charging: readonly NormalSession[],
  slot: number,
): SharedLimit[] {
  const { netCeilingW, baseW, phaseRoomW } = normal.site;
  const everybody = charging.map((_, who) => who);
  const limits: SharedLimit[] = [];
  const add = (roomW: number, members: readonly number[]) => {
    if (members.length === 0 || mostW(charging, members) <= roomW) return;
    limits.push({ roomW, members: members.map((who) => ({ who, coefficient: 1 })) });
  };
  const addPhases = (roomW: number, members: readonly number[]) => {
    if (roomW === Number.POSITIVE_INFINITY) return;
    for (const phase of PHASES) {
      const onPhase = members.filter((who) => charging[who]!.phases.includes(phase));
      if (onPhase.length === 0) continue;
      limits.push({
        roomW,
        members: onPhase.map((who) => ({ who, coefficient: 1 / charging[who]!.phases.length })),
      });
    }
  };
  add(netCeilingW[slot]! - baseW[slot]!, everybody);
  addPhases(phaseRoomW[slot]!, everybody);
  if (normal.groups.length === 0) return limits;
  const whoOf = new Map(charging.map((session, who) => [session.index, who]));
  for (const group of normal.groups) {
    const members = group.sessions.flatMap((index) => whoOf.get(index) ?? []);
    add(group.maxW, members);
    addPhases(group.maxPhaseW, members);
  }
  return limits;
}

/** A limit that all together could not reach is none. */
function mostW(charging: readonly NormalSession[], members: readonly number[]): number {
  let sumW = 0;
  for (const who of members) sumW += charging[who]!.maxChargeW;
  return sumW;
}
