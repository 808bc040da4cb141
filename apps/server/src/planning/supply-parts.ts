import type { PartLimit, PartShares } from '../dispatch/index.ts';
import type { EvseGroup, EvseRef, SnapshotSession, StaticInputs } from '../sites/index.ts';

export type Phase = 1 | 2 | 3;

const PHASES: readonly Phase[] = [1, 2, 3];

/** What of a session and its connector decides which phases it loads. */
export interface Loading {
  readonly session: EvseRef & { readonly vehicle: Pick<SnapshotSession['session']['vehicle'], 'phases'> };
  readonly connector: Pick<SnapshotSession['connector'], 'powerType'>;
}

/**
 * Import limit of each phase, W: as stated, else a third of the fuse where the supply is known to have three phases (only there EVSEs
 * have a rotation). A third of the base load counts on each phase.
 */
export function phaseLimitW({ maxPhaseW, capW, evses }: StaticInputs): number | undefined {
  if (maxPhaseW !== undefined) return maxPhaseW;
  const isRotated = evses.length > 0 && evses.every(({ firstPhase }) => firstPhase !== undefined);
  return isRotated && capW !== undefined ? capW / 3 : undefined;
}

/**
 * Phases of the supply that a session loads evenly, by the rotation of its station; undefined where a car on fewer than three phases
 * stands at an EVSE of unknown rotation. A car that was not seen charging yet counts on all wires of its EVSE: its limit travels in
 * amperes of all of them, so a third on each is the most it draws from any (D4.2-§4.1.1).
 */
export function phasesLoaded(
  statics: StaticInputs,
  { session, connector }: Loading,
): readonly Phase[] | undefined {
  const wires = wiresOf(connector.powerType);
  const used = connector.powerType === 'DC' ? 3 : Math.min(session.vehicle.phases ?? wires, wires);
  if (used === 3) return PHASES;
  const firstPhase = found(statics.evses, (evse) => [evse]).get(nameOf(session))?.firstPhase;
  if (firstPhase === undefined) return undefined;
  return Array.from({ length: used }, (_, n) => (((firstPhase - 1 + n) % 3) + 1) as Phase).sort();
}

/** What of the session's power loads which part. Of which nobody knows the phases, it counts whole against every one of them. */
export function partShares(statics: StaticInputs, loading: Loading): PartShares {
  const phases = phasesLoaded(statics, loading);
  const group = groupOf(statics, loading.session);
  const shares: Record<string, number> = {};
  for (const phase of PHASES) {
    const share = phases === undefined ? 1 : phases.includes(phase) ? 1 / phases.length : 0;
    if (share === 0) continue;
    shares[phaseId(phase)] = share;
    if (group !== undefined) shares[phaseId(phase, group)] = share;
  }
  if (group !== undefined) shares[groupId(group)] = 1;
  return shares;
}

/** Limits of the phases and of the stations that have a session, over the slots of a plan. */
export function partLimits(
  statics: StaticInputs,
  sessions: readonly Loading[],
  slots: readonly { readonly startMs: number; readonly endMs: number }[],
  baseW: readonly number[],
): PartLimit[] {
  const limitW = phaseLimitW(statics);
  const first = slots[0];
  const last = slots.at(-1);
  if (first === undefined || last === undefined) return [];
  const always = (powerW: number) => [{ startMs: first.startMs, endMs: last.endMs, powerW }];
  const phases =
    limitW === undefined
      ? []
      : PHASES.map((phase) => ({
          id: phaseId(phase),
          budget: slots.map((slot, n) => ({ ...slot, powerW: Math.max(0, limitW - (baseW[n] ?? 0) / 3) })),
        }));
  const busy = new Set(sessions.map(({ session }) => groupOf(statics, session)));
  const groups = (statics.groups ?? []).filter((group) => busy.has(group));
  return [
    ...phases,
    ...groups.flatMap((group) => [
      { id: groupId(group), budget: always(group.maxPowerW) },
      ...(group.maxPhaseW === undefined
        ? []
        : PHASES.map((phase) => ({ id: phaseId(phase, group), budget: always(group.maxPhaseW!) }))),
    ]),
  ];
}

export function groupOf(statics: StaticInputs, evse: EvseRef): EvseGroup | undefined {
  return statics.groups && found(statics.groups, (group) => group.evses).get(nameOf(evse));
}

/** Looked up for every session of every plan: found once per list. */
const indices = new WeakMap<readonly object[], ReadonlyMap<string, object>>();

function found<T extends object>(
  list: readonly T[],
  namesOf: (item: T) => readonly EvseRef[],
): ReadonlyMap<string, T> {
  const known = indices.get(list);
  if (known !== undefined) return known as ReadonlyMap<string, T>;
  const index = new Map(list.flatMap((item) => namesOf(item).map((evse) => [nameOf(evse), item] as const)));
  indices.set(list, index);
  return index;
}

const nameOf = ({ locationId, evseUid }: EvseRef) => `${locationId} ${evseUid}`.toLowerCase();

const groupId = ({ id }: EvseGroup) => `station ${id}`;
const phaseId = (phase: Phase, group?: EvseGroup) => `phase ${phase}${group ? ` of ${groupId(group)}` : ''}`;

const wiresOf = (powerType: SnapshotSession['connector']['powerType']): Phase => {
  if (powerType === 'AC_1_PHASE') return 1;
  if (powerType === 'AC_2_PHASE' || powerType === 'AC_2_PHASE_SPLIT') return 2;
  return 3;
};
