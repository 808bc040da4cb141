/** Makes the stations of a world known to a SMAC server through its REST API, as a person with an administrator's key would. */
import type { Credentials, SiteWorld, World } from '@smac/simulator/scenario';
import { CannotStart } from '../../config/index.ts';
import { connectorOf, locationOf } from '../closed-loop/provision.ts';
import type { Answer, Call } from '../commands/server-call.ts';

export interface ProvisionedFleet {
  readonly credentials: ReadonlyMap<string, Credentials>;
  /** Where the stations connect, without identity. */
  readonly url: string;
}

/** Calls of a server elsewhere with an API key. */
export function callsTo(apiUrl: string, key: string): Call {
  return async (method, path, body) => {
    const answer = await fetch(new URL(path, apiUrl), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.text() };
  };
}

export async function provisionOverApi(call: Call, world: World): Promise<ProvisionedFleet> {
  const credentials = new Map<string, Credentials>();
  const cards = new Set<string>();
  let url: string | undefined;
  for (const site of world.sites) {
    taken(await call('POST', '/api/network/locations', locationOf(site)), `location ${site.site.id}`);
    for (const station of site.stations) {
      const added = await addStation(call, station.id);
      credentials.set(station.id, { identity: added.identity, password: added.password });
      url ??= added.url.slice(0, added.url.lastIndexOf('/'));
      for (const plug of station.plugs) {
        taken(
          await call('POST', `/api/network/locations/${encodeURIComponent(site.site.id)}/evses`, {
            stationId: station.id,
            evseId: plug.evseId,
            evseUid: plug.uid,
            firstPhase: station.firstPhase,
            connectors: [connectorOf(plug, site)],
          }),
          `EVSE ${plug.uid}`,
        );
      }
    }
    for (const { idToken } of site.stays) {
      if (cards.has(idToken)) continue;
      cards.add(idToken);
      const answer = await call('POST', '/api/tokens', { uid: idToken });
      // A card that is known already is as good.
      if (answer.status >= 500 || answer.status === 401 || answer.status === 403) taken(answer, 'a card');
    }
    await tellInputs(call, site);
  }
  if (url === undefined) throw new CannotStart('This scenario has no station: nothing to simulate.');
  return { credentials, url };
}

interface Added {
  readonly identity: string;
  readonly password: string;
  readonly url: string;
}

/** A station that is there from an earlier run gets a new password. */
async function addStation(call: Call, stationId: string): Promise<Added> {
  const answer = await call('POST', '/api/stations', { stationId, name: stationId, securityProfile: 1 });
  if (answer.status !== 409) return taken(answer, `station ${stationId}`) as Added;
  const id = encodeURIComponent(stationId);
  const renewed = await call('POST', `/api/stations/${id}/password`, { deliver: 'by-person' });
  const known = await call('GET', `/api/stations/${id}/identity`);
  return {
    ...(taken(known, `station ${stationId}`) as Added),
    ...(taken(renewed, `station ${stationId}`) as Omit<Added, 'url'>),
  };
}

/** Load, generation and prices of the next day, as an energy manager would tell them. */
async function tellInputs(call: Call, site: SiteWorld): Promise<void> {
  const contexts = taken(await call('GET', '/api/contexts'), 'contexts') as readonly {
    readonly id: string;
    readonly peerId: string;
    readonly objectId: string;
  }[];
  const objectId = `supply/${site.site.id}`;
  const context = contexts.find((each) => each.peerId === 'own' && each.objectId === objectId);
  if (context === undefined) return;
  const kinds = {
    price: site.importPrice,
    export_price: site.exportPrice,
    demand: site.baseW,
    generation: site.pvW,
  };
  for (const [kind, series] of Object.entries(kinds)) {
    if (series === undefined) continue;
    const slots = series.values.map((value, n) => ({
      start: new Date(series.startMs + n * series.stepMs).toISOString(),
      durationMinutes: series.stepMs / 60_000,
      value,
    }));
    taken(
      await call('PUT', `/api/contexts/${encodeURIComponent(context.id)}/inputs/${kind}`, { slots }),
      `${kind} of ${site.site.id}`,
    );
  }
}

function taken(answer: Answer, what: string): unknown {
  const data: unknown = answer.body === '' ? undefined : JSON.parse(answer.body);
  if (answer.status < 300) return data;
  const detail =
    typeof data === 'object' && data !== null && 'detail' in data ? String(data.detail) : answer.body;
  throw new CannotStart(`The server did not take ${what} (HTTP ${answer.status}): ${detail}`);
}
