import type { RunningServer } from '../../../server/src/main/start-server.ts';

const PLACES = [
  {
    id: 'HUB',
    name: 'Via Colombo hub',
    city: 'Rome',
    country: 'ITA',
    timeZone: 'Europe/Rome',
    sockets: 8,
    at: ['41.84', '12.48'],
  },
  {
    id: 'SQ',
    name: 'Glories square',
    city: 'Barcelona',
    country: 'ESP',
    timeZone: 'Europe/Madrid',
    sockets: 5,
    at: ['41.40', '2.18'],
  },
] as const;

/** Sites where nobody charges now, so that a list is one. */
export async function otherSites({ stations, backOffice: { network } }: RunningServer): Promise<void> {
  for (const { id, name, city, country, timeZone, sockets, at } of PLACES) {
    const [latitude, longitude] = at;
    const supply = { maxImportW: 75_000, currency: 'EUR' };
    await network.addLocation({
      id,
      name,
      address: name,
      city,
      country,
      latitude,
      longitude,
      timeZone,
      supply,
    });
    await stations.admin.add({ stationId: id, securityProfile: 1 }, 'local');
    for (let socket = 1; socket <= sockets; socket += 1)
      await network.placeEvse({
        stationId: id,
        evseId: socket,
        locationId: id,
        evseUid: `${id}-${socket}`,
        connectors: [SOCKET],
      });
  }
}

const SOCKET = {
  id: '1',
  connectorId: 1,
  standard: 'IEC_62196_T2',
  format: 'SOCKET' as const,
  powerType: 'AC_3_PHASE' as const,
  maxVoltageV: 230,
  maxCurrentA: 16,
  dischargeW: 0,
  tariffIds: [],
};
