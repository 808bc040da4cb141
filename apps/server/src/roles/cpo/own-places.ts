import { type Location, parseDateTime, type Tariff } from '@smac/ocpi';
import type { Billing } from '../../billing/index.ts';
import type { Network } from '../../network/index.ts';

/** Own locations as other platforms see them: every connector with the tariffs that count there now. */
export async function ownLocations(
  network: Pick<Network, 'locations'>,
  { tariffs }: Billing,
  nowMs: number,
): Promise<readonly Location[]> {
  const locations = await network.locations();
  const result: Location[] = [];
  for (const location of locations) {
    const evses: NonNullable<Location['evses']> = [];
    for (const evse of location.evses ?? []) {
      const connectors: typeof evse.connectors = [];
      for (const connector of evse.connectors) {
        const at = { locationId: location.id, evseUid: evse.uid, connectorId: connector.id };
        connectors.push(withTariffs(connector, await tariffs.at(at, nowMs)));
      }
      evses.push({ ...evse, connectors, last_updated: newest(evse, connectors) });
    }
    result.push({
      ...location,
      ...(location.evses === undefined ? {} : { evses }),
      last_updated: newest(location, evses),
    });
  }
  return result;
}

function withTariffs<C extends Dated & { readonly tariff_ids?: readonly string[] }>(
  connector: C,
  tariffs: readonly Tariff[],
): C {
  if (tariffs.length === 0) return connector;
  return {
    ...connector,
    tariff_ids: tariffs.map(({ id }) => id),
    // A price that came into force is a change of the connector, and of what it is part of (OCPI 2.3.0 mod_locations).
    last_updated: newest(connector, tariffs),
  };
}

interface Dated {
  readonly last_updated: string;
}

function newest(whole: Dated, parts: readonly Dated[]): string {
  return parts.reduce((last, { last_updated }) => laterOf(last, last_updated), whole.last_updated);
}

/** The later of two OCPI times. */
function laterOf(a: string, b: string): string {
  return (parseDateTime(a) ?? 0) >= (parseDateTime(b) ?? 0) ? a : b;
}
