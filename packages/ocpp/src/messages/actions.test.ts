import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemaCount, schemaOf } from '../schemas/index.ts';
import { ocppVersions } from '../versions/index.ts';
import {
  type Action,
  actionsOf,
  type CsmsAction,
  initiatorOf,
  mayInitiate,
  type Request,
  type Response,
  type StationAction,
  unansweredAction,
} from './index.ts';

const counts = { '1.6': [39, 78], '2.0.1': [64, 128], '2.1': [91, 181] } as const;

for (const version of ocppVersions) {
  const [actions, schemas] = counts[version];
  test(`OCPP ${version}: ${actions} actions, ${schemas} schemas, one for every request and every answer`, () => {
    assert.equal(actionsOf(version).length, actions);
    assert.equal(schemaCount(version), schemas);
    let found = 0;
    for (const action of actionsOf(version)) {
      assert.ok(schemaOf(version, action, 'request'), `${action}: request`);
      found += 1;
      if (action === unansweredAction) assert.equal(schemaOf(version, action, 'response'), null);
      else {
        assert.ok(schemaOf(version, action, 'response'), `${action}: response`);
        found += 1;
      }
    }
    assert.equal(found, schemas);
  });
}

test('who may begin what: the counts of each side, and DataTransfer for both', () => {
  const of = (version: (typeof ocppVersions)[number], side: 'csms' | 'station') =>
    actionsOf(version).filter((action) => mayInitiate(version, action, side)).length;
  assert.deepEqual([of('1.6', 'station'), of('1.6', 'csms')], [14, 26]);
  assert.deepEqual([of('2.0.1', 'station'), of('2.0.1', 'csms')], [25, 40]);
  assert.deepEqual([of('2.1', 'station'), of('2.1', 'csms')], [37, 55]);
  for (const version of ocppVersions) assert.equal(initiatorOf(version, 'DataTransfer'), 'both');
});

test('names that only look like actions are none', () => {
  for (const version of ocppVersions) {
    for (const name of ['__proto__', 'constructor', 'toString', 'heartbeat', '', 'HeartbeatRequest']) {
      assert.equal(initiatorOf(version, name), null);
      assert.equal(schemaOf(version, name, 'request'), null);
    }
  }
  assert.equal(initiatorOf('1.6', 'TransactionEvent'), null);
  assert.equal(initiatorOf('2.1', 'StartTransaction'), null);
});

test('the types follow the tables: what a wrong program would write does not compile', () => {
  const connector: Request<'1.6', 'SetChargingProfile'>['connectorId'] = 1;
  const status: Response<'2.1', 'Authorize'>['idTokenInfo']['status'] = 'Accepted';
  const ours: CsmsAction<'2.1'> = 'AFRRSignal';
  // @ts-expect-error AFRRSignal is begun by the CSMS.
  const theirs: StationAction<'2.1'> = 'AFRRSignal';
  // @ts-expect-error The message that is never answered is not called but sent.
  const called: Action<'2.1'> = 'NotifyPeriodicEventStream';
  assert.equal(new Set([connector, status, ours, theirs, called]).size, 4);
});
