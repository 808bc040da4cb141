import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, seededRandom } from '../testing/random.ts';
import { type FlowProgram, SEGMENTS_PER_SLOT, vehicleArcs } from './flow-program.ts';
import { minimumCostFlow, type OptimalFlow } from './network-simplex.ts';

test('D4.2-§5.3-LP: the network simplex costs what a naive successive-shortest-path flow costs, and falls short by as much', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const program = smallProgram(seededRandom(seed));
    const flow = solved(program);
    const naive = naiveFlow(program);
    assert.equal(flow.overflowWh, naive.overflowWh, `seed ${seed}`);
    assertOptimal(program, flow);
    if (flow.overflowWh > 0) continue;
    const difference = Math.abs(costOf(program, flow.flowWh) - naive.cost);
    assert.ok(difference <= 1e-9 * Math.max(1, Math.abs(naive.cost)), `seed ${seed}: ${difference}`);
  }
});

test('D4.2-§5.3-LP: the prices of a fleet prove its flow optimal, from any guess', () => {
  const program = randomProgram(seededRandom(7), { vehicles: 300, slots: 48, wholePrices: false });
  const flow = solved(program);
  assert.equal(flow.overflowWh, 0);
  assertOptimal(program, flow);
  const cost = costOf(program, flow.flowWh);
  for (const guess of [0, 1e-9, 1, 1e6, -5]) {
    const other = minimumCostFlow(program, new Float64Array(program.slots).fill(guess));
    assert.ok(other);
    assertOptimal(program, other);
    assert.ok(Math.abs(costOf(program, other.flowWh) - cost) <= 1e-9 * Math.abs(cost), `guess ${guess}`);
  }
});

test('D4.2-§5.3-LP: good prices to start from leave few pivots', () => {
  const program = randomProgram(seededRandom(8), { vehicles: 300, slots: 48, wholePrices: false });
  const fresh = solved(program);
  const again = minimumCostFlow(program, fresh.slotPrice.slice());
  assert.ok(again);
  assert.ok(again.pivots < fresh.pivots / 2, `${again.pivots} of ${fresh.pivots}`);
});

test('the same flow every time', () => {
  const program = randomProgram(seededRandom(9), { vehicles: 120, slots: 96, wholePrices: true });
  assert.deepEqual(solved(program), solved(program));
});

const ADVERSARIAL: Record<string, (random: Random) => FlowProgram> = {
  'flat prices': (random) => randomProgram(random, { vehicles: 150, slots: 96, price: () => 0.25 }),
  'all ties': (random) =>
    randomProgram(random, { vehicles: 150, slots: 96, price: () => 0.25, weight: () => 0 }),
  'all windows equal': (random) =>
    randomProgram(random, { vehicles: 150, slots: 96, window: () => [10, 60] }),
  'one slot open': (random) =>
    randomProgram(random, { vehicles: 80, slots: 96, roomWh: (t) => (t === 40 ? 4e5 : 0) }),
  'zero limits': (random) => randomProgram(random, { vehicles: 80, slots: 96, roomWh: () => 0 }),
  'prices from 1e-6 to 1e4': (random) =>
    randomProgram(random, { vehicles: 150, slots: 96, price: () => 10 ** random.between(-6, 4, 0.01) }),
  'slots of one minute': (random) => randomProgram(random, { vehicles: 25, slots: 1440 }),
  'one vehicle over 2,000 slots': (random) =>
    randomProgram(random, { vehicles: 1, slots: 2000, window: () => [0, 2000] }),
  'negative prices': (random) =>
    randomProgram(random, { vehicles: 150, slots: 96, price: () => random.between(-0.3, 0.3, 0.001) }),
};

for (const [family, make] of Object.entries(ADVERSARIAL)) {
  test(`D4.2-§5.3-LP: ${family}: the flow is optimal by its prices`, () => {
    for (let seed = 1; seed <= 3; seed++) {
      const program = make(seededRandom(seed));
      assertOptimal(program, solved(program));
    }
  });
}

function solved(program: FlowProgram): OptimalFlow {
  const flow = minimumCostFlow(program);
  assert.ok(flow);
  return flow;
}

interface Draft {
  vehicles: number;
  slots: number;
  wholePrices?: boolean;
  price?: (slot: number) => number;
  weight?: () => number;
  roomWh?: (slot: number) => number;
  window?: () => [number, number];
}

function randomProgram(random: Random, draft: Draft): FlowProgram {
  const { vehicles, slots } = draft;
  const price = draft.price ?? (() => random.between(0.02, 0.4, draft.wholePrices ? 0.1 : 0.001));
  const weight = draft.weight ?? (() => random.between(0, 0.01, 0.0001));
  const windows = Array.from({ length: vehicles }, () => {
    const first = random.integer(0, slots - 2);
    return draft.window?.() ?? [first, random.integer(first + 1, slots)];
  });
  const arcStart = new Int32Array(vehicles + 1);
  windows.forEach(([first, end], n) => {
    arcStart[n + 1] = arcStart[n]! + end! - first!;
  });
  const arcs = arcStart[vehicles]!;
  const arcSlot = new Int32Array(arcs);
  const cost = new Float64Array(arcs + SEGMENTS_PER_SLOT * slots);
  const capacityWh = new Float64Array(cost.length);
  const demandWh = new Float64Array(vehicles);
  windows.forEach(([first, end], n) => {
    const perSlot = weight();
    const mostWh = random.pick([1850, 2750, 5500]);
    for (let a = arcStart[n]!, t = first!; t < end!; a++, t++) {
      arcSlot[a] = t;
      cost[a] = perSlot * (t - first!);
      capacityWh[a] = mostWh;
    }
    demandWh[n] = random.integer(0, Math.min(40_000, 0.8 * mostWh * (end! - first!)));
  });
  const meanWh = demandWh.reduce((sum, wh) => sum + wh, 0) / slots;
  for (let t = 0; t < slots; t++) {
    const first = arcs + SEGMENTS_PER_SLOT * t;
    const most = price(t);
    cost[first] = Math.min(most, 0.4 * most);
    cost[first + 1] = most;
    capacityWh[first] = draft.roomWh === undefined && random.chance(0.3) ? random.integer(0, meanWh) : 0;
    capacityWh[first + 1] = Math.round(draft.roomWh?.(t) ?? 3 * meanWh + 6000);
    capacityWh[first + 2] = Number.POSITIVE_INFINITY;
  }
  return { slots, vehicles, arcStart, arcSlot, demandWh, cost, capacityWh };
}

/** Small numbers everywhere: many ties, many exactly full slots, shortage now and then. */
function smallProgram(random: Random): FlowProgram {
  const program = randomProgram(random, { vehicles: random.integer(1, 5), slots: random.integer(2, 5) });
  const arcs = vehicleArcs(program);
  for (let a = 0; a < arcs; a++) {
    program.cost[a] = random.integer(0, 3);
    program.capacityWh[a] = random.integer(0, 4);
  }
  for (let n = 0; n < program.vehicles; n++) {
    let mostWh = 0;
    for (let a = program.arcStart[n]!; a < program.arcStart[n + 1]!; a++) mostWh += program.capacityWh[a]!;
    program.demandWh[n] = random.integer(0, mostWh);
  }
  for (let t = 0; t < program.slots; t++) {
    const first = arcs + SEGMENTS_PER_SLOT * t;
    program.cost[first] = random.integer(-2, 3);
    program.cost[first + 1] = program.cost[first]! + random.integer(0, 4);
    program.capacityWh[first] = random.integer(0, 4);
    program.capacityWh[first + 1] = random.integer(0, 8);
  }
  return program;
}

/** Money without the overflow. */
function costOf(program: FlowProgram, flowWh: Float64Array): number {
  const arcs = vehicleArcs(program);
  return flowWh.reduce((sum, wh, a) => {
    const isOverflow = a >= arcs && (a - arcs) % SEGMENTS_PER_SLOT === SEGMENTS_PER_SLOT - 1;
    return isOverflow ? sum : sum + wh * program.cost[a]!;
  }, 0);
}

/** Feasible, and every arc and segment on the right side of the prices (complementary slackness). */
function assertOptimal(program: FlowProgram, { flowWh, slotPrice }: OptimalFlow): void {
  const { slots, vehicles, arcStart, arcSlot, cost, capacityWh, demandWh } = program;
  const arcs = vehicleArcs(program);
  const largest = Math.max(...cost, ...slotPrice.map(Math.abs));
  const rounding = 1e-11 * largest;
  const loadWh = new Float64Array(slots);
  for (let n = 0; n < vehicles; n++) {
    let takenWh = 0;
    let dearestUsed = Number.NEGATIVE_INFINITY;
    let cheapestLeft = Number.POSITIVE_INFINITY;
    for (let a = arcStart[n]!; a < arcStart[n + 1]!; a++) {
      const wh = flowWh[a]!;
      const price = slotPrice[arcSlot[a]!]! + cost[a]!;
      assert.ok(wh >= 0 && wh <= capacityWh[a]!);
      takenWh += wh;
      loadWh[arcSlot[a]!]! += wh;
      if (wh > 0) dearestUsed = Math.max(dearestUsed, price);
      if (wh < capacityWh[a]!) cheapestLeft = Math.min(cheapestLeft, price);
    }
    assert.equal(takenWh, demandWh[n]);
    assert.ok(
      dearestUsed <= cheapestLeft + rounding,
      `vehicle ${n} could move by ${dearestUsed - cheapestLeft}`,
    );
  }
  for (let t = 0; t < slots; t++) {
    const first = arcs + SEGMENTS_PER_SLOT * t;
    assert.equal(flowWh[first]! + flowWh[first + 1]! + flowWh[first + 2]!, loadWh[t]);
    for (let s = first; s < first + SEGMENTS_PER_SLOT - 1; s++) {
      assert.ok(flowWh[s]! >= 0 && flowWh[s]! <= capacityWh[s]!);
      if (flowWh[s]! > 0) assert.ok(cost[s]! <= slotPrice[t]! + rounding, `slot ${t} is too cheap`);
      if (flowWh[s]! < capacityWh[s]!)
        assert.ok(cost[s]! >= slotPrice[t]! - rounding, `slot ${t} is too dear`);
    }
  }
}

/** Dearer than any detour in a small programme. */
const OVERFLOW_PRICE = 1000;

/** Wh by Wh along the cheapest path of the residual graph, by Bellman-Ford. Money without the overflow. */
function naiveFlow(program: FlowProgram): { cost: number; overflowWh: number } {
  const { slots, vehicles, arcStart, arcSlot, capacityWh, demandWh } = program;
  const [site, sink] = [slots + vehicles, slots + vehicles + 1];
  const edges: Edge[] = [];
  const connect = (from: number, to: number, room: number, cost: number) => {
    edges.push({ from, to, room, cost }, { from: to, to: from, room: 0, cost: -cost });
  };
  const arcs = vehicleArcs(program);
  for (let t = 0; t < slots; t++) {
    for (const s of [arcs + SEGMENTS_PER_SLOT * t, arcs + SEGMENTS_PER_SLOT * t + 1]) {
      connect(site, t, capacityWh[s]!, program.cost[s]!);
    }
    connect(site, t, Number.POSITIVE_INFINITY, OVERFLOW_PRICE);
  }
  for (let n = 0; n < vehicles; n++) {
    for (let a = arcStart[n]!; a < arcStart[n + 1]!; a++) {
      connect(arcSlot[a]!, slots + n, capacityWh[a]!, program.cost[a]!);
    }
    connect(slots + n, sink, demandWh[n]!, 0);
  }
  const overflow = edges.filter((edge, e) => e % 2 === 0 && edge.cost === OVERFLOW_PRICE);
  const before = edges.map((edge) => edge.room);
  const totalWh = demandWh.reduce((sum, wh) => sum + wh, 0);
  for (let sentWh = 0; sentWh < totalWh; sentWh++) sendOne(edges, site, sink);
  let cost = 0;
  let overflowWh = 0;
  edges.forEach((edge, e) => {
    if (e % 2 === 1) return;
    const wh = edges[e + 1]!.room - before[e + 1]!;
    if (overflow.includes(edge)) overflowWh += wh;
    else cost += wh * edge.cost;
  });
  return { cost, overflowWh };
}

interface Edge {
  from: number;
  to: number;
  room: number;
  cost: number;
}

function sendOne(edges: Edge[], site: number, sink: number): void {
  const distance = new Float64Array(sink + 1).fill(Number.POSITIVE_INFINITY);
  const entered = new Int32Array(sink + 1).fill(-1);
  distance[site] = 0;
  for (let moved = true; moved; ) {
    moved = false;
    edges.forEach(({ from, to, room, cost: price }, e) => {
      if (room <= 0 || distance[from]! + price >= distance[to]!) return;
      distance[to] = distance[from]! + price;
      entered[to] = e;
      moved = true;
    });
  }
  for (let node = sink; node !== site; node = edges[entered[node]!]!.from) {
    edges[entered[node]!]!.room -= 1;
    edges[entered[node]! ^ 1]!.room += 1;
  }
}
