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
  const whoOf = new Map(charging.map((session, who) => [session.index, who]));
  const limits: SharedLimit[] = [];
  const add = (roomW: number, members: readonly number[]) => {
    if (roomW === Number.POSITIVE_INFINITY || members.length === 0) return;
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
  for (const group of normal.groups) {
    const members = group.sessions.flatMap((index) => whoOf.get(index) ?? []);
    add(group.maxW, members);
    addPhases(group.maxPhaseW, members);
  }
  return limits;
}
