import { type Kysely, sql } from 'kysely';

/** OCPI peers, their token hashes, their health, and what a hub says about its parties. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('ocpi_peer')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('state', 'text', (c) =>
      c.notNull().check(sql`state in ('INVITED', 'REGISTERED', 'SUSPENDED')`),
    )
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('outbound_token_sealed', 'text')
    .addColumn('version', 'text')
    .addColumn('versions_url', 'text')
    .addColumn('endpoints', 'jsonb', (c) => c.notNull())
    .addColumn('parties', 'jsonb', (c) => c.notNull())
    .addColumn('hub_party', 'jsonb')
    .addColumn('reachable', 'jsonb')
    .addColumn('agreements', 'jsonb', (c) => c.notNull())
    .addColumn('unit_profile', 'text', (c) => c.notNull().check(sql`unit_profile in ('d42-tables', 'si')`))
    .addColumn('raw_token', 'boolean', (c) => c.notNull())
    .addColumn('allow_private_addresses', 'boolean', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('ocpi_inbound_token')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('peer_id', 'text', (c) => c.notNull().references('ocpi_peer.id').onDelete('cascade'))
    .addColumn('position', 'integer', (c) => c.notNull())
    .addColumn('use', 'text', (c) => c.notNull().check(sql`"use" in ('invite', 'handshake', 'regular')`))
    .addColumn('expires_ms', 'bigint')
    .execute();
  await db.schema.createIndex('ocpi_inbound_token_peer').on('ocpi_inbound_token').column('peer_id').execute();
  await db.schema
    .createTable('ocpi_peer_health')
    .addColumn('peer_id', 'text', (c) => c.primaryKey())
    .addColumn('shadow', 'boolean', (c) => c.notNull().defaultTo(false))
    .addColumn('last_seen_ms', 'bigint')
    .addColumn('last_error', 'text')
    .addColumn('last_error_ms', 'bigint')
    .addColumn('down_since_ms', 'bigint')
    .addColumn('last_pull_ms', 'bigint')
    .execute();
  await db.schema
    .createTable('hub_client_info')
    .addColumn('peer_id', 'text', (c) => c.notNull())
    .addColumn('party', 'text', (c) => c.notNull())
    .addColumn('info', 'jsonb', (c) => c.notNull())
    .addColumn('last_updated_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('hub_client_info_key', ['peer_id', 'party'])
    .execute();
}
