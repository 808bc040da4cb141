/**
 * Seeded fleets for measuring: windows of 1 to 15 hours (45 % overnight, 30 % plugged in already, 25 % short),
 * 7.4, 11 and 22 kW, packs of 40 to 82 kWh, an hourly price with two peaks, load and PV that grow with the fleet,
 * and a site limit near the peak of evenly spread charging, so that it binds.
 */
import type { Problem, Session } from '../src/contract/index.ts';
import { type Random, seededRandom } from '../src/testing/random.ts';

const SLOTS = 96;
const START_MS = Date.parse('2026-03-02T12:00:00Z');

export type Variant = 'v1' | 'v2' | 'exact';

export function fleet(sessions: number, variant: Variant, seed: number): Problem {
  const random = seededRandom(seed);
  const cars = Array.from({ length: sessions }, (_, i) => car(random, i, variant));
  const price = hourly(
    (hour) => 0.09 + 0.04 * Math.cos(((hour - 19) / 12) * Math.PI * 2) + random.between(0, 0.03, 0.001),
  );
  return {
    start: new Date(START_MS).toISOString(),
    slots: SLOTS,
    site: {
      max_import_w: variant === 'exact' ? stationLimitW(cars, sessions) : siteLimitW(cars, sessions),
      demand_w: Array.from(
        { length: SLOTS },
        (_, t) => sessions * (500 + 250 * Math.sin((t / SLOTS) * Math.PI * 4)),
      ),
      generation_w: Array.from(
        { length: SLOTS },
        (_, t) => sessions * 800 * Math.max(0, Math.cos((t / SLOTS) * Math.PI * 2)),
      ),
      import_price: price,
      export_price: price.map((value) => 0.45 * value),
      max_export_w: sessions * 5_000,
      ...(variant === 'exact' ? { opportunity_cost: 0.02 } : {}),
    },
    sessions: cars,
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
    charge_efficiency: variant === 'v1' ? 1 : 0.95,
    ...(variant === 'v2' && index % 2 === 0
      ? { max_discharge_w: maxChargeW, discharge_efficiency: 0.95, wear_cost: 0.01 }
      : {}),
    ...(variant === 'exact' ? { min_charge_w: maxChargeW === 7_400 ? 1_380 : 4_140 } : {}),
  };
}

/** A tenth above the highest base load plus the mean power that all needs take. */
function siteLimitW(cars: readonly Session[], sessions: number): number {
  const needWh = cars.reduce((sum, one) => sum + (one.targets![0]!.soc - one.soc!) * one.battery_wh!, 0);
  return 1.6 * (needWh / 24) + sessions * 750;
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
