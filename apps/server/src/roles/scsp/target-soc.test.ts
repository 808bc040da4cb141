import assert from 'node:assert/strict';
import test from 'node:test';
import { type ChargingPreferences, formatDateTime } from '@smac/ocpi';
import { chargingNeed } from '../../planning/charging-need.ts';
import { DEFAULT_PLANNING_POLICY } from '../../planning/policy.ts';
import { memoryStore } from '../../store/testing/index.ts';
import { context, location, session } from './testing/objects.ts';
import { type ScspRig, scspRig, T0 } from './testing/scsp-rig.ts';

const OWNER = { countryCode: 'NL', partyId: 'TNM' };
const HOUR_MS = 3_600_000;
const CHARGE_W = 11_000;

/** A car of 50 kWh at 40 % on an 11 kW connector; what the driver wishes arrives over OCPI, what is needed comes back. */
async function withCar(
  agreements: readonly string[],
  work: (car: {
    wish(preferences: ChargingPreferences): Promise<string>;
    deliver(kwh: number): Promise<void>;
    neededWh(): Promise<number>;
    targetSoc(): Promise<number | undefined>;
  }) => Promise<void>,
): Promise<void> {
  const store = await memoryStore();
  const rig: ScspRig = await scspRig(store);
  try {
    const { cpo, peerId } = await rig.join({ agreements: ['smartchargingoptimisation', ...agreements] });
    // The CPO sends the extension field whether or not SMAC agreed to it.
    const peers = cpo.platform.peers;
    const smac = (await peers.byId(cpo.peerId))!;
    await peers.save({ ...smac, agreements: ['smartchargingoptimisation', 'soc_preferences'] }, smac);
    const { receiver, sender } = cpo.client;
    await receiver.locations.put({ owner: OWNER, locationId: 'quay' }, location(T0));
    await receiver.smartchargingoptimisation.put(context(T0));
    const soc = { type: 'STATE_OF_CHARGE' as const, volume: 40 };
    const charging_periods = [{ start_date_time: formatDateTime(T0), dimensions: [soc] }];
    await receiver.sessions.put(session('S1', T0, { charging_periods }));
    const ref = { peerId, sessionId: 'S1' };
    await rig.sites.setVehicle(ref, { batteryWh: 50_000 });
    await work({
      async wish(preferences) {
        const answer = await sender.sessions.setChargingPreferences('S1', preferences);
        return answer.ok ? answer.data : answer.detail;
      },
      async deliver(kwh) {
        const last_updated = formatDateTime(T0 + 60_000);
        const done = await receiver.sessions.patch({ owner: OWNER, id: 'S1' }, { kwh, last_updated });
        assert.ok(done.ok);
      },
      async neededWh() {
        const state = (await rig.sites.session(ref))!;
        return chargingNeed(state, CHARGE_W, 1, DEFAULT_PLANNING_POLICY).remainingWh;
      },
      targetSoc: async () => (await rig.sites.session(ref))?.preferences.targetSoc,
    });
  } finally {
    await rig.close();
    await store.close();
  }
}

const departsIn = (hours: number) => formatDateTime(T0 + hours * HOUR_MS);

test('D4.2-§4.1.1-TGT X18: target SoC, capacity and SoC become the energy needed, which shrinks as the car charges', () =>
  withCar(['soc_preferences'], async ({ wish, deliver, neededWh, targetSoc }) => {
    assert.equal(
      await wish({ profile_type: 'CHEAP', departure_time: departsIn(8), target_soc: 0.8 }),
      'ACCEPTED',
    );
    assert.equal(await targetSoc(), 0.8, 'kept as it was sent');
    assert.ok(Math.abs((await neededWh()) - 20_000) < 1e-6, '(0.8 - 0.4) x 50 kWh');
    await deliver(10);
    const left = await neededWh();
    assert.ok(
      left >= 10_000 && left < 20_000,
      `charging losses may leave a little more than 10 kWh: ${left}`,
    );
  }));

test('D4.2-§4.1.1-TGT X18: a target below the SoC needs nothing, one out of reach is answered NOT_POSSIBLE and kept', () =>
  withCar(['soc_preferences'], async ({ wish, neededWh }) => {
    assert.equal(
      await wish({ profile_type: 'CHEAP', departure_time: departsIn(8), target_soc: 0.3 }),
      'ACCEPTED',
    );
    assert.equal(await neededWh(), 0);
    const soon = { profile_type: 'CHEAP' as const, departure_time: departsIn(1), target_soc: 0.8 };
    assert.equal(await wish(soon), 'NOT_POSSIBLE', '20 kWh in an hour at 11 kW');
    assert.ok(Math.abs((await neededWh()) - 20_000) < 1e-6);
  }));

test('D4.2-§4.1.1-TGT: energy_need in kWh is the way OCPI has by itself; target_soc counts only where it is agreed', () =>
  withCar([], async ({ wish, neededWh, targetSoc }) => {
    const departure_time = departsIn(8);
    assert.equal(
      await wish({ profile_type: 'CHEAP', departure_time, energy_need: 12, target_soc: 0.9 }),
      'ACCEPTED',
    );
    assert.equal(await targetSoc(), undefined);
    assert.ok(Math.abs((await neededWh()) - 12_000) < 1e-6);
  }));
