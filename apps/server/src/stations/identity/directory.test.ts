import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryStore } from '../../store/testing/index.ts';
import { createDirectory, type StationRecord } from './directory.ts';

const station = (stationId: string): StationRecord => ({
  stationId,
  identity: `${stationId}-identity`,
  name: stationId,
  minSecurityProfile: 2,
  replaceCredentials: false,
  registration: null,
  version: null,
  vendor: null,
  model: null,
  serial: null,
  firmware: null,
  details: {},
  generation: 0,
  bootMs: null,
  connectedMs: null,
  disconnectedMs: null,
  createdMs: 1,
  retiredMs: null,
  current: undefined,
  offered: undefined,
  waivers: [],
});

test('RT2: what changes at many stations at once is stored as it is shown, whichever columns change at which of them', async () => {
  const store = await memoryStore();
  const directory = createDirectory(store);
  for (const stationId of ['A', 'B', 'C']) await directory.add(station(stationId));
  await Promise.all([
    directory.change('A', { generation: 1, connectedMs: 10 }),
    directory.change('B', { generation: 1, connectedMs: 11, minSecurityProfile: 3 }),
    directory.change('C', { retiredMs: 5, details: { reason: 'PowerUp', imsi: '1' } }),
    directory.change('A', { registration: 'Accepted', version: '2.0.1', vendor: "O'Hm", bootMs: 12 }),
    directory.change('C', { retiredMs: null }),
    directory.change('A', { disconnectedMs: 20, vendor: 'Acme' }),
  ]);
  const shown = directory.all();
  const again = createDirectory(store);
  await again.load();
  assert.deepEqual(again.all(), shown);
  const { generation, vendor, version, disconnectedMs } = directory.byId('A') ?? station('A');
  assert.deepEqual([generation, vendor, version, disconnectedMs], [1, 'Acme', '2.0.1', 20]);
  assert.deepEqual(directory.byId('C')?.details, { reason: 'PowerUp', imsi: '1' });
  assert.equal(directory.byId('C')?.retiredMs, null);
  await store.close();
});
