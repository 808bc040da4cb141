import { DEFAULT_WEAR_ASSUMPTIONS, WEAR_MODELS, wearOf } from '@smac/optimiser';
import {
  DEFAULT_CHARGE_EFFICIENCY,
  DEFAULT_DISCHARGE_EFFICIENCY,
  type SeriesSlot,
  type Vehicle,
} from '../sites/index.ts';
import { addMetered, meteredEnergy } from './metered-energy.ts';
import { resample } from './resample.ts';

/** One charge that is over, as it was measured, with what its site was told of the time. */
export interface MeasuredCharge {
  readonly startMs: number;
  readonly endMs: number;
  /** Supply side, imports minus exports, Wh. */
  readonly energyWh: number;
  /** Energy since the start, ascending in time. */
  readonly readings: readonly { readonly atMs: number; readonly energyWh: number }[];
  /** What socket and car could do at most, W; undefined: not known. */
  readonly fullPowerW: number | undefined;
  readonly vehicle: Pick<Vehicle, 'batteryWh' | 'soc' | 'chargeEfficiency' | 'dischargeEfficiency'>;
  readonly price: readonly SeriesSlot[];
  readonly co2: readonly SeriesSlot[];
}

/** The charge as it was, and the same energy uncontrolled: at full power from plug-in. */
export interface Pair {
  readonly actual: number;
  readonly uncontrolled: number;
}

export interface ChargeEffect {
  /** Power of the uncontrolled charge, W. */
  readonly fullPowerW: number;
  /** Energy at the energy prices of the site; null: a price is not known. */
  readonly cost: Pair | null;
  readonly co2Kg: Pair | null;
  /** Share of the battery's value, as money, with what it rests on; null: battery or state of charge is not known. */
  readonly wear:
    | (Pair & {
        readonly dischargedWh: number;
        readonly equivalentFullCycles: Pair;
        readonly model: string;
        /** Share by which both may be off, 0..1. */
        readonly uncertainty: number;
      })
    | null;
}

/** Fine enough that a charge begins where it began, and not at the quarter hour before. */
const STEP_MS = 60_000;
const STEP_HOURS = STEP_MS / 3_600_000;
/** A week; a car that stood longer was not charging. */
const MOST_STEPS = 7 * 24 * 60;

/**
 * What smart charging did for one charge (SMC_012, SMC_011): the measured energy minute by minute against the same energy at full power from
 * plug-in. A charge that came out dearer, dirtier or with more wear says so. Undefined where nothing was charged.
 */
export function chargeEffect(charge: MeasuredCharge): ChargeEffect | undefined {
  const { startMs, endMs, energyWh, vehicle } = charge;
  if (energyWh <= 0 || endMs <= startMs) return undefined;
  const steps = Math.ceil((endMs - startMs) / STEP_MS);
  if (steps > MOST_STEPS) return undefined;
  const grid = { startMs, slotMs: STEP_MS, slots: steps, nowMs: endMs };
  const actualWh = measured(charge, steps);
  const highestW = actualWh.reduce((most, wh) => Math.max(most, wh), 0) / STEP_HOURS;
  const fullPowerW = Math.max(charge.fullPowerW ?? 0, highestW);
  const uncontrolledWh = asEarly(energyWh, fullPowerW * STEP_HOURS, steps);
  const both = (values: readonly (number | undefined)[], perUnit: number): Pair | null => {
    const actual = weighted(actualWh, values);
    const uncontrolled = weighted(uncontrolledWh, values);
    return actual === undefined || uncontrolled === undefined
      ? null
      : { actual: actual / perUnit, uncontrolled: uncontrolled / perUnit };
  };
  return {
    fullPowerW,
    cost: both(resample(charge.price, grid), 1000),
    co2Kg: both(resample(charge.co2, grid), 1_000_000),
    wear: wear(vehicle, energyWh, actualWh, uncontrolledWh),
  };
}

function measured({ startMs, endMs, energyWh, readings }: MeasuredCharge, slots: number): Float64Array {
  const ref = { peerId: '', sessionId: '' };
  const within = readings.filter(({ atMs }) => atMs > startMs && atMs < endMs);
  const all = [{ atMs: startMs, energyWh: 0 }, ...within, { atMs: endMs, energyWh }];
  const [only] = meteredEnergy(
    all.map((reading) => ({ ref, ...reading })),
    { fromMs: startMs, slotMs: STEP_MS, slots },
  ).values();
  const row = new Float64Array(slots);
  if (only !== undefined) addMetered(row, only);
  return row;
}

function asEarly(energyWh: number, mostWh: number, slots: number): Float64Array {
  let leftWh = energyWh;
  return Float64Array.from({ length: slots }, () => {
    const wh = Math.min(mostWh, leftWh);
    leftWh -= wh;
    return wh;
  });
}

/** Sum of energy times value; undefined where energy flowed at a time whose value nobody told. */
function weighted(wh: Float64Array, values: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const [step, energy] of wh.entries()) {
    if (energy === 0) continue;
    const value = values[step];
    if (value === undefined) return undefined;
    sum += energy * value;
  }
  return sum;
}

function wear(
  vehicle: MeasuredCharge['vehicle'],
  energyWh: number,
  actualWh: Float64Array,
  uncontrolledWh: Float64Array,
): ChargeEffect['wear'] {
  const { batteryWh, soc, chargeEfficiency = DEFAULT_CHARGE_EFFICIENCY } = vehicle;
  if (batteryWh === undefined || soc === undefined) return null;
  const startWh = soc.soc * batteryWh - Math.max(0, soc.energyWh) * chargeEfficiency;
  if (startWh < 0 || startWh + energyWh * chargeEfficiency > batteryWh * 1.05) return null;
  const battery = {
    capacityWh: batteryWh,
    startWh,
    firstSlot: 0,
    endSlot: actualWh.length,
    chargeEfficiency,
    dischargeEfficiency: vehicle.dischargeEfficiency ?? DEFAULT_DISCHARGE_EFFICIENCY,
  };
  const hours = new Float64Array(actualWh.length).fill(STEP_HOURS);
  const of = (wh: Float64Array) =>
    wearOf(
      battery,
      hours,
      Array.from(wh, (energy) => energy / STEP_HOURS),
    );
  const [actual, uncontrolled] = [of(actualWh), of(uncontrolledWh)];
  return {
    actual: actual.cost,
    uncontrolled: uncontrolled.cost,
    dischargedWh: actual.dischargedKwh * 1000,
    equivalentFullCycles: {
      actual: actual.equivalentFullCycles,
      uncontrolled: uncontrolled.equivalentFullCycles,
    },
    model: WEAR_MODELS[DEFAULT_WEAR_ASSUMPTIONS.chemistry].name,
    uncertainty: DEFAULT_WEAR_ASSUMPTIONS.uncertainty,
  };
}
