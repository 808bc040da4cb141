import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../store/testing/index.ts';
import { currentSoc, preferredSoc } from './soc.ts';
import {
  aContext,
  aLocation,
  anEvse,
  aSession,
  aToken,
  at,
  bench,
  HOUR_MS,
  MONDAY_MS,
  newOwner,
  readSi,
} from './testing/fixtures.ts';

const NOW_MS = MONDAY_MS + 8 * HOUR_MS;

function socPeriod(ms: number, percent: number) {
  return { start_date_time: at(ms), dimensions: [{ type: 'STATE_OF_CHARGE' as const, volume: percent }] };
}

eachDatabase('sessions', (database) => {
  test('D4.2-T1.07, X19: a reported SoC is kept with its energy, carried on by the model, and a newer one replaces it and triggers', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(
      owner,
      aSession('S', { battery_capacity: 50, charging_periods: [socPeriod(NOW_MS, 40)] }),
    );
    let session = (await sites.session(ref))!;
    assert.equal(session.vehicle.batteryWh, 50_000);
    assert.equal(currentSoc(session.vehicle, session.energyWh), 0.4);
    triggers.length = 0;
    await sites.patchSession(owner, 'S', { kwh: 5, last_updated: at(NOW_MS + 60_000) });
    session = (await sites.session(ref))!;
    assert.equal(currentSoc(session.vehicle, session.energyWh), 0.4 + (5 * 0.9) / 50);
    const newer = { charging_periods: [socPeriod(NOW_MS + 120_000, 60)], last_updated: at(NOW_MS + 120_000) };
    await sites.patchSession(owner, 'S', newer);
    session = (await sites.session(ref))!;
    assert.equal(currentSoc(session.vehicle, session.energyWh), 0.6);
    assert.deepEqual(
      triggers.map((trigger) => trigger.cause),
      ['meter', 'soc'],
    );
    const object = await sites.getSession(owner, 'S');
    assert.equal(object.ok && object.data.charging_periods?.length, 2);
  });

  test('OCPI 2.2.1 mod_cdrs POWER: the average of a charging period counts as power now only while the period is at most an hour old', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    const powerAfter = async (id: string, periodMs: number) => {
      const period = {
        start_date_time: at(NOW_MS - periodMs),
        dimensions: [{ type: 'POWER' as const, volume: 5 }],
      };
      await sites.putSession(owner, aSession(id, { last_updated: at(NOW_MS), charging_periods: [period] }));
      return (await sites.session({ peerId: owner.peerId, sessionId: id }))!.powerW;
    };
    assert.equal(await powerAfter('A', 900_000), 5_000);
    assert.equal(await powerAfter('B', 4 * 3_600_000), undefined);
  });

  test('X56: energy counts from when the meter showed it; a station that was away tells it later, and the car did not draw less', async () => {
    const { sites, clock } = bench(database.store);
    const owner = newOwner();
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    const told = (kwh: number, toldMs: number, readMs?: number) =>
      sites.putSessions(owner, [aSession('S', { kwh, last_updated: at(toldMs) })], [readMs]);
    await clock.runUntil(NOW_MS + 600_000, async () => {});
    await told(0, NOW_MS, NOW_MS);
    await told(1, NOW_MS + 300_000, NOW_MS + 60_000);
    let session = (await sites.session(ref))!;
    assert.equal(session.energyAtMs, NOW_MS + 60_000);
    assert.equal(session.powerW, 60_000);
    await told(1, NOW_MS + 310_000, NOW_MS + 30_000);
    session = (await sites.session(ref))!;
    assert.equal(session.energyAtMs, NOW_MS + 60_000, 'never before what is known');
    await told(5, NOW_MS + 320_000);
    assert.equal((await sites.session(ref))!.energyAtMs, NOW_MS + 320_000);
  });

  test('X56: a register that was read again and stands still is told too, or nobody would hear of a car that stopped', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    const told = async (toldMs: number, readMs?: number) => {
      triggers.length = 0;
      await sites.putSessions(owner, [aSession('S', { kwh: 3, last_updated: at(toldMs) })], [readMs]);
      return triggers.map(({ cause }) => cause);
    };
    await told(NOW_MS, NOW_MS);
    assert.deepEqual(await told(NOW_MS + 60_000, NOW_MS + 60_000), ['meter']);
    assert.deepEqual(await told(NOW_MS + 61_000, NOW_MS + 60_000), [], 'no new reading');
    assert.deepEqual(await told(NOW_MS + 120_000), [], 'nobody says when it was read');
  });

  test('X19: the station wins over the back office, both over the driver, the newest inside a class', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    await sites.putSession(owner, aSession('S', { battery_capacity: 50 }));
    await sites.reportSoc(ref, { soc: 0.2, source: 'driver', atMs: NOW_MS + 1 });
    await sites.reportSoc(ref, { soc: 0.5, source: 'station', atMs: NOW_MS });
    await sites.reportSoc(ref, { soc: 0.3, source: 'driver', atMs: NOW_MS + 5 });
    assert.equal((await sites.session(ref))?.vehicle.soc?.soc, 0.5);
    assert.equal((await sites.reportSoc(ref, { soc: 80, source: 'driver', atMs: NOW_MS })).ok, false);
    const old = { soc: 0.1, source: 'cpo', atMs: 1, energyWh: 0 } as const;
    const young = { soc: 0.2, source: 'cpo', atMs: 2, energyWh: 0 } as const;
    assert.equal(preferredSoc(young, old), young);
    assert.equal(preferredSoc(old, young), young);
  });

  test('SMC_006: the default profile type of the token counts where the driver says nothing', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    const emsp = { peerId: `${owner.peerId}-emsp`, party: { countryCode: 'NL', partyId: 'MSP' } };
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putToken(emsp, aToken('T-6', { default_profile_type: 'GREEN' }));
    const cdrToken = { ...aSession('S').cdr_token, uid: 't-6' };
    await sites.putSession(owner, aSession('S', { cdr_token: cdrToken }));
    const session = (await sites.session({ peerId: owner.peerId, sessionId: 'S' }))!;
    const snapshot = await sites.snapshot(session.contextId, NOW_MS);
    assert.equal(snapshot?.sessions[0]?.tokenProfileType, 'GREEN');
    triggers.length = 0;
    await sites.patchToken(emsp, 'T-6', 'RFID', { default_profile_type: 'FAST', last_updated: at(NOW_MS) });
    assert.deepEqual(
      triggers.map((trigger) => [trigger.contextId, trigger.cause]),
      [[session.contextId, 'preferences']],
    );
  });

  test('SMC_005: an EVSE without the capability for charging profiles is known as such', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    await sites.putLocation(owner, aLocation('L1', [anEvse('E1', { capabilities: ['RFID_READER'] })]));
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    const session = (await sites.session({ peerId: owner.peerId, sessionId: 'S' }))!;
    const incapable = await sites.snapshot(session.contextId, NOW_MS);
    assert.equal(incapable?.sessions[0]?.connector.profileCapable, false);
    await sites.patchLocation(
      owner,
      { locationId: 'L1', evseUid: 'E1' },
      { capabilities: ['CHARGING_PROFILE_CAPABLE'], last_updated: at(NOW_MS) },
    );
    const capable = await sites.snapshot(session.contextId, NOW_MS);
    assert.equal(capable?.sessions[0]?.connector.profileCapable, true);
  });

  test('X53, X39: charging preferences are stored from the start of the session; discharge is off unless said, and revocable', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    triggers.length = 0;
    const accepted = await sites.setChargingPreferences(ref, {
      profile_type: 'CHEAP',
      departure_time: at(NOW_MS + 8 * HOUR_MS),
      energy_need: 20,
      discharge_allowed: true,
    });
    assert.deepEqual(accepted, { ok: true, data: 'ACCEPTED' });
    assert.equal((await sites.session(ref))?.preferences.dischargeAllowed, true);
    assert.equal((await sites.session(ref))?.preferences.energyNeedWh, 20_000);
    await sites.setChargingPreferences(ref, { profile_type: 'CHEAP' });
    assert.equal((await sites.session(ref))?.preferences.dischargeAllowed, false);
    assert.deepEqual(
      triggers.map((trigger) => trigger.cause),
      ['preferences', 'preferences'],
    );
  });

  test('X11: a need that cannot be met in time is answered NOT_POSSIBLE and kept; a departure in the past is refused', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S'));
    const tooMuch = {
      profile_type: 'FAST' as const,
      departure_time: at(NOW_MS + HOUR_MS),
      energy_need: 11.1,
    };
    assert.deepEqual(await sites.setChargingPreferences(ref, tooMuch), { ok: true, data: 'NOT_POSSIBLE' });
    assert.equal((await sites.session(ref))?.preferences.energyNeedWh, 11_100);
    const past = { profile_type: 'FAST' as const, departure_time: at(NOW_MS - 1) };
    const refusedPast = await sites.setChargingPreferences(ref, past);
    assert.match(refusedPast.ok ? '' : refusedPast.detail, /departure_time/);
  });

  test('UC-005: start, change and stop of a session are told once each, after the commit; an ended session takes no wishes', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    await sites.putContext(owner, aContext('C'), readSi);
    await sites.putSession(owner, aSession('S', { status: 'PENDING' }));
    await sites.patchSession(owner, 'S', { status: 'ACTIVE', last_updated: at(NOW_MS + 1000) });
    await sites.patchSession(owner, 'S', { kwh: 1, last_updated: at(NOW_MS + 90_000) });
    await sites.patchSession(owner, 'S', {
      status: 'COMPLETED',
      end_date_time: at(NOW_MS + HOUR_MS),
      last_updated: at(NOW_MS + 100_000),
    });
    assert.deepEqual(
      triggers.filter((trigger) => trigger.session).map((trigger) => trigger.cause),
      ['session-start', 'session-update', 'meter', 'session-stop'],
    );
    const ref = { peerId: owner.peerId, sessionId: 'S' };
    assert.equal((await sites.setChargingPreferences(ref, { profile_type: 'FAST' })).ok, false);
    assert.equal((await sites.liveSessions((await sites.session(ref))!.contextId)).length, 0);
  });

  test('X42: a late session update changes nothing', async () => {
    const { sites, triggers } = bench(database.store);
    const owner = newOwner();
    await sites.putSession(owner, aSession('S', { kwh: 3, last_updated: at(NOW_MS + 60_000) }));
    triggers.length = 0;
    assert.equal((await sites.putSession(owner, aSession('S', { kwh: 1 }))).ok, true);
    assert.equal((await sites.session({ peerId: owner.peerId, sessionId: 'S' }))?.energyWh, 3000);
    assert.deepEqual(triggers, []);
  });

  test('X43: a session belongs to its owner, nobody else reads or changes it', async () => {
    const { sites } = bench(database.store);
    const owner = newOwner();
    const stranger = { ...owner, party: { countryCode: 'BE', partyId: 'BEC' } };
    await sites.putSession(owner, aSession('S'));
    assert.equal((await sites.getSession(stranger, 'S')).ok, false);
    assert.equal(
      (await sites.patchSession(stranger, 'S', { kwh: 9, last_updated: at(NOW_MS + 1) })).ok,
      false,
    );
  });
});
