/** Puts the sites of a world into the rooms of the own back office: locations, supply points, stations, plugs, cards, hours of service. */
import type { Credentials, Plug, SiteWorld, World } from '@smac/simulator/scenario';
import type { NewLocation, PlacedConnector } from '../../network/index.ts';
import type { BackOffice } from '../back-office.ts';
import type { RunningServer } from '../start-server.ts';

export type Provisioned = Pick<RunningServer, 'sites' | 'stations'> & {
  readonly backOffice: Pick<BackOffice, 'network' | 'tokens'>;
};

/** @returns what every station connects with, by station id */
export async function provision(
  server: Provisioned,
  world: World,
  actor = 'local',
): Promise<ReadonlyMap<string, Credentials>> {
  const credentials = new Map<string, Credentials>();
  const cards = new Set<string>();
  for (const site of world.sites) {
    await addLocation(server, site);
    for (const station of site.stations) {
      const added = await server.stations.admin.add(
        { stationId: station.id, name: station.id, securityProfile: 1 },
        actor,
      );
      if (!added.ok) throw new Error(`Station ${station.id}: ${added.detail}`);
      const { identity, password } = added.data;
      credentials.set(station.id, { identity, ...(password === undefined ? {} : { password }) });
      for (const plug of station.plugs) {
        const placed = await server.backOffice.network.placeEvse({
          stationId: station.id,
          evseId: plug.evseId,
          locationId: site.site.id,
          evseUid: plug.uid,
          firstPhase: station.firstPhase,
          connectors: [connectorOf(plug, site)],
        });
        if (!placed.ok) throw new Error(`EVSE ${plug.uid}: ${placed.detail}`);
      }
    }
    await setStrategy(server, site);
    for (const { idToken } of site.stays) {
      if (cards.has(idToken)) continue;
      cards.add(idToken);
      await server.backOffice.tokens.add({ uid: idToken }, actor);
    }
  }
  return credentials;
}

async function addLocation({ backOffice }: Provisioned, world: SiteWorld): Promise<void> {
  const added = await backOffice.network.addLocation(locationOf(world));
  if (!added.ok) throw new Error(`Location ${world.site.id}: ${added.detail}`);
}

export function locationOf({ site }: SiteWorld): NewLocation {
  return {
    id: site.id,
    name: site.name,
    address: site.address,
    city: site.city,
    country: site.country,
    latitude: site.latitude.toFixed(5),
    longitude: site.longitude.toFixed(5),
    timeZone: site.timeZone,
    supply: {
      maxImportW: site.limitW,
      currency: site.currency,
      ...(site.maxExportW === 0 ? {} : { maxExportW: site.maxExportW }),
      ...(site.fuseA === undefined ? {} : { capW: Math.floor(site.fuseA * 230 * 3) }),
    },
  };
}

export function connectorOf(plug: Plug, { stations }: SiteWorld): PlacedConnector {
  const options = stations.find(({ id }) => id === plug.stationId)!.options;
  const standard = options.evses.find(({ evseId }) => evseId === plug.evseId)?.connectorType;
  return {
    id: '1',
    connectorId: 1,
    standard: (standard ?? 'IEC_62196_T2') as PlacedConnector['standard'],
    format: plug.currentType === 'DC' ? 'CABLE' : 'SOCKET',
    powerType: plug.currentType === 'DC' ? 'DC' : plug.phases === 1 ? 'AC_1_PHASE' : 'AC_3_PHASE',
    maxVoltageV: plug.currentType === 'DC' ? 400 : 230,
    maxCurrentA: plug.currentType === 'DC' ? Math.ceil(mainsW(plug) / 400) : plug.maxCurrentA,
    maxPowerW: mainsW(plug),
    dischargeW: plug.dischargeW,
    tariffIds: [],
  };
}

/** What the plug takes from the mains: a DC charger more than it gives. */
const mainsW = (plug: Plug) => (plug.currentType === 'DC' ? Math.ceil(plug.maxW / 0.95) : plug.maxW);

async function setStrategy({ sites }: Provisioned, { site, plugs }: SiteWorld): Promise<void> {
  if (site.strategy.length === 0) return;
  const contextId = await contextOf({ sites }, site.id);
  const policies = site.strategy.map(({ group, fromHour, toHour, minW, maxW, maxStayMinutes }) => ({
    evses: plugs
      .filter((plug) => plug.group === group)
      .map(({ uid }) => ({ locationId: site.id, evseUid: uid })),
    weekdays: [],
    fromHour,
    toHour,
    timeZone: site.timeZone,
    ...(minW === undefined ? {} : { minW }),
    ...(maxW === undefined ? {} : { maxW }),
    ...(maxStayMinutes === undefined ? {} : { maxStayMinutes }),
  }));
  const set = await sites.setServicePolicies(contextId, policies);
  if (!set.ok) throw new Error(`Hours of service of ${site.id}: ${set.detail}`);
}

/** Optimisation context of an own location. */
export async function contextOf(
  { sites }: Pick<RunningServer, 'sites'>,
  locationId: string,
): Promise<string> {
  const found = (await sites.contexts()).find(
    ({ peerId, objectId }) => peerId === 'own' && objectId === `supply/${locationId}`,
  );
  if (found === undefined) throw new Error(`Location ${locationId} has no supply point`);
  return found.id;
}
