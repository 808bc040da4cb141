import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from '../clock/quiescence.ts';
import { car, type Fields, install, PASSWORD, profile, rig } from './testing/small-csms.ts';

const VERSIONS = ['1.6', '2.0.1', '2.1'] as const;

interface Told {
  readonly kind: string;
  readonly id: string;
  readonly importWh: number | undefined;
}

/** Transaction messages of a version as begin, readings and end with their register. */
function told(heard: readonly { readonly action: string; readonly payload: Fields }[]): Told[] {
  return heard.flatMap(({ action, payload }): Told[] => {
    if (action === 'StartTransaction') {
      return [{ kind: 'Started', id: String(payload.connectorId), importWh: payload.meterStart as number }];
    }
    if (action === 'StopTransaction') {
      return [{ kind: 'Ended', id: String(payload.transactionId), importWh: payload.meterStop as number }];
    }
    if (action === 'MeterValues' && payload.transactionId !== undefined) {
      return [{ kind: 'Updated', id: String(payload.transactionId), importWh: registerIn(payload) }];
    }
    if (action !== 'TransactionEvent') return [];
    const info = payload.transactionInfo as { readonly transactionId: string };
    return [{ kind: payload.eventType as string, id: info.transactionId, importWh: registerIn(payload) }];
  });
}

function registerIn({ meterValue }: Fields): number | undefined {
  const [first] = meterValue as readonly { readonly sampledValue: readonly Fields[] }[];
  const found = first?.sampledValue.find(({ measurand }) => measurand === 'Energy.Active.Import.Register');
  return found === undefined ? undefined : Number(found.value);
}

for (const version of VERSIONS) {
  const is16 = version === '1.6';

  test(`D1.5-Q2-8 D1.5-§2.1.1 ${version}: a station boots, tells its states, asks for a card, charges and ends; session energy is the difference of registers`, async (t) => {
    const { station, heard, of, runFor } = await rig(t, version);
    assert.ok(station.isServing);
    assert.equal(of('BootNotification').length, 1);
    assert.equal(of('StatusNotification').length, 2);
    assert.ok(
      of('StatusNotification').every((each) => (each.status ?? each.connectorStatus) === 'Available'),
    );
    station.plug(1, car());
    assert.equal(await station.present(1, 'CARD0001'), true);
    await runFor(1_800);
    assert.equal(of('Authorize').length, 1);
    const delivered = station.act((now) => now.evse(1).car!.importedWh);
    station.unplug(1);
    await runFor(5);
    const story = told(heard);
    assert.equal(story[0]?.kind, 'Started');
    assert.equal(story.at(-1)?.kind, 'Ended');
    assert.ok(story.filter(({ kind }) => kind === 'Updated').length >= 29);
    const registers = story.map(({ importWh }) => importWh!);
    assert.deepEqual(
      registers,
      [...registers].sort((a, b) => a - b),
      'the register never falls',
    );
    assert.ok(Math.abs(registers.at(-1)! - registers[0]! - delivered) <= 2);
    assert.ok(delivered > 4_000, `${delivered} Wh in half an hour`);
    assert.equal(station.station.journal.length, 0);
  });

  test(`D1.5-§2.1.1 ${version}: remote start with a profile, remote stop by the id that the back office knows`, async (t) => {
    const made = await rig(t, version);
    const { station, heard, ask, runFor } = made;
    const wire = profile(version, 7, 'TxProfile', [{ startPeriod: 0, limit: 8 }]);
    station.plug(1, car());
    const started = await ask(
      is16 ? 'RemoteStartTransaction' : 'RequestStartTransaction',
      is16
        ? { connectorId: 1, idTag: 'APP1', chargingProfile: wire }
        : {
            evseId: 1,
            remoteStartId: 12,
            idToken: { idToken: 'APP1', type: 'Central' },
            chargingProfile: wire,
          },
    );
    assert.equal(started.status, 'Accepted');
    await runFor(120);
    assert.ok(
      Math.abs(station.act((now) => now.lineCurrentsA()[0]) - 8) < 0.1,
      'the profile holds from the start',
    );
    const id = is16 ? '4701' : told(heard)[0]!.id;
    assert.equal(
      station.act((now) => now.transaction(1)?.id),
      id,
      'the number of the back office is its name',
    );
    const stopped = await ask(
      is16 ? 'RemoteStopTransaction' : 'RequestStopTransaction',
      is16 ? { transactionId: Number(id) } : { transactionId: id },
    );
    assert.equal(stopped.status, 'Accepted');
    await runFor(30);
    assert.equal(told(heard).at(-1)?.kind, 'Ended');
    assert.equal(
      station.act((now) => now.powerW()),
      0,
    );
    const again = await ask(
      is16 ? 'RemoteStopTransaction' : 'RequestStopTransaction',
      is16 ? { transactionId: Number(id) } : { transactionId: id },
    );
    assert.equal(again.status, 'Rejected');
  });

  test(`D1.5-§2.1.1 ${version}: a card that the back office refuses charges nothing`, async (t) => {
    const { station, answers, heard, runFor } = await rig(t, version);
    const info = { status: 'Blocked' };
    answers.set('Authorize', () => (is16 ? { idTagInfo: info } : { idTokenInfo: info }));
    station.plug(1, car());
    assert.equal(await station.present(1, 'STOLEN'), false);
    await runFor(120);
    assert.deepEqual(told(heard), []);
    assert.equal(
      station.act((now) => now.powerW()),
      0,
    );
  });

  test(`D1.5-§2.1.1 ${version}: a transaction whose card turns out to be refused ends at once`, async (t) => {
    const { station, answers, heard, runFor } = await rig(t, version);
    const info = { status: 'Invalid' };
    answers.set('StartTransaction', () => ({ transactionId: 5, idTagInfo: info }));
    answers.set('TransactionEvent', () => ({ idTokenInfo: info }));
    station.plug(1, car());
    await station.present(1, 'CARD0001');
    await runFor(120);
    assert.equal(told(heard).at(-1)?.kind, 'Ended');
    assert.equal(
      station.act((now) => now.powerW()),
      0,
    );
  });

  test(`SC5 NL-205 ${version}: 1,000 CALLs cross in both directions, none times out`, {
    timeout: 300_000,
  }, async (t) => {
    const { station, activity, connection, of, runFor } = await rig(t, version);
    station.act((now) => now.setSampleInterval(1));
    for (const evseId of [1, 2]) {
      station.plug(evseId, car());
      await station.present(evseId, `CARD000${evseId}`);
    }
    const line = connection();
    const outcomes: string[] = [];
    const action = is16 ? 'GetConfiguration' : 'GetTransactionStatus';
    const asking = activity.track(async () => {
      for (let n = 0; n < 500; n += 1) outcomes.push((await line.callAny(action, {})).kind);
    });
    // 250 s with two meters a second: 500 CALLs of the station meet 500 of the back office.
    await Promise.all([asking, runFor(260)]);
    await settled([activity]);
    assert.equal(outcomes.length, 500);
    assert.deepEqual([...new Set(outcomes)], ['result']);
    const own = of(is16 ? 'MeterValues' : 'TransactionEvent').length;
    assert.ok(own >= 500, `${own} messages of the station`);
    assert.ok(station.isServing);
    assert.equal(station.station.journal.length, 0);
  });
}

test('D1.5-Q2-8 1.6: a new password by AuthorizationKey counts from the next connection', async (t) => {
  const { ask, passwords, runFor, station } = await rig(t, '1.6');
  const key = 'aabbccddeeff00112233445566778899aabbccdd';
  assert.equal(
    (await ask('ChangeConfiguration', { key: 'AuthorizationKey', value: key })).status,
    'Accepted',
  );
  await runFor(5);
  assert.deepEqual(passwords, [PASSWORD, Buffer.from(key, 'hex').toString('latin1')]);
  assert.ok(station.isServing);
});

for (const version of ['2.0.1', '2.1'] as const) {
  test(`D1.5-Q2-8 ${version}: a new password by BasicAuthPassword counts from the next connection; it cannot be read`, async (t) => {
    const { ask, passwords, runFor } = await rig(t, version);
    const at = { component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' } };
    const set = await ask('SetVariables', { setVariableData: [{ ...at, attributeValue: 'x'.repeat(40) }] });
    assert.deepEqual(set.setVariableResult, [{ ...at, attributeStatus: 'Accepted' }]);
    await runFor(5);
    assert.deepEqual(passwords, [PASSWORD, 'x'.repeat(40)]);
    const got = await ask('GetVariables', { getVariableData: [at] });
    assert.equal((got.getVariableResult as readonly Fields[])[0]?.attributeStatus, 'Rejected');
  });

  test(`D1.5-§2.1.2.1 ${version}: NotifyReport tells the limits of the smart-charging controller`, async (t) => {
    const { ask, of, runFor } = await rig(t, version);
    await ask('GetBaseReport', { requestId: 3, reportBase: 'FullInventory' });
    await runFor(1);
    const [report] = of('NotifyReport');
    const rows = report?.reportData as readonly { readonly variable: { readonly name: string } }[];
    assert.ok(rows.some(({ variable }) => variable.name === 'PeriodsPerSchedule'));
    // Only 2.1 knows dynamic profiles (K28).
    assert.equal(
      rows.some(({ variable }) => variable.name === 'SupportsDynamicProfiles'),
      version === '2.1',
    );
    assert.ok(!JSON.stringify(report).includes(PASSWORD));
  });
}

for (const version of VERSIONS) {
  test(`D1.5-§2.1.1 ${version}: Pending is asked again, nothing is told before Accepted`, async (t) => {
    let answersLeft = 2;
    const made = await rig(t, version, {});
    const { station, answers, of, runFor } = made;
    answers.set('BootNotification', () => {
      answersLeft -= 1;
      return answersLeft >= 0
        ? { status: 'Pending', interval: 20, currentTime: '2026-03-02T06:00:00Z' }
        : undefined;
    });
    const before = of('StatusNotification').length;
    await made.ask('Reset', version === '1.6' ? { type: 'Soft' } : { type: 'Immediate' });
    await runFor(45);
    assert.equal(station.isServing, false);
    assert.equal(of('StatusNotification').length, before);
    await runFor(60);
    assert.ok(station.isServing);
    assert.ok(of('StatusNotification').length >= before + 2);
  });
}

test('D1.5-§2.1.1 2.0.1: local list, availability, unlock and triggers are answered as the version says', async (t) => {
  const made = await rig(t, '2.0.1');
  const { ask, of, runFor, station } = made;
  const list = { versionNumber: 4, updateType: 'Full' };
  assert.equal((await ask('SendLocalList', list)).status, 'Accepted');
  assert.equal((await ask('GetLocalListVersion', {})).versionNumber, 4);
  const off = { operationalStatus: 'Inoperative', evse: { id: 2 } };
  assert.equal((await ask('ChangeAvailability', off)).status, 'Accepted');
  await runFor(1);
  assert.equal(of('StatusNotification').at(-1)?.connectorStatus, 'Unavailable');
  assert.equal((await ask('UnlockConnector', { evseId: 1, connectorId: 1 })).status, 'Unlocked');
  assert.equal((await ask('TriggerMessage', { requestedMessage: 'Heartbeat' })).status, 'Accepted');
  await runFor(1);
  assert.equal(of('Heartbeat').length, 1);
  assert.equal(
    await install(made, '2.0.1', 1, profile('2.0.1', 1, 'TxDefaultProfile', [{ startPeriod: 0, limit: 10 }])),
    'Accepted',
  );
  assert.equal(station.station.installed.length, 1);
});
