import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collect } from '../../client/listing.ts';
import { createOcpiClient } from '../../client/ocpi-client.ts';
import type { UnitProfile } from '../../exchange/codec.ts';
import { done, type Outcome } from '../../exchange/outcome.ts';
import type { OcpiVersion } from '../../exchange/party.ts';
import type { ObjectKey, OptimisationReceiver } from '../../exchange/ports.ts';
import type { ScOptimisation } from '../../model/index.ts';
import { MemoryObjects } from '../../testing/memory-ports.ts';
import { CPO, registerAt, SCSP, startPlatform } from '../../testing/platforms.ts';
import { decideLastUpdated } from '../change/last-updated.ts';
import { mergePatch } from '../change/merge-patch.ts';
import type { CanonicalContext } from './canonical-context.ts';
import { fromCanonical } from './from-canonical.ts';
import { readOptimisation } from './read-optimisation.ts';

const T8 = Date.UTC(2026, 10, 21, 8);
const quarters = (...values: number[]) =>
  values.map((value, index) => ({ startMs: T8 + index * 900_000, durationMs: 900_000, value }));

const harbour: CanonicalContext = {
  owner: { countryCode: 'FI', partyId: 'TKU' },
  id: 'harbour',
  lastUpdatedMs: T8,
  maxImportW: 100_000,
  maxExportW: 20_000,
  opportunityCostPerHour2: 0.8,
  currency: 'EUR',
  evses: [
    {
      locationId: 'quay',
      evseUid: 'quay-3',
      connectors: [{ connectorId: '1', chargeW: 22_000, dischargeW: 0 }],
    },
    {
      locationId: 'ferry',
      evseUid: 'F7',
      connectors: [{ connectorId: '1', chargeW: 50_000, dischargeW: 20_000 }],
    },
  ],
  series: {
    demand: quarters(16_000, 20_000),
    generation: quarters(0, 500),
    price: quarters(0.12, -0.01),
    flex: quarters(0, -10_000),
  },
  confirmed: false,
  notes: [],
};

/** An SCSP as the rules of this library describe it: last_updated, merge, units and plausibility. */
class ContextStore implements OptimisationReceiver {
  readonly objects = new MemoryObjects<ScOptimisation>();
  readonly contexts = new Map<string, CanonicalContext>();
  readonly #unitProfile: UnitProfile;
  readonly #nowMs: number;

  constructor(unitProfile: UnitProfile, nowMs: number) {
    this.#unitProfile = unitProfile;
    this.#nowMs = nowMs;
  }

  get: OptimisationReceiver['get'] = (caller, key) => this.objects.get(caller, key);
  delete: OptimisationReceiver['delete'] = (caller, key) => this.objects.delete(caller, key);

  put: OptimisationReceiver['put'] = async (caller, key, object) => {
    const stored = await this.objects.get(caller, key);
    const accepted = this.#accept(stored.ok ? stored.data : undefined, key, object);
    if (!accepted.ok) return accepted;
    return accepted.data === 'apply' ? this.objects.put(caller, key, object) : done(undefined);
  };

  patch: OptimisationReceiver['patch'] = async (caller, key, patch) => {
    const stored = await this.objects.get(caller, key);
    return stored.ok ? this.put(caller, key, mergePatch(stored.data, patch)) : stored;
  };

  #accept(
    stored: ScOptimisation | undefined,
    key: ObjectKey,
    object: ScOptimisation,
  ): Outcome<'apply' | 'ignore'> {
    const fresh = decideLastUpdated(stored, object, this.#nowMs);
    if (!fresh.ok || fresh.data === 'ignore') return fresh;
    const context = readOptimisation(object, this.#unitProfile, () => undefined);
    if (!context.ok) return context;
    this.contexts.set(key.id, context.data);
    return fresh;
  }
}

for (const version of ['2.2.1', '2.3.0'] as const satisfies readonly OcpiVersion[]) {
  for (const unitProfile of ['d42-tables', 'si'] as const) {
    test(`D4.2-§5.1.2 D4.2-§5-1 X2 X42 OCPI ${version} ${unitProfile}: our CPO and our SCSP mean the same context, by push and by pull`, async (t) => {
      const own = new MemoryObjects<ScOptimisation>();
      const store = new ContextStore(unitProfile, T8 + 600_000);
      const scsp = await startPlatform({
        party: SCSP,
        ports: { smartchargingoptimisation: { receiver: store } },
        versions: [version],
      });
      const cpo = await startPlatform({
        party: CPO,
        ports: { smartchargingoptimisation: { sender: own } },
        versions: [version],
      });
      t.after(() => Promise.all([scsp.served.close(), cpo.served.close()]));
      const terms = { agreements: ['smartchargingoptimisation'], unitProfile };
      const ids = await registerAt(scsp, cpo, { atHost: terms, atClient: terms });
      const push = createOcpiClient(cpo.platform, ids.atClient).receiver.smartchargingoptimisation;
      const key: ObjectKey = { owner: harbour.owner, id: harbour.id };

      const object = fromCanonical(harbour, unitProfile);
      assert.ok((await push.put(object)).ok);
      assert.deepEqual(store.contexts.get('harbour'), harbour);
      const stored = await push.get(key);
      assert.deepEqual(stored.ok && stored.data, object);

      const demand = quarters(30_000, 40_000, 50_000);
      const next: CanonicalContext = {
        ...harbour,
        lastUpdatedMs: T8 + 300_000,
        series: { ...harbour.series, demand },
      };
      const { demand: patchDemand, last_updated } = fromCanonical(next, unitProfile);
      assert.ok((await push.patch(key, { demand: patchDemand ?? [], last_updated })).ok);
      assert.deepEqual(store.contexts.get('harbour'), next);

      const late = await push.put(object);
      assert.ok(late.ok, 'an older object is answered with 1000 and changes nothing (X42)');
      assert.deepEqual(store.contexts.get('harbour'), next);

      own.objects.set('FI-TKU/HARBOUR', fromCanonical(next, unitProfile));
      const pulled = await collect(
        createOcpiClient(scsp.platform, ids.atHost).sender.smartchargingoptimisation.list(),
      );
      assert.deepEqual(
        pulled.objects.map((each) => readOptimisation(each, unitProfile, () => undefined)),
        [{ ok: true, data: next }],
      );

      assert.ok((await push.delete(key)).ok);
      assert.equal((await push.get(key)).ok, false);
    });
  }

  test(`D4.2-§5.1.2.1.1-page OCPI ${version}: 1,000 objects are paged without loss or repetition while one is updated on the way`, async (t) => {
    const own = new MemoryObjects<ScOptimisation>();
    const ids = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    for (const id of ids)
      own.objects.set(`FI-TKU/${id.toUpperCase()}`, { ...fromCanonical(harbour, 'si'), id });
    const terms = { agreements: ['smartchargingoptimisation'] };
    const scsp = await startPlatform({
      party: SCSP,
      ports: { smartchargingoptimisation: { receiver: new MemoryObjects<ScOptimisation>() } },
      versions: [version],
    });
    const cpo = await startPlatform({
      party: CPO,
      ports: { smartchargingoptimisation: { sender: own } },
      versions: [version],
    });
    t.after(() => Promise.all([scsp.served.close(), cpo.served.close()]));
    const { atHost } = await registerAt(scsp, cpo, { atHost: terms, atClient: terms });
    const seen: string[] = [];
    const list = createOcpiClient(scsp.platform, atHost).sender.smartchargingoptimisation.list({
      limit: 100,
    });
    for await (const entry of list) {
      assert.equal(entry.kind, 'object');
      if (entry.kind !== 'object') continue;
      seen.push(entry.object.id);
      if (seen.length === 450) {
        const changed = { ...entry.object, id: 'c500', last_updated: '2026-11-21T08:19:00Z' };
        own.objects.set('FI-TKU/C500', changed);
      }
    }
    assert.deepEqual(seen, ids);
  });
}
