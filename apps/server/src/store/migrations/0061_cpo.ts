import type { Kysely } from 'kysely';

/** Reservations of eMSPs: their id is theirs alone, the station sees a number of ours (OCPI mod_commands, ReserveNow). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('cpo_reservation')
    .addColumn('number', 'bigint', (c) => c.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('reservation_key', 'text', (c) => c.notNull())
    .addColumn('location_id', 'text', (c) => c.notNull())
    .addColumn('evse_uid', 'text', (c) => c.notNull())
    .addColumn('token', 'jsonb', (c) => c.notNull())
    .addColumn('reference', 'text')
    .addColumn('response_url', 'text', (c) => c.notNull())
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_ms', 'bigint')
    .addUniqueConstraint('cpo_reservation_key', ['peer_id', 'party', 'reservation_key'])
    .execute();
}
