import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, draftOf, newPlace, type PlacedEvse, plugged, powerOf } from './place-draft.ts';
import { newSite, type OwnSite, siteBodyOf, siteDraftOf, siteIdOf } from './site-draft.ts';

const PLACED: PlacedEvse = {
  stationId: 'ST',
  evseId: 2,
  locationId: 'QUAY',
  evseUid: 'NL*SMC*E2',
  firstPhase: 3,
  stationFuseA: 25,
  connectors: [
    {
      id: 'left',
      connectorId: 1,
      standard: 'IEC_62196_T2',
      format: 'CABLE',
      powerType: 'AC_3_PHASE',
      maxVoltageV: 230,
      maxCurrentA: 32,
      dischargeW: 10_000,
      tariffIds: ['day'],
    },
  ],
};
const SITE: OwnSite = {
  id: 'QUAY',
  name: 'Quay',
  address: 'Linnankatu 80',
  city: 'Turku',
  country: 'FIN',
  coordinates: { latitude: '60.434950', longitude: '22.218860' },
  time_zone: 'Europe/Helsinki',
  publish: false,
  publish_allowed_to: [{ group_id: 'residents' }],
};

test('an EVSE that is opened and saved without a change stays as it was', () => {
  const { locationId: _, ...said } = PLACED;
  assert.deepEqual(bodyOf('ST', draftOf(PLACED)), said);
});

test('a new EVSE is Type 2 with three phases of 16 A; a plug of direct current brings its own usual values', () => {
  const draft = newPlace('ST', 1, 'QUAY');
  const [connector] = draft.connectors;
  assert.ok(connector);
  assert.equal(powerOf(connector), 11_040);
  const ccs = plugged(connector, 'IEC_62196_T2_COMBO');
  assert.deepEqual([ccs.powerType, ccs.format, powerOf(ccs)], ['DC', 'CABLE', 50_000]);
  assert.deepEqual(plugged({ ...connector, maxCurrentA: 32 }, 'IEC_62196_T1').maxCurrentA, 32);
  assert.equal(powerOf({ ...connector, maxKw: 3.7 }), 3_700);
  assert.equal(bodyOf('ST', { ...draft, connectors: [{ ...connector, maxCurrentA: null }] }), undefined);
  assert.equal(bodyOf('ST', { ...draft, evseId: null }), undefined);
});

test('a site that is changed keeps who may see it, and says nothing of its limits, which have a page of their own', () => {
  const { supply, ...body } =
    siteBodyOf({ ...siteDraftOf(SITE), name: 'Old quay', maxImportKw: 5 }, SITE) ?? {};
  assert.equal(supply, undefined);
  assert.deepEqual(body, {
    id: 'QUAY',
    name: 'Old quay',
    address: 'Linnankatu 80',
    city: 'Turku',
    country: 'FIN',
    latitude: '60.434950',
    longitude: '22.218860',
    timeZone: 'Europe/Helsinki',
    publish: false,
    allowedGroups: ['residents'],
  });
});

test('a new site has an id made of its name, the country and zone of the one next to it, and limits in W', () => {
  const draft = {
    ...newSite(SITE, 'UTC'),
    name: 'Käsityöläis–katu 7',
    address: 'x',
    latitude: 60.5,
    longitude: -0.1,
  };
  assert.equal(siteIdOf(draft), 'KASITYOLAIS-KATU-7');
  const body = siteBodyOf({ ...draft, maxImportKw: 40.5, capKw: 43 }, undefined);
  assert.deepEqual([body?.country, body?.timeZone, body?.longitude], ['FIN', 'Europe/Helsinki', '-0.100000']);
  assert.deepEqual(body?.supply, { maxImportW: 40_500, capW: 43_000, currency: 'EUR' });
  assert.equal(siteBodyOf({ ...draft, latitude: null }, undefined), undefined);
});
