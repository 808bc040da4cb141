/**
 * Solved once when a thread starts, by the engines that `auto` takes for most sites: a fleet that only charges, and one that also
 * discharges. HiGHS is left out: it takes 40 MB per thread, and half a second of the first problem that needs it.
 */
import type { Problem } from '../contract/index.ts';

const SLOTS = 96;
const perSlot = (value: (t: number) => number) => Array.from({ length: SLOTS }, (_, t) => value(t));

const DISCHARGING: Problem = {
  start: '2026-01-01T00:00:00Z',
  slots: SLOTS,
  site: {
    max_import_w: 60_000,
    demand_w: perSlot((t) => 5_000 + 1_000 * (t % 7)),
    import_price: perSlot((t) => 0.2 + 0.01 * ((t * 7) % 11)),
    export_price: perSlot(() => 0.05),
  },
  sessions: Array.from({ length: 20 }, (_, i) => ({
    id: `s${i}`,
    arrival: `2026-01-01T0${i % 8}:00:00Z`,
    departure: `2026-01-01T${12 + (i % 10)}:00:00Z`,
    max_charge_w: 11_000,
    ...(i % 2 === 0 ? { max_discharge_w: 7_000 } : {}),
    battery_wh: 60_000,
    soc: 0.3,
    charge_efficiency: 0.95,
    discharge_efficiency: 0.95,
    wear_cost: 0.02,
    targets: [{ at: '2026-01-01T23:00:00Z', soc: 0.8 }],
  })),
};

export const WARM_UP_PROBLEMS: readonly Problem[] = [
  { ...DISCHARGING, sessions: DISCHARGING.sessions!.map(({ max_discharge_w: _, ...session }) => session) },
  DISCHARGING,
];
