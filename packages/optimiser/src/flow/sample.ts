/** A small fleet that resembles a large one: its slot prices are a good guess of those of the whole. */
import { type FlowProgram, SEGMENTS_PER_SLOT, vehicleArcs } from './flow-program.ts';

/** One of each `stride` neighbours in order of arrival, stay and demand, and the site in proportion to what the chosen ones take. */
export function sampleOf(program: FlowProgram, stride: number): FlowProgram {
  const chosen = chosenOf(program, stride);
  const arcStart = new Int32Array(chosen.length + 1);
  chosen.forEach((n, i) => {
    arcStart[i + 1] = arcStart[i]! + program.arcStart[n + 1]! - program.arcStart[n]!;
  });
  const arcs = arcStart[chosen.length]!;
  const segments = program.slots * SEGMENTS_PER_SLOT;
  const arcSlot = new Int32Array(arcs);
  const cost = new Float64Array(arcs + segments);
  const capacityWh = new Float64Array(arcs + segments);
  chosen.forEach((n, i) => {
    const from = program.arcStart[n]!;
    const to = program.arcStart[n + 1]!;
    arcSlot.set(program.arcSlot.subarray(from, to), arcStart[i]!);
    cost.set(program.cost.subarray(from, to), arcStart[i]!);
    capacityWh.set(program.capacityWh.subarray(from, to), arcStart[i]!);
  });
  const demandWh = Float64Array.from(chosen, (n) => program.demandWh[n]!);
  const share = sumOf(demandWh) / Math.max(1, sumOf(program.demandWh));
  const allArcs = vehicleArcs(program);
  for (let s = 0; s < segments; s++) {
    cost[arcs + s] = program.cost[allArcs + s]!;
    const wholeWh = program.capacityWh[allArcs + s]!;
    // Whole Wh are multiples of the quantum too; a share of a Wh is not.
    capacityWh[arcs + s] = Number.isFinite(wholeWh) ? Math.round(wholeWh * share) : wholeWh;
  }
  return { slots: program.slots, vehicles: chosen.length, arcStart, arcSlot, demandWh, cost, capacityWh };
}

/** Of each group the vehicle nearest to its mean demand; what that is off is made good by the next groups, so that scarcity stays alike all day. */
function chosenOf(program: FlowProgram, stride: number): number[] {
  const { demandWh } = program;
  const order = inOrderOfStay(program);
  const chosen: number[] = [];
  let owedWh = 0;
  for (let i = 0; i < order.length; i += stride) {
    const group = order.slice(i, i + stride);
    const wantedWh = owedWh + group.reduce((sum, n) => sum + demandWh[n]!, 0) / group.length;
    const distance = (n: number) => Math.abs(demandWh[n]! - wantedWh);
    const nearest = group.reduce((best, n) => (distance(n) < distance(best) ? n : best));
    owedWh = wantedWh - demandWh[nearest]!;
    chosen.push(nearest);
  }
  return chosen;
}

function inOrderOfStay({ vehicles, arcStart, arcSlot, demandWh }: FlowProgram): number[] {
  const arrival = (n: number) => arcSlot[arcStart[n]!] ?? -1;
  const stay = (n: number) => arcStart[n + 1]! - arcStart[n]!;
  return Array.from({ length: vehicles }, (_, n) => n).sort(
    (a, b) => arrival(a) - arrival(b) || stay(a) - stay(b) || demandWh[a]! - demandWh[b]! || a - b,
  );
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
