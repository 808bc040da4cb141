import { type Behaviour, GOOD } from './behaviour.ts';
import type { CarModel } from './catalogue.ts';
import { type ChargeCurve, coldFactor, scaled, twoStage } from './charge-curve.ts';
import type { DcInlet } from './connection.ts';

/** One kind of car as a charging station meets it: battery, on-board charger, DC inlet, manners. */
export interface VehicleModel {
  readonly name: string;
  readonly capacityWh: number;
  /** What the battery accepts by state of charge, W at the battery. */
  readonly curve: ChargeCurve;
  /** On-board charger; A per phase. */
  readonly ac: { readonly phases: 1 | 2 | 3; readonly maxCurrentA: number; readonly maxDischargeW: number };
  readonly dc?: DcInlet;
  readonly behaviour: Behaviour;
  /** What it speaks besides the control pilot. */
  readonly speaks: 'IEC 61851' | 'ISO 15118-2' | 'ISO 15118-20';
  /** Cars that never say their state of charge on AC are the rule before ISO 15118-20. */
  readonly tellsSoc: boolean;
}

/** A car of the catalogue at a charging station. */
export function vehicleOf(model: CarModel, behaviour: Behaviour = GOOD): VehicleModel {
  const { battery, charger } = model;
  return {
    name: model.name,
    capacityWh: battery.capacityWh,
    curve: twoStage(battery.maxChargeW, battery.knee),
    ac: {
      phases: charger.phases,
      maxCurrentA: charger.maxCurrentA,
      maxDischargeW: model.maxDischargeW,
    },
    behaviour: { ...behaviour, currentStepA: Math.max(behaviour.currentStepA, charger.currentStepA) },
    speaks: model.maxDischargeW > 0 ? 'ISO 15118-20' : 'IEC 61851',
    tellsSoc: model.maxDischargeW > 0,
  };
}

/** The same car on a winter morning. */
export function atTemperature(vehicle: VehicleModel, celsius: number): VehicleModel {
  return { ...vehicle, curve: scaled(vehicle.curve, coldFactor(celsius)) };
}

const kw = (...points: readonly (readonly [percent: number, kilowatt: number])[]): ChargeCurve => ({
  points: points.map(([percent, kilowatt]) => ({ soc: percent / 100, powerW: kilowatt * 1000 })),
});

/** Cars with the DC curves of open-ev-data (chargeprice, MIT, 2022); the last one feeds back. */
export const DC_CARS = {
  id3: {
    name: 'Volkswagen ID.3 58 kWh',
    capacityWh: 58_000,
    curve: kw([0, 100], [30, 100], [70, 50], [80, 50], [100, 20]),
    ac: { phases: 3, maxCurrentA: 16, maxDischargeW: 0 },
    dc: { batteryV: 400, maxCurrentA: 300, maxDischargeW: 0 },
    behaviour: GOOD,
    speaks: 'ISO 15118-2',
    tellsSoc: true,
  },
  model3: {
    name: 'Tesla Model 3 Long Range',
    capacityWh: 75_000,
    curve: kw([0, 180], [40, 195], [60, 110], [100, 12]),
    ac: { phases: 3, maxCurrentA: 16, maxDischargeW: 0 },
    dc: { batteryV: 400, maxCurrentA: 500, maxDischargeW: 0 },
    behaviour: GOOD,
    speaks: 'ISO 15118-2',
    tellsSoc: true,
  },
  zoe: {
    name: 'Renault Zoe 52 kWh',
    capacityWh: 52_000,
    curve: kw([0, 41], [52, 46], [80, 27], [100, 22]),
    ac: { phases: 3, maxCurrentA: 32, maxDischargeW: 0 },
    dc: { batteryV: 400, maxCurrentA: 125, maxDischargeW: 0 },
    behaviour: GOOD,
    speaks: 'ISO 15118-2',
    tellsSoc: true,
  },
  v2g: {
    name: 'bidirectional 60 kWh',
    capacityWh: 60_000,
    curve: kw([0, 100], [60, 90], [100, 20]),
    ac: { phases: 3, maxCurrentA: 16, maxDischargeW: 11_000 },
    dc: { batteryV: 400, maxCurrentA: 300, maxDischargeW: 20_000 },
    behaviour: GOOD,
    speaks: 'ISO 15118-20',
    tellsSoc: true,
  },
} as const satisfies Readonly<Record<string, VehicleModel>>;
