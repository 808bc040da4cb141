import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { plainCall, type SignedIn, signedIn } from '../main/testing/signed-in.ts';
import { type TestServer, testServer } from '../main/testing/test-server.ts';
import { aLocation, anEvse, aSession } from '../sites/testing/fixtures.ts';
import { systemClock } from '../time/clock.ts';

const HOUR_MS = 3_600_000;
const aheadMs = Date.parse('2026-06-20T10:00:00Z') - systemClock.now();
const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
const WEEK = 'from=2026-06-01&to=2026-06-07';

let server: TestServer;
let city: SignedIn;

before(async () => {
  server = await testServer({ SMAC_TRUSTED_PROXIES: '127.0.0.1' }, {}, clock);
  city = await signedIn(server, 'city', clock.now());
  await amsterdam();
  await helsinki();
  await ownStation();
  await rome();
});
after(() => server.close());

/** On one day six cars of 11 kWh in the first of two hours at E1, three of 5 kWh in one hour at E2. */
async function amsterdam(): Promise<void> {
  const owner = { peerId: 'tnm', party: { countryCode: 'NL', partyId: 'TNM' } };
  const place = aLocation('L1', [anEvse('E1'), anEvse('E2')], {
    name: '=HYPERLINK("x")',
    postal_code: '1011AB',
    last_updated: '2026-05-01T00:00:00Z',
  });
  assert.ok((await server.sites.putLocation(owner, place)).ok);
  for (let n = 0; n < 6; n += 1) {
    const e1 = { evse: 'E1', day: 1, startMs: (8 + 2 * n) * HOUR_MS, card: `CARDONE${n}` };
    await charge(owner, { ...e1, hours: 2, kwhByHour: [11, 11] });
    if (n > 2) continue;
    const e2 = { evse: 'E2', day: 1, startMs: (8.5 + 2 * n) * HOUR_MS, card: 'CARDTWO' };
    await charge(owner, { ...e2, hours: 1, kwhByHour: [5] });
  }
}

/** Six cars of 1 kWh in ten minutes each, one after the other from midnight on: it is still May in UTC. */
async function helsinki(): Promise<void> {
  const owner = { peerId: 'abc', party: { countryCode: 'FI', partyId: 'ABC' } };
  const place = aLocation('H1', [anEvse('E3')], {
    country_code: 'FI',
    party_id: 'ABC',
    city: 'Helsinki',
    time_zone: 'Europe/Helsinki',
    coordinates: { latitude: '60.17', longitude: '24.94' },
    last_updated: '2026-05-01T00:00:00Z',
  });
  assert.ok((await server.sites.putLocation(owner, place)).ok);
  for (let n = 0; n < 6; n += 1)
    await charge(owner, {
      evse: 'E3',
      location: 'H1',
      day: 1,
      startMs: -3 * HOUR_MS + (n * HOUR_MS) / 6,
      hours: 1 / 6,
      kwhByHour: [1],
      card: `FINCARD${n}`,
    });
}

/** Six cars that wait for the second of two hours, when the sun shines and the grid is clean; in the first it asks for 5 kW less. */
async function rome(): Promise<void> {
  const owner = { peerId: 'enx', party: { countryCode: 'IT', partyId: 'ENX' } };
  const place = aLocation('R1', [anEvse('E4')], {
    country_code: 'IT',
    party_id: 'ENX',
    time_zone: 'Europe/Rome',
    last_updated: '2026-05-01T00:00:00Z',
  });
  assert.ok((await server.sites.putLocation(owner, place)).ok);
  const day = { evse: 'E4', location: 'R1', startMs: 6 * HOUR_MS, hours: 2, kwhByHour: [0, 11] };
  for (let n = 1; n <= 6; n += 1) await charge(owner, { ...day, day: n, card: `ROMECARD${n}` });
  const session = await server.sites.session({ peerId: 'enx', sessionId: 'SESSION-E4-1-ROMECARD1-6' });
  const told = (kind: 'generation' | 'co2' | 'flex', n: number, hour: number, value: number) => ({
    context_id: session!.contextId,
    kind,
    layer: 'base' as const,
    start_ms: utc(`2026-06-0${n}T0${hour}:00`),
    duration_ms: HOUR_MS,
    value,
    source: 'test',
    received_ms: utc('2026-05-31T12:00'),
  });
  await server.store.db
    .insertInto('series_slot')
    .values(
      [1, 2, 3, 4, 5, 6].flatMap((n) => [
        told('flex', n, 6, -5_000),
        told('co2', n, 6, 400),
        told('co2', n, 7, 100),
        told('generation', n, 7, 8_000),
      ]),
    )
    .execute();
}

interface Charge {
  readonly evse: string;
  readonly location?: string;
  readonly day: number;
  /** After midnight UTC of the day. */
  readonly startMs: number;
  readonly hours: number;
  /** What the meter shows after each hour, or at the end. */
  readonly kwhByHour: readonly number[];
  readonly card: string;
}

async function charge(
  owner: Parameters<TestServer['sites']['putSession']>[0],
  { evse, location = 'L1', day, startMs, hours, kwhByHour, card }: Charge,
): Promise<void> {
  const { countryCode: country_code, partyId: party_id } = owner.party;
  const fromMs = Date.parse(`2026-06-0${day}T00:00:00Z`) + startMs;
  const at = (after: number) => new Date(fromMs + after * HOUR_MS).toISOString();
  const common = {
    country_code,
    party_id,
    location_id: location,
    evse_uid: evse,
    start_date_time: at(0),
    cdr_token: { country_code, party_id, uid: card, type: 'RFID', contract_id: card } as const,
  };
  const id = `SESSION-${evse}-${day}-${card}-${startMs / HOUR_MS}`;
  const put = async (overrides: object) => {
    const put = await server.sites.putSession(owner, aSession(id, { ...common, ...overrides }));
    assert.ok(put.ok, JSON.stringify(put));
  };
  await put({ kwh: 0, last_updated: at(0) });
  for (const [n, kwh] of kwhByHour.entries()) {
    const isLast = n === kwhByHour.length - 1;
    const after = isLast ? hours : n + 1;
    const end = isLast ? { status: 'COMPLETED', end_date_time: at(after) } : {};
    await put({ kwh, last_updated: at(after), ...end });
  }
}

/** A day without connection, and five bookings of half an hour. */
async function ownStation(): Promise<void> {
  const { network } = server.backOffice;
  const place = { id: 'OWN', name: 'Own square', address: 'Square 1', city: 'Utrecht', country: 'NLD' };
  const where = { latitude: '52.09', longitude: '5.12', timeZone: 'Europe/Amsterdam' };
  const supply = { maxImportW: 50_000, currency: 'EUR' };
  await network.addLocation({ ...place, ...where, supply });
  await server.stations.admin.add({ stationId: 'S1', securityProfile: 1 }, 'local');
  const socket = { standard: 'IEC_62196_T2', format: 'SOCKET', powerType: 'AC_3_PHASE' } as const;
  const power = { maxVoltageV: 230, maxCurrentA: 16, dischargeW: 0, tariffIds: [] };
  await network.placeEvse({
    stationId: 'S1',
    evseId: 1,
    locationId: 'OWN',
    evseUid: 'S1-1',
    connectors: [{ id: '1', connectorId: 1, ...socket, ...power }],
  });
  const { db } = server.store;
  await db
    .insertInto('station_uptime')
    .values([
      {
        station_id: 'S1',
        generation: 1,
        from_ms: utc('2026-05-31T22:00'),
        until_ms: utc('2026-06-10T22:00'),
      },
      { station_id: 'S1', generation: 2, from_ms: utc('2026-06-11T22:00'), until_ms: null },
    ])
    .execute();
  await db
    .insertInto('cpo_reservation')
    .values(
      [1, 2, 3, 4, 5].map((day) => ({
        peer_id: 'msp',
        party: 'NL-MSP',
        reservation_key: `r${day}`,
        location_id: 'OWN',
        evse_uid: 'S1-1',
        token: '{}',
        reference: null,
        response_url: 'https://msp.example.org/r',
        reserved_ms: utc(`2026-06-0${day}T12:00`),
        expires_ms: utc(`2026-06-0${day}T13:00`),
        ended_ms: utc(`2026-06-0${day}T12:30`),
      })),
    )
    .execute();
}

const utc = (text: string) => Date.parse(`${text}:00Z`);

interface Figures {
  readonly withheld: boolean;
  readonly rounded: boolean;
  readonly sessions: number;
  readonly cards: number;
  readonly energyWh: number;
  readonly energyPerSessionWh: number;
  readonly carbon: { readonly kg: number; readonly seriesShare: number };
  readonly chargingHours: number;
  readonly occupiedHours: number;
  readonly chargingShare: number;
  readonly peak: { readonly value: number; readonly at: string };
  readonly simultaneous: { readonly value: number; readonly at: string };
  readonly turnover: number;
  readonly occupiedShare: number;
  readonly bookings: Readonly<Record<'count' | 'meanMinutes' | 'perDay', number | null>>;
}
interface Cell {
  readonly withheld: boolean;
  readonly sessions: number | null;
  readonly energyWh: number | null;
}
interface Summary {
  readonly figures: Figures;
  readonly before: Figures;
  readonly previous: { readonly from: string; readonly to: string };
  readonly days: readonly (Cell & { readonly date: string })[];
  readonly effects: readonly Readonly<Record<string, number | string>>[];
  readonly methods: { readonly co2: string; readonly effect: string };
  readonly choices: {
    readonly operators: readonly string[];
    readonly districts: readonly string[];
    readonly sites: readonly { readonly key: string; readonly name: string }[];
  };
  readonly uptimeShare: number | null;
  readonly live: Readonly<Record<string, unknown>>;
}

async function summary(query: string): Promise<Summary> {
  const { status, json } = await city.call<Summary>('GET', `/api/city/summary?${query}`);
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

test('US-MA-3 US-MA-m-co2 US-MA-m-time figures of a week at one operator are those of a sheet made by hand', async () => {
  const {
    figures,
    before: previous,
    previous: week,
    days,
    methods,
  } = await summary(`${WEEK}&operator=NL-TNM`);
  assert.equal(figures.rounded, false, 'no day has a few');
  assert.equal(figures.sessions, 9);
  assert.equal(figures.cards, 7);
  near(figures.energyWh, 6 * 11_000 + 3 * 5_000);
  near(figures.energyPerSessionWh, 9_000);
  const { rows } = await sql<{ wh: number; hours: number }>`
    select sum(energy_wh) as wh, sum(end_ms - start_ms)::float8 / 3600000 as hours
    from charging_session where party = 'NL-TNM'`.execute(server.store.db);
  near(figures.energyWh, Number(rows[0]?.wh));
  near(figures.occupiedHours, Number(rows[0]?.hours));
  near(figures.carbon.kg, 81 * 0.252);
  assert.equal(figures.carbon.seriesShare, 0);
  assert.match(methods.co2, /252 g per kWh .*IEA, in Key figures on climate, SDES/);
  near(figures.chargingHours, 6 + 3);
  near(figures.occupiedHours, 12 + 3);
  near(figures.chargingShare, 9 / 15);
  near(figures.peak.value, 16_000);
  assert.equal(figures.peak.at, '2026-06-01T08:30:00.000Z');
  assert.deepEqual(figures.simultaneous, { value: 2, at: '2026-06-01T08:30:00.000Z' });
  near(figures.turnover, 9 / 2 / 7);
  near(figures.occupiedShare, 15 / (2 * 7 * 24));
  assert.deepEqual(week, { from: '2026-05-25', to: '2026-05-31' });
  assert.equal(previous.sessions, 0);
  assert.deepEqual(
    days.map(({ withheld, sessions }) => (withheld ? 'withheld' : sessions)),
    [9, 0, 0, 0, 0, 0, 0],
  );
});

test('US-MA-3 days and hours are those of the clock at the site', async () => {
  const { figures, days } = await summary(`${WEEK}&operator=FI-ABC`);
  assert.equal(figures.sessions, 6);
  assert.deepEqual(days[0], {
    date: '2026-06-01',
    withheld: false,
    rounded: false,
    sessions: 6,
    energyWh: 6_000,
  });
  assert.deepEqual(figures.simultaneous.value, 1);
  near(figures.peak.value, 6_000);
  const { json } = await city.call<{ cells: (Cell & { weekday: number; hour: number })[] }>(
    'GET',
    `/api/city/heat?${WEEK}&operator=FI-ABC`,
  );
  assert.equal(json.cells.length, 168);
  const warm = json.cells.filter(({ sessions }) => sessions !== 0);
  assert.equal(warm.length, 1);
  assert.deepEqual([warm[0]?.weekday, warm[0]?.hour, warm[0]?.sessions], [0, 0, 6]);
  near(warm[0]!.energyWh!, 6_000);
});

test('smart charging is compared with the same energy charged without it', async () => {
  const { effects, methods } = await summary(`${WEEK}&operator=FI-ABC`);
  assert.equal(effects.length, 1);
  const [effect] = effects;
  near(Number(effect!.energyWh), 6_000);
  // Nothing was planned there: what was is what would have been.
  near(Number(effect!.cost) - Number(effect!.uncontrolledCost), 0);
  near(Number(effect!.peakW), 6_000);
  assert.match(methods.effect, /full power/);
});

test('US-ROM-obj own generation, peak, CO2 and flexibility of a week are those of a sheet made by hand; what charges now is live', async () => {
  const { effects, live, figures, days } = await summary(`${WEEK}&operator=IT-ENX`);
  // One session a day could be told by leaving that day out: six sessions are told as five, and all sums with them.
  assert.deepEqual([figures.rounded, figures.sessions, figures.energyWh], [true, 5, 5 * 11_000]);
  assert.ok(days.slice(0, 6).every(({ withheld }) => withheld));
  const [effect] = effects;
  near(Number(effect!.energyWh), 5 * 11_000);
  near(Number(effect!.ownGenerationWh), 5 * 8_000);
  near(Number(effect!.co2Kg), 5 * 1.1);
  near(Number(effect!.uncontrolledCo2Kg), 5 * 4.4);
  near(Number(effect!.flexAskedWh), 5 * 5_000);
  near(Number(effect!.flexDoneWh), 5 * 5_000);
  near(Number(effect!.uncontrolledPeakW) - Number(effect!.peakW), 0);
  assert.deepEqual(live, { withheld: false, rounded: false, charging: 0, powerW: 0 });
});

test('US-MA-m-bookcount US-MA-m-bookdur US-MA-m-bookfreq bookings of a week: how many, how long, how often', async () => {
  const { choices } = await summary(WEEK);
  const own = choices.sites.find(({ name }) => name === 'Own square');
  const { figures } = await summary(`${WEEK}&site=${encodeURIComponent(own!.key)}`);
  assert.deepEqual(figures.bookings, { count: 5, meanMinutes: 30, perDay: 5 / 7 });
  const three = await summary(`from=2026-06-01&to=2026-06-03&site=${encodeURIComponent(own!.key)}`);
  assert.deepEqual(three.figures.bookings, { count: null, meanMinutes: null, perDay: null });
});

interface Socket extends Cell {
  readonly rounded: boolean;
  readonly evseUid: string;
  readonly cards: number | null;
  readonly energyPerSessionWh: number | null;
  readonly chargingHours: number | null;
  readonly occupiedHours: number | null;
  readonly uptimeShare: number | null;
  readonly outages: readonly { readonly from: string; readonly until: string }[] | null;
}

test('for readers of the city the report of a month tells transactions, energy, time, uptime and malfunctions of every socket, rounded while it goes on', async () => {
  const { json } = await city.call<{ sockets: Socket[] }>('GET', '/api/city/report?month=2026-06');
  const socket = (uid: string) => json.sockets.find(({ evseUid }) => evseUid === uid)!;
  // E2 has too few, and E1 is what the sum of their site would tell it by.
  assert.deepEqual(
    json.sockets.filter(({ withheld }) => withheld).map(({ evseUid }) => evseUid),
    ['E1', 'E2'],
  );
  const alone = await city.call<{ sockets: Socket[] }>(
    'GET',
    '/api/city/report?month=2026-06&operator=FI-ABC',
  );
  const [line] = alone.json.sockets;
  // Six of 1 kWh in ten minutes each; June is not over.
  assert.deepEqual([line!.rounded, line!.sessions, line!.cards], [true, 5, 5]);
  near(line!.energyWh!, 5_000);
  near(line!.energyPerSessionWh!, 1_000);
  near(line!.chargingHours!, 0.833);
  near(line!.occupiedHours!, 0.833);
  const week = await city.call<{ features: { properties: Socket }[] }>(
    'GET',
    `/api/city/evses?${WEEK}&operator=FI-ABC`,
  );
  const { rounded, sessions } = week.json.features[0]!.properties;
  assert.deepEqual([rounded, sessions], [false, 6], 'a week that is over is told to the last session');
  assert.equal(line!.outages, null, 'connections of other operators are not seen here');
  const own = socket('S1-1');
  assert.equal(own.sessions, 0);
  // From midnight of the first, 22:00 UTC, to now, which runs on from 10:00 on the twentieth: 468 h, less 24 h.
  assert.ok(Math.abs(own.uptimeShare! - (1 - 24 / 468)) < 1e-3, String(own.uptimeShare));
  assert.deepEqual(own.outages, [{ from: '2026-06-10T22:00:00.000Z', until: '2026-06-11T22:00:00.000Z' }]);
});

test('EVSEs come as GeoJSON with their place and use; what one socket alone would tell is withheld', async () => {
  const { json } = await city.call<{
    type: string;
    features: { geometry: { coordinates: number[] }; properties: Socket }[];
  }>('GET', `/api/city/evses?${WEEK}&operator=NL-TNM`);
  assert.equal(json.type, 'FeatureCollection');
  assert.deepEqual(
    json.features.map(({ geometry, properties }) => [
      ...geometry.coordinates,
      properties.evseUid,
      properties.withheld,
    ]),
    [
      [4.47917, 51.9225, 'E1', true],
      [4.47917, 51.9225, 'E2', true],
    ],
  );
});

test('US-MA-1 a city is told no driver, no card and no session, by no route and in no format; others are told to sign in', async () => {
  for (const route of ['summary', 'evses', 'heat']) {
    for (const format of ['json', 'csv']) {
      const { status, json } = await city.call('GET', `/api/city/${route}?${WEEK}&format=${format}`);
      assert.equal(status, 200);
      assert.doesNotMatch(JSON.stringify(json), /CARDONE|CARDTWO|FINCARD|SESSION-/i);
    }
    assert.equal((await plainCall(`${server.url}/api/city/${route}`, 'GET')).status, 401);
  }
  assert.equal((await city.call('GET', '/api/sessions')).status, 403);
  assert.equal((await city.call('GET', '/api/cdrs')).status, 403);
});

test('every table is exported as it is filtered, and a name that is a formula stays a text', async () => {
  const { headers, json } = await city.call<{ text: string }>(
    'GET',
    '/api/city/report?month=2026-06&operator=NL-TNM&format=csv',
  );
  assert.match(headers.get('content-type') ?? '', /^text\/csv/);
  assert.match(headers.get('content-disposition') ?? '', /attachment; filename="smac-usage-2026-06.csv"/);
  const [header, first, ...rest] = json.text.trim().split('\r\n');
  assert.match(header ?? '', /^operator,site,district,evse,max_w,sessions,cards,energy_wh/);
  assert.match(first ?? '', /^NL-TNM,"'=HYPERLINK\(""x""\)",1011AB,E1,22000,,,/);
  assert.equal(rest.length, 1);
});

test('a period that is none is refused with the field and the fix', async () => {
  for (const [query, field] of [
    ['from=2026-02-30', 'from'],
    ['from=2026-06-02&to=2026-06-01', 'to'],
    ['from=2024-01-01&to=2026-06-01', 'to'],
    ['from=yesterday', 'from'],
  ]) {
    const { status, json } = await city.call<{ detail: string }>('GET', `/api/city/summary?${query}`);
    assert.equal(status, 400, query);
    assert.match(json.detail, new RegExp(field!));
  }
});
