import assert from 'node:assert/strict';
import test from 'node:test';
import { formatDateTime, type ScOptimisation } from '@smac/ocpi';
import { oneStore } from '../../store/testing/index.ts';
import { context, location, session, token } from './testing/objects.ts';
import { type ScspRig, scspRig, T0 } from './testing/scsp-rig.ts';
import type { TestCpo } from './testing/test-cpo.ts';

const emptyStore = oneStore();
const OWNER = { countryCode: 'NL', partyId: 'TNM' };
const LOCATION = { owner: OWNER, locationId: 'quay' };
const CONTEXT = { owner: OWNER, id: 'supply' };

interface Setting {
  readonly rig: ScspRig;
  readonly cpo: TestCpo;
  readonly peerId: string;
}

async function withCpo(
  work: (setting: Setting) => Promise<void>,
  terms: Parameters<ScspRig['join']>[0] = {},
): Promise<void> {
  const store = await emptyStore();
  const rig = await scspRig(store);
  try {
    await work({ rig, ...(await rig.join(terms)) });
  } finally {
    await rig.close();
  }
}

test('D4.2-§5.1.1.1-PUT D4.2-§5.1.1.1-UPD D4.2-§5.1.1.1-GET D4.2-§5.1.1.1-DEL: a context is put, patched, read back as it was sent, and deleted', () =>
  withCpo(async ({ cpo }) => {
    const { smartchargingoptimisation: module } = cpo.client.receiver;
    const created = await module.put(context(T0));
    assert.equal(created.ok && created.httpStatus, 201);
    const again = await module.put(context(T0));
    assert.equal(again.ok && again.httpStatus, 200, 'idempotent');
    const last_updated = formatDateTime(T0 + 60_000);
    assert.equal((await module.patch(CONTEXT, { max_power: 15_000, last_updated })).ok, true);
    const read = await module.get(CONTEXT);
    assert.deepEqual(read.ok && read.data, { ...context(T0), max_power: 15_000, last_updated });
    assert.equal((await module.delete(CONTEXT)).ok, true);
    const gone = await module.get(CONTEXT);
    assert.equal(gone.ok === false && gone.statusCode, 2003);
    const twice = await module.delete(CONTEXT);
    assert.equal(twice.ok === false && twice.statusCode, 2003);
  }));

test('T-UNIT X2: the unit profile of the party decides, and what only makes sense in another unit is refused with a hint', () =>
  withCpo(
    async ({ rig, cpo }) => {
      const { smartchargingoptimisation: module } = cpo.client.receiver;
      await cpo.client.receiver.locations.put(LOCATION, location(T0));
      const refused = await module.put(context(T0, { evses: connector(11_000_000) }));
      assert.match(refused.ok ? '' : refused.detail, /2001.*power is 11000000 W.*max_electric_power/);
      assert.deepEqual(await rig.sites.contexts(), [], 'nothing half-stored');
      assert.equal((await module.put(context(T0, { evses: connector(11_000) }))).ok, true);
      assert.equal((await rig.sites.contexts())[0]?.statics.evses[0]?.connectors[0]?.chargeW, 11_000);
    },
    { unitProfile: 'si' },
  ));

test('T-UNIT D4.2-T19-power X2: kW is the unit of the D4.2 tables; 5000 is refused where Locations say 11 kW', () =>
  withCpo(async ({ rig, cpo }) => {
    const { smartchargingoptimisation: module } = cpo.client.receiver;
    await cpo.client.receiver.locations.put(LOCATION, location(T0));
    assert.equal((await module.put(context(T0, { evses: connector(5_000) }))).ok, false);
    assert.equal((await module.put(context(T0, { evses: connector(7.4) }))).ok, true);
    assert.equal((await rig.sites.contexts())[0]?.statics.evses[0]?.connectors[0]?.chargeW, 7_400);
  }));

test('X42: an older object changes nothing, another content under the same time and one from the future are 2001', () =>
  withCpo(async ({ rig, cpo }) => {
    const { smartchargingoptimisation: module } = cpo.client.receiver;
    await module.put(context(T0));
    assert.equal((await module.put(context(T0 - 60_000, { max_power: 5_000 }))).ok, true);
    assert.equal((await rig.sites.contexts())[0]?.statics.maxImportW, 20_000);
    const same = await module.put(context(T0, { max_power: 5_000 }));
    assert.equal(same.ok === false && same.statusCode, 2001);
    const future = await module.put(context(T0 + 6 * 60_000));
    assert.equal(future.ok === false && future.statusCode, 2001);
  }));

test('X43 D4.2-§5.1.2.2-URL: an object of a foreign party is refused and not stored', () =>
  withCpo(async ({ rig, cpo }) => {
    const { smartchargingoptimisation: module } = cpo.client.receiver;
    const refused = await module.put(context(T0, { party_id: 'ABC' }));
    assert.equal(refused.ok, false);
    assert.deepEqual(await rig.sites.contexts(), []);
  }));

test('X44: an EVSE in two active contexts is refused', () =>
  withCpo(async ({ cpo }) => {
    const { smartchargingoptimisation: module } = cpo.client.receiver;
    assert.equal((await module.put(context(T0))).ok, true);
    assert.equal((await module.put(context(T0, { id: 'second' }))).ok, false);
  }));

test('D4.2-§4.1.1-DEP D1.5-§2.3.1.1-PREF-profile_type D1.5-§2.3.1.1-PREF-departure_time D1.5-§2.3.1.1-PREF-energy_need D1.5-§2.3.1.1-PREF-discharge_allowed: charging preferences reach the session; all five answers can be had', () =>
  withCpo(async ({ rig, cpo, peerId }) => {
    const { receiver, sender } = cpo.client;
    await receiver.locations.put(LOCATION, location(T0));
    await receiver.smartchargingoptimisation.put(context(T0));
    await receiver.sessions.put(session('S1', T0));
    const departure_time = formatDateTime(T0 + 8 * 3_600_000);
    const ask = async (preferences: Parameters<typeof sender.sessions.setChargingPreferences>[1]) => {
      const answer = await sender.sessions.setChargingPreferences('S1', preferences);
      return answer.ok ? answer.data : answer.detail;
    };
    const answers = new Set([
      await ask({ profile_type: 'CHEAP', departure_time, energy_need: 20 }),
      await ask({ profile_type: 'CHEAP', energy_need: 20, discharge_allowed: true }),
      await ask({ profile_type: 'CHEAP', departure_time, discharge_allowed: true }),
      await ask({ profile_type: 'CHEAP', departure_time: formatDateTime(T0 + 600_000), energy_need: 90 }),
      await ask({ profile_type: 'GREEN', departure_time, energy_need: 20 }),
    ]);
    assert.deepEqual([...answers].sort(), [
      'ACCEPTED',
      'DEPARTURE_REQUIRED',
      'ENERGY_NEED_REQUIRED',
      'NOT_POSSIBLE',
      'PROFILE_TYPE_NOT_SUPPORTED',
    ]);
    assert.equal((await rig.sites.session({ peerId, sessionId: 'S1' }))?.status, 'ACTIVE');
    const unknown = await sender.sessions.setChargingPreferences('S9', { profile_type: 'FAST' });
    assert.equal(unknown.ok, false);
  }));

test('X39: an eMSP sets preferences for the sessions of its own tokens, and for no other', () =>
  withCpo(async ({ rig, cpo }) => {
    await cpo.client.receiver.sessions.put(session('S1', T0));
    const { cpo: emsp } = await rig.join({ role: 'EMSP', country: 'DE', party: 'EMP' });
    const { cpo: stranger } = await rig.join({ role: 'EMSP', country: 'FR', party: 'XYZ' });
    const preferences = {
      profile_type: 'CHEAP' as const,
      departure_time: formatDateTime(T0 + 8 * 3_600_000),
      energy_need: 20,
    };
    const mine = await emsp.client.sender.sessions.setChargingPreferences('S1', preferences);
    assert.equal(mine.ok && mine.data, 'ACCEPTED');
    const foreign = await stranger.client.sender.sessions.setChargingPreferences('S1', preferences);
    assert.equal(foreign.ok, false);
  }));

test('D4.2-§5.1.1.2 X40: after a downtime one pull restores locations, contexts, sessions and tokens', () =>
  withCpo(async ({ rig, cpo, peerId }) => {
    cpo.locations.push(location(T0));
    cpo.contexts.push(context(T0));
    cpo.sessions.push(session('S1', T0));
    cpo.tokens.push(token(T0));
    const [report] = await rig.scsp.pull(peerId);
    assert.deepEqual(report?.problems, []);
    assert.deepEqual(report?.taken, { locations: 1, tokens: 1, smartchargingoptimisation: 1, sessions: 1 });
    const live = await rig.sites.liveSessions();
    const [restored] = await rig.sites.contexts();
    assert.equal(live[0]?.contextId, restored?.id);
    assert.equal((await rig.scsp.parties.list())[0]?.lastPullMs, T0);
  }));

test('D4.2-§5.1.2.1.1-stale: a context that is missing from the full pull is retired; a list that breaks off retires nothing', () =>
  withCpo(async ({ rig, cpo, peerId }) => {
    const second = context(T0, { id: 'second', evses: connector(11, 'quay-2') });
    cpo.contexts.push(context(T0), second);
    await rig.scsp.pull(peerId);
    const ids = async () => (await rig.sites.contexts()).map((each) => each.objectId).sort();
    assert.deepEqual(await ids(), ['second', 'supply']);
    cpo.down = true;
    const [broken] = await rig.scsp.pull(peerId);
    assert.ok((broken?.problems.length ?? 0) > 0);
    assert.deepEqual(await ids(), ['second', 'supply']);
    cpo.down = false;
    cpo.contexts.pop();
    rig.clock.advance(60_000);
    await rig.scsp.pull(peerId);
    assert.deepEqual(await ids(), ['supply']);
  }));

test('X43: a pull takes over no object of a party the peer does not speak for', () =>
  withCpo(async ({ rig, cpo, peerId }) => {
    cpo.contexts.push(context(T0, { party_id: 'ABC' }));
    const [report] = await rig.scsp.pull(peerId);
    assert.match(report?.problems[0] ?? '', /belongs to NL-ABC/);
    assert.deepEqual(await rig.sites.contexts(), []);
  }));

test('D4.2-§5.1.1.2: a peer is pulled after it registered and then from time to time, with jitter', () =>
  withCpo(async ({ rig, cpo }) => {
    await rig.scsp.start();
    cpo.contexts.push(context(T0));
    rig.clock.advance(5_001);
    await rig.activity.idle();
    assert.equal((await rig.sites.contexts()).length, 1);
    cpo.contexts.pop();
    rig.clock.advance(7 * 3_600_000);
    await rig.activity.idle();
    assert.deepEqual(
      (await rig.sites.contexts()).map((each) => each.objectId),
      [],
    );
  }));

test('D4.2-§4.1.1-SOC: the SoC of a charging period becomes the SoC of the session', () =>
  withCpo(async ({ rig, cpo, peerId }) => {
    const { sessions } = cpo.client.receiver;
    await sessions.put(session('S1', T0));
    const last_updated = formatDateTime(T0 + 1_000);
    const period = {
      start_date_time: last_updated,
      dimensions: [{ type: 'STATE_OF_CHARGE' as const, volume: 42 }],
    };
    const patched = await sessions.patch(
      { owner: OWNER, id: 'S1' },
      { charging_periods: [period], last_updated },
    );
    assert.equal(patched.ok, true);
    assert.equal((await rig.sites.session({ peerId, sessionId: 'S1' }))?.vehicle.soc?.soc, 0.42);
  }));

test('D4.2-T24-SES SMC_014: HubClientInfo is taken from a hub only', () =>
  withCpo(async ({ rig, cpo }) => {
    const info = {
      country_code: 'DE',
      party_id: 'ABC',
      role: 'CPO' as const,
      status: 'CONNECTED' as const,
      last_updated: formatDateTime(T0),
    };
    const refused = await cpo.client.receiver.hubclientinfo.put(info);
    assert.equal(refused.ok, false);
    assert.equal((await rig.scsp.parties.list()).length, 1);
  }));

function connector(power: number, evse_uid = 'quay-1'): ScOptimisation['evses'] {
  return [{ location_id: 'quay', evse_uid, connectors: [{ connector_id: '1', power }] }];
}

test('D4.2-§5.2-static: a context made by hand is the same object over OCPI as one that was sent, in the units that were agreed', () =>
  withCpo(
    async ({ rig, cpo, peerId }) => {
      const owner = { peerId, party: OWNER };
      const statics = {
        maxImportW: 75_000,
        capW: 70_000,
        currency: 'EUR',
        evses: [
          {
            locationId: 'quay',
            evseUid: 'quay-1',
            connectors: [{ connectorId: '1', chargeW: 11_000, dischargeW: 0 }],
          },
        ],
      };
      const made = await rig.sites.createContext(owner, 'By-Hand', { statics, shadow: false });
      assert.ok(made.ok);
      const hour = (n: number, value: number) => ({
        startMs: T0 + n * 3_600_000,
        durationMs: 3_600_000,
        value,
      });
      const put = (slots: ReturnType<typeof hour>[], validUntilMs?: number) =>
        rig.sites.putSeries(made.data.id, 'price', slots, {
          source: 'operator',
          ...(validUntilMs === undefined ? {} : { validUntilMs }),
        });
      assert.ok((await put([hour(0, 0.2), hour(1, 0.3), hour(3, 0.4)])).ok);
      assert.ok((await put([hour(1, 0.5)], T0 + 10 * 3_600_000)).ok);
      const read = await cpo.client.receiver.smartchargingoptimisation.get({ owner: OWNER, id: 'by-hand' });
      assert.ok(read.ok, JSON.stringify(read));
      assert.deepEqual(
        [read.data.id, read.data.max_power, read.data.slot_duration, read.data.evses],
        [
          'By-Hand',
          70_000,
          60,
          [
            {
              location_id: 'quay',
              evse_uid: 'quay-1',
              connectors: [{ connector_id: '1', power: 11, discharge_power: 0 }],
            },
          ],
        ],
      );
      // By hand beats the forecast; what lies behind a hole would be refused by whoever reads it.
      assert.deepEqual(
        read.data.price?.map(({ value }) => value),
        [0.2, 0.5],
      );
      // What is read can be sent again as it is: one object, one validation.
      const newer = { ...read.data, last_updated: formatDateTime(T0 + 60_000) };
      const again = await cpo.client.receiver.smartchargingoptimisation.put(newer);
      assert.ok(again.ok, JSON.stringify(again));
      assert.equal((await rig.sites.context(made.data.id))?.statics.maxImportW, 70_000);
      const nobody = await cpo.client.receiver.smartchargingoptimisation.get({ owner: OWNER, id: 'other' });
      assert.equal(!nobody.ok && nobody.statusCode, 2003);
    },
    { unitProfile: 'd42-tables' },
  ));
