import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../store/testing/index.ts';
import type { Clock } from '../../time/clock.ts';
import { createEventLog } from '../event-log.ts';
import { createUptime } from './uptime.ts';

const START_MS = Date.UTC(2026, 10, 1);
const HOUR_MS = 3_600_000;
const clock: Clock = { now: () => START_MS, after: () => () => {} };
/** A station that never booted. */
const NOTHING = {
  registration: null,
  version: null,
  vendor: null,
  model: null,
  serial: null,
  firmware: null,
  generation: 0,
  boot_ms: null,
  connected_ms: null,
  disconnected_ms: null,
  retired_ms: null,
};
const log = { debug() {}, info() {}, warn() {}, error() {} };

eachDatabase('uptime', (database) => {
  async function room(stationId: string) {
    const { store } = database;
    const base = {
      identity: stationId,
      name: stationId,
      min_security_profile: 1,
      replace_credentials: false,
    };
    await store.db
      .insertInto('station')
      .values({ id: stationId, ...base, ...NOTHING, details: '{}', created_ms: START_MS })
      .execute();
    const events = createEventLog(store, clock, log);
    const faults: unknown[] = [];
    const uptime = createUptime(store, events, (error) => faults.push(error));
    let generation = 0;
    return {
      store,
      uptime,
      faults,
      comes(atHours: number): number {
        generation += 1;
        events.tell({
          kind: 'connected',
          stationId,
          atMs: START_MS + atHours * HOUR_MS,
          version: '2.0.1',
          generation,
        });
        return generation;
      },
      goes(atHours: number, of = generation): void {
        const atMs = START_MS + atHours * HOUR_MS;
        events.tell({ kind: 'disconnected', stationId, atMs, generation: of, reason: 'scripted' });
      },
      share: async (fromHours: number, untilHours: number) =>
        (await uptime.of(stationId, START_MS + fromHours * HOUR_MS, START_MS + untilHours * HOUR_MS))?.share,
    };
  }

  test('D1.5-Q2-9 outages of two hours in a hundred are an availability of 98 %; a period counts from the first connection', async () => {
    const station = await room('flapping');
    assert.equal(await station.share(0, 10), undefined);
    for (const [from, until] of [
      [10, 40],
      [40.5, 80],
      [81, 100],
      [100.5, 110],
    ] as const) {
      station.comes(from);
      station.goes(until);
    }
    assert.equal(await station.share(0, 110), 0.98);
    assert.equal(await station.share(40, 41), 0.5);
    assert.equal(await station.share(0, 10), undefined);
    station.comes(110);
    assert.equal(await station.share(110, 120), 1);
    assert.deepEqual(station.faults, []);
  });

  test('D1.5-Q2-9 a socket that took over from one that ended later counts once', async () => {
    const station = await room('replaced');
    const first = station.comes(0);
    const second = station.comes(4);
    station.goes(5, first);
    station.goes(8, second);
    assert.equal(await station.share(0, 10), 0.8);
  });

  test('F2 a connection that a killed process left open ends with the last word of its station', async () => {
    const station = await room('killed');
    station.comes(0);
    await station.uptime.settled();
    await station.store.db
      .insertInto('station_message')
      .values({
        station_id: 'killed',
        at_ms: START_MS + 3 * HOUR_MS,
        generation: 1,
        direction: 'in',
        kind: 'call',
        payload: '[]',
      })
      .execute();
    await station.uptime.load();
    assert.equal(await station.share(0, 4), 0.75);
  });
});
