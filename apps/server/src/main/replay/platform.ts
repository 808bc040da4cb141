import { serveNode } from '@smac/ocpi';
import { createPlanner } from '@smac/optimiser';
import { createDispatcher, type Log, type RandomBytes } from '../../dispatch/index.ts';
import { createPlanning, type Planning } from '../../planning/index.ts';
import { createScsp, type Scsp } from '../../roles/scsp/index.ts';
import { createSites } from '../../sites/index.ts';
import type { Store } from '../../store/index.ts';
import { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';

export interface PlatformOptions {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Folder for the key that seals tokens. */
  readonly dataDir: string;
  /** Empty; closed with the platform. */
  readonly store: Store;
  /** What drivers say about when they leave is true and known to be. */
  readonly trustDepartures: boolean;
}

/** The loop of the platform in this process, reached over real HTTP: no web page, no configuration, a clock of its own. */
export interface Platform {
  readonly scsp: Scsp;
  readonly planning: Planning;
  readonly activity: Activity;
  close(): Promise<void>;
}

/** A replay must not depend on how busy the machine is: the solver gets all the time it may need. */
const SOLVER_SECONDS = 60;

export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  const { clock, random, log, store } = options;
  const activity = new Activity();
  let scsp: Scsp | undefined;
  const served = await serveNode(() => ({
    handle: (request) => activity.track(() => scsp!.handle(request)),
  }));
  const sites = createSites({ store, clock, log });
  scsp = await createScsp({
    store,
    sites,
    clock,
    random,
    log,
    activity,
    config: {
      publicUrl: served.origin,
      dataDir: options.dataDir,
      countryCode: 'NL',
      partyId: 'SMC',
      allowPrivateAddresses: true,
      // A virtual second may hold any number of requests.
      requestsPerSecond: 1_000_000,
      requestBurst: 1_000_000,
    },
  });
  const { target } = scsp;
  const planner = createPlanner({ threads: 1, log });
  let planning: Planning | undefined;
  const dispatcher = createDispatcher({
    store,
    target,
    clock,
    random,
    log,
    activity,
    onFeedback: (feedback) => void planning?.feedback(feedback),
  });
  planning = createPlanning({
    store,
    sites,
    planner,
    dispatcher,
    clock,
    log,
    activity,
    carriesDischarge: (key) => target.carriesDischarge(key),
    policy: { solverSeconds: SOLVER_SECONDS, trustDepartures: options.trustDepartures },
  });
  await planner.ready();
  await dispatcher.start();
  await planning.start();
  await scsp.start();
  return {
    scsp,
    planning,
    activity,
    async close() {
      await planning.stop();
      await dispatcher.close();
      await scsp.close();
      await planner.close();
      await served.close();
      await store.close();
    },
  };
}
