import { randomBytes } from 'node:crypto';
import {
  createHttpCaller,
  createOcpiClient,
  createOcpiHandler,
  createRegistrar,
  type Log,
  MemoryPeerStore,
  type OcpiPlatform,
  type OcpiVersion,
  serveNode,
} from '@smac/ocpi';
import { type Activity, WorkInFlight } from '../clock/quiescence.ts';
import type { Clock } from '../clock/virtual-clock.ts';
import type { Random } from '../random/random.ts';
import type { Site } from '../site/site.ts';
import type { EvseConfig } from '../site/socket.ts';
import type { Visit } from '../visits/visit.ts';
import { BackOffice } from './back-office.ts';
import type { CpoListener } from './events.ts';
import { type FaultPlan, faulty, noFaults, type ProfileFaultPlan } from './faults.ts';
import type { CpoIdentity } from './objects.ts';
import type { SupplyPoint } from './optimisation-context.ts';
import { profileExecutor } from './profile-executor.ts';
import { pulledPorts } from './pulled.ts';

export interface CounterpartOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly identity: CpoIdentity;
  readonly evses: readonly EvseConfig[];
  /** In order of plug-in; those that began before now are already plugged in when the counterpart starts. */
  readonly visits: readonly Visit[];
  readonly supply: SupplyPoint;
  /** Which departure drivers announce: the one that comes true, or what real drivers say. */
  readonly departures: 'true' | 'announced';
  /** Protocol versions offered; default both. */
  readonly versions?: readonly OcpiVersion[];
  /** `profiles`: stations carry out what they are told; `local-limit`: the site's own limit prevails. Default `profiles`. */
  readonly sitePolicy?: 'profiles' | 'local-limit';
  /** What a socket offers without a profile, W; default everything (a cleared profile is maximum capacity in OCPI). */
  readonly fallbackW?: number;
  /** Largest meter error, 0.005 = +-0.5 % (default). */
  readonly meterError?: number;
  /** Meter values every so often, aligned to the clock; default 60 s. */
  readonly meterIntervalMs?: number;
  /** Shift of the aligned meter values, e.g. -20 s: shortly before the quarter hour. Default 0. */
  readonly meterShiftMs?: number;
  /** The lists of the optimisation context are told again every so often; 0 = only when prices come out. Default 1 h. */
  readonly forecastIntervalMs?: number;
  /** From accepting a profile to its asynchronous result; default 0. */
  readonly answerDelayMs?: number;
  /** Push ActiveChargingProfile after every accepted profile, not only when an own limit changes it. Default true. */
  readonly tellsActiveProfiles?: boolean;
  readonly tellsSoc?: boolean;
  /** What is agreed with the platform beside the optimisation module: `v2x`, `battery_capacity`, `soc_preferences`. */
  readonly agreements?: readonly string[];
  /** Real time in ms for latency events; default none. */
  readonly stopwatch?: () => number;
  readonly port?: number;
}

/** A charge point operator's back office that speaks real OCPI over HTTP, with simulated stations behind it. */
export interface CpoCounterpart {
  /** `http://127.0.0.1:41234`. */
  readonly origin: string;
  /** Work of the counterpart in flight, for the quiescence barrier. */
  readonly activity: Activity;
  readonly site: Site;
  /** Registers by the full handshake with the invitation another platform made (`smac ocpi invite`). */
  register(invitation: { readonly token: string; readonly versions_url: string }): Promise<void>;
  /** Pushes what is static and what runs, then lives by the clock. Call after `register`. */
  start(): Promise<void>;
  listen(listener: CpoListener): () => void;
  setFaults(http: FaultPlan, profiles?: ProfileFaultPlan): void;
  close(): Promise<void>;
}

export async function createCpoCounterpart(options: CounterpartOptions): Promise<CpoCounterpart> {
  const { clock, log, identity } = options;
  const activity = new WorkInFlight();
  const office = new BackOffice(options, activity);
  let httpFaults: FaultPlan = noFaults;
  let platform: OcpiPlatform | undefined;

  const served = await serveNode(
    (origin) => {
      platform = {
        baseUrl: `${origin}/ocpi`,
        parties: [{ ...identity.party, role: 'CPO', businessDetails: { name: identity.name } }],
        peers: new MemoryPeerStore(),
        ports: { ...pulledPorts(office), chargingprofiles: { receiver: profileExecutor(office) } },
        clock,
        randomBytes: (count) => randomBytes(count),
        log,
        http: createHttpCaller(),
        ...(options.versions === undefined ? {} : { versions: options.versions }),
      };
      return faulty(createOcpiHandler(platform), clock, () => httpFaults);
    },
    options.port === undefined ? {} : { port: options.port },
  );

  return {
    origin: served.origin,
    activity,
    site: office.site,
    async register({ token, versions_url: versionsUrl }) {
      if (platform === undefined) throw new Error('the counterpart is not listening');
      const terms = {
        name: 'smart charging service provider',
        parties: [],
        agreements: ['smartchargingoptimisation', ...(options.agreements ?? [])],
        allowPrivateAddresses: true,
      };
      const result = await activity.track(() =>
        createRegistrar(platform!).register({ token, versionsUrl }, terms),
      );
      if (!result.ok) throw new Error(`registration failed (${result.error}): ${result.detail}`);
      office.connect(createOcpiClient(platform, result.data.id));
    },
    start: () => office.start(),
    listen: (listener) => office.listen(listener),
    setFaults(http, profiles) {
      httpFaults = http;
      office.setProfileFaults(profiles ?? (() => 'none'));
    },
    async close() {
      office.stop();
      await served.close();
    },
  };
}
