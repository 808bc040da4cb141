/**
 * What a car says of itself through its station (ISO 15118, OCPP K15-K20, Q01) becomes inputs of planning: battery, state of charge, limits,
 * departure, energy. D1.5-§2.2.1.2-NEEDS.
 */
import type { Request } from '@smac/ocpp';
import type { Preferences, Sites, Vehicle } from '../sites/index.ts';
import type { RequestContext, RequestHandlers, Stations } from '../stations/index.ts';
import type { TransactionState, Transactions } from '../transactions/index.ts';
import { type Network, OWN_PEER } from './network.ts';
import { phasesOf } from './place.ts';

export interface ChargingNeedsOptions {
  readonly stations: Stations;
  readonly transactions: Transactions;
  readonly network: Network;
  readonly sites: Sites;
}

/** Needs in the platform's units; absent: the car did not say. */
export interface Needs {
  readonly departureMs?: number;
  /** Wh the car wants from now on. */
  readonly energyWh?: number;
  readonly soc?: number;
  readonly targetSoc?: number;
  readonly minSoc?: number;
  readonly maxSoc?: number;
  readonly batteryWh?: number;
  readonly maxChargeW?: number;
  readonly maxDischargeW?: number;
  readonly phases?: 1 | 2 | 3;
  /** A mode in which energy may flow back was asked for. */
  readonly bidirectional: boolean;
}

type Payload = Request<'2.0.1', 'NotifyEVChargingNeeds'> | Request<'2.1', 'NotifyEVChargingNeeds'>;

/** @param voltageV of the connector, for limits in A */
export function readNeeds(payload: Payload, receivedMs: number, voltageV: number): Needs {
  const needs = payload.chargingNeeds as Wire;
  const { acChargingParameters: ac, dcChargingParameters: dc, v2xChargingParameters: v2x } = needs;
  const phases = PHASES[needs.requestedEnergyTransfer] ?? phasesBehind(needs, voltageV);
  const departure =
    needs.departureTime === undefined ? undefined : stationTimeAhead(needs.departureTime, receivedMs);
  const percent = (value: number | undefined) => (value === undefined ? undefined : value / 100);
  const acMaxW =
    ac && ac.evMaxCurrent * (ac.evMaxVoltage > 300 ? voltageV : ac.evMaxVoltage || voltageV) * (phases ?? 1);
  const dcMaxW = dc && (dc.evMaxPower ?? (dc.evMaxCurrent ?? 0) * (dc.evMaxVoltage ?? 0));
  const facts = {
    departureMs: departure,
    energyWh: ac?.energyAmount ?? dc?.energyAmount ?? v2x?.evTargetEnergyRequest,
    soc: percent(dc?.stateOfCharge),
    targetSoc: percent(v2x?.targetSoC),
    minSoc: percent(v2x?.minSoC),
    maxSoc: percent(v2x?.maxSoC ?? dc?.fullSoC),
    batteryWh: dc?.evEnergyCapacity,
    maxChargeW: v2x?.maxChargePower ?? (acMaxW || undefined) ?? (dcMaxW || undefined),
    maxDischargeW: v2x?.maxDischargePower === undefined ? undefined : Math.abs(v2x.maxDischargePower),
    phases,
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(known) as Partial<Needs>),
    bidirectional: /BPT/.test(needs.requestedEnergyTransfer),
  };
}

const PHASES: Readonly<Record<string, 1 | 2 | 3>> = {
  AC_single_phase: 1,
  AC_two_phase: 2,
  AC_three_phase: 3,
};

/** `AC_BPT` names no phases: its largest power over that of one phase does. On three a car that has one would never get its 6 A. */
function phasesBehind({ acChargingParameters: ac, v2xChargingParameters: v2x }: Wire, voltageV: number) {
  if (ac === undefined || v2x?.maxChargePower === undefined || ac.evMaxCurrent <= 0) return undefined;
  const perPhaseW = ac.evMaxCurrent * (ac.evMaxVoltage > 300 ? voltageV : ac.evMaxVoltage || voltageV);
  return Math.min(3, Math.max(1, Math.round(v2x.maxChargePower / perPhaseW))) as 1 | 2 | 3;
}

/** What the versions have in common; 2.1 only fields are optional. */
interface Wire {
  readonly requestedEnergyTransfer: string;
  readonly departureTime?: string;
  readonly acChargingParameters?: {
    readonly energyAmount?: number;
    readonly evMaxCurrent: number;
    readonly evMaxVoltage: number;
  };
  readonly dcChargingParameters?: {
    readonly evMaxCurrent?: number;
    readonly evMaxVoltage?: number;
    readonly evMaxPower?: number;
    readonly energyAmount?: number;
    readonly stateOfCharge?: number;
    readonly fullSoC?: number;
    readonly evEnergyCapacity?: number;
  };
  readonly v2xChargingParameters?: {
    readonly maxChargePower?: number;
    readonly maxDischargePower?: number;
    readonly evTargetEnergyRequest?: number;
    readonly minSoC?: number;
    readonly maxSoC?: number;
    readonly targetSoC?: number;
  };
}

/** The station must not wait for a profile that never comes (TC_K_126_CSMS). */
const NO_PROFILE = { status: 'NoChargingProfile' as const };

/** A departure lies ahead: other rules than for what a station recorded. Further than a week is no plan. */
function stationTimeAhead(text: string, receivedMs: number): number | undefined {
  const atMs = Date.parse(text);
  return atMs > receivedMs && atMs < receivedMs + 7 * 24 * 3_600_000 ? atMs : undefined;
}

/** Answers NotifyEVChargingNeeds of both 2.x versions. @returns ends it */
export function followChargingNeeds(options: ChargingNeedsOptions): () => void {
  const { stations, transactions, network, sites } = options;

  async function take(payload: Payload, { stationId, receivedMs }: RequestContext) {
    const place = network.placeOf(stationId, payload.evseId);
    const [transaction] = (await transactions.list({ stationId, state: 'active' })).filter(
      ({ evseId }) => evseId === payload.evseId,
    );
    const connector = place?.connectors[0];
    if (transaction === undefined) {
      return { status: 'Rejected' as const, statusInfo: { reasonCode: 'TxNotFound' } };
    }
    if (place === undefined || connector === undefined) return NO_PROFILE;
    const voltageV = connector.powerType === 'DC' ? 230 : connector.maxVoltageV;
    const needs = readNeeds(payload, receivedMs, voltageV);
    // Q01: the car may only ask for what this operator lets the socket do.
    if (needs.bidirectional && connector.dischargeW === 0) {
      return { status: 'Rejected' as const, statusInfo: { reasonCode: 'InvalidValue' } };
    }
    await tell(transaction, needs, phasesOf(connector), receivedMs);
    if (await isShown(transaction)) return NO_PROFILE;
    // A plan follows within the 60 s the station waits for it (K15.FR.07).
    return { status: 'Processing' as const };
  }

  /** In shadow mode plans are shown, and none is sent. */
  async function isShown({ id }: TransactionState): Promise<boolean> {
    const session = await sites.session({ peerId: OWN_PEER, sessionId: id });
    return session !== undefined && (await sites.context(session.contextId))?.shadow === true;
  }

  async function tell(
    transaction: TransactionState,
    needs: Needs,
    wired: 1 | 2 | 3,
    atMs: number,
  ): Promise<void> {
    const ref = { peerId: OWN_PEER, sessionId: transaction.id };
    const vehicle: Omit<Vehicle, 'soc' | 'observedMaxW'> = {
      ...(needs.batteryWh === undefined ? {} : { batteryWh: needs.batteryWh }),
      ...(needs.maxChargeW === undefined ? {} : { maxChargeW: needs.maxChargeW }),
      ...(needs.maxDischargeW === undefined ? {} : { maxDischargeW: needs.maxDischargeW }),
      ...(needs.phases === undefined ? {} : { phases: Math.min(needs.phases, wired) as 1 | 2 | 3 }),
    };
    if (Object.keys(vehicle).length > 0) await sites.setVehicle(ref, vehicle);
    if (needs.soc !== undefined) await sites.reportSoc(ref, { soc: needs.soc, source: 'station', atMs });
    const known = (await sites.session(ref))?.preferences;
    if (known === undefined) return;
    const wishes: Preferences = {
      ...known,
      ...(needs.departureMs === undefined ? {} : { departureMs: needs.departureMs }),
      ...(needs.energyWh === undefined || known.energyNeedWh !== undefined
        ? {}
        : { energyNeedWh: needs.energyWh + Math.max(0, (await sites.session(ref))?.energyWh ?? 0) }),
      ...(needs.targetSoc === undefined ? {} : { targetSoc: needs.targetSoc }),
      ...(needs.minSoc === undefined ? {} : { minSoc: needs.minSoc }),
      ...(needs.maxSoc === undefined ? {} : { maxSoc: needs.maxSoc }),
    };
    await sites.setPreferences(ref, wishes);
  }

  const requests: RequestHandlers = {
    '2.0.1': {
      NotifyEVChargingNeeds: async (payload, context) => {
        const answer = await take(payload, context);
        // 2.0.1 has no word for it but a refusal.
        return answer.status === 'NoChargingProfile' ? { status: 'Rejected' } : answer;
      },
    },
    '2.1': { NotifyEVChargingNeeds: take },
  };
  return stations.listen({ requests });
}
