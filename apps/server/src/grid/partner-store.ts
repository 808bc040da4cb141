import type { Partner, PartnerStore } from '@smac/grid';
import type { Selectable } from 'kysely';
import type { Seal } from '../config/index.ts';
import type { Store } from '../store/index.ts';
import type { GridPartnerTable } from '../store/tables/grid.ts';
import type { Clock } from '../time/clock.ts';

/** Partners in PostgreSQL: tokens presented to us as SHA-256 only, the token we present sealed. */
export function createPartnerStore({ db }: Store, seal: Seal, clock: Clock): PartnerStore {
  return {
    async load() {
      const rows = await db.selectFrom('grid_partner').selectAll().orderBy('id').execute();
      return rows.map((row) => fromRow(row, seal));
    },
    async save(partner) {
      const values = toRow(partner, seal, clock.now());
      await db
        .insertInto('grid_partner')
        .values(values)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute();
    },
  };
}

/** The key file is shared with other secrets: the name of the row says whose it is. */
const ownerOf = (id: string) => `oscp:${id}`;

function toRow(partner: Partner, seal: Seal, nowMs: number) {
  return {
    id: partner.id,
    name: partner.name,
    role: partner.role,
    dialect: partner.dialect,
    state: partner.state,
    token_hashes: JSON.stringify(partner.tokenHashes),
    outbound_token_sealed:
      partner.outboundToken === undefined ? null : seal.seal(partner.outboundToken, ownerOf(partner.id)),
    base_url: partner.baseUrl ?? null,
    awaits_register: partner.awaitsRegister,
    heartbeat_s: partner.heartbeatS ?? null,
    measurements: JSON.stringify(partner.measurements),
    offline_mode_at_ms: partner.offlineModeAtMs ?? null,
    offline_since_ms: partner.offlineSinceMs ?? null,
    back_since_ms: partner.backSinceMs ?? null,
    updated_ms: nowMs,
  };
}

function fromRow(row: Selectable<GridPartnerTable>, seal: Seal): Partner {
  const outboundToken =
    row.outbound_token_sealed === null ? undefined : seal.open(row.outbound_token_sealed, ownerOf(row.id));
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    dialect: row.dialect,
    state: row.state,
    tokenHashes: row.token_hashes as Partner['tokenHashes'],
    awaitsRegister: row.awaits_register,
    measurements: row.measurements as Partner['measurements'],
    ...(outboundToken === undefined ? {} : { outboundToken }),
    ...(row.base_url === null ? {} : { baseUrl: row.base_url }),
    ...(row.heartbeat_s === null ? {} : { heartbeatS: row.heartbeat_s }),
    ...(row.offline_mode_at_ms === null ? {} : { offlineModeAtMs: row.offline_mode_at_ms }),
    ...(row.offline_since_ms === null ? {} : { offlineSinceMs: row.offline_since_ms }),
    ...(row.back_since_ms === null ? {} : { backSinceMs: row.back_since_ms }),
  };
}
