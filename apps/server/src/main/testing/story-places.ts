import assert from 'node:assert/strict';
import { socket } from '../../network/testing/socket.ts';
import type { OwnServer, Played } from './played-stations.ts';

export interface Story {
  readonly city: string;
  /** ISO 3166-1 alpha-3. */
  readonly country: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly poles: number;
  readonly maxImportW: number;
  /** Only cards of this group see the place (BI19): a yard of residents. */
  readonly residents?: string;
  /** Values by hours from now on, as the energy manager of the site knows them. */
  readonly inputs?: Readonly<Record<string, (hour: number) => number>>;
}

interface Pole {
  readonly evseId: number;
  readonly evseUid: string;
  readonly card: string;
}

export interface StoryPlace {
  readonly story: Story;
  readonly locationId: string;
  /** A station whose cars charge with the cards of their drivers. */
  readonly hub: Played;
  readonly busy: readonly Pole[];
  /** A station that is free and knows how to reserve. */
  readonly pole: Played;
  readonly freeUid: string;
  /** More poles of the hub, when the site is at work. */
  addPoles(count: number): Promise<readonly Pole[]>;
}

const BUSY = 4;

/** A location of the own network with its poles: four at a hub where cars charge, one that is free, and others that nobody uses. */
export async function placeOfStory(server: OwnServer, story: Story): Promise<StoryPlace> {
  const { network, tokens } = server.backOffice;
  const locationId = `AT-${story.city}`;
  const { city, country, timeZone } = story;
  const placed = { id: locationId, address: 'Station 1', city, country, timeZone };
  const access = story.residents === undefined ? {} : { publish: false, allowedGroups: [story.residents] };
  const at = { latitude: '45.0', longitude: '10.0' };
  assert.ok((await network.addLocation({ ...placed, ...at, ...access })).ok);
  let cards = 0;
  const put = async (stationId: string, evseId: number): Promise<Pole> => {
    const evseUid = `${stationId}-${evseId}`;
    const done = await network.placeEvse({
      stationId,
      evseId,
      locationId,
      evseUid,
      connectors: [socket({ maxCurrentA: 32 })],
    });
    assert.ok(done.ok, JSON.stringify(done));
    cards += 1;
    const card = `${city.toUpperCase()}${cards}`;
    assert.ok((await tokens.add({ uid: card }, 'local')).ok);
    return { evseId, evseUid, card };
  };
  const hub = await server.play('2.0.1', `hub-${city}`);
  await hub.boot();
  let last = 1;
  const addPoles = async (count: number) => {
    const poles: Pole[] = [];
    while (poles.length < count) {
      last += 1;
      poles.push(await put(hub.stationId, last));
    }
    return poles;
  };
  const busy = await addPoles(BUSY);
  const pole = await server.play('2.0.1', `pole-${city}`);
  pole.answers.ReserveNow = { status: 'Accepted' };
  pole.answers.CancelReservation = { status: 'Accepted' };
  await pole.boot();
  const free = await put(pole.stationId, 2);
  await pole.say('StatusNotification', {
    timestamp: new Date().toISOString(),
    connectorStatus: 'Available',
    evseId: 2,
    connectorId: 1,
  });
  for (let n = BUSY + 2; n <= story.poles; n += 1) {
    const stationId = `${city}-${n}`;
    assert.ok((await server.stations.admin.add({ stationId, securityProfile: 1 }, 'local')).ok);
    await put(stationId, 1);
  }
  return { story, locationId, hub, busy, pole, freeUid: free.evseUid, addPoles };
}
