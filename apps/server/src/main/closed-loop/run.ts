/** A scenario through the whole platform: server, OCPP over real sockets, stations, cars and supply points on one virtual clock. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settled, VirtualClock, type Visit } from '@smac/simulator';
import { buildWorld, Fleet, type FleetEvent, type Scenario, type World } from '@smac/simulator/scenario';
import { readConfig } from '../../config/index.ts';
import type { Store } from '../../store/index.ts';
import type { ServerLog } from '../log.ts';
import { openMemoryStore } from '../memory-store.ts';
import { startServer } from '../start-server.ts';
import { quiet } from './barrier.ts';
import { followDrivers } from './drivers.ts';
import { EnergyManager } from './energy-manager.ts';
import { type SiteFigures, siteFigures } from './figures.ts';
import { contextOf, provision } from './provision.ts';

export interface LoopOptions {
  readonly scenario: Scenario;
  readonly startMs: number;
  readonly hours?: number;
  readonly seed?: string;
  readonly stations?: number;
  /** These come to the first site instead of the traffic of the file. */
  readonly visits?: readonly Visit[];
  readonly withFaults: boolean;
  readonly forecastError?: number;
  readonly log: ServerLog;
  readonly store?: Store;
  /** Called every simulated quarter hour. */
  readonly progress?: (atMs: number, fleet: Fleet) => void;
  readonly listen?: (event: FleetEvent, atMs: number) => void;
}

export interface LoopFigures {
  readonly sites: readonly SiteFigures[];
  readonly stations: number;
  readonly messages: number;
  readonly plans: number;
  /** Profiles sent to stations. */
  readonly commands: number;
  readonly faults: number;
}

const QUARTER_MS = 900_000;

export async function playLoop(options: LoopOptions): Promise<LoopFigures> {
  const { scenario, startMs, log } = options;
  const world = buildWorld(scenario, options);
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-scenario-'));
  const clock = new VirtualClock(startMs);
  const bytes = world.random.stream('bytes');
  const server = await startServer(
    loopConfig(dataDir),
    { clock, random: (count) => Uint8Array.from({ length: count }, () => bytes.below(256)), log },
    // One plan at a time: a scenario that is played twice gives the same result.
    {
      store: options.store ?? (await openMemoryStore()),
      planning: { solverSeconds: 60, concurrency: 1 },
    },
  );
  let plans = 0;
  let faults = 0;
  const managers = new Map<string, EnergyManager>();
  let fleet: Fleet | undefined;
  server.planning.onPlan(() => {
    plans += 1;
  });
  const endDrivers = followDrivers({
    fleet: () => fleet,
    transactions: server.backOffice.transactions,
    sites: server.sites,
    clock,
    activity: server.activity,
  });
  try {
    const credentials = await provision(server, world);
    for (const site of world.sites) {
      const manager = new EnergyManager({
        site,
        contextId: await contextOf(server, site.site.id),
        sites: server.sites,
        clock,
        random: world.random.stream(`forecast ${site.site.id}`),
        activity: server.activity,
        log,
        forecastError: options.forecastError ?? 0,
      });
      managers.set(site.site.id, manager);
      await manager.start();
    }
    fleet = new Fleet({
      world,
      clock,
      url: server.stationDoor()?.url ?? '',
      credentials,
      withFaults: options.withFaults,
      listen: (event) => {
        options.listen?.(event, clock.now());
        if (event.kind === 'fault') faults += 1;
        if (event.kind === 'limit') {
          const manager = managers.get(event.site.site.id);
          void server.activity.track(async () => manager?.setCap(event.limitW, event.untilMs));
        }
      },
    });
    await fleet.start();
    await run(world, clock, server.activity, fleet, options);
    const played = fleet;
    return {
      sites: world.sites.map((site) => siteFigures(played, site, world.endMs)),
      stations: fleet.stations.length,
      messages: fleet.counts().messages,
      commands: fleet.counts().commands,
      plans,
      faults,
    };
  } finally {
    endDrivers();
    for (const manager of managers.values()) manager.stop();
    await fleet?.close();
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function run(
  world: World,
  clock: VirtualClock,
  activity: { readonly inFlight: number; idle(): Promise<void> },
  fleet: Fleet,
  { progress }: LoopOptions,
): Promise<void> {
  const peers = [activity, fleet.activity];
  const idle = () => {
    const { network } = fleet;
    return network === undefined ? settled(peers) : quiet(peers, () => network.isHolding);
  };
  for (let atMs = world.startMs; atMs < world.endMs; ) {
    atMs = Math.min(world.endMs, atMs + QUARTER_MS);
    await clock.runUntil(atMs, idle);
    progress?.(atMs, fleet);
  }
  // Cars that are still there are judged by what they have until now.
  fleet.sendAllAway();
  await clock.runUntil(world.endMs + 5_000, idle);
}

function loopConfig(dataDir: string) {
  const read = readConfig({
    SMAC_PORT: '0',
    SMAC_DATA_DIR: dataDir,
    SMAC_OCPP_PORT: '0',
    SMAC_OCPP_WITHOUT_TLS: 'true',
    // All stations come from this machine, in no time.
    SMAC_OCPP_HANDSHAKES_PER_ADDRESS: '100000',
    SMAC_OCPP_HANDSHAKES_PER_SECOND: '10000',
  });
  if (!read.ok) throw new Error(read.sentence);
  return read.config;
}
