/** CDR, 2.2.1 <-> 2.3.0 (OCPI 2.3.0 `mod_cdrs`): prices, the tariffs inside, the token and the connector. */
import type { Static } from 'typebox';
import { type Cdr, CONNECTOR_TYPES_221 } from '../model/index.ts';
import type { cdr221Schema } from '../model/wire-221.ts';
import { compact, type Losses } from './losses.ts';
import { priceFrom221, priceTo221 } from './price.ts';
import { tariffFrom221, tariffTo221 } from './tariffs.ts';
import { tokenTypeTo221 } from './tokens.ts';

export type Cdr221 = Static<typeof cdr221Schema>;

export function cdrFrom221(cdr: Cdr221): Cdr {
  const { total_cost, tariffs, ...rest } = cdr;
  const {
    total_fixed_cost,
    total_energy_cost,
    total_time_cost,
    total_parking_cost,
    total_reservation_cost,
    ...same
  } = rest;
  return compact({
    ...same,
    tariffs: tariffs?.map(tariffFrom221),
    total_cost: priceFrom221(total_cost),
    total_fixed_cost: total_fixed_cost && priceFrom221(total_fixed_cost),
    total_energy_cost: total_energy_cost && priceFrom221(total_energy_cost),
    total_time_cost: total_time_cost && priceFrom221(total_time_cost),
    total_parking_cost: total_parking_cost && priceFrom221(total_parking_cost),
    total_reservation_cost: total_reservation_cost && priceFrom221(total_reservation_cost),
  });
}

export function cdrTo221(cdr: Cdr, losses: Losses): Cdr221 {
  const { total_cost, tariffs, cdr_token, cdr_location, ...rest } = cdr;
  const {
    total_fixed_cost,
    total_energy_cost,
    total_time_cost,
    total_parking_cost,
    total_reservation_cost,
    ...same
  } = rest;
  const type = tokenTypeTo221(cdr_token.type, '/cdr_token/type', losses);
  return compact({
    ...same,
    cdr_token: { ...cdr_token, type },
    cdr_location: {
      ...cdr_location,
      connector_standard: connectorTypeTo221(cdr_location.connector_standard, losses),
    },
    tariffs: tariffs?.map((tariff) => tariffTo221(tariff, losses)),
    total_cost: priceTo221(total_cost),
    total_fixed_cost: total_fixed_cost && priceTo221(total_fixed_cost),
    total_energy_cost: total_energy_cost && priceTo221(total_energy_cost),
    total_time_cost: total_time_cost && priceTo221(total_time_cost),
    total_parking_cost: total_parking_cost && priceTo221(total_parking_cost),
    total_reservation_cost: total_reservation_cost && priceTo221(total_reservation_cost),
  });
}

/** A bill must be payable: a connector that 2.2.1 cannot name, which nothing is billed by, becomes the nearest one it can, and that is reported. */
function connectorTypeTo221(standard: string, losses: Losses): (typeof CONNECTOR_TYPES_221)[number] {
  const known = CONNECTOR_TYPES_221.find((type) => type === standard);
  if (known !== undefined) return known;
  const sent = standard === 'SAE_J3400' ? 'TESLA_S' : 'IEC_62196_T2_COMBO';
  losses.push({
    path: '/cdr_location/connector_standard',
    detail: `${standard} is unknown to OCPI 2.2.1 and was sent as ${sent}`,
  });
  return sent;
}
