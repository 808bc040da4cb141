import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Capability, UNKNOWN_STATION } from './capability.ts';
import { readinessOf, type StationFacts, sampledBy } from './readiness.ts';

const FACTS: StationFacts = {
  version: '2.0.1',
  capability: UNKNOWN_STATION,
  securityProfile: 2,
  placedPhases: [3],
  sampled: undefined,
  hasMeasured: false,
};
const said = (facts: Partial<StationFacts>) =>
  Object.fromEntries(
    readinessOf({ ...FACTS, ...facts }).map(({ item, verdict, reason }) => [item, `${verdict} ${reason}`]),
  );
const able = (change: Partial<Capability>): Capability => ({ ...UNKNOWN_STATION, ...change });

test('a station that says it lacks smart charging is not ready, with the reason', () => {
  const lacking = able({ smartCharging: false, stated: ['smartCharging'] });
  assert.equal(said({ capability: lacking }).profiles, 'no not-supported');
});

test('what a station showed counts beside what it said: refused purposes, few periods, profiles that worked', () => {
  const purposes = { ...UNKNOWN_STATION.purposes };
  assert.equal(said({}).profiles, 'unknown never-tried');
  assert.equal(
    said({ capability: able({ purposes: { ...purposes, TxProfile: 'refused' } }) }).profiles,
    'partly refused-purposes',
  );
  const all = { TxProfile: 'refused', TxDefaultProfile: 'refused', ChargingStationMaxProfile: 'refused' };
  const refusesAll = able({ purposes: { ...purposes, ...(all as typeof purposes) } });
  assert.equal(said({ capability: refusesAll }).profiles, 'no refuses-all');
  const few = able({ smartCharging: true, maxPeriods: 3, stated: ['smartCharging', 'maxPeriods'] });
  assert.equal(said({ capability: few }).profiles, 'partly few-periods');
  const worked = able({ purposes: { ...purposes, TxProfile: 'worked' } });
  assert.equal(said({ capability: worked }).profiles, 'yes worked');
});

test('phases, metering, read-back, version and security each say why', () => {
  assert.equal(said({ placedPhases: [] }).phases, 'partly assumed');
  assert.equal(said({ capability: able({ phases: 1, stated: ['phases'] }) }).phases, 'yes known');
  assert.equal(said({}).metering, 'unknown not-said');
  assert.equal(said({ sampled: 'Voltage' }).metering, 'no not-sampled');
  assert.equal(said({ sampled: 'Voltage,Power.Active.Import' }).metering, 'yes sampled');
  assert.equal(said({ sampled: 'Voltage', hasMeasured: true }).metering, 'yes measured');
  assert.equal(said({ capability: able({ compositeSchedule: 'refused' }) }).readback, 'partly refused');
  assert.equal(said({ version: '1.6' }).version, 'partly ocpp-1.6');
  assert.equal(said({ version: null, securityProfile: null }).version, 'unknown never-connected');
  assert.equal(said({ securityProfile: 1 }).security, 'partly no-tls');
  assert.equal(said({ securityProfile: 3 }).security, 'yes certificate');
});

test('what is sampled stands in a key of 1.6 and in a variable of 2.x', () => {
  const variable = (name: string, attribute = 'Actual') => ({
    component: '',
    componentInstance: null,
    evseId: null,
    connectorId: null,
    variable: name,
    variableInstance: null,
    attribute,
    value: 'Power.Active.Import',
    mutability: null,
    characteristics: null,
    readMs: 0,
  });
  assert.equal(sampledBy([variable('MeterValuesSampledData')]), 'Power.Active.Import');
  assert.equal(sampledBy([variable('TxUpdatedMeasurands')]), 'Power.Active.Import');
  assert.equal(sampledBy([variable('TxUpdatedMeasurands', 'MaxSet'), variable('Other')]), undefined);
});
