/** From a change of a limit to the profiles that stations confirmed because of it, and how long a cut of a site's limit takes. */
import { type BenchOptions, openBench, pause, quantile } from './rig.ts';
import type { Confirmed, PlanMade } from './server-process.ts';

/** Sessions settle for so long before the next change. */
const SETTLE_MS = 3_000;
/** A change that is not carried out by then is told as it stands. */
const GIVE_UP_MS = 60_000;
const WIDE_W = 11_000;
/** A cut leaves this part of what the stations of a site may draw at that moment. */
const CUT = 0.5;

export interface PlanChanges {
  readonly title: string;
  readonly sites: number;
  readonly rounds: number;
  /** No new change begins after so long, ms. */
  readonly budgetMs: number;
}

/** Limits change down and up; every change makes a new plan for every site. */
export async function planChange(
  options: BenchOptions,
  { title, sites, rounds, budgetMs }: PlanChanges,
): Promise<string[]> {
  const stationsPerSite = Math.round(options.stations / sites);
  const bench = await openBench(options, { sites, stationsPerSite, limitW: stationsPerSite * WIDE_W });
  try {
    const { server, fleet } = bench;
    await bench.connect(bench.who);
    options.progress('a car begins to charge at every station');
    await fleet.ask('begin', { count: bench.who.length });
    // Transactions become sessions after they were acknowledged; one that is not there yet would be left without a wish.
    for (const untilMs = Date.now() + GIVE_UP_MS; Date.now() < untilMs; await pause(500)) {
      if ((await server.ask('live', undefined)) >= bench.who.length) break;
    }
    await server.ask('wish', undefined);
    options.progress('every session has a wish; the first plans are carried out');
    await server.ask('idle', undefined);
    const contexts = await server.ask('contexts', undefined);
    const found = { sends: [] as Confirmed[][], plans: [] as PlanMade[][], sinceMs: [] as number[] };
    const cutsMs: number[] = [];
    const before = await server.ask('usage', undefined);
    let round = 0;
    for (; round < rounds && Date.now() - before.atMs < budgetMs; round += 1) {
      await pause(SETTLE_MS);
      await server.ask('idle', undefined);
      const isCut = round % 2 === 0;
      const limits = await Promise.all(
        contexts.map(async (contextId) => ({
          contextId,
          limitW: isCut
            ? Math.floor((await server.ask('ceilingW', { contextId })) * CUT)
            : stationsPerSite * WIDE_W,
        })),
      );
      const sinceMs = Date.now();
      const told = Promise.all(limits.map((limit) => server.ask('limit', limit)));
      const obeyedMs = isCut
        ? await Promise.all(
            limits.map((limit) => server.ask('obeyed', { ...limit, giveUpMs: sinceMs + GIVE_UP_MS })),
          )
        : [];
      cutsMs.push(...obeyedMs.map((ms) => ms - sinceMs));
      await told;
      await server.ask('carriedOut', { sinceMs, contexts, giveUpMs: sinceMs + GIVE_UP_MS });
      const plans = await server.ask('plans', { sinceMs });
      const sends = await server.ask('sent', { sinceMs });
      found.sends.push(sends);
      found.plans.push(plans);
      found.sinceMs.push(sinceMs);
      options.progress(
        `${isCut ? 'cut' : 'rise'} ${round + 1} of ${rounds}: ${isCut ? `obeyed after ${seconds(Math.max(...obeyedMs) - sinceMs)} s, ` : ''}${inWaves(sends, plans, sinceMs)}`,
      );
    }
    const after = await server.ask('usage', undefined);
    const changes = found.sends.flatMap((sends, n) => byChange(sends, found.sinceMs[n]!));
    const planMs = found.plans.flatMap((plans, n) => firstOfEach(plans, found.sinceMs[n]!));
    const firstMs = changes.map(({ firstMs: ms }) => ms).filter(Number.isFinite);
    const solvedMs = found.sends.flatMap((sends, n) => fromPlan(sends, found.plans[n]!));
    const everyMs = found.sends
      .flatMap((sends, n) => sends.map(({ answeredMs }) => (answeredMs ?? Infinity) - found.sinceMs[n]!))
      .filter(Number.isFinite);
    const wayMs = found.sends
      .flat()
      .map(({ answeredMs, sentMs }) => (answeredMs ?? Infinity) - sentMs)
      .filter(Number.isFinite);
    const lost = found.sends.flat().filter(({ state }) => state !== 'ACCEPTED').length;
    return [
      `${title}, ${bench.who.length} stations on ${sites} site(s), ${round} changes: input change to profile confirmed ${spread(firstMs)} (wanted: p50 <= 0.5 s, p99 <= 3 s); plan solved to its first profile confirmed ${spread(solvedMs)}; with what is sent again after it ${spread(everyMs)}; of it from leaving to confirmed ${spread(wayMs)}; change to plan ${spread(planMs)}; ${everyMs.length} confirmed, ${lost} not`,
      `${title}: a cut of the limit to ${100 * CUT} % of what the stations may draw is obeyed by all stations of a site in median ${seconds(quantile(cutsMs, 0.5))} s, at most ${seconds(quantile(cutsMs, 1))} s (wanted: <= 10 s); server ${((after.cpuMs - before.cpuMs) / round / 1000).toFixed(2)} s CPU per change, ${after.rssMb.toFixed(0)} MB`,
    ];
  } finally {
    await bench.close();
  }
}

const seconds = (ms: number) => (ms / 1000).toFixed(2);

const spread = (valuesMs: readonly number[]) =>
  `p50 ${seconds(quantile(valuesMs, 0.5))} s, p99 ${seconds(quantile(valuesMs, 0.99))} s, most ${seconds(quantile(valuesMs, 1))} s`;

/** The first profile that a session got because of a change, ms after it. */
function byChange(
  sends: readonly Confirmed[],
  sinceMs: number,
): { readonly sessionId: string; readonly firstMs: number }[] {
  const first = new Map<string, number>();
  for (const { sessionId, answeredMs } of sends) {
    const ms = (answeredMs ?? Infinity) - sinceMs;
    first.set(sessionId, Math.min(first.get(sessionId) ?? Infinity, ms));
  }
  return [...first].map(([sessionId, firstMs]) => ({ sessionId, firstMs }));
}

/** From the moment a plan was solved to the first profile by which a session carries it out, ms; what left for another reason is none. */
function fromPlan(sends: readonly Confirmed[], plans: readonly PlanMade[]): number[] {
  const solvedMs = new Map(plans.map(({ planId, createdMs }) => [planId, createdMs]));
  const first = new Map<string, number>();
  for (const { sessionId, planId, sentMs, answeredMs } of sends) {
    const since = solvedMs.get(planId);
    if (since === undefined || sentMs < since) continue;
    const ms = (answeredMs ?? Infinity) - since;
    const key = `${planId} ${sessionId}`;
    first.set(key, Math.min(first.get(key) ?? Infinity, ms));
  }
  return [...first.values()].filter(Number.isFinite);
}

/** When each context had its plan, ms after the change. */
function firstOfEach(plans: readonly PlanMade[], sinceMs: number): number[] {
  const first = new Map<string, number>();
  for (const { contextId, triggerMs, createdMs } of plans) {
    if (triggerMs >= sinceMs && !first.has(contextId)) first.set(contextId, createdMs - sinceMs);
  }
  return [...first.values()];
}

/** What left when and why, and what was planned meanwhile: one line. */
function inWaves(sends: readonly Confirmed[], plans: readonly PlanMade[], sinceMs: number): string {
  const waves = new Map<string, { count: number; fromMs: number; toMs: number }>();
  for (const { reason, planId, sentMs, answeredMs } of sends) {
    const name = `${reason} ${plans.length > 4 ? '' : `of plan ${planId} `}left ${seconds(sentMs - sinceMs)}`;
    const key = sends.length > 0 && plans.length > 4 ? reason : name;
    const wave = waves.get(key) ?? { count: 0, fromMs: Infinity, toMs: 0 };
    const ms = (answeredMs ?? Infinity) - sinceMs;
    waves.set(key, {
      count: wave.count + 1,
      fromMs: Math.min(wave.fromMs, ms),
      toMs: Math.max(wave.toMs, ms),
    });
  }
  const told = [...waves].map(
    ([name, { count, fromMs, toMs }]) =>
      `${count} ${name} confirmed ${seconds(fromMs)} to ${seconds(toMs)} s`,
  );
  const made = plans
    .slice(0, 6)
    .map(
      ({ causes, triggerMs, snapshotMs, createdMs, madeMs, solver, solveMs }) =>
        `${causes.join('+')} ${solver} triggered ${seconds(triggerMs - sinceMs)} read ${seconds(snapshotMs - sinceMs)} solved ${seconds(createdMs - sinceMs)} (engine ${seconds(solveMs)}) out ${seconds(madeMs - sinceMs)}`,
    );
  return `${plans.length} plan(s) [${made.join('; ')}]; ${told.join(', ')}`;
}
