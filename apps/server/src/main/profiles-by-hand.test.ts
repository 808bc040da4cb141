/** What a person does to the profiles of a station by hand must not break the limit of its site unnoticed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OcppVersion } from '@smac/ocpp';
import { type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

let server: OwnServer;
before(async () => {
  server = await ownServer();
});
after(() => server.close());

type Fields = Record<string, unknown>;

/** A TxProfile of one limit for an hour. In 1.6 validity alone decides who is on top of the stack, so it says until when (3.13). */
function txProfile(version: OcppVersion, ref: string, limitA: number): Fields {
  const startMs = Math.floor(Date.now() / 1000) * 1000;
  const validTo = new Date(startMs + 3_600_000).toISOString();
  const schedule = {
    duration: 3_600,
    startSchedule: new Date(startMs).toISOString(),
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: limitA }],
  };
  const frame = {
    stackLevel: 1,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Absolute',
    validTo,
  };
  return version === '1.6'
    ? {
        connectorId: 1,
        csChargingProfiles: {
          chargingProfileId: 900,
          transactionId: Number(ref),
          ...frame,
          chargingSchedule: schedule,
        },
      }
    : {
        evseId: 1,
        chargingProfile: {
          id: 900,
          transactionId: ref,
          ...frame,
          chargingSchedule: [{ id: 900, ...schedule }],
        },
      };
}

const clearOf = (version: OcppVersion) => (version === '1.6' ? { id: 900 } : { chargingProfileId: 900 });

/** A composite schedule of one limit, as the station of the version tells it. */
function composite(version: OcppVersion, limitA: number): Fields {
  const start = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
  const periods = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: limitA }] };
  return version === '1.6'
    ? {
        status: 'Accepted',
        connectorId: 1,
        scheduleStart: start,
        chargingSchedule: { duration: 86_400, ...periods },
      }
    : { status: 'Accepted', schedule: { evseId: 1, duration: 86_400, scheduleStart: start, ...periods } };
}

const call = (station: Played, action: string, payload: unknown) =>
  server.stations.call(station.stationId, action, payload, { actor: 'key:operator' });

async function counted(station: Played) {
  const [transaction] = await server.backOffice.transactions.list({
    stationId: station.stationId,
    state: 'active',
  });
  return server.dispatcher.sessions().find(({ key }) => key.sessionId === transaction?.id);
}

for (const version of ['1.6', '2.1'] as const) {
  test(`BI9 SMC_007 ${version}: a profile by hand that would lift the site above its limit is refused with the limit; a smaller one holds, counts with what the station says, and ends`, {
    timeout: 300_000,
  }, async () => {
    assert.ok((await server.backOffice.tokens.add({ uid: `SECOND${version}` }, 'local')).ok);
    const station = await server.play(version, `hand-${version}`);
    const other = await server.play(version, `other-${version}`);
    for (const each of [station, other]) await each.boot();
    const ref = await station.start();
    await other.start(`SECOND${version}`);
    await until(() => station.profiles('TxProfile').length > 0 && other.profiles('TxProfile').length > 0);
    const context = (await server.sites.contexts()).find(({ id }) => /supply/.test(id));
    assert.ok(context);
    const limit = [{ startMs: Date.now() - 60_000, durationMs: 3_600_000, value: 8_000 }];
    await server.sites.putSeries(context.id, 'cap', limit, { source: 'dso' });
    const refused = await call(station, 'SetChargingProfile', txProfile(version, ref, 16));
    assert.equal(refused.kind, 'refused');
    assert.match(refused.kind === 'refused' ? refused.detail : '', /above its limit of 8\.0 kW/);
    await server.sites.putSeries(context.id, 'cap', [], { source: 'dso' });

    station.answers.GetCompositeSchedule = () => composite(version, 7);
    const set = await call(station, 'SetChargingProfile', txProfile(version, ref, 7));
    assert.deepEqual(set.kind === 'result' && set.payload, { status: 'Accepted' }, JSON.stringify(set));
    await until(async () => (await counted(station))?.reachable === false);
    await until(async () => Math.abs(((await counted(station))?.ceilingW ?? 0) - 4_830) <= 1);
    assert.deepEqual(
      server.backOffice.handMade.of(station.stationId).map(({ setBy, profile }) => [setBy, profile.id]),
      [['key:operator', 900]],
    );
    // Plans leave the session alone from then on; one that was on the way may still have come.
    await server.planning.planNow(context.id);
    await server.activity.idle();
    const held = station.profiles('TxProfile').length;
    await server.planning.planNow(context.id);
    await server.activity.idle();
    assert.equal(station.profiles('TxProfile').length, held);

    const cleared = await call(station, 'ClearChargingProfile', clearOf(version));
    assert.equal(cleared.kind, 'result');
    delete station.answers.GetCompositeSchedule;
    await until(async () => (await counted(station))?.reachable === true);
    assert.deepEqual(server.backOffice.handMade.of(station.stationId), []);
    await station.stop(0);
    await other.stop(0);
  });

  test(`X30 ${version}: whoever clears everything at a station gets the fallbacks back at once`, async () => {
    const station = await server.play(version, `cleared-${version}`);
    await station.boot();
    await until(async () => (await server.backOffice.book.of(station.stationId)).length === 2);
    await until(() => station.profiles().length >= 2);
    const before = station.profiles().length;
    assert.equal((await call(station, 'ClearChargingProfile', {})).kind, 'result');
    await until(() => station.profiles().length > before);
  });
}
