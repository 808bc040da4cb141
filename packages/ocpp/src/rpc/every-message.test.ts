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
  test(`OCPP ${version}: every message crosses a socket unchanged, strictly checked at both ends`, async (t) => {
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

  test(`T-NEG OCPP ${version}: each mutant of each request gets the code of this version and its field named`, async (t) => {
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
}
