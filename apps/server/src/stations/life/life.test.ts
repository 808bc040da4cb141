import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { callFailure, type OcppVersion, ocppVersions } from '@smac/ocpp';
import { sql } from 'kysely';
import { eachDatabase } from '../../store/testing/index.ts';
import { UNKNOWN_STATION } from '../capability/capability.ts';
import { bootOf, openRig, type PlayedStation, type Rig, START_MS } from '../testing/rig.ts';

const iso = (ms: number) => new Date(ms).toISOString();

eachDatabase('stations', (database) => {
  let rig: Rig;
  before(async () => {
    rig = await openRig({ store: database.store });
  });
  after(() => rig.close());

  const boot = (station: PlayedStation, version: OcppVersion, model?: string, firmware?: string) =>
    station.say('BootNotification', bootOf(version, model, firmware));
  const payloadOf = (outcome: unknown) => (outcome as { payload: Record<string, unknown> }).payload;

  for (const version of ocppVersions) {
    const profile = (purpose: string) =>
      version === '1.6'
        ? {
            connectorId: 0,
            csChargingProfiles: {
              chargingProfileId: 1,
              stackLevel: 0,
              chargingProfilePurpose:
                purpose === 'ChargingStationMaxProfile' ? 'ChargePointMaxProfile' : purpose,
              chargingProfileKind: 'Absolute',
              chargingSchedule: {
                startSchedule: iso(START_MS),
                chargingRateUnit: 'W',
                chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000 }],
              },
            },
          }
        : {
            evseId: 0,
            chargingProfile: {
              id: 1,
              stackLevel: 0,
              chargingProfilePurpose: purpose,
              chargingProfileKind: 'Absolute',
              chargingSchedule: [
                {
                  id: 1,
                  startSchedule: iso(START_MS),
                  chargingRateUnit: 'W',
                  chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000 }],
                },
              ],
            },
          };
    const status = (evseId: number, word: string, timestamp = iso(rig.clock.now())) =>
      version === '1.6'
        ? { connectorId: evseId, status: word, errorCode: 'NoError', timestamp }
        : { evseId, connectorId: 1, connectorStatus: word, timestamp };

    test(`${version}: a boot is answered Accepted after it is committed, and its facts are kept`, async () => {
      const station = await rig.play(version);
      const answer = payloadOf(await boot(station, version));
      assert.deepEqual(answer, { currentTime: iso(rig.clock.now()), interval: 300, status: 'Accepted' });
      const record = rig.stations.station(station.stationId);
      assert.deepEqual(
        [record?.registration, record?.vendor, record?.model, record?.firmware, record?.version],
        ['Accepted', 'Acme', 'M1', '1.0', version],
      );
      const row = await rig.store.db
        .selectFrom('station')
        .select(['registration', 'generation'])
        .where('id', '=', station.stationId)
        .executeTakeFirst();
      assert.deepEqual(row, { registration: 'Accepted', generation: 1 });
      assert.equal(payloadOf(await station.say('Heartbeat', {})).currentTime, iso(rig.clock.now()));
      assert.ok(rig.told.some((event) => event.kind === 'booted' && event.stationId === station.stationId));
    });

    test(`${version}: connectors nobody knew are provisioned by their status, not refused (CitrineOS #172); the newest status wins`, async () => {
      const station = await rig.play(version);
      await boot(station, version);
      const nowMs = rig.clock.now();
      const late = version === '1.6' ? 'Charging' : 'Occupied';
      assert.equal((await station.say('StatusNotification', status(7, late))).kind, 'result');
      assert.equal(
        (await station.say('StatusNotification', status(7, 'Available', iso(nowMs - 60_000)))).kind,
        'result',
      );
      const rows = await rig.stations.connectors(station.stationId);
      assert.deepEqual(rows, [
        {
          evseId: 7,
          connectorId: 1,
          status: late,
          errorCode: null,
          info: null,
          statusMs: nowMs,
          suspectTime: false,
        },
      ]);
    });

    test(`F13 T-POISON ${version}: absurd times become the time of receipt with a flag, absurd ids and texts do no harm`, async () => {
      const station = await rig.play(version);
      await boot(station, version, 'M\u0000\u202e<b>=1+1', '😀'.repeat(20));
      const nowMs = rig.clock.now();
      const times = ['2099-01-01T00:00:00Z', '0001-01-01T00:00:00Z', iso(nowMs + 3_600_000)];
      for (const [index, timestamp] of times.entries())
        assert.equal(
          (await station.say('StatusNotification', status(index + 1, 'Faulted', timestamp))).kind,
          'result',
        );
      const rows = await rig.stations.connectors(station.stationId);
      assert.ok(rows.length === 3 && rows.every((row) => row.statusMs === nowMs && row.suspectTime));
      assert.equal(
        (await station.say('StatusNotification', status(2_000_000_000, 'Available'))).kind,
        'result',
      );
      assert.equal((await rig.stations.connectors(station.stationId)).length, 3);
      const event = await station.say('SecurityEventNotification', {
        type: 'TamperDetectionActivated',
        timestamp: '9999-12-31T23:59:59Z',
        techInfo: 'x'.repeat(200),
      });
      assert.equal(event.kind, 'result');
      const [stored] = await rig.stations.events.list({ stationId: station.stationId, limit: 1 });
      assert.deepEqual(
        [stored?.code, stored?.level, stored?.atMs, stored?.suspectTime, stored?.source],
        ['TamperDetectionActivated', 'alarm', nowMs, true, 'station'],
      );
      assert.ok(!/\p{Cc}/u.test(rig.stations.station(station.stationId)?.model ?? ''));
    });

    test(`${version}: what nobody handles is NotSupported, what the version lacks NotImplemented, DataTransfer is refused by default`, async () => {
      const station = await rig.play(version);
      await boot(station, version);
      const authorise = version === '1.6' ? { idTag: 'A' } : { idToken: { idToken: 'A', type: 'Central' } };
      const errors = [await station.say('Authorize', authorise)];
      assert.deepEqual(
        errors.map((outcome) => outcome.kind === 'error' && outcome.code),
        ['NotSupported'],
      );
      assert.equal(
        payloadOf(await station.say('DataTransfer', { vendorId: 'x', data: 'y' })).status,
        'UnknownVendorId',
      );
    });

    test(`SC6 SC7 ${version}: configuration read at boot becomes the capability record; malformed lists are read all the same`, async () => {
      const station = await rig.play(version, surveyed(version));
      if (version !== '1.6') answerReports(rig, station, version);
      await boot(station, version, `Surveyed ${version}`);
      await rig.until(() => rig.stations.capability(station.stationId).stated.length > 0);
      const { smartCharging, rateUnits, maxStackLevel, maxPeriods, maxProfiles, switches3to1 } =
        rig.stations.capability(station.stationId);
      assert.deepEqual(
        { smartCharging, rateUnits, maxStackLevel, maxPeriods, maxProfiles, switches3to1 },
        {
          smartCharging: true,
          rateUnits: ['A', 'W'],
          maxStackLevel: 5,
          maxPeriods: 20,
          maxProfiles: 6,
          switches3to1: true,
        },
      );
      const model = await rig.stations.deviceModel(station.stationId);
      assert.ok(model.length >= 5);
      assert.ok(!JSON.stringify(model).includes('SECRETPASSWORD1234'));
      assert.deepEqual(
        (await rig.stations.connectors(station.stationId)).map(({ evseId }) => evseId),
        [1, 2],
      );
      assert.ok(
        rig.told.some((event) => event.kind === 'capability' && event.stationId === station.stationId),
      );
    });

    test(`TC_K_15_CSMS ${version}: purposes that worked or were refused are learnt from answers and remembered for the model`, async () => {
      const station = await rig.play(version, {
        SetChargingProfile: (payload: unknown) =>
          JSON.stringify(payload).includes('TxDefaultProfile')
            ? { status: 'Accepted' }
            : callFailure('NotSupported', 'no'),
        GetCompositeSchedule: { status: 'Rejected' },
      });
      const model = `Learner ${version}`;
      await boot(station, version, model);
      const put = (purpose: string) =>
        rig.stations.call(station.stationId, 'SetChargingProfile', profile(purpose));
      assert.equal((await put('TxDefaultProfile')).kind, 'result');
      const refused = await put('ChargingStationMaxProfile');
      assert.equal(refused.kind === 'error' && refused.code, 'NotSupported');
      const learnt = rig.stations.capability(station.stationId);
      assert.deepEqual(learnt.purposes, {
        ...UNKNOWN_STATION.purposes,
        TxDefaultProfile: 'worked',
        ChargingStationMaxProfile: 'refused',
      });
      assert.deepEqual(learnt.rateUnits, ['A', 'W']);
      const twin = await rig.play(version);
      await boot(twin, version, model);
      assert.deepEqual(rig.stations.capability(twin.stationId).purposes, learnt.purposes);
      // Another firmware may do better: nothing is known about it.
      await boot(station, version, model, '2.0');
      assert.deepEqual(rig.stations.capability(station.stationId).purposes, UNKNOWN_STATION.purposes);
    });

    test(`K01.FR.22 ${version}: calls are strict: what breaks the schema, the direction or the rules never leaves`, async () => {
      const station = await rig.play(version);
      await boot(station, version);
      const before = station.heard.length;
      const call = (action: string, payload: unknown) =>
        rig.stations.call(station.stationId, action, payload);
      const broken = await call('SetChargingProfile', { evseId: 'one' });
      assert.equal(broken.kind, 'invalid');
      assert.ok(broken.kind === 'invalid' && broken.problems.length > 0);
      for (const action of ['Heartbeat', 'NoSuchMessage', '__proto__'])
        assert.equal((await call(action, {})).kind, 'invalid', action);
      if (version !== '1.6')
        assert.equal(
          (await call('SetChargingProfile', profile('ChargingStationExternalConstraints'))).kind,
          'refused',
        );
      assert.equal(station.heard.slice(before).filter(({ action }) => !action.startsWith('Get')).length, 0);
      assert.equal((await rig.stations.call('nobody', 'Reset', {})).kind, 'unknown-station');
      const { stationId } = await rig.add();
      assert.equal((await rig.stations.call(stationId, 'Reset', {})).kind, 'offline');
    });

    test(`A00.FR.806 A01 ${version}: factory credentials stay Pending until the station came back with a new password; then the old one opens nothing`, async () => {
      const factory = 'factory-password-1';
      const who = await rig.add({ password: factory, replaceCredentials: true });
      let fresh = '';
      const taken = (payload: {
        value?: string;
        setVariableData?: { attributeValue: string; component: object; variable: object }[];
      }) => {
        fresh = payload.value ?? payload.setVariableData?.[0]?.attributeValue ?? '';
        const [data] = payload.setVariableData ?? [];
        return data
          ? {
              setVariableResult: [
                { attributeStatus: 'Accepted', component: data.component, variable: data.variable },
              ],
            }
          : { status: 'Accepted' };
      };
      const answers = { ChangeConfiguration: taken, SetVariables: taken };
      const first = await rig.connect({ ...who, password: factory }, version, answers);
      const answer = payloadOf(await boot(first, version));
      assert.deepEqual([answer.status, answer.interval], ['Pending', 60]);
      const refused = await first.say('DataTransfer', { vendorId: 'x' });
      assert.equal(refused.kind === 'error' && refused.code, 'SecurityError');
      await rig.until(() => /^[0-9a-f]{40}$/.test(fresh));
      // It did not come back by itself: the connection is ended for it.
      await rig.until(() => rig.stations.station(who.stationId)?.offered !== undefined);
      await rig.passing(first.connection.closed, 500);
      await rig.passing(first.line.close());
      const bytes = version === '1.6' ? Buffer.from(fresh, 'hex') : Buffer.from(fresh);
      await rig.until(() => rig.stations.connected(who.stationId) === undefined);
      const second = await rig.connect({ ...who, password: bytes }, version);
      assert.equal(payloadOf(await boot(second, version)).status, 'Accepted');
      await rig.passing(second.line.close());
      await rig.until(() => rig.stations.connected(who.stationId) === undefined);
      assert.equal(await rig.passing(rig.knock({ identity: who.identity, password: factory })), 401);
      assert.equal(await rig.knock({ identity: who.identity, password: fresh }), 101);
    });

    test(`BI8 ${version}: firmware, diagnostics and log states are stored and told`, async () => {
      const station = await rig.play(version);
      await boot(station, version);
      const requestId = version === '1.6' ? {} : { requestId: 5 };
      await station.say('FirmwareStatusNotification', { status: 'Installing', ...requestId });
      await station.say('LogStatusNotification', { status: 'Uploaded', requestId: 9 });
      if (version === '1.6') await station.say('DiagnosticsStatusNotification', { status: 'Uploaded' });
      const jobs = (await rig.stations.progress(station.stationId, 10)).map(
        ({ job, status: s }) => `${job} ${s}`,
      );
      assert.ok(jobs.includes('firmware Installing') && jobs.includes('log Uploaded'));
      if (version === '1.6') assert.ok(jobs.includes('diagnostics Uploaded'));
    });

    test(`${version}: a retired station hears Rejected and may say nothing else`, async () => {
      const who = await rig.add();
      const station = await rig.connect(who, version);
      await boot(station, version);
      const retired = await rig.passing(rig.stations.admin.retire(who.stationId, 'local'));
      assert.ok(retired.ok);
      await rig.passing(station.line.close());
      const again = await rig.connect(who, version);
      assert.equal(payloadOf(await boot(again, version)).status, 'Rejected');
      const heartbeat = await again.say('Heartbeat', {});
      assert.equal(heartbeat.kind === 'error' && heartbeat.code, 'SecurityError');
    });
  }

  test('NotifyEvent (2.1): the state of a connector and alerts reach the same places as a StatusNotification', async () => {
    const station = await rig.play('2.1');
    await boot(station, '2.1');
    const event = (name: string, value: string, trigger: string) => ({
      eventId: 1,
      timestamp: iso(rig.clock.now()),
      trigger,
      actualValue: value,
      eventNotificationType: 'HardWiredNotification',
      component: { name: 'Connector', evse: { id: 2, connectorId: 1 } },
      variable: { name },
    });
    const answer = await station.say('NotifyEvent', {
      generatedAt: iso(rig.clock.now()),
      seqNo: 0,
      eventData: [event('AvailabilityState', 'Occupied', 'Delta'), event('Problem', 'true', 'Alerting')],
    });
    assert.equal(answer.kind, 'result', JSON.stringify(answer));
    const [row] = await rig.stations.connectors(station.stationId);
    assert.deepEqual([row?.evseId, row?.status], [2, 'Occupied']);
    const [alert] = await rig.stations.events.list({ stationId: station.stationId, limit: 1 });
    assert.deepEqual([alert?.code, alert?.level], ['Connector.Problem', 'alarm']);
  });

  test('an answer leaves only after the promise of its handler resolved: commit before acknowledgement', async () => {
    const station = await rig.play('1.6');
    await boot(station, '1.6');
    let release = () => {};
    const committed = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stop = rig.stations.listen({
      requests: {
        '1.6': {
          async StopTransaction(_payload, { stationId, generation, isCurrent }) {
            await committed;
            assert.deepEqual([stationId, generation, isCurrent()], [station.stationId, 1, true]);
            return {};
          },
        },
      },
    });
    let answered = false;
    const answer = station
      .say('StopTransaction', { transactionId: 1, meterStop: 5, timestamp: iso(rig.clock.now()) })
      .then((outcome) => {
        answered = true;
        return outcome;
      });
    await rig.stations.connectors(station.stationId);
    assert.equal(answered, false);
    release();
    assert.equal((await answer).kind, 'result');
    assert.throws(
      () => rig.stations.listen({ requests: { '1.6': { Heartbeat: async () => ({ currentTime: '' }) } } }),
      /Heartbeat of OCPP 1\.6 has a handler already/,
    );
    stop();
  });

  test('T-LEAK: frames in and out are logged without secrets, tokens and credentials; the log can be searched', async () => {
    const station = await rig.play('1.6', {
      ChangeConfiguration: { status: 'Accepted' },
      GetDiagnostics: {},
    });
    await boot(station, '1.6');
    const secrets = ['04AABBCCDDEE', 'SECRETPASSWORD1234', 'ftpuser:ftppass'];
    await station.say('Authorize', { idTag: secrets[0] });
    const call = (action: string, payload: unknown) =>
      rig.stations.call(station.stationId, action, payload, { actor: 'local' });
    await call('ChangeConfiguration', { key: 'AuthorizationKey', value: secrets[1] });
    await call('GetDiagnostics', { location: `ftp://${secrets[2]}@upload.example/x` });
    const log = await rig.stations.messages.search(station.stationId, { limit: 100 });
    assert.ok(log.length >= 8);
    const tables = ['station_message', 'audit', 'station_event', 'station_variable'];
    for (const table of tables) {
      const { rows } = await sql<{
        row: string;
      }>`select row_to_json(t)::text as row from ${sql.table(table)} t`.execute(rig.store.db);
      const text = rows.map(({ row }) => row).join('\n');
      for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} in ${table}`);
    }
    const search = (query: object) =>
      rig.stations.messages.search(station.stationId, { limit: 100, ...query });
    assert.deepEqual(
      (await search({ contains: 'upload.example' })).map(({ action, direction }) => `${direction} ${action}`),
      ['out GetDiagnostics'],
    );
    const one = await search({ action: 'ChangeConfiguration', direction: 'in' });
    assert.deepEqual(
      one.map(({ kind, payload }) => `${kind} ${payload}`),
      ['CALLRESULT {"status":"Accepted"}'],
    );
  });

  test('T-MASS RT20: more than 50 stations need a second person, also in small portions; the rest is staged and halts on failures', async (t) => {
    const small = await openRig({ store: rig.store, dataDir: rig.dataDir, policy: { stationsPerMinute: 4 } });
    t.after(() => small.close());
    const played: PlayedStation[] = [];
    for (let n = 0; n < 6; n += 1)
      played.push(await small.play('1.6', { Reset: { status: n < 1 ? 'Accepted' : 'Rejected' } }));
    const ids = played.map(({ stationId }) => stationId);
    const resets = () =>
      played.flatMap(({ heard }) => heard).filter(({ action }) => action === 'Reset').length;
    const ask = (stationIds: readonly string[], actor = 'key:a') =>
      small.stations.bulk.request(actor, 'Reset', { type: 'Soft' }, stationIds).then((request) => {
        assert.ok(request.ok);
        return request.bulk;
      });
    const waiting = await ask(ids);
    assert.deepEqual([waiting.state, resets()], ['waiting', 0]);
    const secret = { key: 'AuthorizationKey', value: 'f'.repeat(40) };
    assert.equal((await small.stations.bulk.request('key:a', 'ChangeConfiguration', secret, ids)).ok, false);
    const own = await small.stations.bulk.approve(waiting.bulkId, 'key:a');
    assert.ok(!own.ok && /Somebody else/.test(own.detail));
    // Small portions of the same person add up.
    assert.equal((await ask(ids.slice(0, 3))).state, 'done');
    assert.match(small.stations.bulk.refusal('key:a', 'Reset', ids.slice(3, 5)) ?? '', /second person/);
    assert.equal((await ask(ids.slice(3, 6))).state, 'waiting');
    assert.equal(small.stations.bulk.refusal('key:a', 'GetConfiguration', ids), undefined);
    const before = resets();
    const approved = await small.stations.bulk.approve(waiting.bulkId, 'key:b');
    assert.ok(approved.ok);
    assert.ok(resets() > before);
    const twice = await small.stations.bulk.approve(waiting.bulkId, 'key:c');
    assert.ok(!twice.ok);
    const result = await small.stations.bulk.read(waiting.bulkId);
    assert.equal(result?.state, 'halted');
    assert.equal(result?.results.length, 6);
    assert.ok(result?.results.some(({ outcome }) => outcome.kind === 'halted'));
  });

  test('security 7.3 RT20: stations of more than 1 MW within a minute need a second person, also in small portions; confirmed, they are reached in stages of 5, 25 and 100 %', async (t) => {
    const large = await openRig({ store: rig.store, dataDir: rig.dataDir, powerWOf: () => 150_000 });
    t.after(() => large.close());
    const sent: string[] = [];
    const ids: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      const { stationId } = await large.play('2.0.1', {
        Reset: () => {
          sent.push(stationId);
          return { status: 'Accepted' };
        },
      });
      ids.push(stationId);
    }
    const ask = async (stationIds: readonly string[]) => {
      const request = await large.stations.bulk.request('key:a', 'Reset', { type: 'OnIdle' }, stationIds);
      assert.ok(request.ok);
      return request.bulk;
    };
    assert.equal((await ask(ids.slice(0, 6))).state, 'done');
    assert.equal(sent.length, 6, '900 kW');
    sent.length = 0;
    assert.match(
      large.stations.bulk.refusal('key:b', 'Reset', ids.slice(6, 7)) ?? '',
      /1050 kW.*second person/,
    );
    const waiting = await ask(ids);
    assert.deepEqual([waiting.state, sent], ['waiting', []], 'nothing is carried out before');
    assert.ok(!(await large.stations.bulk.approve(waiting.bulkId, 'key:a')).ok);
    const approved = await large.stations.bulk.approve(waiting.bulkId, 'key:b');
    assert.equal(approved.ok && approved.bulk.state, 'done');
    assert.deepEqual(sent.slice(0, 1), ids.slice(0, 1));
    assert.deepEqual(sent.slice(1, 2), ids.slice(1, 2));
    assert.deepEqual(new Set(sent), new Set(ids));
    large.clock.advance(61_000);
    assert.equal(large.stations.bulk.refusal('key:b', 'Reset', ids.slice(0, 6)), undefined);
  });
});

const KEYS = [
  { key: 'SupportedFeatureProfiles', value: '[Core,Smart Charging, FirmwareManagement', readonly: true },
  { key: 'ChargingScheduleAllowedChargingRateUnit', value: 'Current,Power', readonly: true },
  { key: 'ChargeProfileMaxStackLevel', value: '5', readonly: true },
  { key: 'ChargingScheduleMaxPeriods', value: '20', readonly: true },
  { key: 'MaxChargingProfilesInstalled', value: '6', readonly: true },
  { key: 'ConnectorSwitch3to1PhaseSupported', value: 'true', readonly: true },
  { key: 'NumberOfConnectors', value: '2', readonly: true },
  { key: 'AuthorizationKey', value: 'SECRETPASSWORD1234', readonly: false },
];

function surveyed(version: OcppVersion) {
  return version === '1.6'
    ? { GetConfiguration: { configurationKey: KEYS, unknownKey: [] } }
    : { GetBaseReport: { status: 'Accepted' } };
}

/** Sends the report in two parts once it was asked for. */
function answerReports(rig: Rig, station: PlayedStation, version: OcppVersion): void {
  const variable = (name: string, value: string, instance?: string) => ({
    component: { name: 'SmartChargingCtrlr' },
    variable: { name, ...(instance === undefined ? {} : { instance }) },
    variableAttribute: [{ value, mutability: 'ReadOnly' }],
    variableCharacteristics: { dataType: 'integer', supportsMonitoring: false, maxLimit: 6 },
  });
  const evse = (id: number) => ({
    component: { name: 'Connector', evse: { id, connectorId: 1 } },
    variable: { name: 'AvailabilityState' },
    variableAttribute: [{ value: 'Available' }],
  });
  const parts = [
    [
      variable('Enabled', 'true'),
      variable('RateUnit', 'A,W'),
      variable('ProfileStackLevel', '5'),
      evse(1),
      {
        ...variable('BasicAuthPassword', 'SECRETPASSWORD1234'),
        component: { name: 'SecurityCtrlr' },
      },
    ],
    [
      variable('PeriodsPerSchedule', '20'),
      variable('Entries', '0', 'ChargingProfiles'),
      variable('Phases3to1', 'true'),
      evse(2),
    ],
  ];
  void rig
    .until(() => station.heard.some(({ action }) => action === 'GetBaseReport'))
    .then(async () => {
      const asked = station.heard.find(({ action }) => action === 'GetBaseReport');
      for (const [seqNo, reportData] of parts.entries()) {
        const outcome = await station.say('NotifyReport', {
          requestId: asked?.payload.requestId,
          generatedAt: iso(rig.clock.now()),
          seqNo,
          tbc: seqNo === 0,
          reportData,
        });
        assert.equal(outcome.kind, 'result', `${version} ${JSON.stringify(outcome)}`);
      }
    });
}
