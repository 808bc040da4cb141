import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { actionsOf, mayInitiate, unansweredAction } from '../messages/index.ts';
import { schemaOf } from '../schemas/index.ts';
import { payloadsOf } from '../testing/arbitrary.ts';
import { mutantsOf } from '../testing/mutants.ts';
import { connectedPair, csmsOnFreePort } from '../testing/pair.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import { ocppVersions, subprotocolOf } from '../versions/index.ts';
import { callFailure } from './index.ts';

const SAMPLES = 2;

const codes: Readonly<Record<string, readonly [of16: string, of2x: string]>> = {
  required: ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
  minItems: ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
  type: ['TypeConstraintViolation', 'TypeConstraintViolation'],
  enum: ['PropertyConstraintViolation', 'PropertyConstraintViolation'],
  maxLength: ['PropertyConstraintViolation', 'PropertyConstraintViolation'],
  additionalProperties: ['FormationViolation', 'FormatViolation'],
};

for (const version of ocppVersions) {
  test(`BI3 D1.5-Q2-11 D1.5-Q5-5 OCPP ${version}: every message crosses a socket unchanged, strictly checked at both ends`, async (t) => {
    const pair = await connectedPair(t, version, { strict: true });
    let answer: unknown;
    let arrived: unknown;
    const echo = (_action: string, payload: unknown): unknown => {
      arrived = payload;
      return answer;
    };
    pair.csms.onAnyCall(echo);
    pair.station.onAnyCall(echo);
    let calls = 0;
    for (const action of actionsOf(version)) {
      if (action === unansweredAction) continue;
      const samples = fc.sample(
        fc.tuple(payloadsOf(version, action, 'request'), payloadsOf(version, action, 'response')),
        { numRuns: SAMPLES, seed: 7 },
      );
      for (const [request, response] of samples) {
        for (const side of ['csms', 'station'] as const) {
          if (!mayInitiate(version, action, side)) continue;
          answer = response;
          const outcome = await pair[side].callAny(action, request);
          assert.deepEqual(arrived, request, action);
          assert.deepEqual(outcome, { kind: 'result', payload: response, deviations: [] }, action);
          calls += 1;
        }
      }
    }
    assert.equal(calls, SAMPLES * { '1.6': 40, '2.0.1': 65, '2.1': 91 }[version]);
    assert.deepEqual(pair.faults, { csms: [], station: [] });
  });

  test(`BI3 D1.5-Q2-11 D1.5-Q5-5 T-NEG OCPP ${version}: each mutant of each request gets the code of this version and its field named`, async (t) => {
    const csms = await csmsOnFreePort(t, {
      authorise: () => ({ accept: true, binding: null, settings: { strict: true } }),
    });
    const peer = await RawPeer.connect(`${csms.url}/CS-1`, subprotocolOf(version));
    const connection = await csms.next();
    connection.onAnyCall(() => assert.fail('a mutant came through'));
    let mutants = 0;
    for (const action of actionsOf(version)) {
      if (!mayInitiate(version, action, 'station') || action === unansweredAction) continue;
      const schema = schemaOf(version, action, 'request');
      assert.ok(schema !== null);
      const [payload = {}] = fc.sample(payloadsOf(version, action, 'request'), { numRuns: 1, seed: 11 });
      const sent = mutantsOf(schema, payload).slice(0, 60);
      sent.forEach((mutant, index) => {
        peer.send([2, `${action}-${index}`, action, mutant.payload]);
      });
      for (const [index, { rule, field }] of sent.entries()) {
        const [type, id, code, description, details] = (await peer.next()) as string[];
        const about = `${action} ${rule} ${field}`;
        assert.deepEqual([type, id], [4, `${action}-${index}`], about);
        assert.equal(code, codes[rule]?.[version === '1.6' ? 0 : 1], about);
        assert.ok(description?.includes(field.slice(0, 100)), `${about}: ${description}`);
        assert.deepEqual(details, {}, 'the payload is not echoed');
        mutants += 1;
      }
    }
    assert.ok(mutants >= { '1.6': 80, '2.0.1': 400, '2.1': 600 }[version], `${mutants}`);
    assert.ok(connection.open);
  });

  test(`T-NEG OCPP ${version}: each mutant of each answer is told to the caller, with message type 5 in 2.1`, async (t) => {
    const csms = await csmsOnFreePort(t, {
      authorise: () => ({ accept: true, binding: null, settings: { strict: true } }),
    });
    const peer = await RawPeer.connect(`${csms.url}/CS-1`, subprotocolOf(version));
    const connection = await csms.next();
    let mutants = 0;
    for (const action of actionsOf(version)) {
      if (!mayInitiate(version, action, 'csms')) continue;
      const schema = schemaOf(version, action, 'response');
      assert.ok(schema !== null);
      const [request = {}] = fc.sample(payloadsOf(version, action, 'request'), { numRuns: 1, seed: 5 });
      const [response = {}] = fc.sample(payloadsOf(version, action, 'response'), { numRuns: 1, seed: 5 });
      for (const { rule, field, payload } of mutantsOf(schema, response).slice(0, 12)) {
        const about = `${action} ${rule} ${field}`;
        const outcome = connection.callAny(action, request);
        const [, id] = (await peer.next()) as [number, string];
        peer.send([3, id, payload]);
        const settled = await outcome;
        assert.ok(settled.kind === 'bad-answer', about);
        assert.ok(
          settled.problems.some((problem) => problem.rule === rule),
          about,
        );
        if (version === '2.1') {
          assert.deepEqual(((await peer.next()) as unknown[]).slice(0, 3), [5, id, codes[rule]?.[1]], about);
        }
        mutants += 1;
      }
    }
    assert.ok(mutants >= { '1.6': 60, '2.0.1': 150, '2.1': 250 }[version], `${mutants}`);
  });

  test(`OCPP ${version}: tolerant, nulls for absent fields and unknown fields are no reason to refuse any request`, async (t) => {
    const csms = await csmsOnFreePort(t);
    const peer = await RawPeer.connect(`${csms.url}/CS-1`, subprotocolOf(version));
    const connection = await csms.next();
    let arrived: unknown;
    connection.onAnyCall((_action, payload) => {
      arrived = payload;
      return callFailure('NotSupported');
    });
    for (const action of actionsOf(version)) {
      if (!mayInitiate(version, action, 'station') || action === unansweredAction) continue;
      const schema = schemaOf(version, action, 'request');
      const [payload = {}] = fc.sample(payloadsOf(version, action, 'request'), { numRuns: 1, seed: 13 });
      const absent = Object.entries(schema?.properties ?? {})
        // A field of any type (the data of DataTransfer) may be null.
        .filter(([name, { type, $ref }]) => !Object.hasOwn(payload, name) && (type ?? $ref) !== undefined)
        .map(([name]) => name);
      const nulls = Object.fromEntries(absent.map((name) => [name, null]));
      const answer = await peer.ask([2, action, action, { ...payload, ...nulls, vendorField: [1] }]);
      assert.deepEqual(answer, [4, action, 'NotSupported', '', {}], action);
      assert.deepEqual(arrived, { ...payload, vendorField: [1] }, action);
    }
  });
}
