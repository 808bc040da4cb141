/** What is still free, slot by slot: supply point, phases and groups. Heuristic and baseline spend from it. */
import type { NormalGroup, NormalProblem, NormalSession } from '../grid/index.ts';

const PHASES = [1, 2, 3] as const;

interface GroupUse {
  group: NormalGroup;
  sumW: Float64Array;
  /** Indexed by phase - 1. */
  phaseSumW: readonly Float64Array[];
}

export class Headroom {
  readonly #normal: NormalProblem;
  readonly #netW: Float64Array;
  readonly #phaseRoomW: readonly Float64Array[];
  readonly #groupsOf: readonly GroupUse[][];
  readonly #hasPhaseLimit: boolean;

  constructor(normal: NormalProblem) {
    this.#normal = normal;
    this.#netW = normal.site.baseW.slice();
    this.#hasPhaseLimit = normal.site.phaseRoomW.some(Number.isFinite);
    this.#phaseRoomW = PHASES.map(() => normal.site.phaseRoomW.slice());
    const uses = normal.groups.map((group) => ({
      group,
      sumW: new Float64Array(normal.slots),
      phaseSumW: PHASES.map(() => new Float64Array(normal.slots)),
    }));
    const groupsOf: GroupUse[][] = normal.sessions.map(() => []);
    for (const use of uses) for (const index of use.group.sessions) groupsOf[index]!.push(use);
    this.#groupsOf = groupsOf;
  }

  netW(slot: number): number {
    return this.#netW[slot]!;
  }

  /** Free import at the supply point, W. Nothing where the base alone is above the limit (X12). */
  importRoomW(slot: number): number {
    const { baseW, importLimitW } = this.#normal.site;
    if (baseW[slot]! > importLimitW[slot]!) return 0;
    return Math.max(0, importLimitW[slot]! - this.#netW[slot]!);
  }

  /** How much more a session may charge in a slot, its own maximum apart, W >= 0. */
  chargeRoomW(session: NormalSession, slot: number): number {
    const share = session.phases.length;
    let roomW = this.importRoomW(slot);
    if (this.#hasPhaseLimit) {
      for (const phase of session.phases)
        roomW = Math.min(roomW, this.#phaseRoomW[phase - 1]![slot]! * share);
    }
    for (const use of this.#groupsOf[session.index]!) {
      roomW = Math.min(roomW, use.group.maxW - use.sumW[slot]!);
      if (use.group.maxPhaseW === Number.POSITIVE_INFINITY) continue;
      for (const phase of session.phases) {
        roomW = Math.min(roomW, (use.group.maxPhaseW - use.phaseSumW[phase - 1]![slot]!) * share);
      }
    }
    return Math.max(0, roomW);
  }

  /** How much more a session may discharge in a slot, its own maximum apart, W >= 0. */
  dischargeRoomW(session: NormalSession, slot: number): number {
    const share = session.phases.length;
    let roomW = this.#netW[slot]! - this.#normal.site.netFloorW[slot]!;
    for (const use of this.#groupsOf[session.index]!) {
      roomW = Math.min(roomW, use.group.maxW + use.sumW[slot]!);
      for (const phase of session.phases) {
        roomW = Math.min(roomW, (use.group.maxPhaseW + use.phaseSumW[phase - 1]![slot]!) * share);
      }
    }
    return Math.max(0, roomW);
  }

  /** What a store may charge: it draws on the supply point and evenly on its phases, W >= 0. */
  storeChargeRoomW(slot: number): number {
    return PHASES.reduce(
      (roomW, phase) => Math.min(roomW, 3 * this.#phaseRoomW[phase - 1]![slot]!),
      this.importRoomW(slot),
    );
  }

  /** Takes power (negative: gives it back) for a session. */
  take(session: NormalSession, slot: number, powerW: number): void {
    const perPhaseW = powerW / session.phases.length;
    this.#netW[slot]! += powerW;
    for (const phase of session.phases) this.#phaseRoomW[phase - 1]![slot]! -= perPhaseW;
    for (const use of this.#groupsOf[session.index]!) {
      use.sumW[slot]! += powerW;
      for (const phase of session.phases) use.phaseSumW[phase - 1]![slot]! += perPhaseW;
    }
  }

  takeForStore(slot: number, powerW: number): void {
    this.#netW[slot]! += powerW;
    for (const phase of PHASES) this.#phaseRoomW[phase - 1]![slot]! -= powerW / 3;
  }
}
