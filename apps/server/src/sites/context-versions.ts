import { type Outcome, refused } from '@smac/ocpi';
import type { StaticInputs } from './context.ts';
import { lockContext, writeContext } from './context-write.ts';
import { evseKey, type Owner } from './owner.ts';
import { judgePolicies } from './policies.ts';
import { changeOf, type Room, type Trx } from './room.ts';
import type { ServicePolicy } from './service-policy.ts';

/** A context as it was from `atMs` until the next version. */
export interface ContextVersion {
  readonly version: number;
  readonly statics: StaticInputs;
  /** Absent where it was not kept yet. */
  readonly policies?: readonly ServicePolicy[];
  /** `peer:<id>`, `operator`, or who did it by hand. */
  readonly source: string;
  readonly atMs: number;
}

export interface ContextChange {
  /** Version the change was made from. */
  readonly basedOn: number;
  /** What no form shows (groups, first phases, the meter) stays as it is. */
  readonly statics: Omit<StaticInputs, 'groups' | 'meterStationId'>;
  readonly policies?: readonly ServicePolicy[];
  readonly source: string;
}

/** A context that is pushed often has thousands, each with all its EVSEs. */
const MOST_VERSIONS = 200;

/** The newest, at most 200. */
export async function readVersions(
  db: Pick<Trx, 'selectFrom'>,
  contextId: string,
): Promise<readonly ContextVersion[]> {
  const rows = await db
    .selectFrom('context_version')
    .selectAll()
    .where('context_id', '=', contextId)
    .orderBy('version', 'desc')
    .limit(MOST_VERSIONS)
    .execute();
  return rows.map((row) => ({
    version: row.version,
    statics: row.statics as StaticInputs,
    ...(row.policies === null ? {} : { policies: row.policies as readonly ServicePolicy[] }),
    source: row.source,
    atMs: row.at_ms,
  }));
}

/** A later change of a context made by hand (D4.2-§3.3.2-2), under the same rules as a new one. */
export async function changeContext(
  room: Room,
  contextId: string,
  wanted: ContextChange,
): Promise<Outcome<{ version: number }>> {
  const judged = judgePolicies(wanted.policies ?? []);
  if (!judged.ok) return judged;
  const known = await room.store.db
    .selectFrom('optimisation_context')
    .select(['peer_id', 'party'])
    .where('id', '=', contextId)
    .executeTakeFirst();
  if (known === undefined) return unknown(contextId);
  const [countryCode = '', partyId = ''] = known.party.split('-');
  const owner: Owner = { peerId: known.peer_id, party: { countryCode, partyId } };
  return changeOf(room, owner, async (trx, emit): Promise<Outcome<{ version: number }>> => {
    const row = await lockContext(trx, contextId);
    if (row === undefined || row.deleted_ms !== null) return unknown(contextId);
    if (row.kind !== 'operator')
      return refused(
        'invalidParameters',
        row.kind === 'ocpi'
          ? 'statics: this context is kept by its owner over OCPI; change it there, or the next push undoes what is set here'
          : 'statics: this context was made for a single EVSE; make a context with that EVSE instead',
      );
    if (row.version !== wanted.basedOn)
      return refused(
        'invalidParameters',
        `basedOn: version ${row.version} is in force, not ${wanted.basedOn}; look at what changed and try again`,
      );
    const before = row.statics as StaticInputs;
    const written = await writeContext(
      room,
      trx,
      {
        owner,
        objectId: row.object_id,
        kind: 'operator',
        reading: { statics: withUnseen(wanted.statics, before), series: {} },
        object: null,
        lastUpdatedMs: room.clock.now(),
        ...(wanted.policies === undefined ? {} : { policies: wanted.policies }),
        source: wanted.source,
      },
      emit,
    );
    if (!written.ok) return written;
    const after = await lockContext(trx, contextId);
    return { ok: true, data: { version: after?.version ?? row.version } };
  });
}

function withUnseen(wanted: ContextChange['statics'], before: StaticInputs): StaticInputs {
  const phases = new Map(before.evses.map((evse) => [evseKey(evse), evse.firstPhase]));
  const kept = new Set(wanted.evses.map(evseKey));
  const groups = (before.groups ?? [])
    .map((group) => ({ ...group, evses: group.evses.filter((evse) => kept.has(evseKey(evse))) }))
    .filter(({ evses }) => evses.length > 0);
  return {
    ...wanted,
    ...(before.meterStationId === undefined ? {} : { meterStationId: before.meterStationId }),
    ...(groups.length === 0 ? {} : { groups }),
    evses: wanted.evses.map((evse) => {
      const firstPhase = evse.firstPhase ?? phases.get(evseKey(evse));
      return firstPhase === undefined ? evse : { ...evse, firstPhase };
    }),
  };
}

function unknown(contextId: string) {
  return refused('unknownObject', `No optimisation context ${contextId}`);
}
