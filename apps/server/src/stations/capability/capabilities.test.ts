import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../../store/testing/index.ts';
import { createEventLog } from '../event-log.ts';
import { createDirectory } from '../identity/directory.ts';
import { createCapabilities } from './capabilities.ts';

const NOW_MS = Date.parse('2026-06-01T16:00:00Z');
const CLOCK = { now: () => NOW_MS, after: () => () => {} };
const log = { debug() {}, info() {}, warn() {}, error() {} };

const accepted = { kind: 'result' as const, payload: { status: 'Accepted' }, deviations: [] };
const profile = (chargingProfilePurpose: string) => ({
  chargingProfile: { chargingProfilePurpose, chargingSchedule: [{ chargingRateUnit: 'W' }] },
});

test('a report and answers to calls that are stored at the same time all count, also after a restart', async (t) => {
  const store = await memoryStore();
  t.after(() => store.close());
  const directory = createDirectory(store);
  await directory.add({
    stationId: 'S1',
    identity: 'S1',
    name: 'S1',
    minSecurityProfile: 1,
    replaceCredentials: false,
    registration: 'Accepted',
    version: '2.1',
    vendor: null,
    model: null,
    serial: null,
    firmware: null,
    details: {},
    generation: 0,
    bootMs: null,
    connectedMs: null,
    disconnectedMs: null,
    createdMs: NOW_MS,
    retiredMs: null,
    current: undefined,
    offered: undefined,
    waivers: [],
  });
  const open = () => createCapabilities(store, CLOCK, directory, createEventLog(store, CLOCK, log));
  const capabilities = open();
  await Promise.all([
    capabilities.learn('S1', 'SetChargingProfile', profile('TxDefaultProfile'), accepted),
    capabilities.state('S1', { rateUnits: ['A', 'W'], maxPeriods: 24 }),
    capabilities.learn('S1', 'SetChargingProfile', profile('TxProfile'), accepted),
  ]);
  const restarted = open();
  await restarted.load();
  for (const known of [capabilities.of('S1'), restarted.of('S1')]) {
    assert.deepEqual(known.rateUnits, ['A', 'W']);
    assert.equal(known.maxPeriods, 24);
    assert.equal(known.purposes.TxDefaultProfile, 'worked');
    assert.equal(known.purposes.TxProfile, 'worked');
  }
});
