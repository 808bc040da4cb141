/** What anybody may know of the charging points: by HTTP without a key, and by OCPI for platforms. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { systemClock } from '../time/clock.ts';
import { LOCATION, ownServer, until } from './testing/played-stations.ts';
import { provider } from './testing/provider.ts';
import { plainCall } from './testing/signed-in.ts';

/** RFC 7946 for points. */
const GeoJson = Type.Object({
  type: Type.Literal('FeatureCollection'),
  features: Type.Array(
    Type.Object({
      type: Type.Literal('Feature'),
      id: Type.String(),
      geometry: Type.Object({
        type: Type.Literal('Point'),
        coordinates: Type.Tuple([
          Type.Number({ minimum: -180, maximum: 180 }),
          Type.Number({ minimum: -90, maximum: 90 }),
        ]),
      }),
      properties: Type.Object({ evseUid: Type.String(), status: Type.String() }),
    }),
  ),
});
const TARIFF = {
  id: 'T1',
  currency: 'EUR',
  tax_included: 'YES' as const,
  elements: [{ price_components: [{ type: 'ENERGY' as const, price: 0.4, step_size: 1 }] }],
};

interface Places {
  readonly sockets: readonly {
    readonly evseUid: string;
    readonly status: string;
    readonly price: { readonly perKwh: number } | null;
  }[];
}

test('BI10 BI24 availability and price of every charging point are public as JSON and GeoJSON and offered to platforms by OCPI Locations and Tariffs; a change of status is seen within 60 s', async () => {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const server = await ownServer({ SMAC_OCPI_ALLOW_PRIVATE: 'true' }, clock);
  const emsp = await provider();
  try {
    await emsp.join(server);
    const { tariffs } = server.backOffice.billing;
    const drafted = await tariffs.draft(TARIFF, [{}], 'a');
    assert.ok(drafted.ok);
    assert.ok((await tariffs.approve('T1', drafted.data.revision, undefined, 'b')).ok);
    const station = await server.play('2.0.1', 'open');
    await station.boot();
    const places = async () => (await plainCall<Places>(`${server.url}/api/places`, 'GET')).json.sockets;
    for (const [connectorStatus, status] of [
      ['Available', 'AVAILABLE'],
      ['Unavailable', 'INOPERATIVE'],
    ] as const) {
      await station.say('StatusNotification', {
        timestamp: new Date(clock.now()).toISOString(),
        connectorStatus,
        evseId: 1,
        connectorId: 1,
      });
      await until(async () => {
        const address = { locationId: LOCATION, evseUid: station.evseUid };
        const kept = await server.sites.getLocation(server.backOffice.network.owner, address);
        return kept.ok && 'status' in kept.data && kept.data.status === status;
      });
      aheadMs += 59_000;
      const seen = (await places()).find(({ evseUid }) => evseUid === station.evseUid);
      assert.deepEqual([seen?.status, seen?.price?.perKwh], [status, 0.4]);
      // Platforms are told: the whole location, or what changed of it.
      await until(() =>
        JSON.stringify([...emsp.heard.locations.values(), ...emsp.heard.patches]).includes(status),
      );
    }
    await until(() => emsp.heard.tariffs.size > 0);
    const drawn = await plainCall(`${server.url}/api/places?format=geojson`, 'GET');
    assert.match(drawn.headers.get('content-type') ?? '', /^application\/geo\+json/);
    assert.ok(Value.Check(GeoJson, drawn.json), JSON.stringify(drawn.json));
    const [feature] = drawn.json.features;
    assert.deepEqual(feature?.geometry.coordinates, [2.19, 41.39]);
    assert.equal(feature?.properties.status, 'INOPERATIVE');
  } finally {
    await emsp.close();
    await server.close();
  }
});
