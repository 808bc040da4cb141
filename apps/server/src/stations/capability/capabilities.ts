import type { Transaction } from 'kysely';
import { groupCommit } from '../../store/group-commit.ts';
import type { Database, Store } from '../../store/index.ts';
import type { Clock } from '../../time/clock.ts';
import type { EventLog } from '../event-log.ts';
import type { Directory, StationRecord } from '../identity/directory.ts';
import type { StationCallOutcome } from '../room.ts';
import { type Capability, type CapabilityField, UNKNOWN_STATION } from './capability.ts';
import { type Lessons, learnt, NO_LESSONS } from './lesson.ts';
import type { Stated } from './stated.ts';

interface Known {
  readonly stated: Stated;
  readonly lessons: Lessons;
}

interface Kept {
  readonly stationId: string;
  /** undefined: it taught nothing new about its model. */
  readonly model: Model | undefined;
  readonly known: Known;
  readonly nowMs: number;
}

/** The capability records: per station what it said and showed, per model what stations of the kind did before. */
export interface Capabilities {
  load(): Promise<void>;
  of(stationId: string): Capability;
  /** Did the station itself say what it can do? */
  isSurveyed(stationId: string): boolean;
  /** After a survey. */
  state(stationId: string, stated: Stated): Promise<void>;
  /** After a call: commits only when something was learnt. */
  learn(stationId: string, action: string, payload: unknown, outcome: StationCallOutcome): Promise<void>;
  /** Another firmware: what was learnt about the old one says nothing any more. */
  forget(stationId: string): Promise<void>;
}

const NOTHING: Known = { stated: {}, lessons: NO_LESSONS };

export function createCapabilities(
  store: Store,
  clock: Clock,
  directory: Directory,
  events: EventLog,
): Capabilities {
  const stations = new Map<string, Known>();
  const models = new Map<string, Known>();

  // A fleet that boots learns the same of all its models at once.
  const commits = groupCommit<Kept>((group) => store.transaction((trx) => write(trx, group)));

  const turns = new Map<string, Promise<void>>();

  /** What is read, changed and committed of one station is so one after the other: a report and an answer at the same time would undo each other. */
  function inTurn(stationId: string, work: () => Promise<void>): Promise<void> {
    const before = turns.get(stationId);
    const own = before === undefined ? work() : before.then(work, work);
    turns.set(stationId, own);
    const isOver = () => {
      if (turns.get(stationId) === own) turns.delete(stationId);
    };
    own.then(isOver, isOver);
    return own;
  }

  async function keep(stationId: string, known: Known): Promise<void> {
    const station = directory.byId(stationId);
    if (station === undefined) return;
    const model = modelOf(station);
    const isNews = !same(stations.get(stationId), known);
    const isNewsOfModel = model !== undefined && !same(models.get(keyOf(model)), known);
    const nowMs = clock.now();
    if (isNews || isNewsOfModel) {
      await commits.add({ stationId, model: isNewsOfModel ? model : undefined, known, nowMs });
      stations.set(stationId, known);
      if (model !== undefined) models.set(keyOf(model), known);
    }
    events.tell({ kind: 'capability', stationId, atMs: nowMs });
  }

  function inherited(stationId: string): Known {
    const station = directory.byId(stationId);
    const model = station && modelOf(station);
    return (model && models.get(keyOf(model))) ?? NOTHING;
  }

  return {
    async load() {
      for (const row of await store.db.selectFrom('station_capability').selectAll().execute())
        stations.set(row.station_id, row.capability as Known);
      for (const row of await store.db.selectFrom('model_capability').selectAll().execute())
        models.set(keyOf(row), row.capability as Known);
    },
    of(stationId) {
      const model = inherited(stationId);
      const own = stations.get(stationId) ?? NOTHING;
      return recordOf(
        { ...model.stated, ...own.stated },
        own.lessons === NO_LESSONS ? model.lessons : own.lessons,
      );
    },
    isSurveyed: (stationId) => Object.keys(stations.get(stationId)?.stated ?? {}).length > 0,
    state(stationId, stated) {
      return inTurn(stationId, async () => {
        const before = stations.get(stationId) ?? { stated: {}, lessons: inherited(stationId).lessons };
        await keep(stationId, { ...before, stated });
      });
    },
    learn(stationId, action, payload, outcome) {
      return inTurn(stationId, async () => {
        const before = stations.get(stationId) ?? inherited(stationId);
        const lessons = learnt(before.lessons, action, payload, outcome);
        if (JSON.stringify(lessons) !== JSON.stringify(before.lessons))
          await keep(stationId, { ...before, lessons });
      });
    },
    forget(stationId) {
      return inTurn(stationId, async () => {
        await store.db.deleteFrom('station_capability').where('station_id', '=', stationId).execute();
        stations.delete(stationId);
      });
    },
  };
}

function same(a: Known | undefined, b: Known): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The last word about a station and about a model counts. */
async function write(trx: Transaction<Database>, group: readonly Kept[]): Promise<void> {
  const ofStations = new Map(
    group.map(({ stationId, known, nowMs }) => [
      stationId,
      { station_id: stationId, capability: JSON.stringify(known), updated_ms: nowMs },
    ]),
  );
  const ofModels = new Map(
    group.flatMap(({ model, known, nowMs }) =>
      model === undefined
        ? []
        : [[keyOf(model), { ...model, capability: JSON.stringify(known), updated_ms: nowMs }] as const],
    ),
  );
  await trx
    .insertInto('station_capability')
    .values([...ofStations.values()])
    .onConflict((c) =>
      c.column('station_id').doUpdateSet((e) => ({
        capability: e.ref('excluded.capability'),
        updated_ms: e.ref('excluded.updated_ms'),
      })),
    )
    .execute();
  if (ofModels.size === 0) return;
  await trx
    .insertInto('model_capability')
    .values([...ofModels.values()])
    .onConflict((c) =>
      c.columns(['vendor', 'model', 'firmware']).doUpdateSet((e) => ({
        capability: e.ref('excluded.capability'),
        updated_ms: e.ref('excluded.updated_ms'),
      })),
    )
    .execute();
}

function recordOf(
  stated: Stated,
  { purposes, compositeSchedule, dynamicProfiles, tookUnits }: Lessons,
): Capability {
  return {
    ...UNKNOWN_STATION,
    // Without a statement, what it took counts; the unit every station knows stays the first.
    ...(stated.rateUnits === undefined && tookUnits.length > 0
      ? { rateUnits: [...new Set([...UNKNOWN_STATION.rateUnits, ...tookUnits])] }
      : {}),
    ...stated,
    purposes: { ...UNKNOWN_STATION.purposes, ...purposes },
    compositeSchedule,
    dynamicProfiles: stated.dynamicProfiles === true && dynamicProfiles !== 'refused',
    stated: Object.keys(stated) as CapabilityField[],
  };
}

interface Model {
  readonly vendor: string;
  readonly model: string;
  readonly firmware: string;
}

function modelOf({ vendor, model, firmware }: StationRecord): Model | undefined {
  return vendor === null || model === null ? undefined : { vendor, model, firmware: firmware ?? '' };
}

function keyOf({ vendor, model, firmware }: Model): string {
  return JSON.stringify([vendor, model, firmware]);
}
