import { codecOf } from '../../bridge/codecs.ts';
import type { ObjectCodec } from '../../exchange/codec.ts';
import type { LocationKey, LocationPart, LocationsReceiver, LocationsSender } from '../../exchange/ports.ts';
import { defineModule, listRoute, type RouteArgs, route } from '../../server/module-definition.ts';

const LOCATION = '/:country_code/:party_id/:location_id';
const EVSE = `${LOCATION}/:evse_uid`;
const CONNECTOR = `${EVSE}/:connector_id`;

const location = codecOf('Location');
const evse: ObjectCodec<LocationPart> = codecOf('Evse');
const connector: ObjectCodec<LocationPart> = codecOf('Connector');

interface Level {
  readonly path: string;
  readonly codec: ObjectCodec<LocationPart>;
  readonly identity: Readonly<Record<string, string>>;
}

/** The three levels share one shape: GET, PUT and PATCH of the object that lives at this depth of the path. */
const levels: readonly Level[] = [
  { path: LOCATION, codec: location, identity: { location_id: 'id' } },
  { path: EVSE, codec: evse, identity: { evse_uid: 'uid' } },
  { path: CONNECTOR, codec: connector, identity: { connector_id: 'id' } },
];

/** Locations, RECEIVER: what a CPO pushes (OCPI mod_locations; the SCSP gets it by agreement, X38). */
export const locationsReceiver = defineModule({
  id: 'locations',
  port: 'locations',
  interfaceRole: 'RECEIVER',
  paths: ['locations'],
  routes: levels.flatMap(({ path, codec, identity }) => [
    route({
      method: 'GET',
      path,
      answer: codec,
      call: (port: LocationsReceiver, caller, args) => port.get(caller, keyOf(args)),
    }),
    route({
      method: 'PUT',
      path,
      identity,
      body: codec,
      call: (port: LocationsReceiver, caller, args) => port.put(caller, keyOf(args), args.body),
    }),
    route({
      method: 'PATCH',
      path,
      identity,
      body: codec.partial,
      call: (port: LocationsReceiver, caller, args) => port.patch(caller, keyOf(args), args.body),
    }),
  ]),
});

/** Locations, SENDER: what we own, as a list or one object of any level. */
export const locationsSender = defineModule({
  id: 'locations',
  port: 'locations',
  interfaceRole: 'SENDER',
  paths: ['locations'],
  routes: [
    listRoute({
      method: 'GET',
      path: '',
      list: {},
      answer: location,
      call: (port: LocationsSender, caller, { page }) => port.list(caller, page),
    }),
    ...levels.map(({ path, codec }) =>
      route({
        method: 'GET',
        path: path.replace('/:country_code/:party_id', ''),
        answer: codec,
        call: (port: LocationsSender, caller, args) => port.get(caller, keyOf(args)),
      }),
    ),
  ],
});

function keyOf({ owner, path }: Pick<RouteArgs<unknown>, 'owner' | 'path'>): LocationKey {
  const { location_id = '', evse_uid, connector_id } = path;
  return {
    owner,
    locationId: location_id,
    ...(evse_uid === undefined ? {} : { evseUid: evse_uid }),
    ...(connector_id === undefined ? {} : { connectorId: connector_id }),
  };
}
