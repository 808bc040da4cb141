import type { Plan } from '@smac/optimiser';
import type {
  ConnectorCapability,
  ContextSnapshot,
  Preferences,
  SeriesKind,
  ServicePolicy,
  SessionState,
  SnapshotSession,
  StaticInputs,
  StoredSlot,
} from '../../sites/index.ts';
import { SERIES_KINDS } from '../../sites/index.ts';
import { type BuiltProblem, buildProblem, type Knowledge } from '../build-problem.ts';
import type { PlanRecord } from '../plan-record.ts';
import { DEFAULT_PLANNING_POLICY, type PlanningPolicy } from '../policy.ts';
import type { StayDistribution } from '../stay-distribution.ts';
import { priorOf } from '../stay-prior.ts';

export const HOUR_MS = 3_600_000;
/** Monday 2026-11-23, 08:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 23, 8);

export interface SessionWish {
  readonly id?: string;
  readonly preferences?: Partial<Preferences>;
  readonly session?: Partial<SessionState>;
  readonly connector?: Partial<ConnectorCapability>;
  readonly tokenProfileType?: SnapshotSession['tokenProfileType'];
}

/** A session at an 11 kW EVSE, of a car that takes all it gives, that began now, with nothing else said. */
export function anEntry(wish: SessionWish = {}): SnapshotSession {
  const id = wish.id ?? 'S1';
  return {
    session: {
      peerId: 'p',
      sessionId: id,
      party: 'NL-TNM',
      locationId: 'L1',
      evseUid: `E-${id}`,
      connectorId: '1',
      contextId: 'ctx',
      status: 'ACTIVE',
      startMs: NOW_MS,
      energyWh: 0,
      energyAtMs: NOW_MS,
      vehicle: { maxChargeW: 200_000 },
      tokenUid: 'T',
      lastUpdatedMs: NOW_MS,
      ...wish.session,
      preferences: { dischargeAllowed: false, ...wish.preferences },
    },
    connector: {
      chargeW: 11_000,
      dischargeW: 0,
      powerType: 'AC_3_PHASE',
      profileCapable: true,
      ...wish.connector,
    },
    ...(wish.tokenProfileType ? { tokenProfileType: wish.tokenProfileType } : {}),
  };
}

export interface SnapshotWish {
  readonly atMs?: number;
  readonly statics?: Partial<StaticInputs>;
  readonly series?: Partial<Record<SeriesKind, readonly StoredSlot[]>>;
  readonly policies?: readonly ServicePolicy[];
  readonly parents?: ContextSnapshot['parents'];
  readonly sessions?: readonly SnapshotSession[];
}

export function aSnapshot(wish: SnapshotWish = {}): ContextSnapshot {
  const none = Object.fromEntries(
    SERIES_KINDS.map((kind) => [kind, []]),
  ) as unknown as ContextSnapshot['series'];
  return {
    atMs: wish.atMs ?? NOW_MS,
    context: {
      id: 'ctx',
      kind: 'ocpi',
      peerId: 'p',
      party: 'NL-TNM',
      objectId: 'ctx',
      version: 1,
      shadow: false,
      statics: { maxImportW: 30_000, currency: 'EUR', evses: [], ...wish.statics },
      updatedMs: NOW_MS,
    },
    parents: wish.parents ?? [],
    series: { ...none, ...wish.series },
    policies: wish.policies ?? [],
    sessions: wish.sessions ?? [],
  };
}

/** Stored values of equal length from `startMs` on. */
export function stored(
  startMs: number,
  slotMinutes: number,
  values: readonly number[],
  overrides: Partial<StoredSlot> = {},
): StoredSlot[] {
  return values.map((value, slot) => ({
    startMs: startMs + slot * slotMinutes * 60_000,
    durationMs: slotMinutes * 60_000,
    value,
    layer: 'base',
    source: 'test',
    receivedMs: NOW_MS - HOUR_MS,
    ...overrides,
  }));
}

/** Every stay lasts a day: departures are no risk. */
export const NOBODY_LEAVES: StayDistribution = [{ stayMs: 24 * HOUR_MS, weight: 1 }];

export function built(
  snapshot: ContextSnapshot,
  knowledge: Partial<Omit<Knowledge, 'policy'>> & { readonly policy?: Partial<PlanningPolicy> } = {},
): BuiltProblem {
  return buildProblem(snapshot, {
    stays: () => NOBODY_LEAVES,
    carriesDischarge: () => false,
    ...knowledge,
    policy: { ...DEFAULT_PLANNING_POLICY, ...knowledge.policy },
  });
}

export const publishedStays = (entry: SnapshotSession): StayDistribution => {
  const { startMs, preferences } = entry.session;
  const announcedMs = preferences.departureMs === undefined ? undefined : preferences.departureMs - startMs;
  return priorOf(new Date(startMs).getUTCHours(), announcedMs);
};

/** A built problem and its plan as the record dispatch gets. */
export function recordOf(from: BuiltProblem, plan: Plan): PlanRecord {
  return {
    number: 1,
    contextId: 'ctx',
    contextVersion: 1,
    causes: ['slot'],
    createdMs: from.grid.nowMs,
    snapshotMs: from.grid.nowMs,
    shadow: false,
    problem: from.problem,
    plan,
    sessions: from.sessions,
    degraded: from.degraded,
  };
}
