import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CARD, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';

let server: OwnServer;
before(async () => {
  server = await ownServer();
});
after(() => server.close());

type Fields = Record<string, unknown>;

const lists = (station: Played) =>
  station.heard.filter(({ action }) => action === 'SendLocalList').map(({ payload }) => payload);

/** What the played station holds, kept as a station would. */
function holds(station: Played): { version: number } {
  const list = { version: 0 };
  const name = station.version === '1.6' ? 'listVersion' : 'versionNumber';
  station.answers.GetLocalListVersion = () => ({ [name]: list.version });
  station.answers.SendLocalList = (payload: Fields) => {
    list.version = payload[name] as number;
    return { status: 'Accepted' };
  };
  return list;
}

const cardsOf = (payload: Fields | undefined) =>
  ((payload?.localAuthorizationList ?? []) as { idTag?: string; idToken?: { idToken: string } }[]).map(
    ({ idTag, idToken }) => idTag ?? idToken?.idToken,
  );

test('BI2 1.6: a station with a local list gets it after its boot, then only what changed; a blocked card leaves it', async () => {
  const station = await server.play('1.6', 'list-16');
  holds(station);
  const keys = {
    SupportedFeatureProfiles: 'Core,SmartCharging,LocalAuthListManagement',
    LocalAuthListEnabled: 'true',
    LocalAuthListMaxLength: '500',
    SendLocalListMaxLength: '50',
  };
  station.answers.GetConfiguration = {
    configurationKey: Object.entries(keys).map(([key, value]) => ({ key, value, readonly: true })),
    unknownKey: [],
  };
  await station.boot();
  const first = await until(() => lists(station)[0]);
  assert.equal(first.updateType, 'Full');
  assert.deepEqual(cardsOf(first), [CARD]);
  const added = await server.backOffice.tokens.add({ uid: 'CARD0002' }, 'local');
  assert.ok(added.ok);
  const second = await until(() => lists(station)[1]);
  assert.deepEqual([second.updateType, cardsOf(second)], ['Differential', ['CARD0002']]);
  assert.ok((second.listVersion as number) > (first.listVersion as number));
  assert.ok((await server.backOffice.tokens.change(added.data.id, { blockedReason: 'lost' }, 'local')).ok);
  const third = await until(() => lists(station)[2]);
  assert.deepEqual(third.localAuthorizationList, [{ idTag: 'CARD0002' }]);
});

test('BI2 2.0.1: a list that is refused comes once more as a whole; a station that switched its list off is left alone', async () => {
  const report = async (station: Played, enabled: string) => {
    let requestId = 0;
    station.answers.GetBaseReport = (payload: Fields) => {
      requestId = payload.requestId as number;
      return { status: 'Accepted' };
    };
    await station.boot();
    await until(() => requestId > 0);
    await station.say('NotifyReport', {
      requestId,
      generatedAt: new Date().toISOString(),
      seqNo: 0,
      reportData: [
        {
          component: { name: 'LocalAuthListCtrlr' },
          variable: { name: 'Enabled' },
          variableAttribute: [{ value: enabled }],
        },
      ],
    });
  };
  const off = await server.play('2.0.1', 'list-off');
  holds(off);
  await report(off, 'false');
  const station = await server.play('2.0.1', 'list-201');
  const list = holds(station);
  const takes = station.answers.SendLocalList as (payload: Fields) => unknown;
  station.answers.SendLocalList = (payload: Fields) =>
    lists(station).length === 1 ? { status: 'VersionMismatch' } : takes(payload);
  await report(station, 'true');
  const again = await until(() => lists(station)[1]);
  assert.equal(again.updateType, 'Full');
  assert.deepEqual(cardsOf(again), [CARD]);
  await until(() => list.version === again.versionNumber);
  // Another loss of the line: what it holds is right, nothing is sent.
  const asked = station.heard.filter(({ action }) => action === 'GetLocalListVersion').length;
  station.line.cut();
  await until(() => station.heard.filter(({ action }) => action === 'GetLocalListVersion').length > asked);
  assert.equal(lists(station).length, 2);
  assert.equal(lists(off).length, 0);
});
