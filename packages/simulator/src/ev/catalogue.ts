import type { Random } from '../random/random.ts';
import type { Battery } from './battery.ts';
import { type Charger, chargerLosses } from './charger.ts';

/** How a car behaves beyond its electrical data (D1.5-Q1-15a, D1.5-Q1-16). */
export interface Temper {
  /** From a raised limit to the raised power, s, and from a lowered one: equal-energy steps for dead time and ramp. */
  readonly riseS: number;
  readonly fallS: number;
  /** Minutes without power after which it sleeps and takes no power again until woken; absent = never. */
  readonly sleepsAfterMin?: number;
  /** Draws this factor of what is offered (1 = keeps to it). */
  readonly overdraw: number;
}

/** One kind of car. */
export interface CarModel {
  readonly name: string;
  readonly battery: Battery;
  readonly charger: Charger;
  readonly temper: Temper;
  /** Largest power it can give back on the mains side, W; 0 = charges only. */
  readonly maxDischargeW: number;
}

/** AC feed-in of a bidirectional car: 1.4 to 22 kW, on one phase at most 3.7 kW (D1.5-Q4-5). */
export function dischargeLimitW(phases: 1 | 2 | 3): number {
  return phases === 1 ? 3_700 : 11_000;
}

/** An AC car reacts 1 to 5 s after the pilot, rises in 5 to 15 s and falls in less than 3 s. */
export const CALM: Temper = { riseS: 8, fallS: 3, overdraw: 1 };
export const SLEEPY: Temper = { ...CALM, sleepsAfterMin: 30 };
export const OVERDRAWER: Temper = { ...CALM, overdraw: 1.08 };

interface Kind {
  readonly name: string;
  readonly capacityWh: number;
  readonly dcW: number;
  readonly phases: 1 | 2 | 3;
  readonly maxCurrentA: number;
  readonly currentStepA?: number;
  readonly minCurrentA?: number;
  /** Share of the fleet. */
  readonly weight: number;
}

/**
 * Capacities, DC powers, on-board chargers and registrations of EV2Gym's vehicle table (MIT) for the first eight; the
 * plug-in hybrid stands for small batteries, whose taper is the strongest.
 */
const KINDS: readonly Kind[] = [
  { name: 'Tesla Model 3', capacityWh: 57_500, dcW: 170_000, phases: 3, maxCurrentA: 16, weight: 48 },
  { name: 'Tesla Model Y', capacityWh: 57_500, dcW: 170_000, phases: 3, maxCurrentA: 16, weight: 39 },
  { name: 'Kia Niro', capacityWh: 64_800, dcW: 80_000, phases: 3, maxCurrentA: 16, weight: 28 },
  { name: 'Volkswagen ID.3', capacityWh: 58_000, dcW: 120_000, phases: 3, maxCurrentA: 16, weight: 23 },
  {
    name: 'Skoda Enyaq',
    capacityWh: 58_000,
    dcW: 124_000,
    phases: 3,
    maxCurrentA: 16,
    currentStepA: 1,
    weight: 21,
  },
  { name: 'Hyundai Kona', capacityWh: 64_000, dcW: 77_000, phases: 3, maxCurrentA: 16, weight: 20 },
  { name: 'Peugeot 208', capacityWh: 46_300, dcW: 101_000, phases: 1, maxCurrentA: 32, weight: 18 },
  { name: 'Volkswagen ID.4', capacityWh: 77_000, dcW: 135_000, phases: 3, maxCurrentA: 16, weight: 16 },
  { name: 'plug-in hybrid', capacityWh: 12_000, dcW: 7_200, phases: 1, maxCurrentA: 16, weight: 30 },
];

/** The cars of the seeded generators, with their share of the fleet. */
export const CATALOGUE: readonly { readonly model: CarModel; readonly weight: number }[] = KINDS.map(
  (kind) => ({
    weight: kind.weight,
    model: {
      name: kind.name,
      battery: { capacityWh: kind.capacityWh, maxChargeW: kind.dcW, maxDischargeW: kind.dcW, knee: 0.8 },
      charger: {
        phases: kind.phases,
        voltageV: 230,
        maxCurrentA: kind.maxCurrentA,
        minCurrentA: kind.minCurrentA ?? 6,
        currentStepA: kind.currentStepA ?? 0.1,
        ...chargerLosses(kind.phases),
      },
      temper: CALM,
      maxDischargeW: 0,
    },
  }),
);

export function pickCar(random: Random): CarModel {
  return random.pick(CATALOGUE, (entry) => entry.weight).model;
}

/** The same car with a bidirectional charger. */
export function bidirectional(model: CarModel): CarModel {
  const { phases, maxCurrentA, voltageV } = model.charger;
  return {
    ...model,
    name: `${model.name} (bidirectional)`,
    maxDischargeW: Math.min(dischargeLimitW(phases), phases * maxCurrentA * voltageV),
  };
}

/** The car of a recorded session: nobody wrote down its battery, so it is large against what the session took. */
export function unknownCar(
  charger: { phases: 1 | 2 | 3; voltageV: number; maxCurrentA: number },
  capacityWh: number,
): CarModel {
  return {
    name: 'recorded',
    battery: { capacityWh, maxChargeW: 50_000, maxDischargeW: 50_000, knee: 0.8 },
    charger: { ...charger, minCurrentA: 6, currentStepA: 0.1, ...chargerLosses(charger.phases) },
    temper: CALM,
    maxDischargeW: 0,
  };
}
