import type { Kysely } from 'kysely';

/** A car that speaks ISO 15118-20 says how large its battery is (OCPP 2.1 Display.BatteryEnergyCapacity); nothing is discharged without. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('ocpp_transaction').addColumn('battery_wh', 'double precision').execute();
}
