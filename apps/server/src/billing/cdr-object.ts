/** A CDR out of the facts of a session and its price (OCPI 2.3.0 mod_cdrs). */
import {
  type Cdr,
  type CdrLocation,
  formatDateTime,
  type Outcome,
  type PartyId,
  type Price,
  refused,
  toChargingPeriod,
  type UsagePeriod,
} from '@smac/ocpi';
import type { SessionFacts } from './facts.ts';
import type { SessionPrice } from './session-price.ts';

const HOUR_MS = 3_600_000;

export function cdrOf(
  facts: SessionFacts,
  price: SessionPrice,
  about: { readonly id: string; readonly party: PartyId; readonly currency: string; readonly nowMs: number },
): Outcome<Cdr> {
  const location = cdrLocation(facts);
  if (!location.ok) return location;
  const { bill, tariffs } = price;
  const periods = price.periods.filter(({ startMs, endMs }) => endMs > startMs);
  if (periods.length === 0) {
    return refused('notEnoughInformation', 'usage: a session without any duration has nothing to bill.');
  }
  const sum = (of: (period: UsagePeriod) => number) =>
    fourDecimals(periods.reduce((total, period) => total + Math.round(of(period) * 1000), 0) / 1000);
  const hours = (...activities: readonly UsagePeriod['activity'][]) =>
    sum(({ activity, startMs, endMs }) => (activities.includes(activity) ? endMs - startMs : 0)) / HOUR_MS;
  const exportedKwh = fourDecimals(sum(({ exportedWh }) => exportedWh) / 1000);
  const free: Price = { before_taxes: 0 };
  const costs = bill?.costs ?? {};
  const { meterId, signedData, authorizationReference } = facts;
  return {
    ok: true,
    data: {
      country_code: about.party.countryCode,
      party_id: about.party.partyId,
      id: about.id,
      start_date_time: formatDateTime(facts.startMs),
      end_date_time: formatDateTime(facts.endMs),
      ...(facts.withoutSession === true ? {} : { session_id: facts.sessionId }),
      cdr_token: facts.token,
      auth_method: facts.authMethod,
      ...(authorizationReference === undefined ? {} : { authorization_reference: authorizationReference }),
      cdr_location: location.data,
      ...(meterId === undefined ? {} : { meter_id: meterId }),
      currency: bill?.currency ?? about.currency,
      tariffs: [...tariffs],
      charging_periods: periods.map(toChargingPeriod),
      ...(signedData === undefined ? {} : { signed_data: signedData }),
      total_cost: bill?.totalCost ?? free,
      ...(costs.fixed === undefined ? {} : { total_fixed_cost: costs.fixed }),
      total_energy: fourDecimals(sum(({ importedWh }) => importedWh) / 1000),
      ...(costs.energy === undefined ? {} : { total_energy_cost: costs.energy }),
      total_time: fourDecimals(hours('charging', 'paused', 'parking')),
      ...(costs.time === undefined ? {} : { total_time_cost: costs.time }),
      total_parking_time: fourDecimals(hours('parking')),
      ...(costs.parking === undefined ? {} : { total_parking_cost: costs.parking }),
      ...(costs.reservation === undefined ? {} : { total_reservation_cost: costs.reservation }),
      ...(exportedKwh === 0 ? {} : { total_exported_energy: exportedKwh }),
      last_updated: formatDateTime(about.nowMs),
    },
  };
}

function cdrLocation({ location, evseUid, connectorId }: SessionFacts): Outcome<CdrLocation> {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const evse = location.evses?.find(({ uid }) => same(uid, evseUid));
  const connector = evse?.connectors.find(({ id }) => same(id, connectorId));
  if (evse === undefined || connector === undefined) {
    return refused('unknownLocation', `The location has no connector ${evseUid}/${connectorId}.`);
  }
  return {
    ok: true,
    data: {
      id: location.id,
      ...(location.name === undefined ? {} : { name: location.name }),
      address: location.address,
      city: location.city,
      ...(location.postal_code === undefined ? {} : { postal_code: location.postal_code }),
      ...(location.state === undefined ? {} : { state: location.state }),
      country: location.country,
      coordinates: location.coordinates,
      evse_uid: evse.uid,
      evse_id: evse.evse_id ?? '#NA',
      connector_id: connector.id,
      connector_standard: connector.standard,
      connector_format: connector.format,
      connector_power_type: connector.power_type,
    },
  };
}

/**
 * "The Credit CDR will contain all the data of the original CDR. Only the values in the total_cost field SHALL contain the negative amounts"
 * (OCPI 2.3.0 mod_cdrs, Credit CDRs).
 */
export function creditOf(cdr: Cdr, remark: string | undefined, nowMs: number): Cdr {
  const { before_taxes, taxes } = cdr.total_cost;
  return {
    ...cdr,
    id: `${cdr.id}-C`,
    credit: true,
    credit_reference_id: cdr.id,
    total_cost: {
      before_taxes: negative(before_taxes),
      ...(taxes === undefined
        ? {}
        : { taxes: taxes.map((tax) => ({ ...tax, amount: negative(tax.amount) })) }),
    },
    ...(remark === undefined ? {} : { remark }),
    last_updated: formatDateTime(nowMs),
  };
}

/** Without a negative zero. */
function negative(amount: number): number {
  return amount === 0 ? 0 : -amount;
}

function fourDecimals(value: number): number {
  return Number(value.toFixed(4));
}
