import type { OcppVersion } from '@smac/ocpp';
import { type RawBuilder, sql, type Updateable } from 'kysely';
import { groupCommit } from '../../store/group-commit.ts';
import type { Database, Store, Transaction } from '../../store/index.ts';
import type { StationTable, StationWaiverTable } from '../../store/tables/stations.ts';
import type { Registration } from '../event.ts';

export type SecurityProfile = 1 | 2 | 3;

export interface Waiver {
  readonly id: number;
  readonly kind: StationWaiverTable['kind'];
  readonly reason: string;
  readonly grantedBy: string;
  readonly createdMs: number;
  readonly expiresMs: number;
}

export interface SecretHash {
  readonly hash: string;
  /** Made here, not given by a person or a factory. */
  readonly generated: boolean;
  readonly createdMs: number;
}

/** Everything the door and the life of a station need to know about it, as committed. */
export interface StationRecord {
  readonly stationId: string;
  readonly identity: string;
  readonly name: string;
  readonly minSecurityProfile: SecurityProfile;
  readonly replaceCredentials: boolean;
  readonly registration: Registration | null;
  readonly version: OcppVersion | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly generation: number;
  readonly bootMs: number | null;
  readonly connectedMs: number | null;
  readonly disconnectedMs: number | null;
  readonly createdMs: number;
  readonly retiredMs: number | null;
  readonly current: SecretHash | undefined;
  readonly offered: SecretHash | undefined;
  readonly waivers: readonly Waiver[];
}

export type StationChange = Partial<
  Omit<StationRecord, 'stationId' | 'identity' | 'createdMs' | 'current' | 'offered' | 'waivers'>
>;
export type SecretChange = Partial<Record<'current' | 'offered', SecretHash | null>>;
type Trx = Transaction<Database>;
type Alongside = (trx: Trx) => Promise<void>;

/**
 * Who the stations are. One process owns the data, so the directory is held in memory and every write goes through it: a storm of
 * handshakes reads no table, and what is in memory was committed before.
 */
export interface Directory {
  load(): Promise<void>;
  all(): readonly StationRecord[];
  byId(stationId: string): StationRecord | undefined;
  byIdentity(identity: string): StationRecord | undefined;
  add(record: StationRecord, alongside?: Alongside): Promise<StationRecord>;
  /** Commits the change, with what `alongside` writes, then shows it. @throws for a station that does not exist. */
  change(stationId: string, change: StationChange, alongside?: Alongside): Promise<StationRecord>;
  /** Sets or removes (null) secrets. */
  changeSecrets(stationId: string, change: SecretChange, alongside?: Alongside): Promise<StationRecord>;
  addWaiver(stationId: string, waiver: Omit<Waiver, 'id'>, alongside?: Alongside): Promise<Waiver>;
  removeWaiver(stationId: string, waiverId: number, alongside?: Alongside): Promise<boolean>;
}

interface Changed {
  readonly stationId: string;
  readonly change: StationChange;
}

export function createDirectory(store: Store): Directory {
  const byId = new Map<string, StationRecord>();
  const byIdentity = new Map<string, StationRecord>();
  // When a whole fleet comes back, connections and boots share commits and statements.
  const changes = groupCommit<Changed>(async (items) => {
    const statements = statementsFor(items);
    // One statement is a transaction of its own: two round trips less for each of a thousand stations.
    if (statements.length === 1) await statements[0]?.execute(store.db);
    else await store.transaction((trx) => inTurn(trx, statements));
  });

  function show(record: StationRecord): StationRecord {
    byId.set(record.stationId, record);
    byIdentity.set(record.identity, record);
    return record;
  }
  function known(stationId: string): StationRecord {
    const record = byId.get(stationId);
    if (record === undefined) throw new Error(`There is no station ${stationId}.`);
    return record;
  }

  return {
    async load() {
      for (const record of await readAll(store)) show(record);
    },
    all: () => [...byId.values()],
    byId: (stationId) => byId.get(stationId),
    byIdentity: (identity) => byIdentity.get(identity),
    async add(record, alongside) {
      await store.transaction(async (trx) => {
        await trx
          .insertInto('station')
          .values({
            ...columnsOf(record),
            id: record.stationId,
            identity: record.identity,
            name: record.name,
            min_security_profile: record.minSecurityProfile,
            replace_credentials: record.replaceCredentials,
            details: JSON.stringify(record.details),
            generation: record.generation,
            created_ms: record.createdMs,
          })
          .execute();
        for (const state of ['current', 'offered'] as const) {
          const secret = record[state];
          if (secret !== undefined) await putSecret(trx, record.stationId, state, secret);
        }
        await alongside?.(trx);
      });
      return show(record);
    },
    async change(stationId, change, alongside) {
      known(stationId);
      if (alongside === undefined) await changes.add({ stationId, change });
      else
        await store.transaction(async (trx) => {
          await inTurn(trx, statementsFor([{ stationId, change }]));
          await alongside(trx);
        });
      return show({ ...known(stationId), ...change });
    },
    async changeSecrets(stationId, change, alongside) {
      known(stationId);
      await store.transaction(async (trx) => {
        for (const state of ['current', 'offered'] as const) {
          const secret = change[state];
          if (secret === undefined) continue;
          await trx
            .deleteFrom('station_secret')
            .where('station_id', '=', stationId)
            .where('state', '=', state)
            .execute();
          if (secret !== null) await putSecret(trx, stationId, state, secret);
        }
        await alongside?.(trx);
      });
      const record = known(stationId);
      return show({
        ...record,
        current: change.current === undefined ? record.current : (change.current ?? undefined),
        offered: change.offered === undefined ? record.offered : (change.offered ?? undefined),
      });
    },
    async addWaiver(stationId, waiver, alongside) {
      known(stationId);
      const { id } = await store.transaction(async (trx) => {
        const row = await trx
          .insertInto('station_waiver')
          .values({
            station_id: stationId,
            kind: waiver.kind,
            reason: waiver.reason,
            granted_by: waiver.grantedBy,
            created_ms: waiver.createdMs,
            expires_ms: waiver.expiresMs,
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        await alongside?.(trx);
        return row;
      });
      const granted = { ...waiver, id };
      const record = known(stationId);
      show({ ...record, waivers: [...record.waivers, granted] });
      return granted;
    },
    async removeWaiver(stationId, waiverId, alongside) {
      const record = byId.get(stationId);
      if (!record?.waivers.some(({ id }) => id === waiverId)) return false;
      await store.transaction(async (trx) => {
        await trx.deleteFrom('station_waiver').where('id', '=', waiverId).execute();
        await alongside?.(trx);
      });
      const now = known(stationId);
      show({ ...now, waivers: now.waivers.filter(({ id }) => id !== waiverId) });
      return true;
    },
  };
}

function putSecret(
  trx: Trx,
  stationId: string,
  state: 'current' | 'offered',
  { hash, generated, createdMs }: SecretHash,
): Promise<unknown> {
  return trx
    .insertInto('station_secret')
    .values({ station_id: stationId, hash, state, generated, created_ms: createdMs })
    .execute();
}

const COLUMNS = {
  name: 'name',
  minSecurityProfile: 'min_security_profile',
  replaceCredentials: 'replace_credentials',
  registration: 'registration',
  version: 'version',
  vendor: 'vendor',
  model: 'model',
  serial: 'serial',
  firmware: 'firmware',
  generation: 'generation',
  bootMs: 'boot_ms',
  connectedMs: 'connected_ms',
  disconnectedMs: 'disconnected_ms',
  retiredMs: 'retired_ms',
} as const satisfies Record<Exclude<keyof StationChange, 'details'>, string>;

function columnsOf(change: StationChange): Updateable<StationTable> {
  const columns: Record<string, unknown> = {};
  for (const [field, column] of Object.entries(COLUMNS)) {
    const value = change[field as keyof typeof COLUMNS];
    if (value !== undefined) columns[column] = value;
  }
  if (change.details !== undefined) columns.details = JSON.stringify(change.details);
  return columns as Updateable<StationTable>;
}

/** One statement for all that change the same columns; the last change of a station counts. */
function statementsFor(items: readonly Changed[]): RawBuilder<unknown>[] {
  const newest = new Map<string, StationChange>();
  for (const { stationId, change } of items) newest.set(stationId, { ...newest.get(stationId), ...change });
  const rows = [...newest].map(([id, change]) => {
    const columns = columnsOf(change);
    return { ...columns, ...(change.details === undefined ? {} : { details: change.details }), id };
  });
  const alike = Map.groupBy(rows, (row) => Object.keys(row).sort().join(' '));
  return [...alike].flatMap(([names, group]) => {
    const columns = names.split(' ').filter((name) => name !== 'id');
    if (columns.length === 0) return [];
    const assignments = columns.map((name) => sql`${sql.ref(name)} = changed.${sql.ref(name)}`);
    return sql`
      update station set ${sql.join(assignments)}
      from jsonb_populate_recordset(null::station, ${JSON.stringify(group)}::jsonb) as changed
      where station.id = changed.id`;
  });
}

async function inTurn(trx: Trx, statements: readonly RawBuilder<unknown>[]): Promise<void> {
  for (const statement of statements) await statement.execute(trx);
}

async function readAll(store: Store): Promise<StationRecord[]> {
  const stations = await store.db.selectFrom('station').selectAll().execute();
  const secrets = await store.db.selectFrom('station_secret').selectAll().execute();
  const waivers = await store.db.selectFrom('station_waiver').selectAll().orderBy('id').execute();
  const held = new Map(secrets.map((row) => [`${row.state} ${row.station_id}`, row]));
  const granted = Map.groupBy(waivers, (row) => row.station_id);
  const secretOf = (stationId: string, state: 'current' | 'offered'): SecretHash | undefined => {
    const row = held.get(`${state} ${stationId}`);
    return row && { hash: row.hash, generated: row.generated, createdMs: row.created_ms };
  };
  return stations.map((row) => ({
    stationId: row.id,
    identity: row.identity,
    name: row.name,
    minSecurityProfile: row.min_security_profile as SecurityProfile,
    replaceCredentials: row.replace_credentials,
    registration: row.registration as Registration | null,
    version: row.version as OcppVersion | null,
    vendor: row.vendor,
    model: row.model,
    serial: row.serial,
    firmware: row.firmware,
    details: row.details as Readonly<Record<string, unknown>>,
    generation: row.generation,
    bootMs: row.boot_ms,
    connectedMs: row.connected_ms,
    disconnectedMs: row.disconnected_ms,
    createdMs: row.created_ms,
    retiredMs: row.retired_ms,
    current: secretOf(row.id, 'current'),
    offered: secretOf(row.id, 'offered'),
    waivers: (granted.get(row.id) ?? []).map((waiver) => ({
      id: waiver.id,
      kind: waiver.kind,
      reason: waiver.reason,
      grantedBy: waiver.granted_by,
      createdMs: waiver.created_ms,
      expiresMs: waiver.expires_ms,
    })),
  }));
}
