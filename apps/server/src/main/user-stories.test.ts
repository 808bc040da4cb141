/** The user stories of the four managers (D4.2 annex): one script, told at four sites with real stations over OCPP. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SessionPicture } from '../planning/index.ts';
import { type OwnServer, ownServer, until } from './testing/played-stations.ts';
import { cookieIn, type Heard, PASSWORD, plainCall, type SignedIn, signedIn } from './testing/signed-in.ts';
import { placeOfStory, type Story, type StoryPlace } from './testing/story-places.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Short stays with much power by day, long stays with little by night. */
const DAY = { fromHour: 8, toHour: 22, minW: 3_700, maxW: 11_000, maxStayMinutes: 120 };
const NIGHT = { fromHour: 22, toHour: 8, minW: 1_400, maxW: 7_400, maxStayMinutes: 480 };

interface Picture {
  readonly now: string;
  readonly start: string;
  readonly slotMinutes: number;
  readonly currency: string;
  readonly plannedNetW: readonly (number | null)[];
  readonly generationW: readonly (number | null)[];
  readonly evses: readonly { readonly evseUid: string; readonly plannedW: readonly (number | null)[] }[];
}
interface Booked {
  readonly id: string;
  readonly heldBy: string;
  readonly outlook: { readonly cost: { readonly currency: string; readonly amount: number } | null } | null;
}
interface SharedEvse {
  readonly peerId: string;
  readonly party: string;
  readonly locationId: string;
  readonly evseUid: string;
}

let server: OwnServer;
before(async () => {
  server = await ownServer();
});
after(() => server.close());

/** Someone who signs up with the app. */
async function subscriber(email: string) {
  const answer = await plainCall<{ csrfToken: string }>(`${server.url}/api/drivers/sign-up`, 'POST', {
    email,
    password: PASSWORD,
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.json));
  const headers = { cookie: cookieIn(answer), 'x-csrf-token': answer.json.csrfToken };
  return <T>(method: string, path: string, body?: unknown): Promise<Heard<T>> =>
    plainCall(`${server.url}/api/drivers/me${path}`, method, body, headers);
}

/** A row of values from the quarter hour that runs, as the page sends it. */
function slots(values: (hour: number) => number) {
  const fromMs = Math.floor(Date.now() / (15 * MINUTE_MS)) * 15 * MINUTE_MS;
  return Array.from({ length: 4 * 30 }, (_, n) => ({
    start: new Date(fromMs + n * 15 * MINUTE_MS).toISOString(),
    value: values(n / 4),
  }));
}

function bandAt(ms: number, timeZone: string) {
  const format = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone });
  const hour = Number(format.format(ms));
  return hour >= DAY.fromHour && hour < DAY.toHour ? DAY : NIGHT;
}

/** The manager finds the charging points of the site, and gives limit, calendar of services and prices as the wizard does. */
async function policyMade(manager: SignedIn, { story, locationId }: StoryPlace): Promise<string> {
  const shared = (await manager.call<SharedEvse[]>('GET', '/api/evses')).json.filter(
    (evse) => evse.locationId === locationId,
  );
  assert.equal(shared.length, story.poles);
  const [country, party] = (shared[0]?.party ?? '').split('-');
  const { timeZone, currency, maxImportW } = story;
  const made = await manager.call<{ id: string }>('POST', '/api/contexts', {
    country,
    party,
    peerId: shared[0]?.peerId,
    objectId: story.city,
    statics: { currency, maxImportW, evses: shared.map(asMember) },
    policies: [DAY, NIGHT].map((band) => ({ ...band, evses: [], weekdays: [], timeZone })),
  });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  const inputs = { price: (hour: number) => (hour < 1 ? 0.5 : 0.1), ...story.inputs };
  for (const [kind, values] of Object.entries(inputs)) {
    const path = `/api/contexts/${encodeURIComponent(made.json.id)}/inputs/${kind}`;
    const put = await manager.call('PUT', path, { slots: slots(values) });
    assert.equal(put.status, 200, JSON.stringify(put.json));
  }
  return made.json.id;
}
const asMember = ({ locationId, evseUid }: SharedEvse) => ({ locationId, evseUid, connectors: [] });

/** Every slot to come keeps the limit of the site, and every pole the band of the hour. */
function assertKept(picture: Picture, { story }: StoryPlace): void {
  const slotMs = picture.slotMinutes * MINUTE_MS;
  for (let slot = 0; slot < picture.plannedNetW.length; slot += 1) {
    const startMs = Date.parse(picture.start) + slot * slotMs;
    if (startMs < Date.parse(picture.now)) continue;
    const netW = picture.plannedNetW[slot] ?? 0;
    assert.ok(netW <= story.maxImportW + 0.5, `${netW} W in slot ${slot}`);
    const { maxW } = bandAt(startMs, story.timeZone);
    for (const { evseUid, plannedW } of picture.evses)
      assert.ok((plannedW[slot] ?? 0) <= maxW + 0.5, `${evseUid}: ${plannedW[slot]} W in slot ${slot}`);
  }
}

interface ToldStory extends Story {
  readonly driver: string;
  /** Poles that come later, behind the same supply point. */
  readonly addedAtNight?: number;
}

const STORIES = {
  anna: {
    city: 'Barcelona',
    timeZone: 'Europe/Madrid',
    country: 'ESP',
    currency: 'EUR',
    poles: 7,
    maxImportW: 75_000,
    driver: 'pedro',
  },
  hanna: {
    city: 'Budapest',
    timeZone: 'Europe/Budapest',
    country: 'HUN',
    currency: 'HUF',
    poles: 160,
    maxImportW: 25_000,
    driver: 'emma',
  },
  eva: {
    city: 'Rome',
    timeZone: 'Europe/Rome',
    country: 'ITA',
    currency: 'EUR',
    poles: 12,
    maxImportW: 22_000,
    driver: 'ugo',
    addedAtNight: 4,
  },
  anne: {
    city: 'Turku',
    timeZone: 'Europe/Helsinki',
    country: 'FIN',
    currency: 'EUR',
    poles: 6,
    maxImportW: 15_000,
    driver: 'aino',
    // Its energy manager tells what the roof and the battery give, and what the house and filling the battery take.
    inputs: {
      generation: (hour: number) => (hour >= 1 && hour < 6 ? 9_000 : hour >= 8 && hour < 11 ? 5_000 : 0),
      demand: (hour: number) => (hour >= 3 && hour < 6 ? 4_000 + 5_000 : 4_000),
    },
  },
} as const satisfies Readonly<Record<string, ToldStory>>;

test('US-BCN-Anna Barcelona, 75 kW for seven poles', () => told(STORIES.anna));
test('US-BUD-Hanna Budapest, 160 poles and prices in forint', () => told(STORIES.hanna));
test('US-ROM-Eva Rome, more poles at night behind the same supply point', () => told(STORIES.eva));
test('US-TUR-Anne Turku, six poles with sun on the roof and a battery in the cellar', () =>
  told(STORIES.anne));

/** The manager sets limit and day and night bands, a driver books and chooses low cost, the manager sees the profile at once, and the limit holds. */
async function told(story: ToldStory): Promise<void> {
  const place = await placeOfStory(server, story);
  const { pole, hub, locationId } = place;
  const manager = await signedIn(server, 'operator', Date.now(), `manager@${story.city}.example.org`);
  const contextId = await policyMade(manager, place);
  const at = (rest: string) => `/api/contexts/${encodeURIComponent(contextId)}${rest}`;
  const sessions = async () => (await manager.call<SessionPicture[]>('GET', at('/sessions'))).json;
  const picture = async () => (await manager.call<Picture>('GET', at('/picture'))).json;
  for (const { evseId, card } of place.busy) await hub.start(card, evseId);
  await until(async () => (await sessions()).length === place.busy.length);

  const driver = await subscriber(`${story.driver}@example.org`);
  const booked = await driver<Booked>('POST', '/bookings', {
    locationId,
    evseUid: place.freeUid,
    arrival: new Date(Date.now() + 10 * MINUTE_MS).toISOString(),
    wishes: {
      profileType: 'CHEAP',
      departure: new Date(Date.now() + 10 * HOUR_MS).toISOString(),
      departureFirm: true,
      energyNeedWh: 3_000,
    },
  });
  assert.equal(booked.status, 201, JSON.stringify(booked.json));
  assert.equal(booked.json.heldBy, 'station');

  const ofDriver = async () => (await sessions()).find(({ evseUid }) => evseUid === place.freeUid);
  const seen = await until(async () => {
    const one = await ofDriver();
    return one?.status === 'RESERVATION' && one.plannedEnd !== null ? one : undefined;
  });
  assert.equal(seen.profileType, 'CHEAP');
  assert.ok(Date.parse(seen.plannedStart ?? '') >= Date.now() + 30 * MINUTE_MS, 'not in the dear hour');
  const provisional = await picture();
  assert.equal(provisional.currency, story.currency);
  assert.ok(powersOf(provisional, place.freeUid).some((w) => w > 0));
  assertKept(provisional, place);
  if (story.inputs !== undefined) assert.ok(provisional.generationW.some((w) => (w ?? 0) === 9_000));
  const outlook = await until(
    async () => (await driver<Booked[]>('GET', '/bookings')).json[0]?.outlook ?? undefined,
  );
  assert.equal(outlook.cost?.currency, story.currency);
  assert.equal(pole.profiles('TxProfile').length, 0, 'a provisional profile is sent to nobody');

  const asked = await driver('POST', '/charging', { locationId, evseUid: place.freeUid });
  assert.deepEqual(asked.json, { accepted: true });
  const call = pole.heard.findLast(({ action }) => action === 'RequestStartTransaction');
  assert.ok(call);
  await pole.start((call.payload.idToken as { idToken: string }).idToken, 2);
  await until(async () => {
    const one = await ofDriver();
    return one?.status === 'ACTIVE' && one.plannedEnd !== null;
  });
  await until(() => pole.profiles('TxProfile').length > 0);
  assertKept(await picture(), place);

  if (story.addedAtNight !== undefined) {
    const added = await place.addPoles(story.addedAtNight);
    const before = (await manager.call<{ version: number; statics: { evses: object[] } }>('GET', at('')))
      .json;
    const changed = await manager.call('PUT', at(''), {
      basedOn: before.version,
      statics: {
        ...before.statics,
        evses: [
          ...before.statics.evses,
          ...added.map(({ evseUid }) => ({ locationId, evseUid, connectors: [] })),
        ],
      },
    });
    assert.equal(changed.status, 200, JSON.stringify(changed.json));
    for (const { evseId, card } of added) await hub.start(card, evseId);
    const everybody = place.busy.length + 1 + added.length;
    const shared = await until(async () => {
      const now = await picture();
      const fed = now.evses.filter(({ evseUid }) => powersOf(now, evseUid).some((w) => w > 0));
      return fed.length === everybody ? now : undefined;
    });
    assertKept(shared, place);
  }
}

/** W of a pole from now on. */
function powersOf({ evses, start, now, slotMinutes }: Picture, uid: string): number[] {
  const from = Math.floor((Date.parse(now) - Date.parse(start)) / (slotMinutes * MINUTE_MS));
  return (evses.find(({ evseUid }) => evseUid === uid)?.plannedW ?? []).slice(from).map((w) => w ?? 0);
}
