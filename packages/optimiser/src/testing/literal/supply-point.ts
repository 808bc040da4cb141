/** Balance, limits, phases and groups of the reference, slot by slot as the contract writes them. */
import type { ReadProblem } from '../../checker/reading.ts';
import type { LiteralDevice } from './devices.ts';
import type { Programme, Term } from './programme.ts';

export interface LiteralSite {
  imported: number[];
  exported: number[];
  /** Excess over the import limit where the base alone is above it. */
  excess: number[];
}

const netOf = (device: LiteralDevice, slot: number, factor: number): Term[] => [
  [device.charge[slot]!, factor],
  [device.discharge[slot]!, -factor],
];

export function addSupplyPoint(
  programme: Programme,
  read: ReadProblem,
  sessions: readonly LiteralDevice[],
  stores: readonly LiteralDevice[],
): LiteralSite {
  const site: LiteralSite = { imported: [], exported: [], excess: [] };
  const devices = [...sessions, ...stores];
  const reachW =
    read.sessions.reduce((sum, of) => sum + of.session.max_charge_w + of.maxDischargeW, 0) +
    read.stores.reduce((sum, store) => sum + store.max_charge_w + store.max_discharge_w, 0);
  for (let slot = 0; slot < read.slots; slot++) {
    const kwh = (powerW: number) => (powerW * read.hours[slot]!) / 1000;
    const baseW = read.baseW[slot]!;
    const mostKwh = kwh(Math.abs(baseW) + reachW);
    const imported = programme.variable(0, mostKwh);
    const exported = programme.variable(0, mostKwh);
    const added = devices.flatMap((device) => netOf(device, slot, 1));
    programme.equal([[imported, 1], [exported, -1], ...added.map(([v, f]): Term => [v, -f])], kwh(baseW));
    if (read.importPrice[slot]! < read.exportPrice[slot]!) {
      // Buying to sell in the same slot is not trade: either import or export.
      const importing = programme.binary();
      programme.atMost(
        [
          [imported, 1],
          [importing, -mostKwh],
        ],
        0,
      );
      programme.atMost(
        [
          [exported, 1],
          [importing, mostKwh],
        ],
        mostKwh,
      );
    }
    const limitW = read.importLimitW[slot]!;
    if (limitW < Infinity) programme.atMost(added, kwh(Math.max(limitW, baseW) - baseW));
    programme.atLeast(added, kwh(Math.min(-read.exportLimitW[slot]!, baseW) - baseW));
    if (baseW > limitW) {
      const excess = programme.variable(0, Infinity);
      programme.atLeast([[excess, 1], ...added.map(([v, f]): Term => [v, -f])], kwh(baseW - limitW));
      site.excess.push(excess);
    }
    addPhases(programme, read, sessions, stores, slot);
    addGroups(programme, read, sessions, slot);
    site.imported.push(imported);
    site.exported.push(exported);
  }
  return site;
}

function addPhases(
  programme: Programme,
  read: ReadProblem,
  sessions: readonly LiteralDevice[],
  stores: readonly LiteralDevice[],
  slot: number,
): void {
  const maxW = read.problem.site?.max_phase_w;
  if (maxW === undefined) return;
  const baseW = read.baseW[slot]! / 3;
  const roomKwh = ((Math.max(maxW, baseW) - baseW) * read.hours[slot]!) / 1000;
  for (const phase of [1, 2, 3]) {
    programme.atMost(
      [
        ...sessions.flatMap((device, index) => netOf(device, slot, share(read, index, phase))),
        ...stores.flatMap((device) => netOf(device, slot, 1 / 3)),
      ],
      roomKwh,
    );
  }
}

function addGroups(
  programme: Programme,
  read: ReadProblem,
  sessions: readonly LiteralDevice[],
  slot: number,
): void {
  const kwh = (powerW: number) => (powerW * read.hours[slot]!) / 1000;
  const both = (terms: readonly Term[], maxW: number) => {
    programme.atMost(terms, kwh(maxW));
    programme.atLeast(terms, -kwh(maxW));
  };
  for (const group of read.problem.groups ?? []) {
    const members = read.sessions.flatMap((of, index) =>
      group.sessions.includes(of.session.id) ? [index] : [],
    );
    if (group.max_w !== undefined) {
      both(
        members.flatMap((index) => netOf(sessions[index]!, slot, 1)),
        group.max_w,
      );
    }
    if (group.max_phase_w === undefined) continue;
    for (const phase of [1, 2, 3]) {
      both(
        members.flatMap((index) => netOf(sessions[index]!, slot, share(read, index, phase))),
        group.max_phase_w,
      );
    }
  }
}

function share(read: ReadProblem, index: number, phase: number): number {
  const { phases } = read.sessions[index]!;
  return phases.includes(phase) ? 1 / phases.length : 0;
}
