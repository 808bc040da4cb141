import type { Behaviour } from './behaviour.ts';
import { type Charger, chargerLosses } from './charger.ts';

/** How a car is connected: how watts on the mains side relate to its battery and its phases. One for AC, one for DC. */
export interface Connection {
  readonly currentType: 'AC' | 'DC';
  /** Phases of the mains in use. */
  readonly phases: 1 | 2 | 3;
  readonly voltageV: number;
  readonly maxW: number;
  /** The car runs at it or not at all. */
  readonly minW: number;
  readonly maxDischargeW: number;
  /** Below it nothing is fed back. */
  readonly minDischargeW: number;
  /** Mains W lost while power flows: constant and share. */
  readonly idleLossW: number;
  readonly lossShare: number;
  readonly risePerS: number;
  readonly fallPerS: number;
  /** From the first offer to the wish for energy, s. */
  readonly startS: number;
}

/** AC: the on-board charger on the phases that cable, station and car have in common. */
export function acConnection(
  charger: Pick<Charger, 'phases' | 'maxCurrentA'>,
  behaviour: Behaviour,
  maxDischargeW: number,
  station: { readonly phases: 1 | 2 | 3; readonly voltageV: number },
): Connection {
  const phases = Math.min(charger.phases, station.phases) as 1 | 2 | 3;
  const perA = phases * station.voltageV;
  return {
    currentType: 'AC',
    phases,
    voltageV: station.voltageV,
    maxW: charger.maxCurrentA * perA,
    minW: Math.max(6, behaviour.minCurrentA) * perA,
    // Feed-in on one phase: at most 3.7 kW (D1.5-Q4-5).
    maxDischargeW: Math.min(maxDischargeW, charger.maxCurrentA * perA, phases === 1 ? 3_700 : 22_000),
    minDischargeW: 1_400,
    ...lossesOf(phases),
    risePerS: behaviour.riseAPerS * perA,
    fallPerS: behaviour.fallAPerS * perA,
    startS: behaviour.startS,
  };
}

/** Losses on two phases lie between those measured on one and on three. */
function lossesOf(phases: 1 | 2 | 3): Pick<Charger, 'idleLossW' | 'lossShare'> {
  if (phases !== 2) return chargerLosses(phases);
  const [one, three] = [chargerLosses(1), chargerLosses(3)];
  return {
    idleLossW: (one.idleLossW + three.idleLossW) / 2,
    lossShare: (one.lossShare + three.lossShare) / 2,
  };
}

/** A rectifier of a DC station: 93 to 96 % from mains to vehicle. */
export interface DcCharger {
  readonly maxW: number;
  readonly maxCurrentA: number;
  readonly efficiency: number;
  readonly maxDischargeW: number;
  /** 20 to 25 A/s. */
  readonly rampAPerS: number;
  /** Isolation test, at most 40 s, and matching of voltages, at most 10 s. */
  readonly cableCheckS: number;
  readonly preChargeS: number;
}

/** What a car takes at a DC plug. */
export interface DcInlet {
  readonly batteryV: number;
  readonly maxCurrentA: number;
  readonly maxDischargeW: number;
}

const DC_HANDSHAKE_S = 4;

/** DC: the station's rectifier feeds the battery; there is no gap between 0 and 6 A, only a smallest current of 1 A. */
export function dcConnection(
  inlet: DcInlet,
  charger: DcCharger,
  station: { readonly voltageV: number },
): Connection {
  const toMains = (dcW: number) => dcW / charger.efficiency;
  const dcMaxW = Math.min(charger.maxW, Math.min(inlet.maxCurrentA, charger.maxCurrentA) * inlet.batteryV);
  return {
    currentType: 'DC',
    phases: 3,
    voltageV: station.voltageV,
    maxW: toMains(dcMaxW),
    minW: toMains(inlet.batteryV),
    maxDischargeW: Math.min(inlet.maxDischargeW, charger.maxDischargeW) * charger.efficiency,
    minDischargeW: 500,
    idleLossW: 0,
    lossShare: 1 - charger.efficiency,
    risePerS: toMains(charger.rampAPerS * inlet.batteryV),
    fallPerS: toMains(charger.rampAPerS * inlet.batteryV) * 4,
    startS: DC_HANDSHAKE_S + Math.min(40, charger.cableCheckS) + Math.min(10, charger.preChargeS),
  };
}

/** Mains power to battery power: what is lost while charging; while discharging the battery gives more than the mains get. */
export function toBatteryW(connection: Connection, mainsW: number): number {
  const { idleLossW, lossShare } = connection;
  if (mainsW > 0) return mainsW * (1 - lossShare) - idleLossW;
  return mainsW < 0 ? -((-mainsW + idleLossW) / (1 - lossShare)) : 0;
}

/** Battery power while charging to mains power. */
export function toMainsW(connection: Connection, batteryW: number): number {
  return batteryW <= 0 ? 0 : (batteryW + connection.idleLossW) / (1 - connection.lossShare);
}
