/** Barcelona and Turku in the demo: simulated stations that come to the own back office by OCPP, and the people who charge there. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { createRandom, weekdayOf } from '@smac/simulator';
import {
  buildWorld,
  Fleet,
  type Scenario,
  type SiteScenario,
  shiftedWorld,
  shippedScenario,
  type World,
} from '@smac/simulator/scenario';
import { followDrivers } from './closed-loop/drivers.ts';
import { EnergyManager } from './closed-loop/energy-manager.ts';
import { contextOf, provision } from './closed-loop/provision.ts';
import type { Surroundings } from './compose.ts';
import type { RunningServer } from './start-server.ts';

/** OCPP port of the demo, where no other is set. */
const PORT = 9_000;
const NAMES = ['barcelona', 'turku'] as const;
const DAY_MS = 24 * 3_600_000;
/** More cars than on a common day. */
const BUSIER = 2;
/** The demo goes on for so many hours; then its cars are gone. */
const HOURS = 48;

/** The port stations of the demo come to: the one that is set, 9000, or any free one. */
export async function demoOcppPort(wanted: number | undefined, { log }: Surroundings): Promise<number> {
  const port = wanted ?? PORT;
  if (port === 0 || (await isFree(port))) return port;
  log.warn({ port }, `Port ${port} is in use: the stations of the demo come to another one`);
  return 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** One world of both cities: cars come as on a busy morning whenever it is, everything else is as it is there now; or the days before it. */
export function demoWorld(nowMs: number, morning: { readonly peoplesTimeZone: string }, pastDays = 0): World {
  const { peoplesTimeZone } = morning;
  const shiftMs = Math.max(0, weekdayOf(nowMs, peoplesTimeZone) - 5) * DAY_MS;
  const [first, ...others] = NAMES.map(shippedScenario) as [Scenario, ...Scenario[]];
  const scenario: Scenario = {
    ...first,
    name: 'demo',
    sites: [first, ...others]
      .flatMap(({ sites }) => sites)
      .map((site) => ({ ...site, traffic: site.traffic.map(busier) })),
  };
  const world = buildWorld(scenario, {
    startMs: nowMs - shiftMs - pastDays * DAY_MS,
    hours: pastDays === 0 ? HOURS : pastDays * 24,
    seed: pastDays === 0 ? 'demo' : 'past',
    presentWithinMs: [200, 6_000],
    presentHaveCharged: true,
    peoplesTimeZone,
  });
  return shiftedWorld(world, shiftMs);
}

type Traffic = SiteScenario['traffic'][number];

/** Somebody is always there to be seen; a workplace fills in the morning by itself, and has to leave room for the building. */
const busier = (traffic: Traffic): Traffic => ({
  ...traffic,
  sessionsPerDay: traffic.sessionsPerDay * (traffic.place === 'workplace' ? 1 / BUSIER : BUSIER),
});

/** @returns ends them */
export async function startDemoStations(
  server: RunningServer,
  world: World,
  { clock, log }: Surroundings,
): Promise<() => Promise<void>> {
  const door = server.stationDoor();
  if (door === undefined) throw new Error('The OCPP port of the demo is not open');
  const credentials = await provision(server, world);
  const managers: EnergyManager[] = [];
  for (const site of world.sites) {
    const manager = new EnergyManager({
      site,
      contextId: await contextOf(server, site.site.id),
      sites: server.sites,
      clock,
      random: createRandom(randomInt(1_000_000)),
      activity: server.activity,
      log,
      forecastError: 0.1,
    });
    managers.push(manager);
    await manager.start();
  }
  const fleet = new Fleet({
    world,
    clock,
    url: door.url,
    credentials,
    withFaults: false,
    cardAfterMs: 1_000,
  });
  const endDrivers = followDrivers({
    fleet: () => fleet,
    transactions: server.backOffice.transactions,
    sites: server.sites,
    clock,
    activity: server.activity,
    afterMs: 1_500,
  });
  await fleet.start();
  log.info(
    {},
    `${world.sites.reduce((sum, site) => sum + site.stations.length, 0)} simulated charging stations in Barcelona and Turku connect by OCPP to ${door.url}`,
  );
  return async () => {
    endDrivers();
    for (const manager of managers) manager.stop();
    await fleet.close();
  };
}
