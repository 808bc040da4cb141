/** From a change of a plan to the profile that the station confirmed, and how long a cut of a site's limit takes. */
import { type BenchOptions, openBench, pause, quantile } from './rig.ts';

/** Sessions settle for so long before the next change. */
const SETTLE_MS = 3_000;
const WIDE_W = 11_000;
const NARROW_W = 5_000;

/** Limits change up and down; every change makes a new plan for every site. */
export async function planChange(
  options: BenchOptions,
  { title, sites, rounds }: { readonly title: string; readonly sites: number; readonly rounds: number },
): Promise<string[]> {
  const stationsPerSite = Math.round(options.stations / sites);
  const bench = await openBench(options, { sites, stationsPerSite, limitW: stationsPerSite * WIDE_W });
  try {
    const { server, fleet } = bench;
    await bench.connect(bench.who);
    options.progress('a car begins to charge at every station');
    await fleet.ask('begin', { count: bench.who.length });
    await server.ask('wish', undefined);
    await server.ask('idle', undefined);
    const contexts = await server.ask('contexts', undefined);
    const fromTriggerMs: number[] = [];
    const fromPlanMs: number[] = [];
    const planMs: number[] = [];
    const cutsMs: number[] = [];
    let lost = 0;
    const before = await server.ask('usage', undefined);
    for (let round = 0; round < rounds; round += 1) {
      await pause(SETTLE_MS);
      await server.ask('idle', undefined);
      const limitW = stationsPerSite * (round % 2 === 0 ? NARROW_W : WIDE_W);
      const sinceMs = Date.now();
      await Promise.all(contexts.map((contextId) => server.ask('limit', { contextId, limitW })));
      if (round % 2 === 0) {
        cutsMs.push(
          ...(await Promise.all(contexts.map((contextId) => obeyed(contextId, limitW)))).map(
            (ms) => ms - sinceMs,
          ),
        );
      }
      await server.ask('carriedOut', { sinceMs, contexts });
      const plans = await server.ask('plans', { sinceMs });
      planMs.push(...plans.map(({ madeMs, triggerMs }) => madeMs - triggerMs));
      for (const { answeredMs, state, sentMs } of await server.ask('sent', { sinceMs })) {
        if (answeredMs === null || state !== 'ACCEPTED') lost += 1;
        else {
          fromTriggerMs.push(answeredMs - sinceMs);
          fromPlanMs.push(answeredMs - sentMs);
        }
      }
      options.progress(
        `change ${round + 1} of ${rounds}: ${plans.length} plan(s), ${fromTriggerMs.length} profiles confirmed so far`,
      );
    }
    const after = await server.ask('usage', undefined);
    const s = (values: readonly number[], share: number) => (quantile(values, share) / 1000).toFixed(2);
    return [
      `${title}, ${bench.who.length} stations on ${sites} site(s), ${rounds} changes: change to profile confirmed p50 ${s(fromTriggerMs, 0.5)} s, p99 ${s(fromTriggerMs, 0.99)} s, most ${s(fromTriggerMs, 1)} s (wanted: p50 <= 0.5 s, p99 <= 3 s); of it from leaving to confirmed p50 ${s(fromPlanMs, 0.5)} s, p99 ${s(fromPlanMs, 0.99)} s; change to plan p50 ${s(planMs, 0.5)} s; ${fromTriggerMs.length} confirmed, ${lost} not`,
      `${title}: a cut of the limit to ${((100 * NARROW_W) / WIDE_W).toFixed(0)} % is obeyed by all stations of a site in median ${s(cutsMs, 0.5)} s, at most ${s(cutsMs, 1)} s (wanted: <= 10 s); server ${((after.cpuMs - before.cpuMs) / rounds / 1000).toFixed(2)} s CPU per change, ${after.rssMb.toFixed(0)} MB`,
    ];

    async function obeyed(contextId: string, limitW: number): Promise<number> {
      const giveUpMs = Date.now() + 60_000;
      while (Date.now() < giveUpMs) {
        if ((await server.ask('ceilingW', { contextId })) <= limitW + 1) return Date.now();
        await pause(20);
      }
      return Number.POSITIVE_INFINITY;
    }
  } finally {
    await bench.close();
  }
}
