/**
 * The most that anybody could have given the cars of a site, knowing every arrival, departure and cut beforehand. It is a bound, not a
 * plan: powers below a car's smallest one count, and every car stays as eager as it came.
 */
import { connectionOf, ruledW, servedW, socAfter, wantedW } from './car-at-plug.ts';
import { maxFlow, type Pair } from './max-flow.ts';
import type { Stay } from './traffic.ts';
import type { SiteWorld } from './world.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 15_000;
/** Cars come and go within minutes: what one could not have drawn before it came is nobody's to give. */
const SLOT_MS = 60_000;
/** From the plug to the card at the reader and on: nobody charges before. */
const CARD_MS = 15_000;

/** No energy can flow at a station then: no mains, or it boots. */
export interface Darkness {
  readonly stationId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Attainable {
  /** Mains energy each car would have got alone at the site, at full power all its stay, Wh; no more than its driver wants. */
  readonly aloneWh: ReadonlyMap<string, number>;
  /** Most energy for all of them together below the limit, Wh. */
  readonly togetherWh: number;
}

/**
 * @param roomWh what the limit leaves cars between two instants, Wh
 * @param knownWh what these cars got is no question: it only takes room (stays that go on when the recording ends)
 */
export function attainable(
  world: SiteWorld,
  stays: readonly Stay[],
  {
    roomWh,
    darkness,
    knownWh,
    endMs,
  }: {
    readonly roomWh: (fromMs: number, toMs: number) => number;
    readonly darkness: readonly Darkness[];
    readonly knownWh: ReadonlyMap<string, number>;
    readonly endMs: number;
  },
): Attainable {
  const aloneWh = new Map<string, number>();
  const pairs: Pair[] = [];
  const sources: number[] = [];
  const firstMs = Math.min(endMs, ...stays.map(({ plugInMs }) => plugInMs));
  const slots = Math.max(0, Math.ceil((endMs - firstMs) / SLOT_MS));
  for (const stay of stays) {
    const known = knownWh.get(stay.id);
    const { aloneWh: mostWh, slotWh } = alone(world, stay, darkness, { firstMs, endMs });
    if (known === undefined) aloneWh.set(stay.id, mostWh);
    const source = sources.push(known ?? mostWh) - 1;
    for (const [sink, most] of slotWh) if (sink < slots) pairs.push({ source, sink, most });
  }
  const sinks = Array.from({ length: slots }, (_, n) =>
    Math.max(0, roomWh(firstMs + n * SLOT_MS, Math.min(endMs, firstMs + (n + 1) * SLOT_MS))),
  );
  const takenWh = [...knownWh.values()].reduce((sum, each) => sum + each, 0);
  return { aloneWh, togetherWh: Math.max(0, maxFlow(sources, sinks, pairs).total - takenWh) };
}

/**
 * A car alone at the site; and what it can draw at most in every slot of its stay. Nobody is ahead of the car alone, so in company it has some
 * state of charge between its first one and that of the car alone: it accepts no more than the most in between.
 */
function alone(
  world: SiteWorld,
  stay: Stay,
  darkness: readonly Darkness[],
  { firstMs, endMs }: { readonly firstMs: number; readonly endMs: number },
): { readonly aloneWh: number; readonly slotWh: ReadonlyMap<number, number> } {
  const connection = connectionOf(world, stay);
  const dark = darkness.filter(({ stationId }) => stationId === stay.plug.stationId);
  const begunMs = stay.plugInMs + CARD_MS;
  const untilMs = Math.min(stay.unplugMs, lossMs(world, stay, dark, begunMs));
  const { behaviour } = stay.arrival.vehicle;
  const wishWh = Math.min(stay.needWh, stay.arrival.wishWh ?? Number.POSITIVE_INFINITY);
  // Many cars follow whole amperes only.
  const stepW =
    connection.currentType === 'DC' ? 0 : behaviour.currentStepA * connection.phases * connection.voltageV;
  const steppedW = (powerW: number) =>
    stepW > 0 && Number.isFinite(powerW) ? Math.floor(powerW / stepW + 1e-9) * stepW : powerW;
  const slotWh = new Map<number, number>();
  let { soc } = stay.arrival;
  let gotWh = 0;
  // Who gives back stands lower for a while, where a battery may accept more.
  let acceptsW = stay.arrival.discharge === undefined ? 0 : Number.POSITIVE_INFINITY;
  let readyMs = begunMs + connection.startS * 1000 + behaviour.delayS * 1000;
  for (let atMs = stay.plugInMs; atMs < Math.min(untilMs, endMs); atMs += STEP_MS) {
    const night = dark.find(({ fromMs, toMs }) => fromMs < atMs + STEP_MS && toMs > atMs);
    if (night !== undefined) readyMs = Math.max(readyMs, night.toMs + connection.startS * 1000);
    const ms = Math.max(0, Math.min(atMs + STEP_MS, untilMs) - Math.max(atMs, readyMs));
    if (ms === 0) continue;
    const mostW =
      Math.min(
        connection.maxW,
        ruledW(world, connection),
        steppedW(servedW(world, stay, connection.minW, atMs)),
      ) * behaviour.overdraw;
    const wanted = wantedW(stay, connection, soc) * behaviour.overdraw;
    acceptsW = Math.max(acceptsW, wanted);
    const powerW = Math.min(mostW, wanted);
    const wh = Math.min((powerW * ms) / HOUR_MS, wishWh - gotWh);
    gotWh += wh;
    soc = socAfter(stay, connection, soc, powerW, ms);
    const slot = Math.floor((atMs - firstMs) / SLOT_MS);
    slotWh.set(slot, (slotWh.get(slot) ?? 0) + (Math.min(mostW, acceptsW) * ms) / HOUR_MS);
  }
  return { aloneWh: gotWh, slotWh };
}

/** A station without mains ends what it charged unless it resumes; whoever left the car there is not back to show the card again. */
function lossMs({ stations }: SiteWorld, { plug }: Stay, dark: readonly Darkness[], begunMs: number): number {
  const { options } = stations.find(({ id }) => id === plug.stationId)!;
  if (options.afterPowerLoss === 'resume') return Number.POSITIVE_INFINITY;
  return Math.min(...dark.map(({ fromMs }) => fromMs).filter((ms) => ms > begunMs), Number.POSITIVE_INFINITY);
}
