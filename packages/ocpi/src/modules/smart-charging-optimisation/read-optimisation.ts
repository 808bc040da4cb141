import type { UnitProfile } from '../../exchange/codec.ts';
import type { Outcome } from '../../exchange/outcome.ts';
import type { ScOptimisation } from '../../model/index.ts';
import type { CanonicalContext } from './canonical-context.ts';
import { checkPlausibility, type KnownConnectorPowerW } from './plausibility.ts';
import { toCanonical } from './to-canonical.ts';

/**
 * What an SCSP does with an accepted object: canonical units, plausibility gate, and never more power than OCPI Locations give a
 * connector (X45). For a PATCH, `object` is the merged one.
 */
export function readOptimisation(
  object: ScOptimisation,
  unitProfile: UnitProfile,
  knownPowerW: KnownConnectorPowerW,
): Outcome<CanonicalContext> {
  const reading = toCanonical(object, unitProfile);
  if (!reading.ok) return reading;
  const gate = checkPlausibility(reading.data, knownPowerW, unitProfile);
  if (!gate.ok) return gate;
  const evses = reading.data.evses.map((evse) => ({
    ...evse,
    connectors: evse.connectors.map((connector) => {
      const knownW = knownPowerW(evse, connector.connectorId) ?? Number.POSITIVE_INFINITY;
      return {
        ...connector,
        chargeW: Math.min(connector.chargeW, knownW),
        dischargeW: Math.min(connector.dischargeW, knownW),
      };
    }),
  }));
  return { ok: true, data: { ...reading.data, evses } };
}
