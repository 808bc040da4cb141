import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type CommandType,
  commandResponseUrl,
  createRegistrar,
  type Location,
  ownEndpoint,
  type Token,
} from '@smac/ocpi';
import { LeapingClock } from './testing/leaping-clock.ts';
import { LOCATION, type OwnServer, ownServer, type Played, until } from './testing/played-stations.ts';
import { type Provider, provider } from './testing/provider.ts';
import { type TestServer, testServer } from './testing/test-server.ts';

/** This operator with its own stations, another SMAC that plans for it, and two mobility providers of different OCPI versions. */
const clock = new LeapingClock();
let own: OwnServer;
let planner: TestServer;
const providers = new Map<string, Provider>();
const stations = new Map<string, Played>();
let plannerPeer = '';

const VERSIONS = ['2.2.1', '2.3.0'] as const;
const partyOf = (version: string) => (version === '2.2.1' ? 'OLD' : 'NEW');
const cardOf = (version: string) => `04CAFE${partyOf(version)}`;

before(async () => {
  const local = { SMAC_OCPI_ALLOW_PRIVATE: 'true' };
  own = await ownServer({ ...local, SMAC_COUNTRY_CODE: 'ES', SMAC_PARTY_ID: 'BSM' }, clock);
  planner = await testServer({ ...local, SMAC_COUNTRY_CODE: 'NL', SMAC_PARTY_ID: 'SMC' });
  for (const version of VERSIONS) {
    const emsp = await provider({ countryCode: 'DE', partyId: partyOf(version) }, [version]);
    await emsp.join(own);
    providers.set(version, emsp);
    const token: Token = {
      country_code: 'DE',
      party_id: partyOf(version),
      uid: cardOf(version),
      type: 'RFID',
      contract_id: `DE-${partyOf(version)}-C1`,
      issuer: partyOf(version),
      valid: true,
      whitelist: 'ALWAYS',
      energy_contract: { supplier_name: 'Wind & Water', contract_id: 'W-1' },
      last_updated: new Date(Date.now() - 10_000).toISOString(),
    };
    assert.ok((await emsp.client().receiver.tokens.put(token)).ok);
    const station = await own.play('2.0.1', `ST-${partyOf(version)}`);
    await station.boot();
    stations.set(version, station);
  }
  const invitation = await planner.scsp.parties.invite({
    role: 'CPO',
    furtherRoles: ['SCSP'],
    country: 'ES',
    party: 'BSM',
  });
  assert.ok(invitation.ok);
  const joined = await createRegistrar(own.scsp.platform).register(invitation.data, {
    name: 'The planner',
    parties: (['SCSP', 'CPO'] as const).map((role) => ({ countryCode: 'NL', partyId: 'SMC', role })),
    agreements: ['smartchargingoptimisation', 'charging_profiles'],
    allowPrivateAddresses: true,
  });
  assert.ok(joined.ok, JSON.stringify(joined));
  plannerPeer = invitation.data.peerId;
});

after(async () => {
  for (const emsp of providers.values()) await emsp.close();
  await own?.close();
  await planner?.close();
});

const supplyId = `supply/${LOCATION}`;

async function plannersContext() {
  const contexts = await planner.sites.contexts();
  return contexts.find(({ peerId, objectId }) => peerId === plannerPeer && objectId === supplyId);
}

test('D4.2-§3.3.4 a supply point with its EVSEs, limit and prices is told to the foreign provider that plans for this operator, and again with every change', async () => {
  await own.backOffice.network.addLocation({
    id: LOCATION,
    address: 'Carrer de la Marina 1',
    city: 'Barcelona',
    country: 'ESP',
    latitude: '41.39',
    longitude: '2.19',
    timeZone: 'Europe/Madrid',
    supply: { maxImportW: 15_000, currency: 'EUR' },
  });
  const [location] = await own.backOffice.network.locations();
  assert.equal(location?.evses?.length, 2);
  const there = await until(async () => {
    const context = await plannersContext();
    return context?.statics.maxImportW === 15_000 && context;
  });
  assert.deepEqual(there.statics.evses.map(({ evseUid }) => evseUid).sort(), ['E-ST-NEW', 'E-ST-OLD']);
  assert.equal(there.statics.evses[0]?.connectors[0]?.chargeW, 11_040);
  const here = (await own.sites.contexts()).find(({ objectId }) => objectId === supplyId);
  const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const price = [0.1, 0.3, 0.2].map((value, n) => ({
    startMs: startMs + n * 3_600_000,
    durationMs: 3_600_000,
    value,
  }));
  assert.ok((await own.sites.putSeries(here?.id ?? '', 'price', price, { source: 'test' })).ok);
  const told = await until(async () => {
    const series = await planner.sites.series(there.id, startMs, startMs + 3 * 3_600_000);
    return series.price.length >= 3 && series.price;
  });
  assert.deepEqual(
    [0, 1, 2].map((n) => told.find((slot) => slot.startMs === startMs + n * 3_600_000)?.value),
    [0.1, 0.3, 0.2],
  );
  // What is pulled is what was pushed: the planner finds nothing to object to.
  const [pulled] = await planner.scsp.pull(plannerPeer);
  assert.deepEqual(pulled?.problems, []);
  assert.equal(pulled?.taken.smartchargingoptimisation, 1);
});

test('X1 T-LEAK contexts of this operator are told to who plans for it, not to everybody who has the custom module', async () => {
  const peers = own.scsp.platform.peers;
  const peer = (await peers.list()).find(({ agreements }) => agreements.includes('charging_profiles'));
  assert.ok(peer);
  const list = own.scsp.platform.ports.smartchargingoptimisation?.sender?.list;
  assert.ok(list);
  const caller = {
    peerId: peer.id,
    parties: peer.parties,
    from: { countryCode: 'NL', partyId: 'SMC' },
    version: '2.3.0',
    requestId: 'r',
    correlationId: 'c',
  } as const;
  const page = { offset: 0, limit: 10 };
  const told = await list(caller, page);
  assert.deepEqual(told.ok && told.data.items.map(({ id }) => id), [supplyId]);
  const agreed = await own.scsp.parties.setAgreements(peer.id, ['smartchargingoptimisation']);
  assert.ok(agreed.ok);
  const hidden = await list(caller, page);
  assert.deepEqual(hidden.ok && hidden.data.items, []);
  assert.ok((await own.scsp.parties.setAgreements(peer.id, peer.agreements)).ok);
});

for (const version of VERSIONS) {
  test(`D1.5-§2.3.1.1-UPD D1.5-R5-3 D1.5-Q3B-6 X39 OCPI ${version}: preferences of a provider are answered, the session message follows within 1 s, who plans elsewhere hears the wish, and meter values do not wait`, async () => {
    const emsp = providers.get(version)!;
    const station = stations.get(version)!;
    const { heard } = emsp;
    // The newest version both sides know: with a peer that lacks 2.3.0 it is 2.2.1.
    const peers = await own.scsp.parties.list();
    const peer = peers.find(({ parties }) => parties.some(({ party }) => party === partyOf(version)));
    assert.equal(peer?.version, version);
    await station.start(cardOf(version));
    const session = await until(() => heard.sessions[0]);
    assert.equal(session.cdr_token.uid, cardOf(version));
    const ref = { peerId: plannerPeer, sessionId: session.id };
    const masked = await until(() => planner.sites.session(ref));
    assert.equal(masked.tokenUid.includes('CAFE'), false);

    const { sender } = emsp.client();
    const departure = new Date(Date.now() + 4 * 3_600_000);
    const count = heard.sessions.length;
    const followed = await clock.without(1000, async () => {
      const answer = await sender.sessions.setChargingPreferences(session.id, {
        profile_type: 'CHEAP',
        departure_time: departure.toISOString(),
        energy_need: 10,
      });
      assert.deepEqual(answer.ok && answer.data, 'ACCEPTED', JSON.stringify(answer));
      return until(() => heard.sessions[count]);
    });
    assert.ok(followed.last_updated > session.last_updated);
    const wished = await until(async () => {
      const state = await planner.sites.session(ref);
      return state?.preferences.departureMs !== undefined && state.preferences;
    });
    assert.deepEqual(
      [wished.profileType, wished.departureMs, wished.energyNeedWh, wished.dischargeAllowed],
      ['CHEAP', departure.getTime(), 10_000, false],
    );
    const impossible = await sender.sessions.setChargingPreferences(session.id, {
      profile_type: 'FAST',
      departure_time: new Date(Date.now() + 60_000).toISOString(),
      energy_need: 50,
    });
    assert.deepEqual(impossible.ok && impossible.data, 'NOT_POSSIBLE');
    const green = await sender.sessions.setChargingPreferences(session.id, { profile_type: 'GREEN' });
    assert.deepEqual(green.ok && green.data, 'PROFILE_TYPE_NOT_SUPPORTED');
    const discharge = await sender.sessions.setChargingPreferences(session.id, {
      profile_type: 'CHEAP',
      discharge_allowed: true,
    });
    assert.deepEqual(discharge.ok && discharge.data, 'DEPARTURE_REQUIRED');

    // Three readings in a row: planning of own cars is told every 10 s, whoever pays hears each at once.
    for (const wh of [100, 200, 300]) {
      await clock.without(1000, async () => {
        await station.meter(wh, 6000);
        await until(() => heard.sessions.some(({ kwh }) => kwh === wh / 1000));
      });
    }
    await station.stop(400);
    await until(() => heard.sessions.findLast(({ status }) => status === 'COMPLETED'));
    const over = await sender.sessions.setChargingPreferences(session.id, { profile_type: 'FAST' });
    assert.equal(!over.ok && over.httpStatus, 404);
  });
}

test('D1.5-§2.3.1-CMD a reserved EVSE is for its holder: others are refused at the reader and by command, in 1.6 and 2.x, until the station lets go of it', async () => {
  const holder = providers.get('2.3.0')!;
  const other = providers.get('2.2.1')!;
  const station = stations.get('2.3.0')!;
  const old = await own.play('1.6', 'ST-16');
  await old.boot();
  for (const each of [station, old]) each.answers.ReserveNow = { status: 'Accepted' };
  const token = (version: (typeof VERSIONS)[number]): Token => ({
    country_code: 'DE',
    party_id: partyOf(version),
    uid: cardOf(version),
    type: 'RFID',
    contract_id: `DE-${partyOf(version)}-C1`,
    issuer: partyOf(version),
    valid: true,
    whitelist: 'ALWAYS',
    last_updated: new Date().toISOString(),
  });
  const url = (emsp: Provider, version: (typeof VERSIONS)[number], command: CommandType) =>
    commandResponseUrl(ownEndpoint(emsp.platform, version, 'commands', 'SENDER'), command, 'cb');
  const reserve = async (evse_uid: string, reservation_id: string) => {
    const results = holder.heard.results.length;
    const answer = await holder.client().receiver.commands.reserveNow({
      response_url: url(holder, '2.3.0', 'RESERVE_NOW'),
      token: token('2.3.0'),
      expiry_date: new Date(Date.now() + 3_600_000).toISOString(),
      reservation_id,
      location_id: LOCATION,
      evse_uid,
    });
    assert.deepEqual(answer.ok && answer.data.result, 'ACCEPTED');
    return until(() => holder.heard.results[results]?.result);
  };
  assert.equal(await reserve(station.evseUid, 'r-2x'), 'ACCEPTED');
  assert.equal(await reserve(old.evseUid, 'r-16'), 'ACCEPTED');
  const asked = station.heard.findLast(({ action }) => action === 'ReserveNow')?.payload;
  assert.deepEqual(asked?.idToken, { idToken: cardOf('2.3.0'), type: 'ISO14443' });

  const at = (stationId: string) => ({ stationId, evseId: 1 });
  const { tokens } = own.backOffice;
  const present = (version: string, stationId: string) =>
    tokens.authorise({ uid: cardOf(version), type: 'ISO14443' }, at(stationId));
  assert.equal((await present('2.2.1', station.stationId)).status, 'Invalid');
  assert.equal((await present('2.3.0', station.stationId)).status, 'Accepted');
  const start = (idTag: string) =>
    old.say('StartTransaction', {
      connectorId: 1,
      idTag,
      meterStart: 0,
      timestamp: new Date().toISOString(),
    });
  const refused = await start(cardOf('2.2.1'));
  assert.deepEqual(refused.idTagInfo, { status: 'Invalid' });
  await old.say('StopTransaction', {
    transactionId: refused.transactionId,
    meterStop: 0,
    timestamp: new Date().toISOString(),
  });
  const command = await other.client().receiver.commands.startSession({
    response_url: url(other, '2.2.1', 'START_SESSION'),
    token: token('2.2.1'),
    location_id: LOCATION,
    evse_uid: station.evseUid,
  });
  assert.deepEqual(command.ok && command.data.result, 'REJECTED');

  // The station needs the EVSE back: the holder's provider is told, and others may charge again.
  const results = holder.heard.results.length;
  const { number } = await own.store.db
    .selectFrom('cpo_reservation')
    .select('number')
    .where('reservation_key', '=', 'r-2x')
    .executeTakeFirstOrThrow();
  await station.say('ReservationStatusUpdate', { reservationId: number, reservationUpdateStatus: 'Removed' });
  assert.equal(await until(() => holder.heard.results[results]?.result), 'CANCELED_RESERVATION');
  assert.equal((await present('2.2.1', station.stationId)).status, 'Accepted');
  // Whoever comes uses the reservation up.
  assert.equal(((await start(cardOf('2.3.0'))).idTagInfo as { status: string }).status, 'Accepted');
  await until(async () => {
    const row = await own.store.db
      .selectFrom('cpo_reservation')
      .select('ended_ms')
      .where('reservation_key', '=', 'r-16')
      .executeTakeFirstOrThrow();
    return row.ended_ms !== null;
  });
  // A station that refuses holds nothing.
  station.answers.ReserveNow = { status: 'Occupied' };
  assert.equal(await reserve(station.evseUid, 'r-3'), 'EVSE_OCCUPIED');
  assert.equal((await present('2.2.1', station.stationId)).status, 'Accepted');
});

for (const version of VERSIONS) {
  test(`BI20 SMC_016 D1.5-§2.3.1-CDR OCPI ${version}: a CDR carries what the meter signed byte for byte, the meter and the energy contract of the driver`, async () => {
    const { heard } = providers.get(version)!;
    const station = stations.get(version)!;
    const cdrs = heard.cdrs.length;
    const ocmf = (wh: number) =>
      `OCMF|{"FV":"1.0","MS":"M-77","RD":[{"RV":${wh / 1000}}]}|{"SD":"30440220=="}`;
    const transactionId = `signed-${version}`;
    const event = (seqNo: number, eventType: string, wh: number, context: string, more = {}) =>
      station.say('TransactionEvent', {
        eventType,
        timestamp: new Date(Date.now() + seqNo).toISOString(),
        triggerReason: eventType === 'Started' ? 'Authorized' : 'EVDeparted',
        seqNo,
        transactionInfo: { transactionId },
        evse: { id: 1, connectorId: 1 },
        meterValue: [
          {
            timestamp: new Date(Date.now() + seqNo).toISOString(),
            sampledValue: [
              {
                value: wh,
                context,
                signedMeterValue: {
                  signedMeterData: Buffer.from(ocmf(wh)).toString('base64'),
                  signingMethod: 'ECDSA-secp256r1-SHA256',
                  encodingMethod: 'OCMF',
                  publicKey: 'MFkwEwYHKoZIzj0=',
                },
              },
            ],
          },
        ],
        ...more,
      });
    await event(0, 'Started', 1000, 'Transaction.Begin', {
      idToken: { idToken: cardOf(version), type: 'ISO14443' },
    });
    await event(50, 'Ended', 3000, 'Transaction.End');
    // The bill of a charge before it may come meanwhile.
    const cdr = await until(() => heard.cdrs.slice(cdrs).find(({ signed_data }) => signed_data));
    assert.equal(cdr.meter_id, 'M-77');
    assert.deepEqual(cdr.signed_data, {
      encoding_method: 'OCMF',
      public_key: 'MFkwEwYHKoZIzj0=',
      signed_values: [1000, 3000].map((wh, n) => ({
        nature: ['Start', 'End'][n],
        plain_data: ocmf(wh),
        signed_data: Buffer.from(ocmf(wh)).toString('base64'),
      })),
    });
    const kept = await own.store.db
      .selectFrom('cdr')
      .select('facts')
      .where('id', '=', cdr.id)
      .executeTakeFirstOrThrow();
    assert.deepEqual((kept.facts as { energyContract?: unknown }).energyContract, {
      supplier_name: 'Wind & Water',
      contract_id: 'W-1',
    });
  });
}

for (const version of VERSIONS) {
  test(`X40 OCPI ${version}: a new status and a new price are pushed at once, and the connectors name the price`, async () => {
    const { heard, client } = providers.get(version)!;
    const station = stations.get(version)!;
    const patches = heard.patches.length;
    await station.say('StatusNotification', {
      timestamp: new Date().toISOString(),
      connectorStatus: 'Faulted',
      evseId: 1,
      connectorId: 1,
    });
    const isIt = (patch: Provider['heard']['patches'][number]) => patch[0].evseUid === station.evseUid;
    const [, told] = await until(() => heard.patches.slice(patches).find(isIt));
    assert.deepEqual(
      [Object.keys(told).sort(), (told as { status?: string }).status],
      [['last_updated', 'status'], 'OUTOFORDER'],
    );
    const { tariffs } = own.backOffice.billing;
    const id = `day-${partyOf(version)}`;
    const elements = [{ price_components: [{ type: 'ENERGY' as const, price: 0.4, vat: 21, step_size: 1 }] }];
    const drafted = await tariffs.draft(
      { id, currency: 'EUR', tax_included: 'NO', elements },
      [{}],
      'key:ann',
    );
    assert.ok(drafted.ok);
    assert.equal(heard.tariffs.has(id), false);
    assert.ok((await tariffs.approve(id, 1, undefined, 'key:ben')).ok);
    const tariff = await until(() => heard.tariffs.get(id));
    assert.equal(tariff.elements[0]?.price_components[0]?.price, 0.4);
    const location = await until(() => {
      const known = heard.locations.get(LOCATION) as Location | undefined;
      const named = known?.evses?.every(({ connectors }) => connectors[0]?.tariff_ids?.includes(id));
      return named && known;
    });
    // What was pushed is what can be pulled: a receiver finds one content under one time.
    const pulled = await client().sender.locations.get({ locationId: LOCATION });
    assert.deepEqual(pulled.ok && pulled.data, location);
    const connector = location.evses?.[0]?.connectors[0];
    assert.ok(connector && connector.last_updated >= tariff.last_updated);
  });
}
