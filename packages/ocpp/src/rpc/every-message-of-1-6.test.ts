/** OCPP 1.6J message by message, each end against a raw peer that checks nothing: what is right passes, what is wrong is named. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { actionsOf, mayInitiate } from '../messages/index.ts';
import { type PayloadKind, schemaOf } from '../schemas/index.ts';
import { dialStation } from '../station/index.ts';
import { payloadsOf } from '../testing/arbitrary.ts';
import { HandClock } from '../testing/hand-clock.ts';
import { type Mutant, mutantsOf } from '../testing/mutants.ts';
import { csmsOnFreePort, seeded } from '../testing/pair.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import { subprotocolOf } from '../versions/index.ts';
import type { AnyConnection } from './index.ts';

type End = 'csms' | 'station';

/** Every message of OCPP 1.6 (sections 4 and 5) and of its security whitepaper, by who begins it; written from the documents, not from the code. */
const BY_STATION = [
  ...['Authorize', 'BootNotification', 'DataTransfer', 'DiagnosticsStatusNotification'],
  ...['FirmwareStatusNotification', 'Heartbeat', 'MeterValues', 'StartTransaction', 'StatusNotification'],
  ...['StopTransaction', 'LogStatusNotification', 'SecurityEventNotification', 'SignCertificate'],
  'SignedFirmwareStatusNotification',
];
const BY_CSMS = [
  ...['CancelReservation', 'ChangeAvailability', 'ChangeConfiguration', 'ClearCache', 'ClearChargingProfile'],
  ...['DataTransfer', 'GetCompositeSchedule', 'GetConfiguration', 'GetDiagnostics', 'GetLocalListVersion'],
  ...['RemoteStartTransaction', 'RemoteStopTransaction', 'ReserveNow', 'Reset', 'SendLocalList'],
  ...['SetChargingProfile', 'TriggerMessage', 'UnlockConnector', 'UpdateFirmware', 'CertificateSigned'],
  ...['DeleteCertificate', 'ExtendedTriggerMessage', 'GetInstalledCertificateIds', 'GetLog'],
  ...['InstallCertificate', 'SignedUpdateFirmware'],
];
const MESSAGES: Readonly<Record<End, readonly string[]>> = { station: BY_STATION, csms: BY_CSMS };

/** OCPP-J 1.6 section 4.2.3, with its spelling. */
const CODES: Readonly<Record<Mutant['rule'], string>> = {
  required: 'OccurenceConstraintViolation',
  minItems: 'OccurenceConstraintViolation',
  type: 'TypeConstraintViolation',
  enum: 'PropertyConstraintViolation',
  maxLength: 'PropertyConstraintViolation',
  additionalProperties: 'FormationViolation',
};

/** One end of this package, and a raw peer at the other end of a real socket. */
async function endAndPeer(
  t: TestContext,
  end: End,
): Promise<{ readonly connection: AnyConnection<End>; readonly peer: RawPeer }> {
  if (end === 'csms') {
    const csms = await csmsOnFreePort(t, {
      authorise: () => ({ accept: true, binding: null, settings: { strict: true } }),
    });
    const peer = await RawPeer.connect(`${csms.url}/CS-1`, subprotocolOf('1.6'));
    return { connection: (await csms.next()) as AnyConnection<End>, peer };
  }
  const raw = await RawPeer.csms(t, subprotocolOf('1.6'));
  const connected = Promise.withResolvers<AnyConnection<'station'>>();
  const line = dialStation({
    url: raw.url,
    identity: 'CS-1',
    versions: ['1.6'],
    clock: new HandClock(),
    random: seeded(),
    strict: true,
    onConnected: connected.resolve,
  });
  t.after(() => line.close());
  return { connection: (await connected.promise) as AnyConnection<End>, peer: await raw.peer };
}

/** A valid payload, and everything that can be wrong about it. */
function samples(action: string, kind: PayloadKind) {
  const schema = schemaOf('1.6', action, kind);
  assert.ok(schema !== null, action);
  const [payload = {}] = fc.sample(payloadsOf('1.6', action, kind), { numRuns: 1, seed: 19 });
  return { payload, mutants: mutantsOf(schema, payload).slice(0, 40) };
}

test('SC2 NL-201: the messages of OCPP 1.6J are exactly those of the specification, each begun by whom it says', () => {
  assert.deepEqual(new Set(actionsOf('1.6')), new Set([...BY_STATION, ...BY_CSMS]));
  for (const end of ['station', 'csms'] as const)
    assert.deepEqual(
      actionsOf('1.6')
        .filter((action) => mayInitiate('1.6', action, end))
        .sort(),
      [...MESSAGES[end]].sort(),
    );
});

for (const end of ['csms', 'station'] as const) {
  const other = end === 'csms' ? 'station' : 'csms';
  test(`SC2 NL-201: OCPP 1.6J, ${end} end: every message of the other end is taken and answered, every mutant of each is refused with its code and its field`, async (t) => {
    const { connection, peer } = await endAndPeer(t, end);
    let answer: unknown;
    let arrived: unknown;
    connection.onAnyCall((_action, payload) => {
      arrived = payload;
      return answer;
    });
    let mutants = 0;
    for (const action of MESSAGES[other]) {
      const request = samples(action, 'request');
      answer = samples(action, 'response').payload;
      assert.deepEqual(await peer.ask([2, `${action}-ok`, action, request.payload]), [
        3,
        `${action}-ok`,
        answer,
      ]);
      assert.deepEqual(arrived, request.payload, action);
      arrived = undefined;
      for (const [index, { rule, field, payload }] of request.mutants.entries()) {
        const about = `${action} ${rule} ${field}`;
        const id = `${action}-${index}`;
        const [type, of, code, description] = (await peer.ask([2, id, action, payload])) as string[];
        assert.deepEqual([type, of, code], [4, id, CODES[rule]], about);
        assert.ok(description?.includes(field.slice(0, 100)), `${about}: ${description}`);
        mutants += 1;
      }
      assert.equal(arrived, undefined, `${action}: a mutant came through`);
    }
    // What this end begins is not taken from the other one, and strangers neither.
    for (const action of ['NoSuchAction', ...MESSAGES[end].filter((name) => name !== 'DataTransfer')]) {
      const [type, , code] = (await peer.ask([2, `not-${action}`, action, {}])) as [number, string, string];
      assert.equal(type, 4, action);
      assert.ok(code === 'NotImplemented' || code === 'NotSupported', `${action}: ${code}`);
    }
    assert.ok(mutants >= MESSAGES[other].length * 2, `${mutants}`);
    assert.ok(connection.open);
  });

  test(`SC2 NL-201: OCPP 1.6J, ${end} end: every message it begins goes out as it is, its answer comes back, every mutant of an answer is told, and so is a refusal`, async (t) => {
    const { connection, peer } = await endAndPeer(t, end);
    let mutants = 0;
    const asked = async (action: string, payload: object) => {
      const outcome = connection.callAny(action, payload);
      const frame = (await peer.next()) as [number, string, string, unknown];
      assert.deepEqual([frame[0], frame[2], frame[3]], [2, action, payload]);
      return { outcome, id: frame[1] };
    };
    for (const action of MESSAGES[end]) {
      const { payload: request } = samples(action, 'request');
      const response = samples(action, 'response');
      const good = await asked(action, request);
      peer.send([3, good.id, response.payload]);
      assert.deepEqual(
        await good.outcome,
        { kind: 'result', payload: response.payload, deviations: [] },
        action,
      );
      for (const { rule, field, payload } of response.mutants.slice(0, 12)) {
        const bad = await asked(action, request);
        peer.send([3, bad.id, payload]);
        const settled = await bad.outcome;
        assert.ok(settled.kind === 'bad-answer', `${action} ${rule} ${field}`);
        assert.ok(settled.problems.some((problem) => problem.rule === rule));
        mutants += 1;
      }
      const refused = await asked(action, request);
      peer.send([4, refused.id, 'NotSupported', 'no', {}]);
      const outcome = await refused.outcome;
      assert.ok(outcome.kind !== 'result', `${action}: ${outcome.kind}`);
    }
    assert.ok(mutants >= MESSAGES[end].length, `${mutants}`);
    assert.ok(connection.open);
  });
}
