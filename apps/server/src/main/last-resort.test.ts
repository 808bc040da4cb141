/** F9 of the fail-safe matrix (security.md 8) at a real server with stations over real sockets, in every version. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LeapingClock } from './testing/leaping-clock.ts';
import { type HeardCall, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

const clock = new LeapingClock();
let server: OwnServer;
let contextId = '';
before(async () => {
  server = await ownServer({}, clock);
  const [context] = (await server.sites.contexts()).filter(({ peerId }) => peerId === 'own');
  contextId = context!.id;
});
after(() => server.close());

const HOUR_MS = 3_600_000;
const VERSIONS = ['1.6', '2.0.1', '2.1'] as const;
type Version = (typeof VERSIONS)[number];

/** What the grid operator leaves of the supply point; undefined: all of it. */
async function limit(powerW?: number): Promise<void> {
  const slots =
    powerW === undefined ? [] : [{ startMs: clock.now() - 60_000, durationMs: 24 * HOUR_MS, value: powerW }];
  assert.ok((await server.sites.putSeries(contextId, 'cap', slots, { source: 'dso' })).ok);
}

/** A station with a car at full power, that takes no lower profile from now on. */
async function stubborn(version: Version, stationId: string): Promise<Played> {
  const station = await server.play(version, stationId);
  await station.boot();
  await station.start();
  await until(() =>
    server.dispatcher.sessions().some(({ uncontrolled, inFlight }) => !uncontrolled && !inFlight),
  );
  await server.activity.idle();
  station.answers.SetChargingProfile = { status: 'Rejected' };
  return station;
}

const calls = (station: Played, action: RegExp) => station.heard.filter((call) => action.test(call.action));
const STOP = /^(Remote|Request)StopTransaction$/;
const stops = (station: Played) => calls(station, STOP);
async function transactionAt({ stationId }: Played) {
  const [transaction] = await server.backOffice.transactions.list({ stationId });
  assert.ok(transaction);
  return transaction;
}

const codes = async () =>
  (await server.store.db.selectFrom('dispatch_event').select('code').execute()).map(({ code }) => code);

/** The limit falls, the station refuses; time leaps until it is asked to stop. @returns how often it had refused a plan by then */
async function refusedUntilStop(station: Played): Promise<number> {
  const from = station.heard.length;
  await limit(1_000);
  await until(async () => {
    await server.activity.idle();
    if (stops(station).length > 0) return true;
    clock.leap(10_000);
    return false;
  });
  const stop = station.heard.findIndex((call) => STOP.test(call.action));
  return station.heard.slice(from, stop).filter(isPlan).length;
}

function isPlan({ payload }: HeardCall): boolean {
  const profile = payload.csChargingProfiles ?? payload.chargingProfile;
  return (profile as { chargingProfilePurpose?: string } | undefined)?.chargingProfilePurpose === 'TxProfile';
}

for (const version of VERSIONS) {
  test(`F9 ${version}: a car whose station refuses every lower profile is really stopped, and its power is free`, {
    timeout: 300_000,
  }, async () => {
    const station = await stubborn(version, `stopped-${version}`);
    const { id, stationRef } = await transactionAt(station);
    const stop = () => {
      // As stations do: it agrees, ends, and then tells.
      setImmediate(() => void station.stop(500));
      return { status: 'Accepted' };
    };
    Object.assign(station.answers, { RemoteStopTransaction: stop, RequestStopTransaction: stop });
    assert.ok((await refusedUntilStop(station)) >= 2, 'not at the first refusal');
    const [asked] = stops(station);
    assert.equal(String(asked!.payload.transactionId), stationRef);
    const ended = await until(async () => {
      const state = await server.backOffice.transactions.get(id);
      return state?.state === 'ended' && state;
    });
    assert.equal(ended.stationId, station.stationId);
    await until(() => server.dispatcher.sessions().length === 0);
    assert.ok((await codes()).includes('charging-ended'));
    clock.leap(2 * 60_000);
    await server.activity.idle();
    assert.deepEqual(calls(station, /^ChangeAvailability$/), [], 'and its EVSE stays in service');
    await limit();
    await station.line.close();
  });

  test(`F9 ${version}: where even that is refused its EVSE is taken out of service, in the words of the version, and people are told`, {
    timeout: 300_000,
  }, async () => {
    const station = await stubborn(version, `out-${version}`);
    const refused = { status: 'Rejected' };
    Object.assign(station.answers, { RemoteStopTransaction: refused, RequestStopTransaction: refused });
    station.answers.ChangeAvailability = { status: 'Scheduled' };
    assert.ok((await refusedUntilStop(station)) >= 2, 'not at the first refusal');
    const [out] = await until(() => {
      const heard = calls(station, /^ChangeAvailability$/);
      return heard.length > 0 && heard;
    });
    assert.deepEqual(
      out!.payload,
      version === '1.6'
        ? { connectorId: 1, type: 'Inoperative' }
        : { evse: { id: 1 }, operationalStatus: 'Inoperative' },
    );
    await until(async () => (await codes()).includes('out-of-service'));
    await station.stop(500);
    await until(() => server.dispatcher.sessions().length === 0);
    await limit();
    await station.line.close();
  });
}
