import type { Location, Tariff } from '@smac/ocpi';
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
      evses.push({ ...evse, connectors });
    }
    result.push({ ...location, ...(location.evses === undefined ? {} : { evses }) });
  }
  return result;
}

function withTariffs<C extends { readonly tariff_ids?: readonly string[] }>(
  connector: C,
  tariffs: readonly Tariff[],
): C {
  return tariffs.length === 0 ? connector : { ...connector, tariff_ids: tariffs.map(({ id }) => id) };
}
