import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createNetwork } from '../network/index.ts';
import { socket } from '../network/testing/socket.ts';
import { createSites } from '../sites/index.ts';
import type { Capability, StationCallOutcome, StationListener, Stations } from '../stations/index.ts';
import { UNKNOWN_STATION } from '../stations/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { Activity } from '../time/activity.ts';
import { createFallback } from './fallback.ts';
import { profileBook } from './profile-book.ts';

const NOW_MS = Date.parse('2026-06-01T12:00:00Z');
const clock = { now: () => NOW_MS, after: () => () => {} };

/** One station of one 11 kW socket that answers profiles as it is told. */
async function rig(isActive = async (_transactionId: string) => false) {
  const store = await memoryStore();
  const activity = new Activity();
  const errors: string[] = [];
  const log = {
    info() {},
    warn() {},
    error: (_: unknown, message: string) => {
      errors.push(message);
    },
  };
  const sites = createSites({ store, clock, log });
  const network = await createNetwork({ store, sites, clock, party: { countryCode: 'ES', partyId: 'SMC' } });
  const where = {
    address: 'Quay 1',
    city: 'Barcelona',
    country: 'ESP',
    latitude: '41.39',
    longitude: '2.19',
  };
  await network.addLocation({ id: 'LOC1', ...where, timeZone: 'Europe/Madrid' });
  await network.placeEvse({
    stationId: 'S1',
    evseId: 1,
    locationId: 'LOC1',
    evseUid: 'E1',
    connectors: [socket()],
  });
  const ears: NonNullable<StationListener['event']>[] = [];
  let answer: StationCallOutcome = { kind: 'result', payload: { status: 'Accepted' }, deviations: [] };
  let capability = UNKNOWN_STATION;
  const calls: [string, unknown][] = [];
  const stations: Stations = {
    listen({ event }) {
      if (event) ears.push(event);
      return () => {};
    },
    connected: (stationId) => ({
      stationId,
      version: '1.6',
      generation: 1,
      sinceMs: NOW_MS,
      securityProfile: 2,
      address: '192.0.2.1',
      lastSeenMs: NOW_MS,
    }),
    call: async (_, action, payload) => {
      calls.push([action, payload]);
      return answer;
    },
    capability: () => capability,
    provision: async () => {},
  };
  const book = profileBook(store, clock);
  const fallback = createFallback({
    stations,
    network,
    sites,
    book,
    clock,
    activity,
    log,
    isActive,
  });
  return {
    fallback,
    errors,
    store,
    book,
    calls,
    async states(known: Capability) {
      capability = known;
      for (const ear of ears) ear({ kind: 'capability', stationId: 'S1', atMs: NOW_MS });
      await turn();
      await activity.idle();
    },
    async boots(how: StationCallOutcome) {
      answer = how;
      for (const ear of ears) {
        ear({ kind: 'booted', stationId: 'S1', atMs: NOW_MS, registration: 'Accepted' } as never);
      }
      await turn();
      await activity.idle();
    },
  };
}

test('D1.5-§2.2.1.1-DEF F1 a station that rebooted and did not confirm its fallback again counts with what its plug gives', async () => {
  const { fallback, boots, store } = await rig();
  try {
    await boots({ kind: 'result', payload: { status: 'Accepted' }, deviations: [] });
    assert.equal(fallback.confirmedW('S1', 1), 11_040);
    await boots({ kind: 'result', payload: { status: 'Rejected' }, deviations: [] });
    assert.equal(fallback.confirmedW('S1', 1), undefined);
    await boots({ kind: 'result', payload: { status: 'Accepted' }, deviations: [] });
    assert.equal(fallback.confirmedW('S1', 1), 11_040);
    await boots({ kind: 'timeout', afterMs: 30_000 });
    assert.equal(fallback.confirmedW('S1', 1), undefined);
  } finally {
    await store.close();
  }
});

test('SC6 a station that says it holds two profiles per EVSE gives up its maximum: the places are for the fallback and the plan', async () => {
  const { boots, book, calls, states, store } = await rig();
  const held = async () => (await book.of('S1')).map(({ profile }) => profile.chargingProfilePurpose);
  const known = (maxProfiles: number): Capability => ({
    ...UNKNOWN_STATION,
    maxProfiles,
    stated: ['maxProfiles'],
  });
  try {
    await boots({ kind: 'result', payload: { status: 'Accepted' }, deviations: [] });
    assert.deepEqual(await held(), ['ChargingStationMaxProfile', 'TxDefaultProfile']);
    calls.length = 0;
    await states(known(2));
    assert.deepEqual(calls, [['ClearChargingProfile', { id: 1 }]]);
    assert.deepEqual(await held(), ['TxDefaultProfile']);
    await boots({ kind: 'result', payload: { status: 'Accepted' }, deviations: [] });
    assert.deepEqual(await held(), ['TxDefaultProfile']);
    await states(known(3));
    assert.deepEqual(await held(), ['ChargingStationMaxProfile', 'TxDefaultProfile']);
  } finally {
    await store.close();
  }
});

test('security 8 a plan in the place of a fallback is not overwritten while its transaction runs, and is followed by the fallback', async () => {
  const active = new Set(['T1']);
  const { boots, book, calls, fallback, store } = await rig(async (id) => active.has(id));
  const accepted = { kind: 'result', payload: { status: 'Accepted' }, deviations: [] } as const;
  const sent = () => calls.filter(([action]) => action === 'SetChargingProfile').length;
  try {
    await boots(accepted);
    const [, usual] = await book.of('S1');
    assert.ok(usual);
    fallback.distrust('S1', 1);
    await book.sent('S1', usual, { transactionId: 'T1' });
    await book.answered('S1', usual.profile.id, 'accepted');
    const before = sent();
    await boots(accepted);
    assert.equal(sent(), before + 1, 'only the maximum of the station comes again');
    assert.equal(fallback.confirmedW('S1', 1), undefined);
    active.delete('T1');
    await boots(accepted);
    assert.equal((await book.of('S1'))[1]?.transactionId, undefined);
    assert.equal(fallback.confirmedW('S1', 1), 11_040);
  } finally {
    await store.close();
  }
});
