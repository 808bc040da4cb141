/** Giving and revoking consents: by the driver alone, audited, obeyed from the commit on. */
import { type Outcome, refused } from '@smac/ocpi';
import { type Consent, consentsOf, DEFAULT_FLOOR_SOC, type Purpose, TEXT_VERSION } from './consent.ts';
import { liveSessionsOf } from './own-sessions.ts';
import type { DriverRoom } from './room.ts';

export async function giveConsent(
  room: DriverRoom,
  accountId: string,
  purpose: Purpose,
  floorSoc: number | undefined,
): Promise<Outcome<readonly Consent[]>> {
  if (floorSoc !== undefined && purpose !== 'v2g')
    return refused('invalidParameters', 'floorSoc: goes with v2g only.');
  const { store, clock, audit } = room;
  const nowMs = clock.now();
  const floor = purpose === 'v2g' ? (floorSoc ?? DEFAULT_FLOOR_SOC) : null;
  await store.transaction(async (trx) => {
    await trx
      .updateTable('driver_consent')
      .set({ revoked_ms: nowMs })
      .where('account_id', '=', accountId)
      .where('purpose', '=', purpose)
      .where('revoked_ms', 'is', null)
      .execute();
    await trx
      .insertInto('driver_consent')
      .values({
        account_id: accountId,
        purpose,
        text_version: TEXT_VERSION,
        floor_soc: floor,
        given_ms: nowMs,
        revoked_ms: null,
      })
      .execute();
    await audit.record(
      {
        actor: `driver:${accountId}`,
        action: 'consent.given',
        subject: `account:${accountId}`,
        detail: { purpose, textVersion: TEXT_VERSION, floorSoc: floor },
      },
      trx,
    );
  });
  if (purpose === 'v2g') await raiseFloors(room, accountId, floor ?? DEFAULT_FLOOR_SOC);
  return { ok: true, data: await consentsOf(room, accountId) };
}

/** From here on nothing is discharged: cars that are plugged in get a new plan at once (F15, at most 60 s). */
export async function revokeConsent(
  room: DriverRoom,
  accountId: string,
  purpose: Purpose,
): Promise<readonly Consent[]> {
  const { store, clock, audit, sites } = room;
  await store.transaction(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('driver_consent')
      .set({ revoked_ms: clock.now() })
      .where('account_id', '=', accountId)
      .where('purpose', '=', purpose)
      .where('revoked_ms', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    await audit.record(
      {
        actor: `driver:${accountId}`,
        action: 'consent.revoked',
        subject: `account:${accountId}`,
        detail: { purpose },
      },
      trx,
    );
  });
  if (purpose === 'v2g') {
    for (const { ref, session } of await liveSessionsOf(room, accountId)) {
      if (session.preferences.dischargeAllowed)
        await sites.setPreferences(ref, { ...session.preferences, dischargeAllowed: false });
    }
  }
  return consentsOf(room, accountId);
}

/** A floor that was raised holds for the car that is plugged in too. */
async function raiseFloors(room: DriverRoom, accountId: string, floorSoc: number): Promise<void> {
  for (const { ref, session } of await liveSessionsOf(room, accountId)) {
    const { preferences } = session;
    if (!preferences.dischargeAllowed || (preferences.reserveSoc ?? 0) >= floorSoc) continue;
    await room.sites.setPreferences(ref, { ...preferences, reserveSoc: floorSoc });
  }
}
