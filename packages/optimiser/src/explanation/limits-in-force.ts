/** Which shared limits are used up in which slot: what may hold a session back. */
import type { NormalProblem, NormalSession, PowerMatrix } from '../grid/index.ts';

export type LimitCode =
  | 'limited_by_site'
  | 'limited_by_flex_order'
  | 'limited_by_phase'
  | 'limited_by_group'
  | 'limited_by_service'
  | 'base_over_limit';

/** Within this of a limit counts as at the limit, W. */
const AT_LIMIT_W = 1;
const PHASES = [1, 2, 3] as const;

export interface LimitsInForce {
  /** Net power of the plan per slot, W. */
  netW: Float64Array;
  /** The limit that stops more charging of a session in a slot, the outermost first, or null. */
  of(session: NormalSession, slot: number): { code: LimitCode; limitW: number; group?: string } | null;
}

export function limitsInForce(normal: NormalProblem, powers: PowerMatrix): LimitsInForce {
  const { site, slots, groups } = normal;
  const netW = site.baseW.slice();
  for (const powerW of [...powers.powerW, ...powers.storePowerW]) {
    for (let slot = 0; slot < slots; slot++) netW[slot]! += powerW[slot]!;
  }
  const everybody = normal.sessions.map((session) => session.index);
  const sitePhasesW = phaseSums(normal, powers, site.phaseRoomW.every(Number.isFinite) ? everybody : []);
  for (const powerW of powers.storePowerW) {
    for (const sumW of sitePhasesW) for (let slot = 0; slot < slots; slot++) sumW[slot]! += powerW[slot]! / 3;
  }
  const uses = groups.map((group) => ({
    group,
    sumW: sums(normal, powers, group.sessions, () => 1),
    phasesW: phaseSums(normal, powers, group.sessions),
  }));
  const usesOf = normal.sessions.map((): typeof uses => []);
  for (const use of uses) for (const index of use.group.sessions) usesOf[index]!.push(use);

  return {
    netW,
    of(session, slot) {
      const limitW = site.importLimitW[slot]!;
      if (site.baseW[slot]! > limitW) return { code: 'base_over_limit', limitW };
      if (netW[slot]! >= limitW - AT_LIMIT_W) {
        return { code: loweredByFlex(normal, slot) ? 'limited_by_flex_order' : 'limited_by_site', limitW };
      }
      for (const phase of session.phases) {
        if (sitePhasesW[phase - 1]![slot]! >= site.phaseRoomW[slot]! - AT_LIMIT_W) {
          return { code: 'limited_by_phase', limitW: normal.problem.site!.max_phase_w! };
        }
      }
      for (const { group, sumW, phasesW } of usesOf[session.index]!) {
        const full = session.phases.some(
          (phase) => phasesW[phase - 1]![slot]! >= group.maxPhaseW - AT_LIMIT_W,
        );
        if (sumW[slot]! >= group.maxW - AT_LIMIT_W) {
          return { code: 'limited_by_group', limitW: group.maxW, group: group.id };
        }
        if (full) return { code: 'limited_by_phase', limitW: group.maxPhaseW, group: group.id };
      }
      return null;
    },
  };
}

/** The flex order is what makes the limit lower here than the contract alone would. */
function loweredByFlex({ problem }: NormalProblem, slot: number): boolean {
  const { flex_w: flexW, cap_w: cap, max_import_w: contracted } = problem.site ?? {};
  if (contracted === undefined || (flexW?.[slot] ?? 0) >= 0) return false;
  const contractedW = typeof contracted === 'number' ? contracted : contracted[slot]!;
  const capW = typeof cap === 'number' ? cap : (cap?.[slot] ?? Number.POSITIVE_INFINITY);
  return contractedW + flexW![slot]! < capW;
}

function sums(
  normal: NormalProblem,
  powers: PowerMatrix,
  members: readonly number[],
  share: (session: NormalSession) => number,
): Float64Array {
  const sumW = new Float64Array(normal.slots);
  for (const index of members) {
    const factor = share(normal.sessions[index]!);
    if (factor === 0) continue;
    for (let slot = 0; slot < normal.slots; slot++) sumW[slot]! += factor * powers.powerW[index]![slot]!;
  }
  return sumW;
}

function phaseSums(normal: NormalProblem, powers: PowerMatrix, members: readonly number[]): Float64Array[] {
  return PHASES.map((phase) =>
    sums(normal, powers, members, ({ phases }) => (phases.includes(phase) ? 1 / phases.length : 0)),
  );
}
