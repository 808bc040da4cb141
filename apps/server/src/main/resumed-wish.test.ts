/** A charging profile of another provider outlives a restart of this server: OCPI in, OCPP out, the same store and station. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownEndpoint, responseUrl } from '@smac/ocpi';
import type { Store } from '../store/index.ts';
import { memoryStore } from '../store/testing/index.ts';
import { systemClock } from '../time/clock.ts';
import { ownServer, type Played, until } from './testing/played-stations.ts';
import { provider } from './testing/provider.ts';
import { testServer } from './testing/test-server.ts';

const WANTED_A = 8;

/** Limit of the newest profile for the transaction that holds now, A. */
function nowA(station: Played): number | undefined {
  const [schedule] = [station.profiles('TxProfile').at(-1)?.chargingSchedule].flat() as {
    chargingSchedulePeriod: { limit: number }[];
  }[];
  return schedule?.chargingSchedulePeriod[0]?.limit;
}

for (const version of ['1.6', '2.1'] as const) {
  test(`F2 D1.5-§2.3.1.1-MIX ${version}: what another provider wants of a session holds after a restart, below every limit, and plans leave it alone`, {
    timeout: 300_000,
  }, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'smac-resumed-'));
    const kept = await memoryStore();
    const store: Store = { ...kept, close: async () => {} };
    const env = {
      SMAC_DATA_DIR: dataDir,
      SMAC_OCPI_ALLOW_PRIVATE: 'true',
      SMAC_OCPP_PORT: '0',
      SMAC_OCPP_WITHOUT_TLS: 'true',
    };
    const first = await ownServer(env, systemClock, { store });
    let serving: { close(): Promise<void> } | undefined = first;
    const other = await provider();
    let station: Played | undefined;
    try {
      await other.join(first);
      assert.ok((await first.scsp.parties.setAgreements(other.peerId(), ['charging_profiles'])).ok);
      station = await first.play(version, 'resumed');
      await station.boot();
      await station.start();
      const [transaction] = await first.backOffice.transactions.list({ state: 'active' });
      const sessionId = transaction!.id;
      const held = station;
      await until(() => held.profiles('TxProfile').length > 0);
      const answer = await other.client().receiver.chargingprofiles.put(sessionId, {
        charging_profile: {
          start_date_time: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
          duration: 3_600,
          charging_rate_unit: 'A',
          charging_profile_period: [{ start_period: 0, limit: WANTED_A }],
        },
        response_url: responseUrl(
          ownEndpoint(other.platform, '2.3.0', 'chargingprofiles', 'SENDER'),
          'ChargingProfileResult',
          'set',
        ),
      });
      assert.equal(answer.ok && answer.data.result, 'ACCEPTED', JSON.stringify(answer));
      await until(() => other.heard.profileResults.get('set') === 'ACCEPTED');
      assert.equal(nowA(station), WANTED_A);
      await first.activity.idle();
      serving = undefined;
      await first.stop();

      const heardBefore = station.heard.length;
      const second = await testServer(env, { store });
      serving = second;
      station.line.reconfigure({ url: second.stationDoor()?.url ?? '' });
      const after = () => held.heard.slice(heardBefore).map(({ action }) => action);
      // What is in force is asked first; nothing is replayed.
      await until(() => after().includes('GetCompositeSchedule'));
      await until(() =>
        second.dispatcher.sessions().some(({ reachable, inFlight }) => reachable && !inFlight),
      );
      const context = (await second.sites.contexts()).find(({ peerId }) => peerId === 'own');
      assert.ok(context);
      await second.planning.planNow(context.id);
      await second.activity.idle();
      assert.equal(nowA(station), WANTED_A, 'the plan would want more');
      const cap = [{ startMs: Date.now() - 60_000, durationMs: 3_600_000, value: 4_200 }];
      await second.sites.putSeries(context.id, 'cap', cap, { source: 'dso' });
      await until(() => (nowA(held) ?? 99) <= 6.1);
      await second.sites.putSeries(context.id, 'cap', [], { source: 'dso' });
      await until(() => nowA(held) === WANTED_A);
    } finally {
      await station?.line.close();
      await other.close();
      await serving?.close();
      await kept.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
}
