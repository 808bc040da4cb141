import { type Outcome, refused } from '@smac/ocpi';
import type { Transaction } from 'kysely';
import { newAccountId } from '../../operators/index.ts';
import type { Database } from '../../store/index.ts';
import type { DriverRoom } from './room.ts';
import type { DriverVehicle, KnownVehicle } from './vehicle.ts';

/** Cars per driver. */
const MOST = 20;

export async function vehiclesOf(
  { store }: Pick<DriverRoom, 'store'>,
  accountId: string,
): Promise<readonly KnownVehicle[]> {
  const rows = await store.db
    .selectFrom('driver_vehicle')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('to_ms', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    ...(row.object as DriverVehicle),
    id: row.vehicle_id,
    fromMs: row.from_ms,
  }));
}

export async function addVehicle(
  room: DriverRoom,
  accountId: string,
  vehicle: DriverVehicle,
): Promise<Outcome<KnownVehicle>> {
  const { store, clock } = room;
  const id = newAccountId(room);
  return store.transaction(async (trx) => {
    const { count } = await trx
      .selectFrom('driver_vehicle')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('to_ms', 'is', null)
      .executeTakeFirstOrThrow();
    if (Number(count) >= MOST)
      return refused('invalidParameters', `There are ${MOST} vehicles already: remove one first.`);
    await begin(trx, accountId, id, vehicle, clock.now());
    return { ok: true, data: { ...vehicle, id, fromMs: clock.now() } };
  });
}

/** Counts for later plans only; how it was before stays known (D4.2-§3.3.1-2). */
export async function changeVehicle(
  { store, clock }: DriverRoom,
  accountId: string,
  vehicleId: string,
  vehicle: DriverVehicle,
): Promise<Outcome<KnownVehicle>> {
  const nowMs = clock.now();
  return store.transaction(async (trx) => {
    if (!(await end(trx, accountId, vehicleId, nowMs))) return unknown(vehicleId);
    await begin(trx, accountId, vehicleId, vehicle, nowMs);
    return { ok: true, data: { ...vehicle, id: vehicleId, fromMs: nowMs } };
  });
}

export async function removeVehicle(
  { store, clock }: DriverRoom,
  accountId: string,
  vehicleId: string,
): Promise<Outcome<undefined>> {
  return store.transaction(async (trx) =>
    (await end(trx, accountId, vehicleId, clock.now())) ? { ok: true, data: undefined } : unknown(vehicleId),
  );
}

async function begin(
  trx: Transaction<Database>,
  accountId: string,
  vehicleId: string,
  vehicle: DriverVehicle,
  fromMs: number,
): Promise<void> {
  await trx
    .insertInto('driver_vehicle')
    .values({
      vehicle_id: vehicleId,
      account_id: accountId,
      object: JSON.stringify(vehicle),
      from_ms: fromMs,
      to_ms: null,
    })
    .execute();
}

async function end(
  trx: Transaction<Database>,
  accountId: string,
  vehicleId: string,
  nowMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('driver_vehicle')
    .set({ to_ms: nowMs })
    .where('account_id', '=', accountId)
    .where('vehicle_id', '=', vehicleId)
    .where('to_ms', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

const unknown = (vehicleId: string) => refused('unknownObject', `There is no vehicle ${vehicleId} of yours.`);
