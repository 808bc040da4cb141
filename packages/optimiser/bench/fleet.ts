/**
 * Seeded fleets for measuring: windows of 1 to 15 hours (45 % overnight, 30 % plugged in already, 25 % short),
 * 7.4, 11 and 22 kW, packs of 40 to 82 kWh, an hourly price with two peaks, load and PV that grow with the fleet,
 * and a site limit at the peak of evenly spread charging, so that it binds and every need can be met.
 */
import type { Problem, Session } from '../src/contract/index.ts';
import { type Random, seededRandom } from '../src/testing/random.ts';

const SLOTS = 96;
const START_MS = Date.parse('2026-03-02T12:00:00Z');

/**
 * v1 charge-only; weighted = v1 with linear occupancy cost; v2 = half of the cars may discharge, with losses, wear and a feed-in price;
 * v4-linear = v2 with a flex order and linear occupancy cost; v4-exact = v4-linear with the occupancy cost as written; min-power = v1 with
 * powers of 0 or at least 6 A; exact = charge-only with minimum power and exact occupancy at a station of few sockets.
 */
export const VARIANTS = ['v1', 'weighted', 'v2', 'v4-linear', 'v4-exact', 'min-power', 'exact'] as const;
export type Variant = (typeof VARIANTS)[number];

const OCCUPANCY: Partial<Record<Variant, 'linear' | 'exact'>> = {
  weighted: 'linear',
  'v4-linear': 'linear',
  'v4-exact': 'exact',
  exact: 'exact',
};
const DISCHARGING: readonly Variant[] = ['v2', 'v4-linear', 'v4-exact'];
const LOSSLESS: readonly Variant[] = ['v1', 'weighted', 'min-power'];
const WITH_MINIMUM: readonly Variant[] = ['min-power', 'exact'];

export function fleet(sessions: number, variant: Variant, seed: number): Problem {
  const random = seededRandom(seed);
  const cars = Array.from({ length: sessions }, (_, i) => car(random, i, variant));
  const price = hourly(
    (hour) => 0.09 + 0.04 * Math.cos(((hour - 19) / 12) * Math.PI * 2) + random.between(0, 0.03, 0.001),
  );
  const base = baseLoad(sessions);
  const limitW = variant === 'exact' ? stationLimitW(cars, sessions) : siteLimitW(cars, base, variant);
  const occupancy = OCCUPANCY[variant];
  return {
    start: new Date(START_MS).toISOString(),
    slots: SLOTS,
    ...(occupancy === 'linear' ? { opportunity: 'linear' as const } : {}),
    site: {
      max_import_w: limitW,
      ...(variant.startsWith('v4') ? { flex_w: moreFor(FLEX_SLOTS, 0.15 * limitW) } : {}),
      ...base,
      import_price: price,
      export_price: price.map((value) => 0.45 * value),
      max_export_w: sessions * 5_000,
      ...(occupancy === undefined ? {} : { opportunity_cost: 0.02 }),
    },
    sessions: cars,
  };
}

/** Two hours in the evening. */
const FLEX_SLOTS: readonly [number, number] = [24, 32];

function moreFor([first, end]: readonly [number, number], powerW: number): number[] {
  return Array.from({ length: SLOTS }, (_, t) => (t >= first && t < end ? powerW : 0));
}

function baseLoad(sessions: number): { demand_w: number[]; generation_w: number[] } {
  const day = (value: (phase: number) => number) =>
    Array.from({ length: SLOTS }, (_, t) => sessions * value((t / SLOTS) * Math.PI * 2));
  return {
    demand_w: day((phase) => 500 + 250 * Math.sin(2 * phase)),
    generation_w: day((phase) => 800 * Math.max(0, Math.cos(phase))),
  };
}

function car(random: Random, index: number, variant: Variant): Session {
  const kind = random.between(0, 1, 0.001);
  const arrivalSlot = kind < 0.45 ? random.integer(16, 40) : kind < 0.75 ? 0 : random.integer(0, 80);
  const staySlots =
    kind < 0.45 ? random.integer(36, 60) : kind < 0.75 ? random.integer(8, 50) : random.integer(4, 16);
  const departureSlot = Math.min(SLOTS, arrivalSlot + staySlots);
  const maxChargeW = random.pick([7_400, 11_000, 22_000]);
  const batteryWh = random.between(40_000, 82_000);
  const soc = random.between(0.1, 0.6, 0.001);
  const reachableSoc = soc + (0.6 * 0.95 * maxChargeW * (departureSlot - arrivalSlot)) / 4 / batteryWh;
  return {
    id: `car-${index}`,
    arrival: at(arrivalSlot),
    departure: at(departureSlot),
    max_charge_w: maxChargeW,
    battery_wh: batteryWh,
    soc,
    targets: [{ at: at(departureSlot), soc: Math.min(0.9, reachableSoc) }],
    charge_efficiency: LOSSLESS.includes(variant) ? 1 : 0.95,
    ...(DISCHARGING.includes(variant) && index % 2 === 0
      ? { max_discharge_w: maxChargeW, discharge_efficiency: 0.95, wear_cost: 0.01 }
      : {}),
    ...(WITH_MINIMUM.includes(variant) ? { min_charge_w: maxChargeW === 7_400 ? 1_380 : 4_140 } : {}),
  };
}

/** The highest net power when every car charges evenly over its stay; with a minimum power a fifth more, and two cars at full power. */
function siteLimitW(cars: readonly Session[], base: ReturnType<typeof baseLoad>, variant: Variant): number {
  const netW = base.demand_w.map((demand, t) => demand - base.generation_w[t]!);
  for (const one of cars) {
    const [first, end] = [slotOf(one.arrival!), slotOf(one.departure!)];
    const needWh = (one.targets![0]!.soc - one.soc!) * one.battery_wh!;
    for (let t = first; t < end; t++) netW[t]! += (4 * needWh) / one.charge_efficiency! / (end - first);
  }
  const evenW = Math.max(...netW);
  return WITH_MINIMUM.includes(variant) ? Math.max(1.2 * evenW, 44_000 + Math.max(...base.demand_w)) : evenW;
}

/** Few stations: half of what they could take together, beside the base load. */
function stationLimitW(cars: readonly Session[], sessions: number): number {
  return 0.5 * cars.reduce((sum, one) => sum + one.max_charge_w, 0) + sessions * 750;
}

function hourly(value: (hour: number) => number): number[] {
  const hours = Array.from({ length: 24 }, (_, i) => value((i + 12) % 24));
  return Array.from({ length: SLOTS }, (_, t) => hours[Math.floor(t / 4)]!);
}

const at = (slot: number) => new Date(START_MS + slot * 900_000).toISOString();
const slotOf = (time: string) => (Date.parse(time) - START_MS) / 900_000;
